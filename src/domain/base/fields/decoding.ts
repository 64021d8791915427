// How a field is read: a decoder whose first rule that fails ends it, as a zod schema whose issues carry
// our own codes; and what may be missing, null or empty.
import * as z from 'zod'
import type { Issue, IssueCode } from '../errors'

/** Ends the decoding of a field with an issue of ours; with several where one rule tells them together. */
export type Fail = (codes: IssueCode | IssueCode[], detail?: string | number) => never

class Failed extends Error {
  constructor(
    readonly codes: readonly IssueCode[],
    readonly detail?: string | number,
  ) {
    super('A rule of a field failed.')
  }
}

const fail: Fail = (codes, detail) => {
  throw new Failed([codes].flat(), detail)
}

/**
 * A schema that decodes an unknown value; `describe` is its JSON Schema (2020-12). The first rule that
 * fails is reported, and no later one sees the value: so what costs more comes behind what bounds it.
 */
export function field<T>(
  describe: Record<string, unknown>,
  decode: (raw: unknown, fail: Fail) => T,
) {
  return z
    .unknown()
    .transform((raw, ctx): T => {
      try {
        return decode(raw, fail)
      } catch (error) {
        if (!(error instanceof Failed)) throw error
        const { codes, detail } = error
        for (const code of codes) {
          ctx.issues.push({ code: 'custom', input: raw, params: { code, detail } })
        }
        return z.NEVER
      }
    })
    .meta(describe)
}

/** A field that decodes to `T`, as a shape of zod. */
export type Schema<T> = ReturnType<typeof field<T>>

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
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return { string: 'str', boolean: 'bool' }[typeof value as string] ?? 'dict'
}

// ── Presence of a value ──────────────────────────────────────────────────────────────────────────

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
export function present(raw: unknown, fail: Fail): void {
  if (raw === undefined) fail('required')
  if (raw === null) fail('null')
}
