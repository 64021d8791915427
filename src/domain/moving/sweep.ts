// The sweep of every minute: deletes what has expired, until nothing is left or its budget is spent. No
// request waits for it, and none is wrong without it. What expires, the nouns say.
import { runBatch } from '../../db/batch'
import type { Context } from '../base/context'
import type { Sweeping } from '../base/lifecycle'
import { nouns } from './nouns'
import { reseal } from './resealing'

/**
 * Rows that one sweep deletes at most: 28.8 million a day. What makes most of them is the renewal of
 * tokens, and 300,000 people who are there all day, each renewing every quarter of an hour, make as many.
 */
export const sweepBudget = 20_000

/** Deletes what has expired: of each kind some, and again of those of which there may be more. */
export async function sweep(ctx: Context): Promise<void> {
  const now = ctx.now()
  let kinds: readonly Sweeping[] = nouns.flatMap(({ sweep = [] }) => sweep)
  for (let left = sweepBudget; left > 0 && kinds.length > 0;) {
    const { swept } = await runBatch(ctx.db, { swept: kinds.map(({ next }) => next(now)) })
    left -= swept.reduce((sum, { changes }) => sum + changes, 0)
    kinds = kinds.filter(({ most }, i) => (swept[i]?.changes ?? 0) >= most)
  }
  for (const { sweepOutside } of nouns) await sweepOutside?.(ctx)
  await reseal(ctx)
}
