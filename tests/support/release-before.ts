// The database as a release before had it, with what stands in it now: what a migration meets in production.
import { env } from 'cloudflare:workers'
import { type Backup, backUp } from './backup'
import { database } from './database'
import { dropTables } from './database-rows'

type Row = Record<string, unknown>

/**
 * Puts the database back to what it was before a migration, rows and all, without what that release had no
 * column for. Answers with the rows that stood there, and with what applies the migration and those behind it.
 */
export async function beforeMigration(
  name: string,
): Promise<{ rows: Backup; migrate: () => Promise<void> }> {
  const rows = await backUp()
  const { sqlite_sequence: sequences = [], usage = [], ...tables } = rows
  const first = env.TEST_MIGRATIONS.findIndex((one) => one.name.includes(name))
  await dropTables()
  await migrate(env.TEST_MIGRATIONS.slice(0, first))
  const known = await columnsByTable()
  const fill = (table: string, all: readonly Row[]) =>
    all.map((row) => insertion(table, row, known.get(table) ?? []))
  const old = Object.entries(tables).filter(([table]) => known.has(table))
  await database.batch([
    database.prepare('pragma defer_foreign_keys = on'),
    ...old.map(([table]) => database.prepare(`delete from "${table}"`)),
    ...old.flatMap(([table, all]) => fill(table, all)),
    // Last: each insert has moved them.
    database.prepare('delete from usage'),
    ...fill('usage', usage),
    database.prepare('delete from sqlite_sequence'),
    ...sequences
      .filter((row) => known.has(row['name'] as string))
      .map((row) => insertion('sqlite_sequence', row, ['name', 'seq'])),
  ])
  return { rows, migrate: () => migrate(env.TEST_MIGRATIONS.slice(first)) }
}

/** Each by itself in one batch, as `wrangler d1 migrations apply` does it. */
async function migrate(migrations: typeof env.TEST_MIGRATIONS): Promise<void> {
  for (const { queries } of migrations) {
    await database.batch(queries.map((query) => database.prepare(query)))
  }
}

async function columnsByTable(): Promise<Map<string, string[]>> {
  const { results } = await database
    .prepare(
      `select m.name as "table", c.name as "column" from sqlite_schema m
       join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%'
         and m.name not like '\\_cf\\_%' escape '\\'`,
    )
    .all<{ table: string; column: string }>()
  const tables = Map.groupBy(results, ({ table }) => table)
  return new Map([...tables].map(([table, rows]) => [table, rows.map(({ column }) => column)]))
}

function insertion(table: string, row: Row, columns: readonly string[]) {
  const names = columns.filter((name) => name in row)
  const list = names.map((name) => `"${name}"`).join(', ')
  const places = names.map(() => '?').join(', ')
  return database
    .prepare(`insert into "${table}" (${list}) values (${places})`)
    .bind(...names.map((name) => row[name]))
}
