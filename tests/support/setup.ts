// A clean slate per file: all files share one runtime, and with it one database, KV and R2.
// Emptying drops the tables too, hence the migrations afterwards.
import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'

beforeAll(async () => {
  // A database that has been idle for a while is put away, and `reset` leaves it as it is.
  await env.DB.prepare('select 1').run()
  await reset()
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  if (!(await isEmpty())) throw new Error('The database still holds the accounts of another file.')
})

async function isEmpty(): Promise<boolean> {
  const left = await env.DB.prepare('select count(*) as n from users').first<number>('n')
  return left === 0
}
