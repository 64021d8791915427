// application/x-www-form-urlencoded, and the fields of any form as a route's shape wants them.
import * as z from 'zod'
import { decoderOf, percentDecoded, textIn } from './charsets'
import { parseHeader } from './header-parameters'
import { bare } from './shapes'

/** How many fields a form may have. */
export const maxFields = 2000

/** A field as it was sent: text, a file as its bytes (its name says nothing of it), or nothing. */
export type FormField = [name: string, value: string | Uint8Array | undefined]

/** A form, as opposed to what JSON can hold. */
export class Form {
  constructor(readonly fields: readonly FormField[]) {}

  get names(): string[] {
    return this.fields.map(([name]) => name)
  }

  get hasFile(): boolean {
    return this.fields.some(([, value]) => value instanceof Uint8Array)
  }
}

/**
 * The fields of a body. The charset is the one that the content type names, or a field `_charset_`, as
 * old browsers sent it. @throws `SyntaxError` for more than 2,000 fields
 */
export function parseUrlencoded(bytes: Uint8Array, header: string): FormField[] {
  const text = new TextDecoder().decode(bytes)
  if (text.split('&', maxFields + 1).length > maxFields) throw new SyntaxError('Invalid body')
  // A question mark at the front would be left out.
  const usual = new URLSearchParams(`&${text}`)
  const charset = parseHeader(header)?.parameters.get('charset') ?? usual.get('_charset_')
  const decoder = decoderOf(charset ?? undefined)
  return decoder.encoding === 'utf-8' ? [...usual] : fieldsIn(bytes, decoder)
}

function fieldsIn(bytes: Uint8Array, decoder: TextDecoder): FormField[] {
  const fields: FormField[] = []
  for (let at = 0; at < bytes.length;) {
    const next = endOf(bytes.subarray(at), '&')
    const pair = bytes.subarray(at, at + next)
    const equals = endOf(pair, '=')
    const [name, value] = [pair.subarray(0, equals), pair.subarray(equals + 1)]
    if (next > 0) fields.push([plain(name, decoder), plain(value, decoder)])
    at += next + 1
  }
  return fields
}

function endOf(bytes: Uint8Array, sign: string): number {
  const at = bytes.indexOf(sign.charCodeAt(0))
  return at < 0 ? bytes.length : at
}

function plain(bytes: Uint8Array, decoder: TextDecoder): string {
  const blank = bytes.map((byte) => (byte === 0x2b ? 0x20 : byte))
  const decoded = percentDecoded(blank)
  return textIn(decoded, decoder) ?? new TextDecoder(decoder.encoding).decode(decoded)
}

// ── As a shape wants them ────────────────────────────────────────────────────────────────────────

/**
 * A form's fields as the shape wants them: all values for a list, else the last; an object's fields under
 * dotted names (`location.city`); and since a form has no null, an empty value stands for it where null
 * is meant to be possible and '' is not.
 */
export function formFor(shape: z.ZodObject, sent: readonly FormField[]): Record<string, unknown> {
  const fields = [...valuesByName(sent)].map(([name, values]): [string, unknown] => {
    // A form may well have a field named `constructor`.
    const field = Object.hasOwn(shape.shape, name) ? (shape.shape[name] as z.ZodType) : undefined
    if (field && bare(field) instanceof z.ZodArray) return [name, values]
    const value = values.at(-1)
    const isNull = value === '' && field?.safeParse(null).success && !field.safeParse('').success
    return [name, isNull ? null : value]
  })
  for (const [name, field] of Object.entries(shape.shape)) {
    const inner = bare(field as z.ZodType)
    const part = inner instanceof z.ZodObject ? below(`${name}.`, sent) : []
    if (part.length > 0) fields.push([name, formFor(inner as z.ZodObject, part)])
  }
  return Object.fromEntries(fields)
}

function valuesByName(sent: readonly FormField[]): Map<string, FormField[1][]> {
  const values = new Map<string, FormField[1][]>()
  for (const [name, value] of sent) {
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return values
}

/** The fields whose names begin so, without that beginning. */
function below(prefix: string, sent: readonly FormField[]): FormField[] {
  return sent
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value])
}
