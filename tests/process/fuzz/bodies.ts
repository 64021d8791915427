// The bodies of an operation: of every type that it takes, from quite good to no body at all.
import * as fc from 'fast-check'
import {
  bytes,
  gif,
  jpeg,
  jpegSegment,
  png,
  pngChunk,
  webp,
  webpChunk,
} from '../../support/pictures'
import {
  fieldsOf,
  formOf,
  type FormValue,
  hostile,
  jsonOf,
  type Resolve,
  type Schema,
  type Value,
} from './values'

/** How a body is put down: what is wrong with it as a whole, if anything. */
type Fault =
  | { kind: 'none' }
  /** The bytes from there on are missing. */
  | { kind: 'cut'; at: number }
  /** These bytes stand in the middle of it. */
  | { kind: 'bytes'; at: number; hex: string }
  /** Something else is there instead. */
  | { kind: 'instead'; text: string; times: number }
  | { kind: 'type'; value: string | null }

type Form = 'json' | 'urlencoded' | 'multipart'

export type BodyDraft = { form: Form; fields: [string, Value][]; fault: Fault }

const boundary = 'a-boundary-of-the-fuzz'
const types: Record<Form, string> = {
  json: 'application/json',
  urlencoded: 'application/x-www-form-urlencoded',
  multipart: `multipart/form-data; boundary=${boundary}`,
}

const oddTypes = [
  null,
  '',
  ';',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'APPLICATION/JSON;charset=UTF-8',
  'application/json, text/plain',
  'application/x-www-form-urlencoded; charset=iso-2022-jp',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary="',
  'multipart/form-data; boundary=another',
  `multipart/form-data; boundary=${'b'.repeat(5000)}`,
  `multipart/mixed; boundary=${boundary}`,
  'json',
  'a/b\u00ff',
]

const oddBodies = [
  '',
  ' ',
  '\ufeff{}',
  'null',
  '[]',
  '[[[[{}]]]]',
  '{',
  '{"a":1,}',
  '{}{}',
  '"text"',
  '-1e400',
  'undefined',
  `--${boundary}--`,
  `--${boundary}\r\n\r\n\r\n--${boundary}--\r\n`,
  `--${boundary}\r\nContent-Disposition: form-data; name="`,
  `--${boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${boundary}--\r\n`,
  '&&==&%zz&%&=%FF',
  'a.b.c.d=1&a=2&a.b=3',
]

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 30, arbitrary: fc.constant({ kind: 'none' } as const) },
  { weight: 1, arbitrary: fc.nat({ max: 400 }).map((at) => ({ kind: 'cut', at }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      at: fc.nat({ max: 200 }),
      hex: fc.constantFrom('ff', 'c0af', 'eda080', 'f4908080', '00', '80', 'e282'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('instead' as const),
      text: fc.constantFrom(...oddBodies),
      times: fc.constant(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('instead' as const),
      text: fc.constantFrom('[', '{"a":', '"', 'a=1&', ' ', '[0,', '\\'),
      times: fc.constantFrom(33, 5000, 140_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...oddTypes).map((value) => ({ kind: 'type', value }) as const),
  },
)

/** Keys that no shape has, beside its own; and those that every object of JavaScript has. */
const oddKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  '\0',
  'a.b',
  'is_active',
  'id',
]

/** Bodies for an operation with these schemas; an operation without any gets some of no use to it. */
export function bodiesFor(
  content: Record<string, { schema: Schema }> | undefined,
): fc.Arbitrary<BodyDraft> {
  const shapesOf = (type: string): Schema[] => {
    const schema = content?.[type]?.schema ?? { type: 'object' }
    return (schema['anyOf'] as Schema[] | undefined) ?? [schema]
  }
  const form = fc.oneof(
    { weight: 4, arbitrary: fc.constant('json' as const) },
    { weight: 1, arbitrary: fc.constant('urlencoded' as const) },
    { weight: 2, arbitrary: fc.constant('multipart' as const) },
  )
  return form.chain((form) => {
    // What is flat in the document's forms is nested in its JSON, and written flat by `formOf`.
    const shapes = shapesOf('application/json')
    const fields = fc.oneof(
      // Good from end to end, with one field in five bad, and with every other one.
      { weight: 5, arbitrary: fc.oneof(...shapes.map((shape) => fieldsOf(shape, 0))) },
      { weight: 4, arbitrary: fc.oneof(...shapes.map((shape) => fieldsOf(shape, 5))) },
      { weight: 1, arbitrary: fc.oneof(...shapes.map((shape) => fieldsOf(shape, 2))) },
    )
    const known = shapes.flatMap((shape) => Object.keys(shape['properties'] ?? {}))
    const key = fc.constantFrom(...oddKeys, ...known)
    const more = fc.oneof(
      { weight: 6, arbitrary: fc.constant([] as [string, Value][]) },
      { weight: 2, arbitrary: fc.array(fc.tuple(key, hostile), { maxLength: 3 }) },
    )
    return fc
      .tuple(fields, more, fault)
      .map(([fields, more, fault]) => ({ form, fields: [...fields, ...more], fault }))
  })
}

/** The bytes of a body and its content type; null where it has none. */
export function written(draft: BodyDraft, resolve: Resolve): { body: Buffer; type: string | null } {
  const { form, fields, fault } = draft
  const whole = () => {
    if (form === 'json') return Buffer.from(jsonOf({ record: fields }, resolve))
    const pairs = fields.flatMap(([name, value]) => formOf(name, value, resolve))
    return form === 'urlencoded' ? urlencoded(pairs) : multipart(pairs)
  }
  const type = fault.kind === 'type' ? fault.value : types[form]
  return { body: spoiled(fault, whole), type }
}

function spoiled(fault: Fault, whole: () => Buffer): Buffer {
  if (fault.kind === 'instead') return Buffer.from(fault.text.repeat(fault.times))
  const bytes = whole()
  if (fault.kind === 'cut') return bytes.subarray(0, Math.min(fault.at, bytes.length))
  if (fault.kind !== 'bytes') return bytes
  const at = Math.min(fault.at, bytes.length)
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(fault.hex, 'hex'), bytes.subarray(at)])
}

