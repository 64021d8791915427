// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'
import { libsql } from './database'
import { dropTables } from './database-rows'
import { holdToBounds } from './statement-bounds'

holdToBounds(env.DB)

beforeAll(async () => {
  await reset()
  await dropTables()
  if (!libsql) return applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  const statements = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries)
  await libsql.batch(statements, 'write')
})
