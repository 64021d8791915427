// What a field may hold beside text: numbers, truth, one of some words, lists, places in lists.
import * as z from 'zod'
import { isObjectId } from '../ids'
import { type Fail, field, kindOf, present, type Schema } from './decoding'
import { lookupMax } from './text'

/** A whole number, also as text. `max` defaults to what a database id can be. */
export function integer(rule: { min?: number; max?: number } = {}): Schema<number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = rule
  const describe = {
    type: 'integer',
    ...(min === undefined ? {} : { minimum: min }),
    ...(rule.max === undefined ? {} : { maximum: max }),
  }
  return field(describe, (raw, fail) => {
    const number = wholeNumber(raw, fail)
    if (min !== undefined && number < min) fail('too_small', min)
    if (number > max) fail('too_large', max)
    return number
  })
}

function wholeNumber(raw: unknown, fail: Fail): number {
  present(raw, fail)
  const number = /^-?\d{1,20}$/.test(shortText(raw)) ? Number(raw) : raw
  if (typeof number !== 'number' || !Number.isInteger(number)) return fail('not_integer')
  return number
}

/** A place in what happens: a whole number from 0 on, however large, or the word `now`. */
export const place = field<number | 'now'>(
  { type: 'string', pattern: '^(now|[0-9]{1,20})$' },
  (raw, fail) => {
    if (raw === 'now') return 'now'
    const number = wholeNumber(raw, fail)
    return number < 0 ? fail('too_small', 0) : number
  },
)

/** A text without surrounding blanks; '' for what is none, or is longer than any word that is looked for. */
export function shortText(raw: unknown): string {
  return typeof raw === 'string' && raw.length <= lookupMax ? raw.trim() : ''
}

const truths = new Map<unknown, boolean>([
  ...['true', 't', 'yes', 'y', 'on', '1', 1, true].map((v) => [v, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0', 0, false].map((v) => [v, false] as const),
])

/** True or false, also in the forms that Django takes for them. */
export const boolean = field({ type: 'boolean' }, (raw, fail) => {
  present(raw, fail)
  const truth = truths.get(typeof raw === 'string' ? shortText(raw).toLowerCase() : raw)
  return truth ?? fail('not_boolean')
})

/** One of some words. */
export function choice<const T extends string>(...words: readonly [T, ...T[]]) {
  return field({ type: 'string', enum: words }, (raw, fail) => {
    present(raw, fail)
    return words.find((word) => word === shortText(raw)) ?? fail('not_choice', quoted(raw))
  })
}

/** How many characters of a wrong word are told back. */
const quotedMax = 100

/** A wrong word as it is told back: its beginning, or its kind where it is none. */
function quoted(raw: unknown): string {
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw)
  if (typeof raw !== 'string') return kindOf(raw)
  return raw.length <= quotedMax ? raw : `${raw.slice(0, quotedMax).toWellFormed()}…`
}

/** A list of at most `max` entries; of one that is longer, no entry is looked at. */
export function list<S extends z.ZodType>(entry: S, max: number) {
  const bounded = z.preprocess((raw, ctx) => {
    if (Array.isArray(raw) && raw.length > max) {
      ctx.issues.push({ code: 'custom', input: raw, params: { code: 'too_many', detail: max } })
    }
    return raw
  }, z.array(entry))
  return bounded.meta({ maxItems: max })
}

/** The place of a plan or RSVP in a list by id. */
export const idCursor = field({ type: 'string' }, (raw, fail) => {
  const text = shortText(raw)
  return isObjectId(text) ? text : fail('bad_cursor')
})