function urlencoded(pairs: [string, FormValue][]): Buffer {
  const text = new URLSearchParams()
  for (const [name, value] of pairs)
    text.append(name, typeof value === 'string' ? value : value.file)
  return Buffer.from(text.toString())
}

/** The same piece again and again, up to nearly 2 MiB. */
const filled = (piece: Uint8Array): Uint8Array<ArrayBuffer> => {
  const count = Math.floor((2 * 1024 * 1024 - 1000) / piece.length)
  return new Uint8Array(Buffer.alloc(count * piece.length, piece))
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

/** Small ones, and some that are made of as many parts as there is room for. */
const pictures: Record<string, () => Uint8Array> = {
  png: () => png(),
  gif: () => gif(),
  junk: () => Buffer.from('\x89PNG\r\n'),
  'webp of chunks': once(() => webp(filled(webpChunk('ALPH', '')))),
  'png of chunks': once(() => png(filled(pngChunk('tEXt')))),
  'gif of extensions': once(() => gif(filled(bytes([0x21, 0xfe, 0])))),
  'jpeg of segments': once(() => jpeg(filled(jpegSegment(0xdb, '')))),
}

function multipart(pairs: [string, FormValue][]): Buffer {
  const quoted = (text: string) => text.replace(/["\r\n]/g, encodeURIComponent)
  const parts = pairs.flatMap(([name, value]) => {
    const field = `Content-Disposition: form-data; name="${quoted(name)}"`
    const head =
      typeof value === 'string'
        ? `--${boundary}\r\n${field}\r\n\r\n`
        : `--${boundary}\r\n${field}; filename="${quoted(value.name)}"\r\nContent-Type: image/png\r\n\r\n`
    const content = typeof value === 'string' ? value : (pictures[value.file]?.() ?? '')
    return [Buffer.from(head), Buffer.from(content as string), Buffer.from('\r\n')]
  })
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
}
