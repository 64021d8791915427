// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'

beforeAll(async () => {
  await reset()
  await dropTables()
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
})

/** `reset` drops them too, but not those of a database that was put away for being idle. */
async function dropTables(): Promise<void> {
  const { results } = await env.DB.prepare(
    `select name from sqlite_schema where type = 'table'
      and name not like 'sqlite\\_%' escape '\\' and name not like '\\_cf\\_%' escape '\\'`,
  ).all<{ name: string }>()
  await env.DB.batch([
    env.DB.prepare('pragma defer_foreign_keys = on'),
    ...results.map(({ name }) => env.DB.prepare(`drop table if exists "${name}"`)),
  ])
}
