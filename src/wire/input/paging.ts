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
): string {
  const records = page.items.map(view)
  const text = JSON.stringify(records)
  if (!isShort(text)) return `[${textsThatFit(c, page, records).join(',')}]`
  sayRest(c, page, records.length)
  return text
}

/** The same as one text for each record, for a list that puts them in another order. */
export function listedTexts<T>(
  c: AppContext,
  page: Page<T, string | number>,
  view: (item: T) => unknown,
): string[] {
  return textsThatFit(c, page, page.items.map(view))
}

function textsThatFit<T>(
  c: AppContext,
  page: Page<T, string | number>,
  records: readonly unknown[],
): string[] {
  const texts = fittingTexts(records.map((record) => JSON.stringify(record)))
  sayRest(c, page, texts.length)
  return texts
}

/** Answers with a JSON list that `listText` made, or with what it was put into. */
export function jsonText(c: AppContext, text: string): Response {
  return c.body(text, 200, { 'content-type': 'application/json' })
}

/** The same for what is more than a list: the records themselves. It goes on under `path`, if that is another. */
export function listed<T, V>(
  c: AppContext,
  page: Page<T, string | number>,
  view: (item: T) => V,
  path?: string,
): V[] {
  const records = fitting(page.items, view)
  sayRest(c, page, records.length, path)
  return records
}

/** Where only the first `shown` of a page are, it goes on behind these. */
function sayRest<T>(
  c: AppContext,
  page: Page<T, string | number>,
  shown: number,
  path?: string,
): void {
  const next = shown < page.items.length ? page.after(shown - 1) : page.next
  if (next !== null) sayNext(c, 'cursor', next, path)
}

/** The first of some items as their records: as many as are 1 MiB of JSON together, and one at least. */
export function fitting<T, V>(items: readonly T[], view: (item: T) => V): V[] {
  const records = items.map(view)
  if (isShort(JSON.stringify(records))) return records
  return records.slice(0, fittingTexts(records.map((record) => JSON.stringify(record))).length)
}

/** Less than a page's bytes, without a look at its letters: none has more than three. */
function isShort(text: string): boolean {
  return 3 * text.length <= pageBytes
}

/** The first of some texts: as many as are 1 MiB together, and one at least. */
function fittingTexts(texts: string[]): string[] {
  if (texts.reduce((most, { length }) => most + 3 * length + 1, 0) <= pageBytes) return texts
  let bytes = 0
  const end = texts.findIndex((text) => (bytes += encoder.encode(text).byteLength + 1) > pageBytes)
  return end === -1 ? texts : texts.slice(0, Math.max(end, 1))
}

const encoder = new TextEncoder()

/** Tells in `Link` that the list goes on, and where: `name` is the query's word for it. */
export function sayNext(c: AppContext, name: string, value: string | number, path?: string): void {
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.set(name, String(value))
  c.header('Link', `<${c.get('origin')}${path ?? pathname}?${searchParams.toString()}>; rel="next"`)
}
