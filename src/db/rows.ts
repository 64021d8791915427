// Rows as a statement's fields describe them: read by column, grouped into objects, null where a joined
// table had no row.
import { Column, getTableName, is, noopDecoder, SQL } from 'drizzle-orm'

/** A row by column names, as a driver or a statement has it. */
export type Row = Record<PropertyKey, unknown>
/** A column of a result: `path` is where it stands in the row. */
export type Field = { path: string[]; field: Column | SQL.Aliased | SQL }
/** By table: whether each row of the result has one of its rows. */
export type JoinedTables = Record<string, boolean>

type Decoder = { mapFromDriverValue(value: unknown): unknown }
type HasDecoder = { decoder: Decoder }

/**
 * Decodes rows as Drizzle itself would, which looks each decoder up again for every cell. `own` are names
 * that the columns were given in the statement, or their places where a row is a list.
 */
export function rowDecoder(
  joined: JoinedTables | undefined,
  fields: readonly Field[],
  own: PropertyKey[] | undefined,
): (rows: readonly (Row | unknown[])[], keys: PropertyKey[]) => Row[] {
  if (fields.some(({ path }) => path.length > 2)) throw new Error('A row is nested too deeply.')
  const columns = fields.map(({ path, field }) => ({
    object: path.length === 2 ? path[0]! : null,
    name: path.at(-1)!,
    decode: decoderOf(field),
  }))
  const absent = objectsThatMayBeAbsent(joined, fields)
  return (rows, keys) => {
    const names = own ?? keys
    return (rows as readonly Row[]).map((row) => {
      const out: Row = {}
      for (let i = 0; i < columns.length; i++) {
        const { object, name, decode } = columns[i]!
        const cell = row[names[i]!]
        const value = cell === null || decode === null ? cell : decode(cell)
        if (object === null) out[name] = value
        else ((out[object] ??= {}) as Row)[name] = value
      }
      for (const [object, first] of absent) {
        if (row[names[first]!] === null) out[object] = null
      }
      return out
    })
  }
}

/**
 * The objects of a row that come from a table which was joined and may have had no row: with the place of
 * their first column, which is null then.
 */
function objectsThatMayBeAbsent(
  joined: JoinedTables | undefined,
  fields: readonly Field[],
): [string, number][] {
  const names = new Set(fields.flatMap(({ path }) => (path.length === 2 ? [path[0]!] : [])))
  return [...names].flatMap((name): [string, number][] => {
    const own = fields.filter(({ path }) => path.length === 2 && path[0] === name)
    const tables = new Set(own.map(({ field }) => is(field, Column) && getTableName(field.table)))
    const [table] = tables
    const isJoined = tables.size === 1 && table && joined?.[table] === false
    return isJoined ? [[name, fields.indexOf(own[0]!)]] : []
  })
}

/** How a cell of a field is read; null where it is what the driver gave. */
function decoderOf(field: Field['field']): ((cell: unknown) => unknown) | null {
  const inner = is(field, SQL.Aliased) ? field.sql : field
  const decoder: Decoder = is(inner, Column) ? inner : (inner as unknown as HasDecoder).decoder
  const isPlain = decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue
  return isPlain || decoder === noopDecoder ? null : (cell) => decoder.mapFromDriverValue(cell)
}
