// What stands in a field, good or hostile, as one description for all three kinds of bodies: JSON can say
// more than a value of JavaScript (a key twice, 1e400), and ids are known only when a request goes out.
import * as fc from 'fast-check'

/**
 * What the service has told the sender, or anybody, to be sent back to it: of the first kind that is known,
 * the newest at place 0.
 */
export type Pick = { kinds: string[]; place: number; isOwn: boolean }

export type Value =
  | { text: string }
  /** A piece of JSON as it is. */
  | { json: string }
  | { list: Value[] }
  | { record: [key: string, value: Value][] }
  | { file: string; name: string }
  | Pick

/** Finds what a pick stands for. */
export type Resolve = (pick: Pick) => string

export type Schema = { [key: string]: any }

// ── Hostile values ───────────────────────────────────────────────────────────────────────────────

const text = (value: string): Value => ({ text: value })
const json = (value: string): Value => ({ json: value })

export const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff',
  '\udc00\ud800',
  '\ufeff',
  '\u202e\u0000',
  '../../etc/passwd',
  '%00',
  '%FF',
  "' or 1=1 --",
  '{"$ne":null}',
  '${7*7}',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '0x1F',
  '１２',
  '99999999999999999999',
  '-1',
  'ﷺ'.repeat(60),
  'İ'.repeat(150),
  'ß'.repeat(150),
  '💩'.repeat(150),
  'e\u0301'.repeat(200),
  'deleted-1',
  '2025-02-30',
  '0000-00-00',
  '9999-12-31T23:59:60Z',
  '+275760-09-13T00:00:00.001Z',
  'data:image/png;base64,AAAA',
  'eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSJ9.....',
  'eyJlbmMiOiJBMjU2R0NNIn0.a.b.c.d',
]

const hostileJson = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  `1${'0'.repeat(400)}`,
  '1E5',
  '[]',
  '{}',
  '[null]',
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":{}}}',
  '{"length":1000000000}',
  '{"toString":1,"valueOf":2,"toJSON":3,"then":4}',
  '"\\ud83d"',
  '"\\u0000"',
  '"\\uDC00\\uD800"',
]

/**
 * What costs most where something works through it before it looks at its length: runs of combining marks,
 * which normalising sorts (100 KB), and lists as long as a body has room for.
 */
const costly: fc.Arbitrary<Value> = fc.constantFrom<Value>(
  text(`a${'\u0301'.repeat(25_000)}${'\u0316'.repeat(25_000)}`),
  text('\u0344\u0315'.repeat(25_000)),
  json(`[${'9,'.repeat(59_999)}9]`),
  json(`[${'"9",'.repeat(29_999)}"9"]`),
)

const nested = (levels: number): Value => json(`${'[{"a":'.repeat(levels)}0${'}]'.repeat(levels)}`)

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(...hostileTexts),
  fc.constantFrom(151, 255, 257, 10_001, 70_000).map((length) => 'x'.repeat(length)),
)

/** A value that fits no field in particular. */
export const hostile: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: anyText.map(text) },
  { weight: 4, arbitrary: fc.constantFrom(...hostileJson).map(json) },
  { weight: 1, arbitrary: fc.double().map((number) => json(JSON.stringify(number))) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((any) => json(JSON.stringify(any))) },
  { weight: 1, arbitrary: fc.constantFrom(15, 16, 40, 2000).map(nested) },
  { weight: 1, arbitrary: costly },
  { weight: 1, arbitrary: fc.array(anyText.map(text), { maxLength: 5 }).map((list) => ({ list })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(200, 3000)
      .map((n) => ({ list: Array.from({ length: n }, () => text('1')) })),
  },
)

// ── Values that a schema takes ───────────────────────────────────────────────────────────────────

export const pick = (...kinds: string[]): fc.Arbitrary<Pick> =>
  fc
    .tuple(fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 1000 })), fc.nat({ max: 3 }))
    .map(([place, coin]) => ({ kinds, place, isOwn: coin > 0 }))

