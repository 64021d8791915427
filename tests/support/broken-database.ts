// A service whose database does not answer.
import { env } from 'cloudflare:workers'
import type { Db } from '../../src/db/client'
import type { Context } from '../../src/domain/context'

/** Replaces the database of a context by one whose every batch fails with these words. */
export function withBrokenDatabase(words: string): (context: Context) => Context {
  const prepare = env.DB.prepare.bind(env.DB)
  const batch = () => Promise.reject(new Error(words))
  return (context) => ({ ...context, db: { prepare, batch } as unknown as Db })
}
