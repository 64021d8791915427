// Counters in the database, whatever they count: spent by a statement that fails its batch where not enough is
// left, and read only when it has.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../../db/schema'
import { q } from '../../db/compile'
import { orFail } from '../../db/guards'
import { assign, bare, insertInto, of, under } from '../../db/names'
import type { Context, Limit } from './context'
import { DomainError } from './errors'

/** 1 where the statement just before this one has written anything. */
export const anyWritten = sql`(changes() > 0)`

type Spending = { tries: SQL; units: SQL; now: SQL; fits?: SQL }
/** A counter that is spent on: how many it takes within how many milliseconds. */
export type Try = { key: SQL; most: SQL | number; window: SQL | number }

/** A row of `tries`; more of them go behind a `union all`. */
export const tryOf = ({ key, most, window }: Try) =>
  sql`select ${key} as key, ${numeral(most)} as most, ${numeral(window)} as span`

/** For a counter that counts and never closes. */
export const noEnd = 1e15

const numeral = (value: SQL | number) =>
  typeof value === 'number' ? sql.raw(String(value)) : value

/**
 * Spends units on each counter of `tries` (a query of rows as `tryOf` has them), or fails where one has not so
 * many left or something else does not fit. None are no spending. A window begins with the first spending
 * in it.
 */
export function spendOrFail({ tries, units, now, fits: more }: Spending) {
  const fits = more ? sql` and ${more}` : sql``
  const spent = sql`coalesce((select ${of(counters.spent)} from ${counters}
    where ${of(counters.key)} = tries.key and ${of(counters.expiresAt)} > ${now}), 0)`
  const allowed = sql`case when ${spent} + ${units} <= tries.most${fits} then ${units} end`
  return q.run(sql`${insertInto(counters, 'key', 'spent', 'expiresAt')}
    select tries.key, ${orFail(allowed)}, ${now} + tries.span
    from (${tries}) as tries where ${units} > 0
    on conflict (${bare(counters.key)}) do update set ${assign(counters, spentAgain(now))}`)
}

/** What an upsert sets of a counter that is there: it goes on, or begins anew where its window is over. */
export function spentAgain(now: SQL) {
  const more = under('excluded', counters.spent)
  const isOver = sql`${of(counters.expiresAt)} <= ${now}`
  return {
    spent: sql`case when ${isOver} then 0 else ${of(counters.spent)} end + ${more}`,
    expiresAt: sql`case when ${isOver} then ${under('excluded', counters.expiresAt)}
      else ${of(counters.expiresAt)} end`,
  }
}

/** A counter has no more left for so many, and its window is not over; for a statement that reads it. */
export const isFull = (most: SQL, now: SQL) =>
  sql`${of(counters.spent)} >= ${most} and ${of(counters.expiresAt)} > ${now}`

/** Which counter a `maybeRow` reads, as `spent` and `expiresAt`; one that has run out is none. */
export const readCounter = (key: SQL, now: SQL) =>
  q
    .select({ spent: counters.spent, expiresAt: counters.expiresAt })
    .from(counters)
    .where(sql`${of(counters.key)} = ${key} and ${of(counters.expiresAt)} > ${now}`)

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
