// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
// Emptying drops the tables too, hence the migrations afterwards.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'

beforeAll(async () => {
  await reset()
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
})
