// The errors that a route documents: each code is worded by the very functions that answer it, so the
// examples are real bodies, and their schemas are read off them.
import type * as z from 'zod'
import { DomainError, type ErrorCode, type Issue, type IssueCode } from '../../domain/base/errors'
import { issuesOf } from '../../domain/base/fields'
import type { Answer, Dialect } from '../errors/answers'
import { detail, unavailableWords } from '../errors/dialects'
import type { Note } from './notes'
import type { JsonSchema } from './schemas'

/** One refusal: what it is called in the document, its status and a body as it is sent. */
export type Refused = { name: string; status: number; body: unknown }

/** What a credential can be refused for. */
const credentialErrors = [
  'credential.missing',
  'credential.invalid',
  'credential.expired',
  'credential.wrong_type',
  'credential.unknown',
  'account.inactive',
] as const satisfies readonly ErrorCode[]

/** Faults that stand for the kinds of words that a route may have for a bad body. */
const sampleIssues: readonly IssueCode[] = ['required', 'too_long', 'username_taken']

/** What an error says by field beside its code. */
const issuesWith: Partial<Record<ErrorCode, readonly Issue[]>> = {
  'people.not_friends': [
    { path: ['ids'], code: 'no_such_object', detail: 8 },
    { path: ['usernames'], code: 'no_such_username', detail: 'bob' },
  ],
}

/** Everything that a route may refuse, in the words of its document. */
export function refusalsOf(
  { method, note }: { method: string; note: Note },
  dialect: Dialect,
): Refused[] {
  const word = (error: DomainError): Answer =>
    note.overrides?.[error.code]?.(error) ?? dialect.domain(error)
  const coded = (code: ErrorCode): Refused => ({
    name: code,
    ...word(new DomainError(code, { retryAfter: 30, issues: issuesWith[code] ?? [] })),
  })
  const plain = (name: string, status: 400 | 403 | 413 | 415 | 500 | 503, text: string) => ({
    name,
    status,
    body: dialect.plain(status, text),
  })
  const hasFields = note.body !== undefined || note.query !== undefined
  // A page's origin is looked at where something may change, and where a socket is opened.
  const changes = method !== 'GET' || note.endpoint?.tags.includes('live')
  const isJudged = (note.isSignedIn && changes) || note.isOwnPagesOnly
  return [
    ...(note.isSignedIn ? credentialErrors.map(coded) : []),
    ...(note.isGuarded ? [coded('tries.exceeded'), coded('service.busy')] : []),
    ...(hasFields || note.endpoint?.errors?.includes('fields.invalid')
      ? fieldRefusals(note, word)
      : []),
    ...(note.endpoint?.errors ?? []).filter((code) => code !== 'fields.invalid').map(coded),
    ...(isJudged
      ? [
          plain(
            'foreign page',
            403,
            'CSRF Failed: Origin checking failed - https://… is not trusted.',
          ),
        ]
      : []),
    ...(note.body
      ? [
          plain('broken JSON', 400, 'JSON parse error - Unexpected end of JSON input'),
          plain('too large', 413, 'Request body is too large.'),
          plain('other type', 415, 'Unsupported media type "text/plain" in request.'),
          plain('encoded', 415, 'Unsupported content encoding "gzip" in request.'),
        ]
      : []),
    coded('tries.exceeded'),
    plain('fault', 500, 'Internal server error. Request id: 6f1f…'),
    plain('unavailable', 503, unavailableWords),
    plain('not configured', 503, 'The service is not configured. Its log says what is missing.'),
  ]
}

/** What a bad body is told; by several faults where the route has words of its own for some. */
function fieldRefusals(note: Note, word: (error: DomainError) => Answer): Refused[] {
  const refused = (name: string, issues: readonly Issue[]): Refused => ({
    name,
    ...word(new DomainError('fields.invalid', { issues })),
  })
  const shape = note.body?.[0] ?? note.query
  const field = Object.keys(shape?.shape ?? {})[0] ?? ''
  const own = note.overrides?.['fields.invalid'] ? sampleIssues : []
  return [
    refused('fields', shape ? faultsOf(shape, field) : [{ path: ['next'], code: 'foreign_url' }]),
    ...own.map((code) => refused(`fields ${code}`, [{ path: [field], code, detail: 150 }])),
  ].filter(({ body }, place, all) => {
    return all.findIndex((other) => JSON.stringify(other.body) === JSON.stringify(body)) === place
  })
}

/** What an empty body is told, or, where it is good, one with a wrong value. */
function faultsOf(shape: z.ZodObject, field: string): Issue[] {
  const empty = shape.safeParse({}, { reportInput: true })
  const parsed = empty.success ? shape.safeParse({ [field]: {} }, { reportInput: true }) : empty
  return parsed.error ? issuesOf(parsed.error) : [{ path: [field], code: 'required' }]
}

// ── Their schemas ────────────────────────────────────────────────────────────────────────────────

/** The bodies that most errors have, under their names in the document. */
export const errorSchemas: Record<string, JsonSchema> = {
  Detail: {
    description: 'An error in one sentence (contracts A, B, C, E).',
    type: 'object',
    properties: {
      detail: { type: 'string' },
      code: { type: 'string', description: 'For programs, where there is one.' },
      messages: {
        type: 'array',
        description: 'What exactly is wrong with an access token.',
        items: {
          type: 'object',
          properties: {
            token_class: { type: 'string' },
            token_type: { type: 'string' },
            message: { type: 'string' },
          },
          required: ['token_class', 'token_type', 'message'],
        },
      },
    },
    required: ['detail'],
  },
  FieldErrors: {
    description:
      'All that is wrong with a body, by field, nested as the body was; `non_field_errors` where no field is to blame.',
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      anyOf: [
        { type: 'array', minItems: 1, items: { type: 'string' } },
        { $ref: '#/components/schemas/FieldErrors' },
      ],
    },
  },
  EnvelopeError: {
    description: 'An error in contract D’s envelope; `payload` says what is wrong by field.',
    type: 'object',
    properties: {
      code: { type: 'integer', minimum: 1 },
      error: { type: 'string' },
      payload: { $ref: '#/components/schemas/FieldErrors' },
    },
    required: ['code', 'error'],
  },
}

const named = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** The schema of an error's body. */
export function schemaOf(body: unknown, dialect: Dialect): JsonSchema {
  const keys = Object.keys(body as object)
  const within = (...known: string[]) => keys.every((key) => known.includes(key))
  if (keys.includes('error') && keys.includes('code') && dialect !== detail) {
    return named('EnvelopeError')
  }
  if (keys.includes('detail') && within('detail', 'code', 'messages')) return named('Detail')
  if (Object.values(body as object).every(Array.isArray)) return named('FieldErrors')
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(body as object).map(([key, value]) => [
        key,
        key === 'messages'
          ? (errorSchemas['Detail'] as { properties: JsonSchema }).properties['messages']
          : typeof value === 'boolean'
            ? { type: 'boolean', const: value }
            : { type: typeof value },
      ]),
    ),
    required: keys,
  }
}
