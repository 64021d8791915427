// Placeholders for what differs from run to run, so that whole bodies can be compared.
import { expect } from 'vitest'

/** Three parts of base64url: a JWT. */
export const aToken = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
/** An id of a token or of a session. */
export const hex32 = expect.stringMatching(/^[0-9a-f]{32}$/)
/** A point in time as the service writes it. */
export const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
/** An id of an account, a contact, a conversation … */
export const anId = expect.any(Number)
/** The sentence for JSON that cannot be read; what stands behind the dash is the parser's own. */
export const aJsonError = { detail: expect.stringMatching(/^JSON parse error - ./) }

/** The body of a 401 for an access JWT. */
export const badToken = (message = 'Token is invalid') => ({
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
})
/** The body of a 401 where no credential was sent, or one that nobody knows the form of. */
export const noCredentials = { detail: 'Authentication credentials were not provided.' }
/** The body of a 401 for the JWT of an account that was deactivated or has left. */
export const inactiveUser = { detail: 'User is inactive', code: 'user_inactive' }
/** The body of a 401 for an opaque token that nobody has. */
export const unknownToken = { detail: 'Invalid token.' }
/** The body of a 401 for a refresh token, in contract A's form. */
export const badRefresh = (text = 'Token is invalid or expired') => ({
  detail: text,
  code: 'token_not_valid',
})

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const part = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
  return JSON.parse(atob(part))
}
