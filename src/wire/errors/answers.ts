// How errors become answers: the status of each kind, a route's own words, and what is neither
// (a fault of ours, which says nothing about the inside).
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { DomainError, ErrorCode, Kind } from '../../domain/base/errors'
import type { AppEnv } from '../pipeline/app-env'
import { noted } from '../describe/notes'

/** A status and a JSON body. */
export type Answer = { status: ContentfulStatusCode; body: unknown }

/** A route's own answers to some errors, where its document is odd. */
export type Overrides = Partial<Record<ErrorCode, (error: DomainError) => Answer>>

/** Answers a route's errors in the words of its document; the others stay as they are. */
export function answers(overrides: Overrides): MiddlewareHandler<AppEnv> {
  const answersMiddleware: MiddlewareHandler<AppEnv> = async (c, next) => {
    c.set('overrides', overrides)
    await next()
  }
  return noted(answersMiddleware, { overrides })
}

/** What a domain error's kind is over HTTP. The documents answer a conflict with 400. */
export const statusOf: Record<Kind, ContentfulStatusCode> = {
  unauthenticated: 401,
  invalid: 400,
  forbidden: 403,
  missing: 404,
  conflict: 400,
  taken: 409,
  throttled: 429,
  upstream: 502,
  unavailable: 503,
}

/** Refused before the domain was asked: path, method, content type, size, syntax, a foreign origin. */
export class Refusal extends Error {
  override name = 'Refusal'
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 413 | 415 | 416 | 426,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}

/** A dialect's way to write errors. */
export type Dialect = {
  /** The body for a domain error. */
  domain(error: DomainError): Answer
  /** The body for a sentence that goes with a status. */
  plain(status: ContentfulStatusCode, text: string): unknown
}

/** What `Error-Code` says of a credential, for programs: the dialects' bodies have no common place for it. */
const credentialCodes: Partial<Record<ErrorCode, string>> = {
  'credential.missing': 'not_authenticated',
  'credential.invalid': 'token_not_valid',
  'credential.expired': 'token_not_valid',
  'credential.wrong_type': 'token_not_valid',
}

/** Headers that go with the status that an error is answered with, whatever the dialect. */
export function headersOf(error: DomainError, status: number): Record<string, string> {
  if (status === 401) {
    const code = credentialCodes[error.code]
    // RFC 9110 §11.6.1: a 401 names a scheme.
    return { 'WWW-Authenticate': 'Bearer realm="api"', ...(code ? { 'Error-Code': code } : {}) }
  }
  if (status === 429) return { 'Retry-After': String(error.retryAfter) }
  if (status === 503 && error.retryAfter > 0) return { 'Retry-After': String(error.retryAfter) }
  return {}
}

/** A JSON answer. */
export function respond(
  c: HonoContext,
  { status, body }: Answer,
  headers: Record<string, string> = {},
): Response {
  return c.json(body as never, status, headers)
}
