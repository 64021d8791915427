// The two ways in which the contracts write errors: `{detail}` (A, B, C, E) and the envelope
// `{code, error}` (D); and the error handler that each router gets for its own.
import type { ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { DatabaseUnavailable, DomainError, type ErrorCode } from '../../domain/base/errors'
import { type Answer, type Dialect, headersOf, Refusal, respond, statusOf } from './answers'
import type { AppEnv } from '../pipeline/app-env'
import { fieldErrors, type FieldErrors, wordsFor } from './words'

/** What a refused access JWT is told beside the sentence, as simplejwt does. */
const tokenMessages: Partial<Record<ErrorCode, string>> = {
  'credential.invalid': 'Token is invalid',
  'credential.expired': 'Token is expired',
  'credential.wrong_type': 'Token has wrong type',
}

/** Codes that travel beside the sentence. */
export const wireCodes: Partial<Record<ErrorCode, string>> = {
  'credential.invalid': 'token_not_valid',
  'credential.expired': 'token_not_valid',
  'credential.wrong_type': 'token_not_valid',
  'refresh.invalid': 'token_not_valid',
  'refresh.wrong_type': 'token_not_valid',
  'refresh.revoked': 'token_not_valid',
  'refresh.superseded': 'token_not_valid',
  'account.inactive': 'user_inactive',
  'quota.exceeded': 'quota_exceeded',
  'registration.closed': 'registration_closed',
  'signin.code_required': 'code_required',
  'service.not_configured': 'not_configured',
  'push.address_taken': 'address_taken',
}

/** Codes of D's envelope that do not follow from the status. */
const envelopeCodes: Partial<Record<ErrorCode, number>> = { 'password.sealed_wrong': 2 }

/** `{"detail": TEXT}`, or texts by field. */
export const detail: Dialect = {
  domain(error) {
    const status = statusOf[error.kind]
    if (error.issues.length > 0) return { status, body: fieldErrors(error.issues) }
    const code = wireCodes[error.code]
    const message = tokenMessages[error.code]
    return {
      status,
      body: {
        detail: wordsFor(error),
        ...(code ? { code } : {}),
        ...(message
          ? { messages: [{ token_class: 'AccessToken', token_type: 'access', message }] }
          : {}),
      },
    }
  },
  plain: (_status, text) => ({ detail: text }),
}

/** `{"code": N, "error": TEXT}`; a body that fails validation has its fields in `payload`. */
export const envelope: Dialect = {
  domain(error) {
    const status = statusOf[error.kind]
    if (error.issues.length === 0) {
      const code = envelopeCodes[error.code]
      if (code) return { status, body: { code, error: wordsFor(error) } }
      return { status, body: envelope.plain(status, wordsFor(error)) }
    }
    const payload = fieldErrors(error.issues)
    return { status, body: { code: 1, error: firstText(payload), payload } }
  },
  plain: (status, text) => ({ code: status === 400 || status === 401 ? 1 : 2, error: text }),
}

/** A success in the envelope. */
export function enveloped<T>(payload: T): { code: 0; payload: T } {
  return { code: 0, payload }
}

/** A refusal in the envelope, with the code and the words that contract D has for it. */
export function refusedWith(
  status: ContentfulStatusCode,
  code: number,
  error: string,
): () => Answer {
  return () => ({ status, body: { code, error } })
}

function firstText(errors: FieldErrors): string {
  const first = Object.values(errors)[0]!
  return Array.isArray(first) ? first[0]! : firstText(first)
}

/** Field errors under a route's own names: the domain's name of a field → the wire's. */
export function renamed(
  dialect: Dialect,
  names: Record<string, string>,
): (error: DomainError) => Answer {
  return (error) => {
    const issues = error.issues.map(({ path: [first = '', ...rest], ...issue }) => ({
      ...issue,
      path: [names[String(first)] ?? first, ...rest].filter((step) => step !== ''),
    }))
    return dialect.domain(new DomainError('fields.invalid', { issues }))
  }
}

/** `{error}` alone, as contract A's address book and contract B's plans have it. */
export function inError(error: DomainError): Answer {
  return { status: statusOf[error.kind], body: { error: wordsFor(error) } }
}

/** `{message}`, with the code where it has one, as contract C's conversations and its sign-in through 42 have it. */
export function inMessage(error: DomainError): Answer {
  const code = wireCodes[error.code]
  const body = { message: wordsFor(error), ...(code ? { code } : {}) }
  return { status: statusOf[error.kind], body }
}

/** An error blamed on one field, whatever it is about. */
export function blamedOn(field: string): (error: DomainError) => Answer {
  return (error) => ({ status: 400, body: { [field]: [wordsFor(error)] } })
}

/** `{detail}` with a flag before it, as contract E's clients look for one: `{"success": false, …}`. */
export function flagged(flag: string): (error: DomainError) => Answer {
  return (error) => {
    const { status, body } = detail.domain(error)
    return { status, body: { [flag]: false, ...(body as object) } }
  }
}

/** What is said while the database does not answer. */
export const unavailableWords =
  'The service is not available at the moment. Try again in a few seconds.'
/** What a client is told to wait when the database was not available, in seconds. */
const retryAfter = 5

/** The error handler of a router that speaks a dialect. */
export function errorsIn(dialect: Dialect): ErrorHandler<AppEnv> {
  return function dialectErrors(error, c) {
    if (error instanceof Refusal) {
      const body = dialect.plain(error.status, error.message)
      return respond(c, { status: error.status, body }, error.headers)
    }
    if (error instanceof DomainError) {
      const override = c.get('overrides')?.[error.code]
      const answer = override?.(error) ?? dialect.domain(error)
      return respond(c, answer, headersOf(error, answer.status))
    }
    // The cause of both is logged under the request's id by `app.ts`.
    if (error instanceof DatabaseUnavailable) {
      const body = dialect.plain(503, unavailableWords)
      return respond(c, { status: 503, body }, { 'Retry-After': String(retryAfter) })
    }
    const text = `Internal server error. Request id: ${c.get('requestId')}`
    return respond(c, { status: 500, body: dialect.plain(500, text) })
  }
}
