// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'
import { database, libsql } from './database'
import { holdToBounds } from './statement-bounds'

holdToBounds(env.DB)

beforeAll(async () => {
  await reset()
  await dropTables()
  if (!libsql) return applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries)
  await libsql.batch(statements, 'write')
})

/** `reset` drops D1's too, but not those of a database that was put away for being idle. */
async function dropTables(): Promise<void> {
  const { results } = await database
    .prepare(
      `select name from sqlite_schema where type = 'table'
        and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf\\_%' escape '\\'
        and name not like 'libsql\\_%' escape '\\'`,
    )
    .all<{ name: string }>()
  await database.batch([
    database.prepare('pragma defer_foreign_keys = on'),
    ...results.map(({ name }) => database.prepare(`drop table if exists "${name}"`)),
  ])
}
