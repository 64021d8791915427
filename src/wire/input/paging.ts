// `?limit=` and `?cursor=` of lists, and the `Link` header that says there is more (RFC 8288). The
// lists stay the plain arrays that the documents show; a page is bounded in records and in bytes.
import { zValidator } from '@hono/zod-validator'
import * as z from 'zod'
import { requireSession } from '../../domain/accounts'
import { DomainError } from '../../domain/base/errors'
import { integer, issuesOf, optional, text } from '../../domain/base/fields'
import { type Page, pageBytes } from '../../domain/base/paging'
import type { AppContext } from '../pipeline/app-env'
import { noted } from '../describe/notes'

/** A list of one's own things is whole up to here. */
export const ownListMax = 5000
/** A list of everybody's answers so many at most. */
export const everybodyMax = 500

/** How many items a list is asked for: never more than `max`, and `usual` where nothing is said. */
export function upTo(max: number, usual = max) {
  return optional(integer({ min: 1 })).transform((limit = usual) => Math.min(limit, max))
}

/** The query of a list, for one that takes more than that. The cursor is the id after which it goes on. */
export function pageShape(max: number) {
  return z.object({
    limit: upTo(max),
    cursor: optional(integer({ min: 0 })).transform((cursor) => cursor ?? null),
  })
}

/** Checks a list's query. */
export function pageQuery(max: number) {
  return query(pageShape(max))
}

/** The same for a list whose cursor is a text. */
export function textPageQuery(max: number) {
  const shape = z.object({
    limit: upTo(max),
    cursor: optional(text({ max: 1000, blank: true })).transform((cursor) => cursor || null),
  })
  return query(shape)
}

/**
 * Checks a query string; the handler takes it from `c.req.valid('query')`.
 * @throws `fields.invalid`; first of all a session that has ended
 */
export function query<S extends z.ZodObject>(shape: S) {
  const queryMiddleware = zValidator('query', shape, async (result, context) => {
    if (result.success) return
    const c = context as unknown as AppContext
    const caller = c.get('caller')
    if (caller) await requireSession(c.get('context'), caller)
    throw new DomainError('fields.invalid', { issues: issuesOf(result.error) })
  })
  return noted(queryMiddleware, { query: shape })
}

/**
 * The items of a page as a JSON list of their records. It ends early where these are more than 1 MiB; when
 * there is more, says where it goes on.
 */
export function listText<T>(
  c: AppContext,
  page: Page<T, string | number>,
  view: (item: T) => unknown,
  { path, isTurned = false }: ListForm = {},
): string {
  const records = page.items.map(view)
  const text = JSON.stringify(isTurned ? records.toReversed() : records)
  if (isShort(text)) {
    sayPage(c, page, records.length, path)
    return text
  }
  const texts = fittingTexts(records)
  sayPage(c, page, texts.length, path)
  return `[${(isTurned ? texts.toReversed() : texts).join(',')}]`
}

/** `path`: of the list, where what was asked for is another; `isTurned`: the last item comes first. */
export type ListForm = { path?: string; isTurned?: boolean }

/** Answers with a JSON list that `listText` made, or with what it was put into. */
export function jsonText(c: AppContext, text: string): Response {
  return c.body(text, 200, { 'content-type': 'application/json' })
}

/** The same for what is more than a list: the records themselves. */
export function listed<T, V>(
  c: AppContext,
  page: Page<T, string | number>,
  view: (item: T) => V,
): V[] {
  const records = fitting(page.items, view)
  sayPage(c, page, records.length)
  return records
}

/** The first of some items as their records: as many as are 1 MiB of JSON together, and one at least. */
export function fitting<T, V>(items: readonly T[], view: (item: T) => V): V[] {
  const records = items.map(view)
  if (isShort(JSON.stringify(records))) return records
  return records.slice(0, fittingTexts(records).length)
}

/** Where only the first `shown` of a page are, it goes on behind these. */
function sayPage<T>(
  c: AppContext,
  page: Page<T, string | number>,
  shown: number,
  path?: string,
): void {
  const next = shown < page.items.length ? page.after(shown - 1) : page.next
  if (next !== null) sayNext(c, 'cursor', next, path)
}

/** Less than a page's bytes, without a look at its letters: none has more than three. */
function isShort(text: string): boolean {
  return 3 * text.length <= pageBytes
}

function fittingTexts(records: readonly unknown[]): string[] {
  const texts: string[] = []
  let bytes = 0
  for (const record of records) {
    const text = JSON.stringify(record)
    bytes += encoder.encode(text).byteLength + 1
    if (bytes > pageBytes && texts.length > 0) break
    texts.push(text)
  }
  return texts
}

const encoder = new TextEncoder()

/** Tells in `Link` that the list goes on, and where: `name` is the query's word for it. */
export function sayNext(c: AppContext, name: string, value: string | number, path?: string): void {
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.set(name, String(value))
  c.header('Link', `<${c.get('origin')}${path ?? pathname}?${searchParams.toString()}>; rel="next"`)
}
