// The columns that name a person, as the schema declares them, and what is wrong with their lifecycles.
import { type Column, getTableName, is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from '../../src/db/schema'
import { personFacts } from '../../src/db/schema/person'
import type { Lifecycle } from '../../src/domain/base/lifecycle'

export const allTables: SQLiteTable[] = Object.values(schema).filter((part) =>
  is(part, SQLiteTable),
)

export type PersonColumn = { table: string; column: string; kept: string | undefined }

const nameOf = (column: Column) => `${getTableName(column.table)}.${column.name}`

/** Every column that was declared to name a person. */
export function personColumns(tables: readonly SQLiteTable[]): PersonColumn[] {
  return tables.flatMap((table) =>
    getTableConfig(table).columns.flatMap((column) => {
      const facts = personFacts(column)
      return facts ? [{ table: getTableName(table), column: column.name, kept: facts.kept }] : []
    }),
  )
}

/** Columns that point at an account and were not declared to name a person. */
function undeclared(table: SQLiteTable): string[] {
  const pointing = getTableConfig(table).foreignKeys.flatMap((key) => {
    const { foreignTable, columns } = key.reference()
    return foreignTable === schema.users ? columns : []
  })
  return pointing
    .filter((column) => !personFacts(column))
    .map((column) => `${nameOf(column)} points at users and is no person(…)`)
}

/** Tables that are no noun's, or of several; and columns that nobody erases and nobody says why. */
export function faultsOf(tables: readonly SQLiteTable[], nouns: readonly Lifecycle[]): string[] {
  return tables.flatMap((table) => {
    const name = getTableName(table)
    const owners = nouns.filter((noun) => noun.tables.includes(table))
    const ownerless = owners.length === 1 ? [] : [`${name} belongs to ${owners.length} nouns`]
    const left = personColumns([table])
      .filter(({ kept }) => kept === undefined && !owners.some(({ erase }) => erase))
      .map(({ column }) => `${name}.${column} stays when its person leaves`)
    return [...ownerless, ...undeclared(table), ...left]
  })
}
