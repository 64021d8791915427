// How statements are declared: written with Drizzle once at module level, with named parameters, and told
// how many rows they answer. `batch.ts` runs them.
import { Column, type GetColumnData, is, Param, Placeholder, SQL, sql } from 'drizzle-orm'
import type { RunnableQuery } from 'drizzle-orm/runnable-query'
import { type Compiled, compile, type Row } from './compile'
import type { Bound as ListBound } from './rows-in-bytes'

/** How many rows a statement without RETURNING changed; on D1 with those that its triggers changed. */
export type Written = { changes: number }

/** A parameter that goes to the database as it is, without a column's type or encoding. */
export type Value<T> = { kind: 'value'; type?: T }
/** Declares a parameter of a type of its own: `value<number>()`. */
export const value = <T extends string | number | null>(): Value<T> => ({ kind: 'value' })

/** A parameter made of several values and a bit of SQL around them. */
export type Composite<T> = {
  kind: 'composite'
  type?: T
  build: (part: Part<T>, isGiven: IsGiven<T>) => SQL
  told: readonly (keyof T & string)[]
}
type Part<T> = (name: keyof T & string) => SQL
type IsGiven<T> = (name: keyof T & string) => boolean
/**
 * Declares a parameter that expands to SQL over the fields of the object given for it. Of the fields that
 * are named behind it, the SQL is told whether they are given (neither null nor left out): a statement is
 * compiled for each combination that occurs, so that the common one pays for no other.
 */
export const composite = <T extends object>(
  build: (part: Part<T>, isGiven: IsGiven<T>) => SQL,
  ...told: (keyof T & string)[]
): Composite<T> => ({ kind: 'composite', build, told })

/** A new value for a column, or none: `changeTo` makes it. */
export type Change<T> = { set: 0 | 1; to: T | null }
/** Declares a parameter for an update's SET: the given value, or the column's own where none is given. */
export const change = <C extends Column>(column: C) =>
  composite<Change<GetColumnData<C>>>(
    (part) => sql`case when ${part('set')} then ${part('to')} else ${column} end`,
  )
/** The value for a `change`; undefined keeps what is stored. */
export const changeTo = <T>(to: T | undefined): Change<T> =>
  to === undefined ? { set: 0, to: null } : { set: 1, to }

/** A column of a select from plain SQL, by the name that it has there. */
export const column = <T>(name: string) => sql<T>`${sql.identifier(name)}`.as(name)

/** A parameter as a LIMIT, for which Drizzle's types ask for a number. */
export const count = (part: SQL<any>) => part as unknown as number

type Given = Record<string, Column | Value<any> | Composite<any>>
type Data<P extends Given> = {
  [K in keyof P]: P[K] extends Column
    ? GetColumnData<P[K]>
    : P[K] extends Value<infer T>
      ? T
      : P[K] extends Composite<infer T>
        ? T
        : never
}
type Parts<P extends Given> = { [K in keyof P]: SQL<any> }

type Query = RunnableQuery<any, 'sqlite'>
type ResultOf<Q> =
  Q extends RunnableQuery<infer R, 'sqlite'> ? (R extends { meta: unknown } ? Written : R) : never
type RowOf<Q> = ResultOf<Q> extends (infer R)[] ? R : never

/** How many rows a statement answers: exactly one, at most one, or any number (`all`). */
export type Rows = 'one' | 'maybe' | 'all'
/** A statement with its values: not run yet, and not awaitable. */
export type Bound<R> = { compiled: () => Compiled; values: Row; rows: Rows; result?: R }
type Declared<P extends Given, R> = (values: Data<P>) => Bound<R>

/**
 * Declares a statement that answers rows, or how many it changed. Parameters take type and encoding from a
 * column, or are a `value` or a `composite`:
 *
 *     const contactsOf = statement({ owner: contacts.ownerId }, (p) =>
 *       q.select().from(contacts).where(eq(contacts.ownerId, p.owner)))
 *
 * Anything that differs from call to call must be a parameter: Drizzle's `$defaultFn` and `$onUpdate`
 * would run once, at the compilation.
 */
export function statement<P extends Given, Q extends Query>(
  given: P,
  build: (parts: Parts<P>) => Q,
): Declared<P, ResultOf<Q>> {
  return declared(given, build, { rows: 'all' })
}

/**
 * The same for a select of named columns that answers many rows: they come packed (`rows-in-bytes.ts`), which
 * is cheaper the more there are. With a bound, whose parameters are the statement's, its last clause is a LIMIT
 * that is a parameter; `isCut` of its rows then says that there may be more than it let through.
 */
export function list<P extends Given, Q extends Query>(
  given: P,
  build: (parts: Parts<P>) => Q,
  bound?: (parts: Parts<P>) => ListBound,
): Declared<P, ResultOf<Q>> {
  return declared(given, build, { rows: 'all', isList: true, bound })
}

/** Declares a statement that answers exactly one row; none is a fault of ours, and an Error. */
export function oneRow<P extends Given, Q extends Query>(
  given: P,
  build: (parts: Parts<P>) => Q,
): Declared<P, RowOf<Q>> {
  return declared(given, build, { rows: 'one' })
}

/** Declares a statement that answers a row, or undefined where there is none. */
export function maybeRow<P extends Given, Q extends Query>(
  given: P,
  build: (parts: Parts<P>) => Q,
): Declared<P, RowOf<Q> | undefined> {
  return declared(given, build, { rows: 'maybe' })
}

type Shape<P extends Given> = {
  rows: Rows
  isList?: boolean
  bound?: ((parts: Parts<P>) => ListBound) | undefined
}

function declared<P extends Given, R>(
  given: P,
  build: (parts: Parts<P>) => Query,
  { rows, isList = false, bound }: Shape<P>,
): Declared<P, R> {
  const known = new Map<string, Compiled>()
  const formOf = formReader(given)
  return (values) => ({
    compiled() {
      const form = formOf(values)
      let compiled = known.get(form)
      if (!compiled) {
        const parts = placeholders(given, values)
        compiled = compile(build(parts), { isList, bound: bound?.(parts) })
        known.set(form, compiled)
      }
      return compiled
    },
    values,
    rows,
  })
}

// ── Parameters ───────────────────────────────────────────────────────────────────────────────────

/** Which of the fields that composites are told of are given: one text for each combination. */
function formReader(given: Given): (values: Row) => string {
  const told = Object.entries(given).flatMap(([name, kind]) =>
    is(kind, Column) || kind.kind === 'value' ? [] : kind.told.map((part) => [name, part] as const),
  )
  return (values) => {
    let form = ''
    for (const [name, part] of told) form += isFieldGiven(values, name, part) ? '1' : '0'
    return form
  }
}

function isFieldGiven(values: Row, name: string, part: string): boolean {
  const field = (values[name] as Row | undefined)?.[part]
  return field !== null && field !== undefined
}

function placeholders<P extends Given>(given: P, values: Row): Parts<P> {
  const entries = Object.entries(given).map(([name, kind]) => {
    if (is(kind, Column)) return [name, sql`${new Param(new Placeholder(name), kind)}`]
    if (kind.kind === 'value') return [name, sql`${new Placeholder(name)}`]
    const part = (field: string) => sql`${new Placeholder(`${name}.${field}`)}`
    const isGiven = (field: string) => {
      if (!kind.told.includes(field)) throw new Error(`${name} is not told of ${field}`)
      return isFieldGiven(values, name, field)
    }
    return [name, kind.build(part, isGiven)]
  })
  return Object.fromEntries(entries) as Parts<P>
}
