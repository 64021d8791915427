// The one class of everything that can go wrong with a call or a socket, whichever of the contracts' ways
// to write errors the service has used.
import { words } from './words.js'

/** All that is wrong with a body: texts by field, nested as the body was. */
export type FieldErrors = { [field: string]: string[] | FieldErrors }

/**
 * One thing that is wrong with a body: where, as steps from the outside; its code out of `/openapi.json`'s
 * `x-kith-codes` (`invalid` for a sentence without one); and what the sentence names, such as a length.
 */
export type Issue = { path: string[]; code: string; detail: string | null }

/**
 * What went wrong, for programs. `network`: no answer came. `signed_out`: the session has ended, sign in
 * again. `invalid`: see `fields`. `refused`: a chat did not take a message. `closed`: the chat was closed by
 * its owner. `unsupported`: the runtime lacks what is needed. `not_fresh`: the change wants a fresh sign-in.
 * Else the code that the service names or whose sentence it says (`x-kith-codes` of its `/openapi.json`);
 * the others follow from the status.
 */
export type KithErrorCode =
  | 'network'
  | 'aborted'
  | 'signed_out'
  | 'refused'
  | 'closed'
  | 'unsupported'
  | 'token_not_valid'
  | 'user_inactive'
  | 'code_required'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'missing'
  | 'too_large'
  | 'throttled'
  | 'unavailable'
  | 'fault'
  | 'other'
  | 'not_fresh'
  // Any other of the service's.
  | (string & {})

/** What a `KithError` is made of; what is not given is null (`status` 0). */
export type KithErrorParts = {
  code: KithErrorCode
  message: string
  status?: number
  fields?: FieldErrors | null
  issues?: readonly Issue[]
  retryAfter?: number | null
  requestId?: string | null
  body?: unknown
  cause?: unknown
}

/** Anything that goes wrong with a call or a socket. */
export class KithError extends Error {
  override name = 'KithError'
  /** For programs. */
  readonly code: KithErrorCode
  /** The status of the answer; 0 where there was none. */
  readonly status: number
  /** What is wrong with the body that was sent, by field; null where no field is to blame. */
  readonly fields: FieldErrors | null
  /** The same as a list, each with its code; empty where no field is to blame. */
  readonly issues: readonly Issue[]
  /** In how many seconds another try is possible; null where the service did not say. */
  readonly retryAfter: number | null
  /** What finds the cause in the service's log. */
  readonly requestId: string | null
  /** The answer's body as it came: parsed where it is JSON. */
  readonly body: unknown

  constructor({ message, cause, code, ...parts }: KithErrorParts) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.status = parts.status ?? 0
    this.fields = parts.fields ?? null
    this.issues = parts.issues ?? []
    this.retryAfter = parts.retryAfter ?? null
    this.requestId = parts.requestId ?? null
    this.body = parts.body
  }
}

/** The error that an answer tells, in whatever dialect its body is. */
export function errorOf(response: Response, body: unknown): KithError {
  const { status, headers } = response
  const said = isObject(body) ? body : {}
  const fields = fieldsOf(said)
  const issues = fields ? issuesOf(fields) : []
  const sentence = firstText(said['detail'], said['error'], said['message'])
  return new KithError({
    code: codeFor(said['code'], sentence, issues) ?? codeOf(status),
    message: sentence ?? (fields && firstOf(fields)) ?? `The service answered ${status}.`,
    status,
    fields,
    issues,
    retryAfter: secondsOf(headers.get('retry-after')),
    requestId: headers.get('x-request-id'),
    body,
  })
}

/** What `fetch` or a body's reader threw: no answer, or only half of one. */
export function networkError(cause: unknown): KithError {
  if (cause instanceof KithError) return cause
  if (isLack(cause)) return unsupported(cause)
  const isAborted = isObject(cause) && cause['name'] === 'AbortError'
  return isAborted
    ? new KithError({ code: 'aborted', message: 'The call was given up.', cause })
    : new KithError({ code: 'network', message: 'The service could not be reached.', cause })
}

