// A record of the domain as JSON of ours, where no document says how it looks: names in snake_case, times
// in ISO 8601.
import { isoTime } from './times'

/** Any record or list, written so. Numbers under a name that ends in At, Time or Until are times. */
export function snakeCased(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => snakeCased(item))
  if (typeof value === 'number' && /(?:At|Time|Until)$/.test(name)) return isoTime(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snake(key), snakeCased(inner, key)]),
  )
}

/** A name as `snakeCased` writes it. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The same as a type. */
export type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : ''
