// What a field may hold: rules that every contract shares, as zod schemas whose issues carry our own
// codes. Which fields a body has is the route's to say; how each code is worded, the wire's.
import * as z from 'zod'
import type { Issue, IssueCode } from './errors'
import { isObjectId } from './object-ids'

/** Adds an issue of ours. */
export type Fail = (code: IssueCode, detail?: string | number) => void

/**
 * A schema that decodes an unknown value; `describe` is its JSON Schema (2020-12). A value that fails
 * is reported with all that is wrong with it.
 */
export function field<T>(
  describe: Record<string, unknown>,
  decode: (raw: unknown, fail: Fail) => T,
) {
  return z
    .unknown()
    .transform((raw, ctx): T => {
      // What failed keeps its value, for a rule that compares it with another field's.
      return decode(raw, (code, detail) => {
        ctx.issues.push({ code: 'custom', input: raw, params: { code, detail } })
      })
    })
    .meta(describe)
}

/** The issues of a parse, with our codes; what zod found by itself is a value of a wrong kind. */
export function issuesOf(error: z.core.$ZodError): Issue[] {
  return error.issues.map((issue) => {
    const params = issue.code === 'custom' ? issue.params : undefined
    if (params) return { path: issue.path, code: params['code'], detail: params['detail'] }
    // A field's own object or list that is not there at all.
    if (issue.path.length > 0 && 'input' in issue && (issue.input ?? null) === null) {
      return { path: issue.path, code: issue.input === null ? 'null' : 'required' }
    }
    const isList = issue.code === 'invalid_type' && issue.expected === 'array'
    return {
      path: issue.path,
      code: isList ? 'not_list' : 'not_object',
      detail: kindOf(issue.input),
    }
  })
}

/** The type of a value, in the words that Django's messages have for it. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict'
}

// ── Presence of a value ──────────────────────────────────────────────────────────────────────────

type Schema<T> = ReturnType<typeof field<T>>

/** A field that need not be there; where it is not, its value is undefined. */
export function optional<S extends z.ZodType>(inner: S) {
  return inner.optional()
}

/** Null stands for "none". In a form, which has no null, so does an empty value (see `wire/body`). */
export function nullable<S extends z.ZodType>(inner: S) {
  return inner.nullable()
}

/**
 * A field that need not be there, for which null and a blank text stand for "none":
 * undefined where it was not sent, null where it was sent empty.
 */
export function clearable<S extends z.ZodType>(inner: S) {
  const isBlank = (raw: unknown) => typeof raw === 'string' && raw.trim() === ''
  const emptied = z.preprocess((raw) => (isBlank(raw) ? null : raw), inner.nullable())
  return emptied.optional().meta(orNull(inner.meta() ?? {}))
}

/** The JSON Schema of a field that may also be null. */
function orNull(describe: Record<string, unknown>): Record<string, unknown> {
  const { type, enum: words } = describe
  return {
    ...describe,
    type: [type, 'null'].flat(),
    ...(Array.isArray(words) ? { enum: [...(words as unknown[]), null] } : {}),
  }
}

/** What every field refuses before it looks closer. */
export function present(raw: unknown, fail: Fail): boolean {
  if (raw === undefined) fail('required')
  else if (raw === null) fail('null')
  else return true
  return false
}

// ── Text ─────────────────────────────────────────────────────────────────────────────────────────

type TextRule = {
  /** Characters (code points) at most. */
  max?: number
  /** Whether '' is allowed. */
  blank?: boolean
  /** Kept as it was sent, surrounding blanks too: passwords. */
  verbatim?: boolean
}

/** Text; a number counts as text. Trimmed; no NUL, no lone surrogates, which no database keeps. */
export function text(rule: TextRule = {}, describe: Record<string, unknown> = {}): Schema<string> {
  const limits = {
    ...(rule.max ? { maxLength: rule.max } : {}),
    ...(rule.blank ? {} : { minLength: 1 }),
  }
  return field({ type: 'string', ...limits, ...describe }, (raw, fail) =>
    decodeText(raw, rule, fail),
  )
}

/** What `text` does with a value. */
export function decodeText(raw: unknown, rule: TextRule, fail: Fail): string {
  if (!present(raw, fail)) return ''
  const isNumber = typeof raw === 'number' && Number.isFinite(raw)
  if (typeof raw !== 'string' && !isNumber) {
    fail('not_text')
    return ''
  }
  const sent = String(raw)
  const text = rule.verbatim ? sent : sent.trim()
  if (text === '' && !rule.blank) fail('blank')
  if (text.includes('\0')) fail('null_character')
  const surrogate = loneSurrogate(text)
  if (surrogate) fail('surrogate', surrogate)
  if (rule.max !== undefined && longerThan(text, rule.max)) fail('too_long', rule.max)
  return text
}

/** A text's code points: what its clients, and Django, count as characters. */
function characters(text: string): string[] {
  return Array.from(text)
}

function longerThan(text: string, max: number): boolean {
  return text.length > max && characters(text).length > max
}

function loneSurrogate(text: string): string | undefined {
  if (text.isWellFormed()) return undefined
  const unit = characters(text).find((character) => !character.isWellFormed())!
  return `U+${unit.charCodeAt(0).toString(16).toUpperCase()}`
}

// ── Names and passwords of accounts ──────────────────────────────────────────────────────────────

