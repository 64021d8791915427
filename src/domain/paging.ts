// Pages of lists that their clients take for whole: a limit, a cursor, and whether there is more.

/** Which part of a list: at most `limit` rows after `cursor` (null: from the start). */
export type PageOf<C> = { limit: number; cursor: C | null }

/** A part of a list; `next` is the cursor of the following part, or null at the end. */
export type Page<T, C> = { items: T[]; next: C | null }

/** Cuts rows that were fetched with one to spare (`limit + 1`) into a page. */
export function toPage<T, C>(rows: T[], limit: number, cursorOf: (last: T) => C): Page<T, C> {
  if (rows.length <= limit) return { items: rows, next: null }
  const items = rows.slice(0, limit)
  return { items, next: cursorOf(items.at(-1)!) }
}
