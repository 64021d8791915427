// Names of tables and columns inside raw SQL, out of the schema: what is renamed there is renamed here, and
// what does not exist does not compile. Nobody writes a quoted column by hand.
//
// Inside a query of one table Drizzle leaves out the table of `${users.id}`, also in a sub-select of another
// table, where the bare name then means something else. `of` always writes both.
import {
  type AnyColumn,
  getTableColumns,
  getTableName,
  type SQL,
  sql,
  type Table,
} from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** A column with its table, wherever it stands: `"users"."id"`. */
export function of(column: AnyColumn): SQL {
  return sql`${sql.identifier(getTableName(column.table))}.${sql.identifier(column.name)}`
}

/** A column's bare name: `"id"`; in the list of an INSERT, the SET of an UPDATE, or of `excluded`. */
export function bare(column: AnyColumn): SQL {
  return sql`${sql.identifier(column.name)}`
}

/** A column of a table by another name, as a join or `excluded` gives it: `"other"."id"`. */
export function under(alias: string, column: AnyColumn): SQL {
  return sql`${sql.identifier(alias)}.${sql.identifier(column.name)}`
}

/** `insert into "table" ("a", "b")`: what follows gives a value for each, in this order. */
export function insertInto<T extends SQLiteTable>(table: T, ...columns: ColumnsOf<T>[]): SQL {
  const all = getTableColumns(table)
  const list = columns.map((name) => named(all, name))
  return sql`insert into ${table} (${sql.join(list, sql`, `)})`
}

/** `"a" = …, "b" = …` for an UPDATE's SET or an upsert's, in raw SQL. */
export function assign<T extends Table>(table: T, values: Partial<Record<ColumnsOf<T>, SQL>>): SQL {
  const all = getTableColumns(table)
  const parts = Object.entries(values) as [ColumnsOf<T>, SQL][]
  return sql.join(
    parts.map(([name, to]) => sql`${named(all, name)} = ${to}`),
    sql`, `,
  )
}

// The types of the callers let no name through that is none of the table's.
const named = (columns: Record<string, AnyColumn>, name: string) => bare(columns[name]!)

/** The keys of a table's columns, as the schema has them. */
type ColumnsOf<T extends Table> = keyof T['_']['columns'] & string
