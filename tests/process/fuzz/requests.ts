// Requests to one operation of the document: path, query string, credential, headers and body, each of
// them good or hostile by itself.
import * as fc from 'fast-check'
import { bodiesFor, type BodyDraft, written } from './bodies'
import type { Sent } from './http'
import { collectionOf, type Memory } from './memory'
import { good, hostileTexts, jsonOf, type Pick, pick, type Schema, type Value } from './values'

export type Operation = {
  id: string
  method: string
  path: string
  tags: string[]
  parameters: { name: string; in: string; required: boolean; schema: Schema }[]
  content?: Record<string, { schema: Schema }>
  isSocket: boolean
}

/** All operations of a document. */
export function operationsOf(document: Schema): Operation[] {
  return Object.entries(document['paths'] as Schema).flatMap(([path, methods]) =>
    Object.entries(methods as Schema).map(([method, said]) => ({
      id: said.operationId as string,
      method: method.toUpperCase(),
      path,
      tags: said.tags as string[],
      parameters: (said.parameters ?? []) as Operation['parameters'],
      ...(said.requestBody ? { content: said.requestBody.content } : {}),
      isSocket: '101' in said.responses,
    })),
  )
}

type Piece = Pick | { raw: string }

export type Draft = {
  method: string
  places: Record<string, Piece>
  slash: boolean
  query: (readonly [name: string, value: Value] | { raw: string })[]
  credential: Credential
  headers: (readonly [string, string])[]
  body: BodyDraft | null
  isChunked: boolean
}

type Credential = 'bearer' | 'token' | 'bare' | 'cookie' | 'none' | { header: string }

/** Who sends it. */
export type Sender = { username: string; access: string; opaque: string; password: string }

// ── Its parts ────────────────────────────────────────────────────────────────────────────────────

const raws = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '%00',
  '%FF',
  '%C0%AF',
  '%zz',
  '%',
  '%2F',
  '%2e%2e%2f%2e%2e%2fhealth',
  '..',
  '.',
  '../health',
  '..%2Fhealth',
  ';a=b',
  ':id',
  '{id}',
  '*',
  '__proto__',
  'constructor',
  'null',
  '%D9%A1',
  '%EF%BC%91',
  '\u00ff\u00fe',
  "1'--",
  '1%20or%201=1',
  '9007199254740993',
  '9'.repeat(400),
  'f'.repeat(24),
  'F'.repeat(24),
  'a'.repeat(6000),
  '%41'.repeat(2000),
]

const rawPiece = fc.oneof(
  fc.constantFrom(...raws),
  fc
    .string({ unit: 'binary', maxLength: 20 })
    .map((text) => encodeURIComponent(text.toWellFormed())),
)

function placesOf({ path, parameters }: Operation): fc.Arbitrary<Record<string, Piece>> {
  const names = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
  const piece = (name: string): fc.Arbitrary<Piece> =>
    fc.oneof(
      { weight: 4, arbitrary: pick(name, `id of ${collectionOf(path)}`) },
      { weight: 4, arbitrary: pick(`${name} of ${path}`, `id of ${collectionOf(path)}`) },
      { weight: 2, arbitrary: pick('user_id') },
      { weight: 1, arbitrary: pick('any id') },
      { weight: 2, arbitrary: rawPiece.map((raw) => ({ raw })) },
    )
  return fc.record(Object.fromEntries(names.map((name) => [name, piece(name)])))
}

const oddQueries = [
  '',
  '&&==&',
  '%',
  '%zz=%FF',
  '%00',
  '__proto__=1&__proto__[a]=2',
  'constructor=x',
  'limit=1&limit=2',
  'limit=9999999999999999999',
  'limit=1e3&cursor=%00',
  'cursor=%F0%9F%92',
  'cursor=eyJ9',
  'ticket=%00',
  'token=0123456789012345678901234567890123456789',
  '?',
  '\u00ff=\u00fe',
  `a=${'b'.repeat(4000)}`,
  'a&'.repeat(2000),
]

function queryOf({ parameters }: Operation): fc.Arbitrary<Draft['query']> {
  const given = parameters
    .filter((one) => one.in === 'query')
    .map(({ name, schema, required }) =>
      fc
        .tuple(
          fc.nat({ max: required ? 9 : 1 }),
          fc.oneof(
            { weight: 4, arbitrary: good(schema, name) },
            { weight: 1, arbitrary: fc.constantFrom(...hostileTexts).map((text) => ({ text })) },
          ),
        )
        .map(([coin, value]) => (coin === 0 ? [] : [[name, value] as const])),
    )
  const odd = fc.oneof(
    { weight: 8, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom(...oddQueries).map((raw) => [{ raw }]) },
  )
  return fc.tuple(...given, odd).map((parts) => parts.flat())
}

