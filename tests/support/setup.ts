// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
// Emptying drops the tables too, hence the migrations afterwards.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, vi } from 'vitest'

// A password's hash is 0.1 s of CPU, and on a busy machine a multiple of it.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

beforeAll(async () => {
  // On a busy machine a reset sometimes leaves what the file before has written; the next one does not.
  for (let tries = 0; tries < 10; tries++) {
    await reset()
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    if (await isEmpty()) return
  }
  throw new Error('The database still holds the accounts of another file.')
})

async function isEmpty(): Promise<boolean> {
  const left = await env.DB.prepare('select count(*) as n from users').first<number>('n')
  return left === 0
}
