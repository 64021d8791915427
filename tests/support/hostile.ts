// What a hostile or careless client sends, whatever the route: bodies, ids, query strings; and what
// the contracts answer to it.
import { expect } from 'vitest'
import { multipart, rawJson } from './forms'
import { aJsonError } from './golden'
import type { CallOptions } from './world'

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

const megabyte = 'x'.repeat(2 ** 20)

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
  tooLarge('JSON', () => rawJson(`{"username":"${megabyte}"}`)),
  tooLarge('JSON that is blank but', () => rawJson(' '.repeat(megabyte.length))),
  tooLarge('a form', () => ({ form: { username: megabyte } })),
  tooLarge('a multipart form', () => ({ form: multipart({ note: megabyte.repeat(3) }) })),
  tooLarge('a stream without a length', () => rawJson(new Blob([megabyte]).stream())),
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
export const badLimits: [string, object][] = [
  ['limit=', notWhole],
  ['limit=x', notWhole],
  ['limit=1.5', notWhole],
  ['limit=1e3', notWhole],
  ['limit=%00', notWhole],
  ['limit=%FF', notWhole],
  ['limit=1&limit=2', notWhole],
  ['limit=0', { limit: ['Ensure this value is greater than or equal to 1.'] }],
  ['limit=-1', { limit: ['Ensure this value is greater than or equal to 1.'] }],
]

/** Query strings that no list takes whose cursor is a number. */
export const badCursors: [string, object][] = [
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

/** Query strings that no list takes whose cursor is a text of a form of its own. */
export const badTextCursors: [string, object][] = [
  'cursor=',
  'cursor=x',
  'cursor=%00',
  'cursor=%FF',
  "cursor=1'%20or%201=1",
  'cursor=1&cursor=2',
].map((query) => [query, { cursor: ['Invalid cursor'] }])
