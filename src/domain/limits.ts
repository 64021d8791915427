// What an account may do in a window of time, one counter each in the database: one statement in the batch
// of the work spends, and where nothing is left it fails with all of it. Why is read only then.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../db/schema'
import { type Bound, isGuardFailure, orFail, q, runBatch, statement, value } from '../db/statements'
import { type Caller, me } from './accounts/callers'
import { readAs } from './accounts/sessions'
import type { Context, Limit, LimitName } from './context'
import { DomainError } from './errors'
import { isWithin, overQuota, quotasFor } from './usage'

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
  const quotas = quotasFor(ctx, name)
  return quotas ? spendOnceWithin({ ...given, ...quotas }) : spendOnce(given)
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
  const [[counter]] = await readAs(ctx, caller, spentOf(spending))
  return closedError(ctx, counter, spending, units) ?? overQuota(ctx, name)
}

/**
 * Runs a batch that spends one of an account's limit where there is no session to check: a room's.
 * @throws `tries.exceeded`, `quota.exceeded`
 */
export async function runWithin<const T extends readonly Bound<any>[]>(
  ctx: Context,
  owner: Caller,
  name: LimitName,
  work: T,
) {
  try {
    return await runBatch(ctx.db, work)
  } catch (error) {
    if (!isGuardFailure(error)) throw error
    const spending = spendingOf(ctx, owner, name)
    const [[counter]] = await runBatch(ctx.db, [spentOf(spending)])
    throw closedError(ctx, counter, spending) ?? overQuota(ctx, name) ?? error
  }
}

function spendingOf(ctx: Context, caller: Caller, name: LimitName) {
  return { ...ctx.rules.limits[name], name, caller, now: ctx.now() }
}

// ── Any counter ──────────────────────────────────────────────────────────────────────────────────

type Spending = { tries: SQL; units: SQL; now: SQL; fits?: SQL }

/**
 * Spends units on each counter of `tries` (a query of "key", "most", "window"), or fails where one has not so
 * many left or something else does not fit. None are no spending. A window begins with the first spending
 * in it.
 */
export function spendOrFail({ tries, units, now, fits = sql`1` }: Spending) {
  const spent = sql`coalesce((select ${counters.spent} from ${counters}
    where ${counters.key} = "tries"."key" and ${counters.expiresAt} > ${now}), 0)`
  const isOver = sql`${counters.expiresAt} <= ${now}`
  const allowed = sql`case when ${spent} + "units" <= "tries"."most" and ${fits} then "units" end`
  return q.run(sql`insert into ${counters} ("key", "spent", "expires_at")
    select "tries"."key", ${orFail(allowed)}, ${now} + "tries"."window"
    from (select ${units} as "units") cross join (${tries}) as "tries" where "units" > 0
    on conflict ("key") do update set
      "spent" = case when ${isOver} then 0 else ${counters.spent} end + excluded."spent",
      "expires_at" = case when ${isOver} then excluded."expires_at" else ${counters.expiresAt} end`)
}

/** Which counter a statement reads, as rows of `spent` and `expiresAt`; one that has run out is none. */
export const readCounter = (key: SQL, now: SQL) =>
  q
    .select({ spent: counters.spent, expiresAt: counters.expiresAt })
    .from(counters)
    .where(sql`${counters.key} = ${key} and ${counters.expiresAt} > ${now}`)

/** The error of a counter that has no `units` left; null where it has. */
export function closedError(
  ctx: Context,
  counter: { spent: number; expiresAt: number } | undefined,
  { most, window }: Limit,
  units = 1,
): DomainError | null {
  const { spent, expiresAt } = counter ?? { spent: 0, expiresAt: ctx.now() + window }
  return spent + units > most ? throttledUntil(ctx, expiresAt) : null
}

/** The error for what is closed until then. */
export function throttledUntil(ctx: Context, until: number): DomainError {
  return new DomainError('tries.exceeded', { retryAfter: Math.ceil((until - ctx.now()) / 1000) })
}

// ── Of an account ────────────────────────────────────────────────────────────────────────────────

const given = {
  caller: me,
  name: value<string>(),
  most: value<number>(),
  window: value<number>(),
  now: counters.expiresAt,
}
const quotas = {
  files: value<number | null>(),
  texts: value<number | null>(),
  contacts: value<number | null>(),
}

// The cast: D1 binds every number as a REAL, whose text would be another key.
const keyOf = (p: { caller: SQL; name: SQL }) =>
  sql`'limit/' || ${p.name} || '/' || cast(${p.caller} as integer)`

const triesOf = (p: Record<keyof typeof given, SQL>) =>
  sql`select ${keyOf(p)} as "key", ${p.most} as "most", ${p.window} as "window"`

const spendUnits = (units: SQL) =>
  statement(given, (p) => spendOrFail({ tries: triesOf(p), units, now: p.now }))

/** 1 where the statement just before this one has written anything. */
export const anyWritten = sql`(changes() > 0)`

const spendOne = spendUnits(sql`1`)
const spendOnce = spendUnits(anyWritten)
const spendRows = spendUnits(sql`changes()`)
const spendOnceWithin = statement({ ...given, ...quotas }, (p) =>
  spendOrFail({ tries: triesOf(p), units: anyWritten, now: p.now, fits: isWithin(p.caller, p) }),
)

const spentOf = statement({ caller: me, name: value<string>(), now: counters.expiresAt }, (p) =>
  readCounter(keyOf(p), p.now),
)
