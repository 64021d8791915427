// A backup of the database and its restore, as D1's time travel does it: whole, sequences included, and
// nothing outside the database goes with it.
import { restoredStatements } from '../../scripts/restored-sql.mjs'
import { database } from './database'
import { allRows } from './database-rows'

export type Backup = Record<string, Record<string, unknown>[]>

export async function backUp(): Promise<Backup> {
  const { results } = await database
    .prepare(`select name, seq from sqlite_sequence where name <> 'd1_migrations'`)
    .all()
  const rows = (await allRows()) as Backup
  return { ...rows, sqlite_sequence: results }
}

/** Puts the database back to where it was. */
export async function restore(backup: Backup): Promise<void> {
  const { sqlite_sequence: sequences = [], usage = [], ...tables } = backup
  const empty = (name: string) => database.prepare(`delete from "${name}"`)
  await database.batch([
    database.prepare('pragma defer_foreign_keys = on'),
    ...Object.keys(tables).map(empty),
    ...Object.entries(tables).flatMap(([name, rows]) => rows.map((row) => insertion(name, row))),
    // Last: each insert has moved them.
    empty('usage'),
    ...usage.map((row) => insertion('usage', row)),
    empty('sqlite_sequence'),
    ...sequences.map((row) => insertion('sqlite_sequence', row)),
  ])
}

function insertion(table: string, row: Record<string, unknown>) {
  const names = Object.keys(row)
  const columns = names.map((name) => `"${name}"`).join(', ')
  const places = names.map(() => '?').join(', ')
  return database
    .prepare(`insert into "${table}" (${columns}) values (${places})`)
    .bind(...Object.values(row))
}

/** What `npm run restored` does. */
export async function sayRestored(now: number): Promise<void> {
  await database.batch(restoredStatements(now).map((sql) => database.prepare(sql)))
}
