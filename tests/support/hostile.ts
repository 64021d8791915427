// What a hostile or careless client puts into a body, and what CONTRACTS §1 answers to it.
import { expect } from 'vitest'
import { multipart, rawJson } from './forms'
import { aJsonError } from './golden'
import type { CallOptions } from './world'

/** What a route's body says of one of its fields. */
export type Field = {
  kind: 'text' | 'date'
  /** The longest text, in characters. */
  max?: number
  required?: boolean
  /** '' is a value. */
  blank?: boolean
  /** null is a value. */
  nullable?: boolean
  /** What else is said of text that is not of the field's form, such as one with a NUL in it. */
  form?: string
}

/** A body with one bad field. */
export type BadField = {
  name: string
  /** The fields that differ from a good body; undefined leaves one out. */
  fields: Record<string, unknown>
  fault: 'required' | 'null' | 'blank' | 'other'
  words: string[]
}

const noText = 'Not a valid string.'
const noDate = 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'
const nul = 'Null characters are not allowed.'
const surrogate = (unit: string) => `Surrogate characters are not allowed: ${unit}.`

/** Everything that can be wrong with one field. */
export function badFields(field: string, rule: Field): BadField[] {
  const cases: BadField[] = []
  const add = (what: string, value: unknown, fault: BadField['fault'], ...words: string[]) =>
    cases.push({ name: `${field}: ${what}`, fields: { [field]: value }, fault, words })

  if (rule.required) add('missing', undefined, 'required', 'This field is required.')
  if (!rule.nullable) add('null', null, 'null', 'This field may not be null.')
  const wrongKind = rule.kind === 'text' ? noText : noDate
  for (const value of [true, false, [], ['text'], {}, { toString: 'text' }]) {
    add(JSON.stringify(value), value, 'other', wrongKind)
  }
  add('a number beyond all', infinity, 'other', wrongKind)
  if (rule.kind === 'date') {
    for (const text of ['', 'x', '2025-02-30', '2025-1-1', '20250101', '2025-01-01\0', '\ud800']) {
      add(JSON.stringify(text), text, 'other', noDate)
    }
    return cases
  }
  const form = rule.form ? [rule.form] : []
  if (!rule.blank) add('blank', '', 'blank', 'This field may not be blank.')
  add('a NUL', 'some text\0', 'other', nul, ...form)
  add('a high surrogate alone', 'some text\ud83d', 'other', surrogate('U+D83D'), ...form)
  add('a low surrogate alone', '\udc00 some text', 'other', surrogate('U+DC00'), ...form)
  if (rule.max) {
    const words = `Ensure this field has no more than ${rule.max} characters.`
    add('too long', 'x'.repeat(rule.max + 1), 'other', words)
    add('far too long', 'x'.repeat(100_000), 'other', words)
  }
  return cases
}

/** Stands for the number 1e999, which JSON can say and `JSON.stringify` cannot. */
const infinity = '<1e999>'

/** A body as JSON, numbers beyond all included. */
export function jsonOf(body: object): CallOptions {
  return rawJson(JSON.stringify(body).replaceAll(`"${infinity}"`, '1e999'))
}

/** A body that is refused whatever the route; its answer is the same everywhere. */
export type BadBody = { name: string; given: () => CallOptions; status: number; body: object }

const notAnObject = (text: string, kind: string): BadBody => ({
  name: `${text} as a body`,
  given: () => rawJson(text),
  status: 400,
  body: { non_field_errors: [`Invalid data. Expected a dictionary, but got ${kind}.`] },
})

const notJson = (name: string, bytes: BodyInit): BadBody => ({
  name: `JSON that is ${name}`,
  given: () => rawJson(bytes),
  status: 400,
  body: aJsonError,
})

const tooLarge = (name: string, given: () => CallOptions): BadBody => ({
  name: `${name} of a megabyte or more`,
  given,
  status: 413,
  body: { detail: 'Request body is too large.' },
})

const otherType = (type: string): BadBody => ({
  name: `the content type "${type}"`,
  // Bytes, for which the runtime makes up no content type.
  given: () => ({ raw: utf8('{}'), ...(type && { headers: { 'content-type': type } }) }),
  status: 415,
  body: { detail: `Unsupported media type "${type}" in request.` },
})

const megabyte = 2 ** 20

