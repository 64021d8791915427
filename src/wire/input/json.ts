// JSON as a shape wants it: a number that stands for text keeps the digits it was written with, which a
// number of JavaScript does not (800356270543470622 would become 800356270543470600).
import * as z from 'zod'
import { bare, isText } from './shapes'

/** Levels of objects and lists in one another. */
const maxNesting = 32

/** How numbers were written, where their value says less: by the object or list, and the place in it. */
type Written = Map<object, Map<string, string>>

/** What a text holds, and how its numbers were written. */
export type Json = { value: unknown; written: Written | null }

/** Parses a text. @throws `SyntaxError` for what is no JSON, `RangeError` for more than 32 levels */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text)
  if (isDeeper(value, maxNesting)) throw new RangeError('Nested too deeply')
  // Seldom: to look at each number costs several times the parse.
  return /\d{16}|\d[.eE]/.test(text) ? parseWritten(text) : { value, written: null }
}

/** The third argument is in the runtime, not yet in TypeScript's library. */
type Reviver = (this: object, key: string, value: unknown, context: { source?: string }) => unknown

function parseWritten(text: string): Json {
  const written: Written = new Map()
  const note: Reviver = function note(key, value, { source }) {
    if (typeof value === 'number' && Number.isFinite(value) && source !== undefined) {
      if (source !== String(value) && source !== '-0') placesIn(written, this).set(key, source)
    }
    return value
  }
  return { value: JSON.parse(text, note as (key: string, value: unknown) => unknown), written }
}

function placesIn(written: Written, holder: object): Map<string, string> {
  const places = written.get(holder) ?? new Map<string, string>()
  written.set(holder, places)
  return places
}

/** The value for this shape, with the digits of the numbers that are text there. */
export function jsonFor(shape: z.ZodType, { value, written }: Json): unknown {
  if (written) keepDigits(value, shape, written)
  return value
}

function keepDigits(value: unknown, schema: z.ZodType, written: Written): void {
  if (typeof value !== 'object' || value === null) return
  const inner = bare(schema)
  const holder = value as Record<string, unknown>
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    for (const place of value.keys()) {
      keepIn(holder, String(place), inner.element as z.ZodType, written)
    }
  } else if (inner instanceof z.ZodObject) {
    for (const [name, field] of Object.entries(inner.shape)) {
      if (Object.hasOwn(holder, name)) keepIn(holder, name, field as z.ZodType, written)
    }
  }
}

function keepIn(holder: Record<string, unknown>, key: string, field: z.ZodType, written: Written) {
  const digits = written.get(holder)?.get(key)
  if (digits !== undefined && isText(field)) holder[key] = digits
  else keepDigits(holder[key], field, written)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}
