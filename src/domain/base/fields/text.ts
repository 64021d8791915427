// Text: bounded before anything else is asked of it, since what comes after may cost more than its length.
import { type Fail, field, present, type Schema } from './decoding'

/** Characters at most of a text that has no maximum of its own: enough for whatever is looked up by it. */
export const lookupMax = 254
/** The same of a text that is kept as it was sent: passwords, which may come encrypted. */
export const verbatimMax = 16_384

type TextRule = {
  /** Characters (code points) at most; `lookupMax` or `verbatimMax` where nothing is said. */
  max?: number
  /** Whether '' is allowed. */
  blank?: boolean
  /** Kept as it was sent, surrounding blanks too: passwords. */
  verbatim?: boolean
}

/** Text; a number counts as text. Trimmed; no NUL, no lone surrogates, which no database keeps. */
export function text(rule: TextRule = {}, describe: Record<string, unknown> = {}): Schema<string> {
  const limits = {
    maxLength: maxOf(rule),
    ...(rule.blank ? {} : { minLength: 1 }),
  }
  return field({ type: 'string', ...limits, ...describe }, (raw, fail) =>
    decodeText(raw, rule, fail),
  )
}

function maxOf({ max, verbatim }: TextRule): number {
  return max ?? (verbatim ? verbatimMax : lookupMax)
}

/** What `text` does with a value. */
export function decodeText(raw: unknown, rule: TextRule, fail: Fail): string {
  present(raw, fail)
  const isNumber = typeof raw === 'number' && Number.isFinite(raw)
  if (typeof raw !== 'string' && !isNumber) return fail('not_text')
  const sent = String(raw)
  const text = rule.verbatim ? sent : sent.trim()
  const max = maxOf(rule)
  if (longerThan(text, max)) fail('too_long', max)
  if (text === '' && !rule.blank) fail('blank')
  if (text.includes('\0')) fail('null_character')
  const surrogate = loneSurrogate(text)
  if (surrogate) fail('surrogate', surrogate)
  return text
}

/** How many code points a text has: what its clients, and Django, count as characters. */
export function lengthOf(text: string): number {
  return Array.from(text).length
}

/** Whether a text has more characters than that. A very long one is not taken apart for it. */
export function longerThan(text: string, max: number): boolean {
  if (text.length <= max) return false
  return text.length > 2 * max || lengthOf(text) > max
}

function loneSurrogate(text: string): string | undefined {
  if (text.isWellFormed()) return undefined
  const unit = Array.from(text).find((character) => !character.isWellFormed())!
  return `U+${unit.charCodeAt(0).toString(16).toUpperCase()}`
}

/**
 * What somebody typed as digits, as a program compares it: without blanks, dashes and marks that nobody
 * sees (of direction, soft hyphens), every script's digits as 0 to 9. For texts that are bounded.
 */
export function typedDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '')
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
}

/** In Unicode each script's ten digits follow one another, and stand apart from those of others. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!
  let value = 0
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++
  return String(value)
}