const jwt = (header: object, claims: object) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`

const credential: fc.Arbitrary<Credential> = fc.oneof(
  { weight: 24, arbitrary: fc.constant('bearer' as const) },
  { weight: 3, arbitrary: fc.constantFrom('token' as const, 'bare' as const, 'cookie' as const) },
  { weight: 1, arbitrary: fc.constant('none' as const) },
  // Of a good form, and nobody's: no work is done for it.
  { weight: 3, arbitrary: fc.constant({ header: `Token ${'0123456789'.repeat(4)}` }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        'Bearer',
        'Bearer a b',
        'bearer\t\tx',
        'Token',
        'Token 0123456789012345678901234567890123456789',
        'Token 0123456789ABCDEF0123456789ABCDEF01234567',
        'Basic YTpi',
        'Digest',
        'a.b.c',
        '...',
        'Bearer \u00ff\u00fe',
        `Bearer ${jwt({ alg: 'none' }, { user_id: 1 })}`,
        `Bearer ${jwt({ alg: 'HS256', crit: ['x'] }, {})}AAAA`,
        `Bearer ${jwt([], [])}x`,
        `Bearer ${'e'.repeat(12_000)}`,
        ',',
      )
      .map((header) => ({ header })),
  },
)

const oddHeaders: (readonly [string, string])[] = [
  ['Cookie', 'access_token=; access_token=x; refresh_token=%FF'],
  ['Cookie', '=; ;;=;\u00ff; oauth_ticket=....; __proto__=1'],
  ['Cookie', `a=${'b'.repeat(6000)}`],
  ['Origin', 'null'],
  ['Origin', 'https://evil.example'],
  ['Origin', '::'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Range', 'bytes=5-1'],
  ['Range', 'bytes=-99999999999999999999'],
  ['Range', 'bytes=0-0,1-1'],
  ['If-None-Match', '*'],
  ['If-None-Match', 'W/"'],
  ['If-Modified-Since', 'never'],
  ['Accept', '\u00ff'],
  ['Bearer', 'Token x'],
  ['Bearer', '\u00ff'],
  ['Content-Encoding', 'gzip'],
  ['Accept-Language', '*;q=x'],
  ['User-Agent', ''],
  ['User-Agent', '\u00e9'.repeat(2000)],
  ['X-Request-Id', '\u00ff"}{'],
  ['X-Request-Id', 'x'.repeat(3000)],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-For', '::, %00'],
  ['X-Forwarded-Proto', 'gopher'],
  ['CF-Connecting-IP', 'not an address'],
  ['X-Admission', '{}'],
]

const headers: fc.Arbitrary<(readonly [string, string])[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<(readonly [string, string])[]>([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...oddHeaders), { minLength: 1, maxLength: 3 }),
  },
)

const upgrading = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'c2l4dGVlbiBieXRlcy4uIQ=='],
] as const

/** Requests to an operation. */
export function requestsTo(operation: Operation): fc.Arbitrary<Draft> {
  const { method, content, isSocket } = operation
  const body = bodiesFor(content)
  const hasBody = content !== undefined
  return fc.record({
    method: fc.oneof(
      { weight: 60, arbitrary: fc.constant(method) },
      { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'TRACE', 'PROPFIND') },
    ),
    places: placesOf(operation),
    slash: fc.boolean(),
    query: queryOf(operation),
    credential,
    headers: isSocket
      ? fc.tuple(headers, fc.boolean()).map(([odd, is]) => [...odd, ...(is ? upgrading : [])])
      : headers,
    body: fc.oneof(
      { weight: hasBody ? 40 : 1, arbitrary: body },
      { weight: hasBody ? 1 : 10, arbitrary: fc.constant(null) },
    ),
    isChunked: fc.nat({ max: 9 }).map((coin) => coin === 9),
  })
}

// ── As it goes out ───────────────────────────────────────────────────────────────────────────────

/** A request to the operation, with everything in it that is known only now. */
export function assembled(
  operation: Operation,
  draft: Draft,
  sender: Sender,
  memory: Memory,
): Sent {
  const resolve = (wanted: Pick) => {
    if (wanted.kinds[0] === 'password') return sender.password
    return wanted.kinds[0] === 'own name' ? sender.username : memory.resolve(wanted)
  }
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const piece = draft.places[name] ?? { raw: '' }
    return 'raw' in piece ? piece.raw : encodeURIComponent(memory.resolve(piece))
  })
  const query = draft.query.map((part) => {
    if ('raw' in part) return part.raw
    const [name, value] = part
    const text = 'text' in value ? value.text : jsonOf(value, resolve).replace(/^"|"$/g, '')
    return `${name}=${encodeURIComponent(text.toWellFormed())}`
  })
  const body = draft.body && draft.method !== 'TRACE' ? written(draft.body, resolve) : null
  const target = `${path}${draft.slash ? '/' : ''}${query.length > 0 ? `?${query.join('&')}` : ''}`
  return {
    method: draft.method,
    target: target.replace(/[^\u0021-\u00ff]/g, encodeURIComponent),
    headers: [
      ...credentialHeaders(draft.credential, sender),
      ...draft.headers.map(([name, value]): [string, string] => [name, value]),
      ...(body && body.type !== null ? [['Content-Type', body.type] as [string, string]] : []),
      ...(body && draft.isChunked ? [['Transfer-Encoding', 'chunked'] as [string, string]] : []),
    ],
    body: body?.body ?? null,
  }
}

function credentialHeaders(form: Credential, { access, opaque }: Sender): [string, string][] {
  if (typeof form === 'object') return [['Authorization', form.header]]
  switch (form) {
    case 'bearer':
      return [['Authorization', `Bearer ${access}`]]
    case 'token':
      return [['Authorization', `Token ${opaque}`]]
    case 'bare':
      return [['Authorization', access]]
    case 'cookie':
      return [['Cookie', `access_token=${access}`]]
    case 'none':
      return []
  }
}

/** Whether the sender has shown who they are, so that a 401 says that they are nobody any more. */
export function isSigned({ credential }: Draft): boolean {
  return ['bearer', 'token', 'bare', 'cookie'].includes(credential as string)
}
