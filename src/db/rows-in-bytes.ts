// Lists in bytes: a text of SQL that answers no more rows than hold so many bytes, and says whether it ended
// there. The database counts, so that what is too much never reaches the isolate.
import type { Row } from './rows'

/** Rows of a list; `isCut` where its bytes ended it. */
export type Rows<T> = T[] & { isCut?: true }

/**
 * Around a select that ends with a LIMIT (so that SQLite keeps its order): its rows in that order, until
 * `maxBytes` of values are there. The row that comes to it is the last; so there is always one. It costs
 * one row read more for each: a second window, to know whether any follow, would cost two further ones.
 */
export function withinBytes(text: string, names: readonly string[], maxBytes: number): string {
  const size = names.map((name) => `coalesce(length(cast("${name}" as blob)), 0)`).join(' + ')
  // The LIMIT of no limit keeps SQLite from merging the selects, which would run subqueries twice.
  return `select * from (
      select *, sum("_size") over (rows unbounded preceding) as "_bytes" from (
        select *, ${size} as "_size" from (${text}) limit -1))
    where "_bytes" - "_size" < ${maxBytes}`
}

/** Marks the decoded `rows` of such a text where they ended at their bytes. */
export function cutAt(maxBytes: number, raw: readonly Row[], rows: Row[]): Rows<Row> {
  const isCut = Number(raw.at(-1)?.['_bytes'] ?? 0) >= maxBytes
  return isCut ? Object.assign(rows, { isCut: true as const }) : rows
}
