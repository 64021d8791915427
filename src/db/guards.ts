// Statements that fail, and with them the whole batch: preconditions that stand in front of what they guard.
import { type SQL, sql } from 'drizzle-orm'
import { q } from './compile'

/**
 * An expression that is `value` when there is one, and otherwise fails the statement and with it the
 * whole batch: first in a batch, it guards all that follows. No input can cause the same failure.
 */
export function orFail(value: SQL): SQL {
  return sql`coalesce(${value}, abs(-9223372036854775807 - 1))`
}

/** A query that fails, and with it the whole batch, unless `condition` holds. */
export function failUnless(condition: SQL) {
  return q.all<{ ok: 1 }>(sql`select ${orFail(sql`(select 1 where ${condition})`)} as ok`)
}

/** Whether a batch was undone by a guard of ours or by a unique index. */
export function isRefused(error: unknown): boolean {
  return isGuardFailure(error) || messageOf(error).includes('UNIQUE constraint failed')
}

/** Whether a batch was undone by `orFail`. */
export function isGuardFailure(error: unknown): boolean {
  return messageOf(error).includes('integer overflow')
}

/** Drivers and Drizzle wrap each other's errors; the database's own text is somewhere inside. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return error.cause === undefined ? error.message : `${error.message} ${messageOf(error.cause)}`
}