const usernameForm = /^[\p{L}\p{N}@.+\-_]+$/u
/** Names of accounts that have left. */
const reservedUsername = /^deleted-\d+$/i

/** 1 to 150 letters, digits and `@ . + - _`, in Unicode's NFKC form; nobody's `deleted-<digits>`. */
export const username = field({ type: 'string', minLength: 1, maxLength: 150 }, (raw, fail) => {
  const before = decodeText(raw, { max: 150 }, fail)
  const name = before.normalize('NFKC')
  if (name !== '' && (!usernameForm.test(name) || reservedUsername.test(name))) fail('bad_username')
  if (!longerThan(before, 150) && longerThan(name, 150)) fail('too_long', 150)
  return name
})

/** A name or address as it is compared: without regard to case, in Unicode's way. */
export function foldCase(text: string): string {
  // By way of upper case, which folds what has several lower cases (ß and ss, the two small sigmas);
  // lower case before it for ẞ, which is an upper case of its own.
  return text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

// The local part is a dot-atom (RFC 5322 §3.2.3): no dot at either end, nor two together.
const emailForm =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i

/** An e-mail address of at most 254 characters; `blank` allows none at all (''). */
export function email(rule: { blank?: boolean } = {}): Schema<string> {
  const describe = { type: 'string', maxLength: 254, ...(rule.blank ? {} : { format: 'email' }) }
  return field(describe, (raw, fail) => {
    const address = decodeText(raw, { max: 254, ...rule }, fail)
    if (address !== '' && !emailForm.test(address)) fail('not_email')
    return address
  })
}

/** A password that is only compared: any text. */
export const anyPassword = text({ verbatim: true }, { format: 'password' })

/** The e-mailed code beside a password: none is the same as an empty one. */
export const optionalCode = optional(nullable(text({ blank: true })))

/** A new password: 8 to 256 characters, not digits only. See also `unlikeUsername`. */
export const newPassword = field(
  { type: 'string', format: 'password', minLength: 8, maxLength: 256 },
  (raw, fail) => {
    const password = decodeText(raw, { max: 256, verbatim: true }, fail)
    if (password === '') return password
    if (characters(password).length < 8) fail('password_short')
    if (/^\d+$/.test(password)) fail('password_numeric')
    return password
  },
)

/** Whether a new password is just the account's name. */
export function isLikeUsername(password: string, name: string): boolean {
  return foldCase(password) === foldCase(name)
}

/**
 * The shape of a registration, whose new password may not be just its `username`; that is told behind
 * whatever else is wrong with the password.
 */
export function unlikeUsername<S extends z.ZodObject>(shape: S, passwordField = 'password'): S {
  return shape.refine(
    (given) => {
      // What is no object at all is told so by the shape itself.
      if (typeof given !== 'object' || given === null) return true
      const { username: name, [passwordField]: password } = given as Record<string, unknown>
      if (typeof name !== 'string' || typeof password !== 'string' || name === '') return true
      return !isLikeUsername(password, name)
    },
    {
      path: [passwordField],
      params: { code: 'password_like_username' },
      // Beside the faults of other fields too, but not of a body that is no object.
      when: ({ value }) => typeof value === 'object' && value !== null,
    },
  )
}

// ── Numbers, truth, words ────────────────────────────────────────────────────────────────────────

/** A whole number, also as text. `max` defaults to what a database id can be. */
export function integer(rule: { min?: number; max?: number } = {}): Schema<number> {
  const { min, max = Number.MAX_SAFE_INTEGER } = rule
  const describe = {
    type: 'integer',
    ...(min === undefined ? {} : { minimum: min }),
    ...(rule.max === undefined ? {} : { maximum: max }),
  }
  return field(describe, (raw, fail) => {
    if (!present(raw, fail)) return 0
    const isText = typeof raw === 'string' && /^\s*-?\d{1,20}\s*$/.test(raw)
    const number = isText ? Number(raw) : raw
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      fail('not_integer')
      return 0
    }
    if (min !== undefined && number < min) fail('too_small', min)
    if (number > max) fail('too_large', max)
    return number
  })
}

const truths = new Map<unknown, boolean>([
  ...['true', 't', 'yes', 'y', 'on', '1', 1, true].map((v) => [v, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0', 0, false].map((v) => [v, false] as const),
])

/** True or false, also in the forms that Django takes for them. */
export const boolean = field({ type: 'boolean' }, (raw, fail) => {
  if (!present(raw, fail)) return false
  const truth = truths.get(typeof raw === 'string' ? raw.trim().toLowerCase() : raw)
  if (truth === undefined) fail('not_boolean')
  return truth ?? false
})

/** One of some words. */
export function choice<const T extends string>(...words: readonly [T, ...T[]]) {
  return field({ type: 'string', enum: words }, (raw, fail) => {
    if (!present(raw, fail)) return words[0]
    const word = words.find((word) => word === (typeof raw === 'string' ? raw.trim() : raw))
    // An object of a client's can have a `toString` that is none.
    if (word === undefined) fail('not_choice', typeof raw === 'string' ? raw : JSON.stringify(raw))
    return word ?? words[0]
  })
}

// ── Places in lists ──────────────────────────────────────────────────────────────────────────────

/** The place of a plan or RSVP in a list by id. */
export const idCursor = field({ type: 'string' }, (raw, fail) => {
  const text = typeof raw === 'string' ? raw.trim() : ''
  if (!isObjectId(text)) fail('bad_cursor')
  return text
})
