// What happens to people: one row per change, in the batch that makes it, however many are to be told. A row
// is its own place in the queue of what is to be told.
import { type SQL, sql } from 'drizzle-orm'
import { events } from '../../db/schema'
import { q } from '../../db/compile'
import { value } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import type { Context } from './context'

/** By which ways people hear of it. */
export type Channel = 'feed' | 'socket' | 'push' | 'webhook'

/** A kind of event, declared beside the verbs that tell of it. */
export type EventKind = {
  kind: string
  /** With its stream, what is one line in a feed; null where feeds do not show it. */
  group: string | null
  channels: readonly Channel[]
  /** Those of them that nobody can switch off. */
  locked?: readonly Channel[]
  /** What it is about, which has to be there for whoever reads of it; null where nothing need be. */
  subject: 'friend_request' | 'plan' | 'conversation' | null
  /** A push of it is to wake a device that rests, and is of use for a day alone; else for three. */
  isUrgent?: true
  /** While one waits behind another event of its stream, later ones of its key go into it. */
  merges?: true
}

/** The group of a kind whose events are a line of the feed each. */
export const eachItsOwn = 'id'

/** The parameters that every statement needs which tells; `toldBy` gives their values. */
export const telling = { toldAt: value<number>(), runner: value<string>() }

/** Their values: when it happened, and who is to tell it after the answer. */
export const toldBy = (ctx: Context) => ({ toldAt: ctx.now(), runner: ctx.runner })

/**
 * What a change writes into its row, so that the event behind it finds what was changed in this batch and
 * nothing else: neither the time nor `changes()` can say that.
 */
export const newStamp = (): string => crypto.randomUUID()

/** Where the rows of a query become events: all of it SQL, `from` with a WHERE. */
export type Telling = Record<keyof typeof telling, SQL> & {
  /** What is told in the order of its events: `pair:3:7`, `plan:<id>`. */
  stream: SQL
  /** A JSON list of ids: whom to tell, without the actor. */
  to: SQL
  actor: SQL
  /** JSON of ids and codes, without anybody's words. */
  data: SQL
  /** With a key, it is told once only; of a kind that merges, into the one of its key that waits. */
  key?: SQL
  /** What is told with it and then forgotten: a title that by then is gone. */
  words?: SQL
  from: SQL
}

/** For so long it is the business of the request that wrote it. In milliseconds. */
const ownTime = sql.raw(String(30_000))

/**
 * A statement that tells of something. It stands before the change and has that change's own WHERE (the old
 * row is still there), or behind it and asks for the stamp that it has written: no change, no event. Where an
 * older event of its stream waits, whoever tells that one goes on to it.
 */
export function tell({ kind, merges }: EventKind, told: Telling) {
  const { stream, to, actor, data, words, from, toldAt, runner, key } = told
  const older = sql`exists (select 1 from ${events} as older
    where ${under('older', events.stream)} = news.stream and ${under('older', events.toldAt)} is null)`
  // What a kind has not is not written either: the text is shorter, and the database has less to plan.
  const given = (part: SQL | undefined, text: SQL) => (part ? text : sql``)
  const keyed = key ? (['key'] as const) : []
  const worded = words ? (['words'] as const) : []
  const once = merges ? sql`, iif(waits, once, null)` : sql`, once`
  const conflict = sql`where true on conflict (${bare(events.key)}) do ${merges ? merging : sql`nothing`}`
  return q.all<Told>(sql`${insertInto(events, ...written, ...keyed, ...worded)}
    select ${sql.raw(`'${kind}'`)}, stream, actor, told, facts, iif(waits, '', ${runner}),
      iif(waits, ${toldAt}, ${toldAt} + ${ownTime}), ${toldAt}${given(key, once)}${given(words, sql`, said`)}
    from (select news.*, ${older} as waits from (
      select ${stream} as stream, ${actor} as actor, ${to} as told, ${data} as facts
        ${given(key, sql`, ${key} as once`)}${given(words, sql`, ${words} as said`)}
      ${from}) as news)
    ${given(key, conflict)}
    returning ${bare(events.id)}, ${bare(events.runner)}`)
}

const merging = sql`update set ${assign(events, {
  data: sql`json_patch(${of(events.data)}, ${under('excluded', events.data)})`,
  audience: under('excluded', events.audience),
})}`

/** What statements that tell answer, nothing where nothing has changed; `runner` is empty where it waits. */
export type Told = { id: number; runner: string }

/** What was told by some of a list of statements, whatever the others of it have answered. */
export const toldAmong = (answers: readonly unknown[] | undefined): Told[] =>
  [answers ?? []].flat(2).filter((one): one is Told => Object.hasOwn(Object(one), 'runner'))

/** Tells after the answer what the batch has written, but for what waits behind something else. */
export function startTelling(ctx: Context, ...told: (readonly Told[] | undefined)[]): void {
  const own = told.flatMap((rows = []) => rows.filter(({ runner }) => runner === ctx.runner))
  const ids = own.map(({ id }) => id)
  if (ids.length > 0) ctx.later(() => ctx.dispatch(ctx, ids))
}

const written = [
  'kind',
  'stream',
  'actorId',
  'audience',
  'data',
  'runner',
  'dueAt',
  'createdAt',
] as const

/** Two people in either order, as a stream's or a key's name: `3:7`. */
export const pairName = (one: SQL, other: SQL): SQL =>
  sql`(min(${one}, ${other}) || ':' || max(${one}, ${other}))`