export const badBodies: BadBody[] = [
  notAnObject('[]', 'list'),
  notAnObject('[{}]', 'list'),
  notAnObject('"text"', 'str'),
  notAnObject('""', 'str'),
  notAnObject('7', 'int'),
  notAnObject('-1e999', 'float'),
  notAnObject('true', 'bool'),
  notAnObject('null', 'NoneType'),
  notJson('cut off', '{"username":'),
  notJson('a word', 'null and void'),
  notJson('blank', '  '),
  notJson('in single quotes', "{'username':'a'}"),
  notJson('followed by more', '{}{}'),
  notJson('NaN', '{"username":NaN}'),
  notJson('a NUL', '\0'),
  notJson('not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  notJson('UTF-8 for a surrogate', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])),
  notJson('33 levels deep', nested(33)),
  notJson('60,000 levels deep', nested(60_000)),
  notJson('60,000 open brackets', '['.repeat(60_000)),
  tooLarge('JSON', () => rawJson(`{"username":"${'x'.repeat(megabyte)}"}`)),
  tooLarge('JSON that is blank but', () => rawJson(' '.repeat(megabyte))),
  tooLarge('a form', () => ({ form: { username: 'x'.repeat(megabyte) } })),
  tooLarge('a multipart form', () => ({ form: multipart({ note: 'x'.repeat(3 * megabyte) }) })),
  tooLarge('a stream without a length', () => rawJson(new Blob(['x'.repeat(megabyte)]).stream())),
  otherType('text/plain'),
  otherType('application/xml; charset=utf-8'),
  otherType('application/jsonp'),
  otherType('json'),
  otherType(';'),
  otherType(''),
  {
    name: 'a multipart form without a boundary',
    given: () => ({ raw: utf8('--x'), headers: { 'content-type': 'multipart/form-data' } }),
    status: 400,
    body: { detail: expect.stringMatching(/^Multipart form parse error - ./) },
  },
  {
    name: 'a multipart form that is cut off',
    given: () => ({
      raw: utf8('--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nali'),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    }),
    status: 400,
    body: { detail: expect.stringMatching(/^Multipart form parse error - ./) },
  },
]

/** Bodies that hold keys, but none that a route knows: they say as little as `{}` does. */
export const emptyBodies: [string, CallOptions][] = [
  ['nothing', {}],
  ['{}', rawJson('{}')],
  ['a key __proto__', rawJson('{"__proto__":{"username":"eve","first_name":"Eve"}}')],
  ['a key constructor', rawJson('{"constructor":{"prototype":{"first_name":"Eve"}}}')],
  ['32 levels', rawJson(`{"unknown":${nested(31)}}`)],
  ['a form of names that every object has', { form: namesOfObjects() }],
  ['a multipart form of such names', { form: multipart(namesOfObjects()) }],
  ['an empty form', { form: {} }],
  ['a form of signs', rawForm('&&==&%00&%zz&=%')],
]

function namesOfObjects(): Record<string, string> {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
  return Object.fromEntries(names.map((name) => [name, '']))
}

function rawForm(text: string): CallOptions {
  return { raw: text, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
}

/** Ids that are none, as they stand in a path. */
export const malformedIds = [
  'x',
  '0',
  '-1',
  '1.5',
  '1e3',
  '0x1',
  'NaN',
  'null',
  '%00',
  '%20',
  '%FF',
  '%zz',
  '１',
  "1'--",
  '1%2F2',
  '9007199254740993',
  '9'.repeat(400),
]

const notWhole = { limit: ['A valid integer is required.'] }
const noCursor = { cursor: ['A valid integer is required.'] }

/** Query strings that no list takes. */
export const badQueries: [string, object][] = [
  ['limit=', notWhole],
  ['limit=x', notWhole],
  ['limit=1.5', notWhole],
  ['limit=1e3', notWhole],
  ['limit=%00', notWhole],
  ['limit=%FF', notWhole],
  ['limit=1&limit=2', notWhole],
  ['limit=0', { limit: ['Ensure this value is greater than or equal to 1.'] }],
  ['limit=-1', { limit: ['Ensure this value is greater than or equal to 1.'] }],
  ['cursor=x', noCursor],
  ['cursor=', noCursor],
  ['cursor=1,2', noCursor],
  ["cursor=1'%20or%201=1", noCursor],
  ['cursor=-1', { cursor: ['Ensure this value is greater than or equal to 0.'] }],
  [
    'cursor=99999999999999999999',
    { cursor: ['Ensure this value is less than or equal to 9007199254740991.'] },
  ],
  ['limit=x&cursor=y', { ...notWhole, ...noCursor }],
]
