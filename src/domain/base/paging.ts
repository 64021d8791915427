// Pages of lists that their clients take for whole: a limit, a cursor, and whether there is more. A page is
// bounded in rows and in bytes.
import type { Rows } from '../../db/rows-in-bytes'

/** A page ends behind so many bytes of JSON. */
export const pageBytes = 1024 * 1024

/** Of a longer list the database sends so many bytes at most: a page ends far before that. */
export const fetchedBytes = 8 * pageBytes

/** Which part of a list: at most `limit` rows after `cursor` (null: from the start). */
export type PageOf<C> = { limit: number; cursor: C | null }

/**
 * A part of a list; `next` is the cursor of the following part, or null at the end. Where only the first
 * items find room, `after` is the cursor behind the item at an index.
 */
export type Page<T, C> = { items: T[]; next: C | null; after: (index: number) => C }

/**
 * Cuts rows that were fetched with one to spare (`limit + 1`) into a page; what its statement cut for their
 * bytes is the next page's.
 */
export function toPage<T, C>(rows: Rows<T>, limit: number, cursorOf: (last: T) => C): Page<T, C> {
  const items = rows.slice(0, limit)
  const after = (index: number) => cursorOf(items[index]!)
  const isAll = rows.length <= limit && !rows.isCut
  return { items, next: isAll ? null : after(items.length - 1), after }
}

/** The page with its items made into something else, one by one. */
export function mapPage<T, U, C>(page: Page<T, C>, view: (item: T) => U): Page<U, C> {
  return { ...page, items: page.items.map((item) => view(item)) }
}

/** The page with its cursors as a text. */
export function textCursors<T, C>(page: Page<T, C>, text: (cursor: C) => string): Page<T, string> {
  const { items, next, after } = page
  return { items, next: next === null ? null : text(next), after: (index) => text(after(index)) }
}
