// How often an account's right password is compared: each is a hash too, which the others of an isolate
// wait for. A counter that is full closes the account's passwords before they are compared (`limits.ts`).
import { type SQL, sql } from 'drizzle-orm'
import { counters, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { maybeRow, statement, value } from '../../../db/declare'
import { isGuardFailure } from '../../../db/guards'
import type { Context } from '../../base/context'
import { closedError, readCounter, spendOrFail, tryOf } from '../../base/counters'

/** The counter of an account's right passwords. */
export const rightKey = (account: SQL) => sql`'password.right/' || ${account}`

/** Counts a right password in the batch of what follows it, which fails where there were too many. Unawaited. */
export function spendRight(ctx: Context, userId: number) {
  return countRight({ userId, ...ctx.rules.rightPasswords, now: ctx.now() })
}

/** The same for a batch that has other reasons to fail: one too many closes the door for the next. Unawaited. */
export function countRightly(ctx: Context, userId: number) {
  const { window } = ctx.rules.rightPasswords
  return countRight({ userId, most: Number.MAX_SAFE_INTEGER, window, now: ctx.now() })
}

/**
 * What a batch with `spendRight` in it failed for: `tries.exceeded`, or what it failed with.
 */
export async function whyNotRight(ctx: Context, userId: number, error: unknown): Promise<unknown> {
  if (!isGuardFailure(error)) return error
  const { counter } = await runBatch(ctx.db, { counter: rightOf({ userId, now: ctx.now() }) })
  return closedError(ctx, counter, ctx.rules.rightPasswords) ?? error
}

const keyOf = (userId: SQL) => rightKey(sql`cast(${userId} as integer)`)

const countRight = statement(
  { userId: users.id, most: value<number>(), window: value<number>(), now: counters.expiresAt },
  (p) =>
    spendOrFail({
      tries: tryOf({ key: keyOf(p.userId), most: p.most, window: p.window }),
      units: sql`1`,
      now: p.now,
    }),
)

const rightOf = maybeRow({ userId: users.id, now: counters.expiresAt }, (p) =>
  readCounter(keyOf(p.userId), p.now),
)
