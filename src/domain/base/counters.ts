// Counters in the database, whatever they count: spent by a statement that fails its batch where not enough is
// left, and read only when it has.
import { type SQL, sql } from 'drizzle-orm'
import { counters } from '../../db/schema'
import { q } from '../../db/compile'
import { orFail } from '../../db/guards'
import type { Context, Limit } from './context'
import { DomainError } from './errors'

/** 1 where the statement just before this one has written anything. */
export const anyWritten = sql`(changes() > 0)`

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
