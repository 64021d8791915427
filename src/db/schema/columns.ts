// The kinds of column that every noun's tables are made of. Times are whole milliseconds since 1970 (UTC),
// calendar dates are `YYYY-MM-DD`, texts that were not given are ''.
import { sql } from 'drizzle-orm'
import { integer, text } from 'drizzle-orm/sqlite-core'

/** Yes or no, as 1 or 0. */
export const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull()
/** Milliseconds since 1970. */
export const time = (name: string) => integer(name).notNull()
/** A text, '' where there is none. */
export const words = (name: string) => text(name).notNull().default('')

/** Two people in either order as one pair. (`min(a, b)` would be cut at its comma by drizzle-kit.) */
export const pairOf = (a: string, b: string) =>
  [
    sql.raw(`case when ${a} < ${b} then ${a} else ${b} end`),
    sql.raw(`case when ${a} < ${b} then ${b} else ${a} end`),
  ] as const
