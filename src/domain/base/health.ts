// Whether the database answers.
import { sql } from 'drizzle-orm'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import type { Context } from './context'

/** True when the database answers a query. */
export async function checkHealth(ctx: Context): Promise<boolean> {
  try {
    await runBatch(ctx.db, { answer: ping({}) })
    return true
  } catch (error) {
    ctx.report('health', error)
    return false
  }
}

const ping = statement({}, () => q.all(sql`select 1 as one`))
