// Statements: written with Drizzle once at module level, compiled at their first use, and run
// together as ONE atomic batch: one round trip, one transaction, all of it or nothing.
import type { InValue } from '@libsql/client/web'
import { Column, type GetColumnData, is, Param, Placeholder, SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { RunnableQuery } from 'drizzle-orm/runnable-query'
import { type Db, isLibsql } from './client'
import { type Field, type JoinedTables, type Row, rowDecoder } from './rows'
import { cutAt, withinBytes } from './rows-in-bytes'
import { classified, DatabaseUnavailable, whenNotBusy } from './unavailable'

/** Builds queries only. It has no database, so nothing of a request can stay in it. */
export const q = drizzle({ prepare: () => undefined } as unknown as D1Database)

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

/** A parameter as a LIMIT, for which Drizzle's types ask for a number. */
export const count = (part: SQL<any>) => part as unknown as number
type Result<Q> =
  Q extends RunnableQuery<infer R, 'sqlite'> ? (R extends { meta: unknown } ? Written : R) : never

type Compiled = {
  text: string
  isRead: boolean
  params: ((values: Row) => unknown)[]
  /** Turns the driver's rows (and its column names, in order) into the query's result. */
  decode: (rows: Row[], keys: PropertyKey[], changes: number) => unknown
}

/** A statement with its values: not run yet, and not awaitable. */
export type Bound<R> = { compiled: () => Compiled; values: Row; result?: R }

/**
 * Declares a statement. Parameters take type and encoding from a column, or are a `value` or a
 * `composite`:
 *
 *     const contactsOf = statement({ owner: contacts.ownerId }, (p) =>
 *       q.select().from(contacts).where(eq(contacts.ownerId, p.owner)))
 *
 * Anything that differs from call to call must be a parameter: Drizzle's `$defaultFn` and `$onUpdate`
 * would run once, at the compilation.
 *
 * With `maxBytes`, a select whose last clause is a LIMIT answers no more rows than hold that many bytes
 * of values, whatever the LIMIT says, but one at least; `isCut` of its rows (`rows-in-bytes.ts`) then says
 * that there may be more. So no list fills the memory of the isolate.
 */
export function statement<P extends Given, Q extends RunnableQuery<any, 'sqlite'>>(
  given: P,
  build: (parts: Parts<P>) => Q,
  maxBytes?: number,
): (values: Data<P>) => Bound<Result<Q>> {
  const known = new Map<string, Compiled>()
  const formOf = formReader(given)
  return (values) => ({
    compiled() {
      const form = formOf(values)
      let compiled = known.get(form)
      if (!compiled) {
        compiled = compile(build(placeholders(given, values)) as unknown as Preparable, maxBytes)
        known.set(form, compiled)
      }
      return compiled
    },
    values,
  })
}

/**
 * Runs statements in order as one atomic batch, and answers with their results in that order.
 * What writes is refused while a restored database waits for its repair, but for the repair's own.
 * @throws `DatabaseUnavailable`; the database's own error where it refuses a statement
 */
export async function runBatch<const T extends readonly Bound<any>[]>(
  db: Db,
  statements: T,
  { isRepair = false }: { isRepair?: boolean } = {},
): Promise<{ -readonly [K in keyof T]: T[K] extends Bound<infer R> ? R : never }> {
  const work = statements.map(readied)
  const isGuarded = !isRepair && !work.every(({ compiled }) => compiled.isRead)
  const ready = isGuarded ? [readied(repairGuard({})), ...work] : work
  const results = await send(db, ready).catch((error: unknown) => {
    throw classified(isAwaitingRepair(error) ? new DatabaseUnavailable(error) : error)
  })
  return results.slice(ready.length - work.length).map((result, i) => {
    const { decode } = work[i]!.compiled
    return 'results' in result
      ? decode(result.results, Object.keys(result.results[0] ?? {}), result.meta.changes)
      : decode(result.rows as unknown as Row[], result.columns, result.rowsAffected)
  }) as never
}

type Ready = { compiled: Compiled; args: unknown[] }

function readied(bound: Bound<any>): Ready {
  const compiled = bound.compiled()
  return { compiled, args: compiled.params.map((read) => read(bound.values)) }
}

async function send(db: Db, ready: readonly Ready[]) {
  if (!isLibsql(db)) {
    const prepared = ready.map(({ compiled, args }) => db.prepare(compiled.text).bind(...args))
    return db.batch<Row>(prepared)
  }
  const sent = ready.map(({ compiled, args }) => ({ sql: compiled.text, args: args as InValue[] }))
  // A libsql-server lets one transaction write at a time: what only reads does not stand in that line.
  // Not the mode 'read', which a replica may answer, and a replica may not know yet who has signed out.
  const isRead = ready.every(({ compiled }) => compiled.isRead)
  return whenNotBusy(() => db.batch(sent, isRead ? 'deferred' : 'write'))
}

/** Under which key `jobs` has the repair of a restored database (`npm run restored` writes it). */
export const repairKey = 'restore.repair:database'

// Nothing, for one look into an index; or a failure that has the key in its text: the key is no JSON path.
const repairGuard = statement({}, () =>
  q.get(sql`select json_extract('{}', "key") as "never" from "jobs"
    where "key" = ${sql.raw(`'${repairKey}'`)}`),
)

/** Whether a write was refused because the database was restored and not repaired yet. */
function isAwaitingRepair(error: unknown): boolean {
  return messageOf(error).includes(`JSON path: '${repairKey}'`)
}

/**
 * An expression that is `value` when there is one, and otherwise fails the statement and with it the
 * whole batch: first in a batch, it guards all that follows. No input can cause the same failure.
 */
export function orFail(value: SQL): SQL {
  return sql`coalesce(${value}, abs(-9223372036854775807 - 1))`
}

/** A query that fails, and with it the whole batch, unless `condition` holds. */
export function failUnless(condition: SQL) {
  return q.get<{ ok: 1 }>(sql`select ${orFail(sql`(select 1 where ${condition})`)} as "ok"`)
}

/** Whether a batch was undone by a guard of ours or by a unique index. */
export function isRefused(error: unknown): boolean {
  return isGuardFailure(error) || messageOf(error).includes('UNIQUE constraint failed')
}

/** Whether a batch was undone by `orFail`. */
export function isGuardFailure(error: unknown): boolean {
  return messageOf(error).includes('integer overflow')
}

/** Drivers and Drizzle wrap each other's errors; the database's own text is somewhere inside. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return error.cause === undefined ? error.message : `${error.message} ${messageOf(error.cause)}`
}

// ── Compilation ──────────────────────────────────────────────────────────────────────────────────

/** What Drizzle's prepared queries have, but its types hide. */
type Preparable = { _prepare(): Prepared }
type Writing = {
  dialect: { buildSelection(fields: Field[]): SQL; sqlToQuery(sql: SQL): { sql: string } }
}
/** A text whose columns have names of their own, and these in order. */
type Named = { text: string; names: string[] }
type Prepared = {
  getQuery(): { sql: string; params: unknown[] }
  executeMethod?: string
  config?: { action: string }
  fields?: Field[]
  joinsNotNullableMap?: JoinedTables
}

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

function compile(query: Preparable, maxBytes?: number): Compiled {
  const prepared = query._prepare()
  const { sql: text, params } = prepared.getQuery()
  const action = prepared.executeMethod ?? prepared.config?.action
  const fields = prepared.fields ?? []
  const named = withOwnNames(text, fields)
  const decodeRows = rowDecoder(prepared.joinsNotNullableMap, fields, named?.names)
  if (maxBytes !== undefined) {
    const names = named?.names ?? fields.map(({ field }) => nameOf(field))
    return {
      text: withinBytes(named?.text ?? text, names, maxBytes),
      isRead: true,
      params: params.map(reader),
      decode: (rows) => cutAt(maxBytes, rows, decodeRows(rows, names)),
    }
  }
  return {
    text: named?.text ?? text,
    isRead: /^select\b/i.test(text),
    params: params.map(reader),
    decode:
      fields.length > 0
        ? decodeRows
        : (rows, _keys, changes) =>
            action === 'get' ? rows[0] : action === 'all' ? rows : { changes },
  }
}

/**
 * D1's batch answers rows as objects, in which columns of one name fall together and a name like "1"
 * moves to the front. So where the names are not all there and distinct, we name them ourselves.
 */
function withOwnNames(text: string, fields: Field[]): Named | undefined {
  const names = fields.map(({ field }) => nameOf(field))
  if (new Set(names).size === fields.length && !names.includes('')) return undefined
  if (!/^(select|with)\b/i.test(text)) {
    if (fields.length === 1) return undefined
    throw new Error(`give each returned column a name of its own: ${text}`)
  }
  const own = fields.map((_, i) => `c${i}`)
  const wrapped = `with "_"(${own.join(', ')}) as (${text}) select * from "_"`
  return renamed(text, fields, names) ?? { text: wrapped, names: own }
}

/** The select with an alias for each column whose name is there before; undefined where it is no such. */
function renamed(text: string, fields: Field[], names: string[]): Named | undefined {
  const { dialect } = q as unknown as Writing
  const listOf = (list: SQL) => `select ${dialect.sqlToQuery(list).sql} from `
  const begins = listOf(dialect.buildSelection(fields))
  const isRepeated = (i: number) => names.indexOf(names[i]!) < i
  if (names.includes('') || !text.startsWith(begins)) return undefined
  if (fields.some(({ field }, i) => isRepeated(i) && !is(field, Column))) return undefined
  const own = names.map((name, i) => (isRepeated(i) ? `c${i}` : name))
  if (new Set(own).size < own.length) return undefined
  const list = fields.map((field, i) => {
    const alias = isRepeated(i) ? sql` as ${sql.identifier(own[i]!)}` : sql``
    return sql`${dialect.buildSelection([field])}${alias}`
  })
  const rest = text.slice(begins.length)
  return { text: listOf(sql.join(list, sql`, `)) + rest, names: own }
}

function nameOf(field: Field['field']): string {
  if (is(field, Column)) return field.name
  return is(field, SQL.Aliased) ? field.fieldAlias : ''
}

/** Reads one parameter out of the values given at the call, encoded by its column if it has one. */
function reader(param: unknown): (values: Row) => unknown {
  const placeholder = is(param, Param) ? param.value : param
  if (!is(placeholder, Placeholder)) return () => param
  const [name, part] = placeholder.name.split('.') as [string, string | undefined]
  const read = (values: Row) =>
    part === undefined ? values[name] : (values[name] as Row | undefined)?.[part]
  return (values) => {
    const given = read(values)
    if (given === null || given === undefined) return null
    return is(param, Param) ? param.encoder.mapToDriverValue(given) : given
  }
}
