// Everything that is in the database, to prove that a refused request wrote nothing.
import { database } from './database'

/**
 * All rows of all tables, by the table's name, but for the counters of what is counted though it changes
 * nothing: searches, downloads of the export, and answers to plans that are so already.
 */
export async function allRows(): Promise<Record<string, unknown[]>> {
  const tables = await tableNames()
  const rows = await database.batch(
    tables.map((name) => database.prepare(`select * from "${name}"`)),
  )
  return Object.fromEntries(
    tables.map((name, i) => [name, rows[i]!.results.filter((row) => !isCountedAnyway(row))]),
  )
}

const isCountedAnyway = (row: unknown) =>
  /^limit\/(?:searches|exports|rsvps)\//.test((row as { key?: string }).key ?? '')

let known: string[] | undefined

async function tableNames(): Promise<string[]> {
  if (known) return known
  const { results } = await database
    .prepare(
      `select name from sqlite_schema where type = 'table'
      and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf\\_%' escape '\\'
      and name <> 'd1_migrations' order by name`,
    )
    .all<{ name: string }>()
  return (known = results.map(({ name }) => name))
}

type Table = { name: string; sql: string }

/** Drops all tables. `reset` drops D1's too, but not those of a database that was put away for being idle. */
export async function dropTables(): Promise<void> {
  const { results } = await database
    .prepare(
      `select name, sql from sqlite_schema where type = 'table'
        and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf\\_%' escape '\\'
        and name not like 'libsql\\_%' escape '\\'`,
    )
    .all<Table>()
  await database.batch([
    database.prepare('pragma defer_foreign_keys = on'),
    ...withoutPointers(results).map(({ name }) =>
      database.prepare(`drop table if exists "${name}"`),
    ),
  ])
}

/** In an order in which each goes when nothing points to it any more. */
function withoutPointers(tables: Table[]): Table[] {
  const isFree = ({ name }: Table) =>
    tables.every((other) => other.name === name || !pointsTo(other, name))
  const [free, held] = [tables.filter(isFree), tables.filter((table) => !isFree(table))]
  return free.length === 0 ? held : [...free, ...withoutPointers(held)]
}

const pointsTo = ({ sql }: Table, name: string) =>
  new RegExp(`references [\`"]?${name}\\b`, 'i').test(sql)