/** A part of the runtime that is not there; another try would find it missing too. */
export function unsupported(cause: unknown): KithError {
  const what = cause instanceof Error ? cause.message : String(cause)
  return new KithError({
    code: 'unsupported',
    message: `This runtime lacks something: ${what}`,
    cause,
  })
}

/** `fetch` throws a TypeError where there is no network, too, but in other words. */
function isLack(cause: unknown): boolean {
  if (cause instanceof ReferenceError) return true
  return cause instanceof TypeError && /is not a (function|constructor)/.test(cause.message)
}

/** The code that the service names, or whose sentence it says; undefined where that says no more than the status. */
function codeFor(
  named: unknown,
  sentence: string | undefined,
  issues: readonly Issue[],
): KithErrorCode | undefined {
  if (typeof named === 'string') return renamed.get(named) ?? named
  if (issues.some(({ code }) => code === 'not_fresh')) return 'not_fresh'
  const code =
    sentence === undefined || issues.length > 0 ? undefined : codeOfSentence(sentence)?.code
  if (code === undefined || ofStatus.has(code) || code.endsWith('_missing')) return undefined
  return code
}

/** What the status says as well, and the same for every contract. */
const ofStatus: ReadonlySet<string> = new Set([
  'missing',
  'not_authenticated',
  'credential_missing',
  'permission_denied',
  'tries_exceeded',
  'service_busy',
  'fields_invalid',
])

/** Two names of one thing. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['sign_in_again', 'not_fresh'],
  ['signin_stale', 'not_fresh'],
  ['fresh_sign_in_required', 'not_fresh'],
])

const patterns = words.map(([code, text]) => {
  const [before = '', ...after] = text.split('{detail}')
  return { code: renamed.get(code) ?? code, before, after: after[0] ?? null }
})

/** The code of one of the service's sentences, and what the sentence names; null for one without a code. */
export function codeOfSentence(sentence: string): { code: string; detail: string | null } | null {
  for (const { code, before, after } of patterns) {
    if (after === null) {
      if (sentence === before) return { code, detail: null }
    } else if (
      sentence.startsWith(before) &&
      sentence.endsWith(after) &&
      sentence.length >= before.length + after.length
    ) {
      return { code, detail: sentence.slice(before.length, sentence.length - after.length) }
    }
  }
  return null
}

function issuesOf(fields: FieldErrors, above: readonly string[] = []): Issue[] {
  return Object.entries(fields).flatMap(([field, said]) => {
    const path = field === 'non_field_errors' ? [...above] : [...above, field]
    if (!Array.isArray(said)) return issuesOf(said, path)
    return said.map((text) => ({
      path,
      ...(codeOfSentence(text) ?? { code: 'invalid', detail: null }),
    }))
  })
}

function codeOf(status: number): KithErrorCode {
  if (status >= 500) return status === 503 ? 'unavailable' : 'fault'
  return codes[status] ?? 'other'
}

const codes: Record<number, KithErrorCode> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'missing',
  413: 'too_large',
  429: 'throttled',
}

/** Contract D has them in `payload`, the others have nothing beside them. */
function fieldsOf(body: Record<string, unknown>): FieldErrors | null {
  if (isFieldErrors(body)) return body
  return isFieldErrors(body['payload']) ? body['payload'] : null
}

function isFieldErrors(value: unknown): value is FieldErrors {
  if (!isObject(value)) return false
  const texts = Object.values(value)
  return texts.length > 0 && texts.every((text) => isTexts(text) || isFieldErrors(text))
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string')
}

function firstOf(fields: FieldErrors): string {
  const first = Object.values(fields)[0]!
  return Array.isArray(first) ? first[0]! : firstOf(first)
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string')
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function secondsOf(retryAfter: string | null): number | null {
  if (!retryAfter) return null
  const seconds = Number(retryAfter)
  if (Number.isFinite(seconds)) return seconds
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000))
}

/** Whether a value has keys to look at. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