const time = fc
  .date({
    min: new Date('1900-01-01T00:00Z'),
    max: new Date('2100-01-01T00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString())

const newName = fc.nat({ max: 1e9 }).map((number) => text(`somebody-${number}`))

/** Texts that a field of this name is likely to mean. */
function meant(name: string): fc.Arbitrary<Value>[] {
  if (/confirm/.test(name)) return [pick('password'), fc.constant(text('a quite new password'))]
  if (/new|password\d/.test(name)) return [fc.constant(text('a quite new password'))]
  if (/password/.test(name)) return [pick('password')]
  if (/refresh/.test(name)) return [pick('refresh')]
  if (/ids?$/i.test(name)) return [pick(name.replace(/s$/, ''), 'user_id', 'any id')]
  if (/timezone/.test(name))
    return [fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Tokyo').map(text)]
  if (/response|action|answer/.test(name)) {
    return [fc.constantFrom('accept', 'reject', 'accepted', 'rejected', 'accept_request').map(text)]
  }
  if (/phone/.test(name)) return [fc.constantFrom('+15550100', '+81312345678').map(text)]
  if (/username|friend|prefix/.test(name)) return [pick('name'), pick('own name'), newName]
  if (/group|label/.test(name))
    return [pick('label'), fc.constantFrom('Default', 'Family').map(text)]
  if (/avatar|picture/.test(name)) {
    const small = fc.constantFrom('png', 'gif', 'junk')
    const costly = fc.constantFrom(
      'webp of chunks',
      'png of chunks',
      'gif of extensions',
      'jpeg of segments',
    )
    const files = fc.oneof({ weight: 3, arbitrary: small }, { weight: 1, arbitrary: costly })
    return [files.map((file) => ({ file, name: 'me.png' }))]
  }
  return []
}

function goodText(schema: Schema, name: string): fc.Arbitrary<Value> {
  const { format, minLength = 0, maxLength = 60, pattern } = schema
  if (format === 'date') return time.map((iso) => text(iso.slice(0, 10)))
  if (format === 'date-time') return time.map(text)
  if (format === 'email') {
    return fc.nat({ max: 1e9 }).map((number) => text(`somebody-${number}@example.org`))
  }
  if (pattern) return pick(name.replace(/s$/, ''), 'any id')
  const free = fc
    .string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) })
    .map(text)
  const longest = fc
    .constantFrom('m', '💩', '\u0301')
    .map((character) => text(character.repeat(Math.min(maxLength, 10_000))))
  const likely = meant(name).map((arbitrary) => ({ weight: 12, arbitrary }))
  return fc.oneof(...likely, { weight: 3, arbitrary: free }, { weight: 2, arbitrary: longest })
}

function goodNumber(schema: Schema, name: string): fc.Arbitrary<Value> {
  const { minimum = -5, maximum = 1_000_000 } = schema
  const low = Math.max(minimum, -1_000_000)
  const number = fc.oneof(
    fc.integer({ min: low, max: Math.max(low, Math.min(maximum, low + 200)) }),
    fc.constantFrom(low, Math.min(maximum, Number.MAX_SAFE_INTEGER)),
  )
  const asJson = number.map((value) => json(String(value)))
  const known = pick(name.replace(/s$/, ''), 'user_id', 'any id')
  return /ids?$/i.test(name) ? fc.oneof(known, known, asJson) : asJson
}

/** A value that a schema takes; `name` is its field's. */
export function good(schema: Schema, name: string): fc.Arbitrary<Value> {
  if (schema['enum']) {
    return fc.constantFrom(...(schema['enum'] as unknown[])).map((one) => json(JSON.stringify(one)))
  }
  if ('const' in schema) return fc.constant(json(JSON.stringify(schema['const'])))
  if (schema['anyOf'] ?? schema['oneOf']) {
    const branches = (schema['anyOf'] ?? schema['oneOf']) as Schema[]
    return fc.oneof(...branches.map((one) => good(one, name)))
  }
  if (Array.isArray(schema['type'])) {
    return fc.oneof(...(schema['type'] as string[]).map((type) => good({ ...schema, type }, name)))
  }
  switch (schema['type']) {
    case 'string':
      return goodText(schema, name)
    case 'integer':
    case 'number':
      return goodNumber(schema, name)
    case 'boolean':
      return fc.constantFrom('true', 'false', '"on"', '1', '"0"').map(json)
    case 'null':
      return fc.constant(json('null'))
    case 'array':
      return fc.array(good(schema['items'] ?? {}, name), { maxLength: 4 }).map((list) => ({ list }))
    case 'object':
      return fieldsOf(schema, 0).map((record) => ({ record }))
    default:
      return fc.oneof(...meant(name), hostile)
  }
}

/** The fields of an object, each `badOneIn` times hostile (0: never), some of the optional ones left out. */
export function fieldsOf(schema: Schema, badOneIn: number): fc.Arbitrary<[string, Value][]> {
  const demanded = (schema['required'] ?? []) as string[]
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(
    ([name, field]) => {
      const values = [{ weight: Math.max(badOneIn - 1, 1), arbitrary: good(field, name) }]
      if (badOneIn > 0) values.push({ weight: 1, arbitrary: hostile })
      const isThere = demanded.includes(name) ? fc.nat({ max: 11 }) : fc.nat({ max: 1 })
      return fc
        .tuple(isThere, fc.oneof(...values))
        .map(([coin, value]): [string, Value][] =>
          coin === 0 && (badOneIn > 0 || !demanded.includes(name)) ? [] : [[name, value]],
        )
    },
  )
  return fc.tuple(...fields).map((pairs) => pairs.flat())
}

// ── Written down ─────────────────────────────────────────────────────────────────────────────────

/** A value as JSON text. */
export function jsonOf(value: Value, resolve: Resolve): string {
  if ('text' in value) return JSON.stringify(value.text)
  if ('json' in value) return value.json
  if ('file' in value) return JSON.stringify(value.file)
  if ('list' in value) return `[${value.list.map((item) => jsonOf(item, resolve)).join(',')}]`
  if ('record' in value) {
    const pairs = value.record.map(
      ([key, inner]) => `${JSON.stringify(key)}:${jsonOf(inner, resolve)}`,
    )
    return `{${pairs.join(',')}}`
  }
  const found = resolve(value)
  // A number as a number, unless a coin of the description says otherwise.
  return /^\d{1,15}$/.test(found) && value.place % 3 > 0 ? found : JSON.stringify(found)
}

export type FormValue = string | { file: string; name: string }

/** A value as a form sends it: the fields of an object under dotted names, a list as several values. */
export function formOf(name: string, value: Value, resolve: Resolve): [string, FormValue][] {
  if ('text' in value) return [[name, value.text]]
  if ('json' in value) return [[name, plain(value.json)]]
  if ('file' in value) return [[name, value]]
  if ('list' in value) return value.list.flatMap((item) => formOf(name, item, resolve))
  if ('record' in value) {
    return value.record.flatMap(([key, inner]) => formOf(`${name}.${key}`, inner, resolve))
  }
  return [[name, resolve(value)]]
}

/** A text in JSON without its quotes, null as a form has it; anything else as it is. */
function plain(jsonText: string): string {
  if (jsonText === 'null') return ''
  return /^"[^\\]*"$/.test(jsonText) ? jsonText.slice(1, -1) : jsonText
}
