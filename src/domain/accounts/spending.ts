// What an account may do in a window of time, one counter each in the database: one statement in the batch
// of the work spends, and where nothing is left it fails with all of it. Why is read only then.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { maybeRow, statement, value } from '../../db/declare'
import { isGuardFailure } from '../../db/guards'
import type { Context, LimitName } from '../base/context'
import { anyWritten, closedError, readCounter, spendOrFail, tryOf } from '../base/counters'
import { DomainError } from '../base/errors'
import { type Caller, me } from './sessions/callers'
import { readAs, requireSessionAnd } from './sessions/sessions'
import { isWithin, overQuota, quotas, quotasFor, takenUp } from './usage'

/** Spends one on a limit of the caller's account. Unawaited: goes into a `writeIf` with `whyLimited`. */
export function spend(ctx: Context, caller: Caller, name: LimitName) {
  return spendOne(spendingOf(ctx, caller, name))
}

/**
 * Spends one if the statement just before it in the batch has written anything, and fails where that passes
 * one of the limit's quotas. Unawaited.
 */
export function spendIfWritten(ctx: Context, caller: Caller, name: LimitName) {
  const given = spendingOf(ctx, caller, name)
  const bounds = quotasFor(ctx, name)
  return bounds ? spendOnceWithin({ ...given, ...bounds }) : spendOnce(given)
}

/** Spends as many as the statement just before it in the batch has written rows. Unawaited. */
export function spendWritten(ctx: Context, caller: Caller, name: LimitName) {
  return spendRows(spendingOf(ctx, caller, name))
}

/**
 * Why a batch was refused that spends at most `units` on a limit: `tries.exceeded`, `quota.exceeded`, or
 * null where nothing stands in the way by now. For `writeIf`.
 * @throws those of the session
 */
export async function whyLimited(
  ctx: Context,
  caller: Caller,
  name: LimitName,
  units = 1,
): Promise<DomainError | null> {
  const spending = spendingOf(ctx, caller, name)
  const { counter } = await readAs(ctx, caller, { counter: spentOf(spending) })
  return closedError(ctx, counter, spending, units) ?? overQuota(ctx, name)
}

/**
 * Makes sure that the caller has something left of a limit and of its quotas, before work that a write ends
 * which spends it: what holds is that write's to say. One round trip.
 * @throws `tries.exceeded`, `quota.exceeded`, those of the session
 */
export async function requireLeft(ctx: Context, caller: Caller, name: LimitName): Promise<void> {
  judgeLeft(ctx, name, await requireSessionAnd(ctx, caller, leftOf(ctx, caller, name)))
}

/** The same where there is no session to check. @throws `tries.exceeded`, `quota.exceeded` */
export async function requireLeftOf(ctx: Context, owner: Caller, name: LimitName): Promise<void> {
  judgeLeft(ctx, name, await runBatch(ctx.db, leftOf(ctx, owner, name)))
}

function leftOf(ctx: Context, caller: Caller, name: LimitName) {
  const bounds = quotasFor(ctx, name)
  const room = bounds ? takenUp({ caller, ...bounds }) : undefined
  return { counter: spentOf(spendingOf(ctx, caller, name)), room }
}

function judgeLeft(ctx: Context, name: LimitName, { counter, room }: Left): void {
  const error = closedError(ctx, counter, ctx.rules.limits[name])
  if (error) throw error
  if (room?.isFull) throw new DomainError('quota.exceeded')
}

type Left = {
  counter: { spent: number; expiresAt: number } | undefined
  room: { isFull: boolean } | undefined
}

/**
 * What a batch failed for that spends one of an account's limit where there is no session to check, a
 * room's: `tries.exceeded`, `quota.exceeded`, or what it failed with.
 */
export async function limitError(
  ctx: Context,
  owner: Caller,
  name: LimitName,
  error: unknown,
): Promise<unknown> {
  if (!isGuardFailure(error)) return error
  const spending = spendingOf(ctx, owner, name)
  const { counter } = await runBatch(ctx.db, { counter: spentOf(spending) })
  return closedError(ctx, counter, spending) ?? overQuota(ctx, name) ?? error
}

function spendingOf(ctx: Context, caller: Caller, name: LimitName) {
  return { ...ctx.rules.limits[name], name, caller, now: ctx.now() }
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const given = {
  caller: me,
  name: value<string>(),
  most: value<number>(),
  window: value<number>(),
  now: counters.expiresAt,
}

// The cast: D1 binds every number as a REAL, whose text would be another key.
const keyOf = (p: { caller: SQL; name: SQL }) =>
  sql`'limit/' || ${p.name} || '/' || cast(${p.caller} as integer)`

const triesOf = (p: Record<keyof typeof given, SQL>) =>
  tryOf({ key: keyOf(p), most: p.most, window: p.window })

const spendUnits = (units: SQL) =>
  statement(given, (p) => spendOrFail({ tries: triesOf(p), units, now: p.now }))

const spendOne = spendUnits(sql`1`)
const spendOnce = spendUnits(anyWritten)
const spendRows = spendUnits(sql`changes()`)
const spendOnceWithin = statement({ ...given, ...quotas }, (p) =>
  spendOrFail({ tries: triesOf(p), units: anyWritten, now: p.now, fits: isWithin(p.caller, p) }),
)

const spentOf = maybeRow({ caller: me, name: value<string>(), now: counters.expiresAt }, (p) =>
  readCounter(keyOf(p), p.now),
)
