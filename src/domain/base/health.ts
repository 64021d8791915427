// Whether the database answers.
import { sql } from 'drizzle-orm'
import { q, runBatch, statement } from '../../db/statements'
import type { Context } from './context'

/** True when the database answers a query. */
export async function checkHealth(ctx: Context): Promise<boolean> {
  try {
    await runBatch(ctx.db, [ping({})])
    return true
  } catch (error) {
    ctx.report('health', error)
    return false
  }
}

const ping = statement({}, () => q.get(sql`select 1 as one`))
