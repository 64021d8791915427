// A query of Drizzle's as text, parameters and the way to read its rows: once per statement. Everything
// that touches Drizzle's private side is here and in `rows.ts`, and each such member stands in a test
// (domain/drizzle.test.ts). What would make it needless: drizzle-orm's issue 6038 (`batch` on D1 mixes up columns of
// one name) and prepared queries that take values inside a batch.
import { Column, is, Param, Placeholder, SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type Field, type JoinedTables, type Row, rowDecoder } from './rows'
import { type Bound, mayGoOn, packedText, type Text, unpacked } from './rows-in-bytes'

export type { Row } from './rows'

/** Builds queries only. It has no database, so nothing of a request can stay in it. */
export const q = drizzle({ prepare: () => undefined } as unknown as D1Database)

/** A statement ready to be sent, again and again. */
export type Compiled = {
  text: string
  isRead: boolean
  params: ((values: Row) => unknown)[]
  /** Turns the driver's rows (and its column names, in order) into the query's result. */
  decode: (rows: Row[], keys: PropertyKey[], changes: number) => unknown
}

/** How a query is compiled: as a list, whose rows come packed (`rows-in-bytes.ts`). */
export type How = { isList: boolean; bound?: Bound | undefined }

/** What Drizzle's prepared queries have, but its types hide. */
type Preparable = { _prepare(): Prepared }
type Writing = {
  dialect: { buildSelection(fields: Field[]): SQL; sqlToQuery(sql: SQL): Query }
}
type Query = { sql: string; params: unknown[] }
/** A text whose columns have names of their own, and these in order. */
type Named = { text: string; names: string[] }
type Prepared = {
  getQuery(): Query
  executeMethod?: string
  config?: { action: string }
  fields?: Field[]
  joinsNotNullableMap?: JoinedTables
}

/** Compiles a query, whose parameters are placeholders. */
export function compile(query: unknown, { isList, bound }: How = { isList: false }): Compiled {
  const prepared = (query as Preparable)._prepare()
  const { sql: text, params } = prepared.getQuery()
  const action = prepared.executeMethod ?? prepared.config?.action
  const fields = prepared.fields ?? []
  const named = withOwnNames(text, fields)
  if (isList) {
    const names = named?.names ?? fields.map(({ field }) => nameOf(field))
    return compiledList(prepared, { text: named?.text ?? text, params }, names, bound)
  }
  const decodeRows = rowDecoder(prepared.joinsNotNullableMap, fields, named?.names)
  return {
    text: named?.text ?? text,
    isRead: /^\s*select\b/i.test(text),
    params: params.map(reader),
    decode:
      fields.length > 0
        ? decodeRows
        : (rows, _keys, changes) => (action === 'all' ? rows : { changes }),
  }
}

function compiledList(
  { joinsNotNullableMap, fields = [] }: Prepared,
  select: Text,
  names: string[],
  bound: Bound | undefined,
): Compiled {
  const places = fields.map((_, i) => i)
  const decodeRows = rowDecoder(joinsNotNullableMap, fields, places)
  const { text, params } = packedText(select, names, bound && { ...bound, few: textOf(bound.few) })
  return {
    text,
    isRead: true,
    params: params.map(reader),
    decode(packed) {
      const rows = unpacked(packed)
      const decoded = decodeRows(rows, places)
      const isCut = bound !== undefined && mayGoOn(rows, bound)
      return isCut ? Object.assign(decoded, { isCut }) : decoded
    },
  }
}

function textOf(part: SQL): Text {
  const { sql: text, params } = (q as unknown as Writing).dialect.sqlToQuery(part)
  return { text, params }
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
