// Placeholders for what differs from run to run, so that whole bodies can be compared.
import { expect } from 'vitest'

/** Three parts of base64url: a JWT. */
export const aToken = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
/** A point in time as the service writes it. */
export const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
/** An id of an account, a contact, a conversation … */
export const anId = expect.any(Number)

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const part = token.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')
  return JSON.parse(atob(part))
}
