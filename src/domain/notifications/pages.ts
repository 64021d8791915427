// A page of an event: the next of those who are to be told. One batch writes their lines in the feed and reads
// what telling them needs; only who has the event's `runner` finds anything.
import { type SQL, sql } from 'drizzle-orm'
import { events, notifications, notificationSettings, undelivered, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import { isAway } from '../people'
import { groupOf } from './kinds'
import { noticeIsThereFor } from './visible'

/** So many of an event's audience are one page. */
export const pageSize = 200

/** An event that is somebody's to tell. */
export type Held = { id: number; runner: string }

/** Somebody of the page, in its order; without `userId`, nobody who is to be told. */
export type Reader = {
  /** The place in the event's audience, or null where it has none. */
  place: number | null
  userId: number | null
  object: string | null
  notificationId: number | null
  /** An earlier event has not reached them yet. */
  isBehind: 0 | 1
  isAway: 0 | 1
}

/** The event, in each row of its page. */
export type Facts = {
  id: number
  kind: string
  actorId: number | null
  actorName: string | null
  data: string
  at: number
  cursor: number
  total: number
}

const reader = {
  id: under('reader', users.id),
  object: under('reader', users.object),
  isActive: under('reader', users.isActive),
  listensUntil: under('reader', users.listensUntil),
}

/** The account in `reader` is to be told of the event in the statement's `events` row. */
const isTold = sql`${reader.isActive} = 1 and ${reader.id} is not ${of(events.actorId)}
  and ${noticeIsThereFor(reader.id, {
    kind: of(events.kind),
    actorId: of(events.actorId),
    data: of(events.data),
  })}`

const isHeld = (p: { id: SQL; runner: SQL }) =>
  sql`${of(events.id)} = ${p.id} and ${of(events.runner)} = ${p.runner} and ${of(events.toldAt)} is null`

const isOfPage = sql`told.key >= ${of(events.cursor)}
  and told.key < ${of(events.cursor)} + ${sql.raw(String(pageSize))}`

const groupKey = sql`${of(events.stream)} || ':' || ${groupOf(of(events.kind), of(events.id))}`

// ── Lines of the feed ────────────────────────────────────────────────────────────────────────────

const into = insertInto(
  notifications,
  'userId',
  'position',
  'eventId',
  'kind',
  'groupKey',
  'actorId',
  'actors',
  'count',
  'data',
  'words',
  'createdAt',
  'updatedAt',
)

// Behind all that they have and all that they have seen, so that what comes late is unseen.
const nextPosition = sql`1 + max(
  coalesce((select max(${under('own', notifications.position)}) from ${notifications} as own
    where ${under('own', notifications.userId)} = ${reader.id}), 0),
  coalesce((select ${under('own', notificationSettings.seenUpTo)} from ${notificationSettings} as own
    where ${under('own', notificationSettings.userId)} = ${reader.id}), 0))`

/** A rejection is told where it was asked, and stands in no feed. */
const isShown = sql`${groupOf(of(events.kind), of(events.id))} is not null
  and json_extract(${of(events.data)}, '$.status') is not 'rejected'
  and not exists (select 1 from ${notificationSettings} where ${of(notificationSettings.userId)} = ${reader.id}
    and json_extract(${of(notificationSettings.off)}, '$."' || ${of(events.kind)} || '.feed"') = 1)`

const newer = (column: Parameters<typeof under>[1]) => under('excluded', column)
const isOpen = sql`${of(notifications.readAt)} is null and ${of(notifications.removedAt)} is null`
const oneActor = newer(notifications.actors)

/** The newest three who are different. */
const actorsNow = sql`case when ${isOpen} and ${newer(notifications.actorId)} is not null then (
  select json_group_array(value) from (
    select ${newer(notifications.actorId)} as value, -1 as place
    union all select value, key from json_each(${of(notifications.actors)})
      where value <> ${newer(notifications.actorId)}
    order by place limit 3)) else ${oneActor} end`

const moved = {
  position: newer(notifications.position),
  eventId: newer(notifications.eventId),
  kind: newer(notifications.kind),
  actorId: newer(notifications.actorId),
  actors: actorsNow,
  count: sql`case when ${isOpen} then ${of(notifications.count)} + 1 else 1 end`,
  data: newer(notifications.data),
  words: newer(notifications.words),
  updatedAt: newer(notifications.updatedAt),
  readAt: sql`null`,
  removedAt: sql`null`,
}

/** Writes the page's lines: told again, or out of turn, an event moves none. Unawaited. */
export const writeLines = statement({ id: events.id, runner: events.runner }, (p) =>
  q.run(sql`${into}
    select ${reader.id}, ${nextPosition}, ${of(events.id)}, ${of(events.kind)}, ${groupKey}, ${of(events.actorId)},
      iif(${of(events.actorId)} is null, '[]', json_array(${of(events.actorId)})), 1, ${of(events.data)},
      ${of(events.words)}, ${of(events.createdAt)}, ${of(events.createdAt)}
    from ${events} join json_each(${of(events.audience)}) as told on ${isOfPage}
      join ${users} as reader on ${reader.id} = told.value
    where ${isHeld(p)} and ${isTold} and ${isShown}
    on conflict (${bare(notifications.userId)}, ${bare(notifications.groupKey)})
      do update set ${assign(notifications, moved)}
      where ${newer(notifications.eventId)} > ${of(notifications.eventId)}`),
)

// ── Whom to call ─────────────────────────────────────────────────────────────────────────────────

/** The event's own columns, as every reading of it has them. */
const facts = sql`${of(events.id)} as id, ${of(events.kind)} as kind, ${of(events.actorId)} as actorId,
  (select ${under('actor', users.username)} from ${users} as actor
    where ${under('actor', users.id)} = ${of(events.actorId)}) as actorName,
  ${of(events.data)} as data, ${of(events.createdAt)} as at, ${of(events.cursor)} as cursor,
  json_array_length(${of(events.audience)}) as total`

const line = sql`(select ${of(notifications.id)} from ${notifications}
  where ${of(notifications.userId)} = ${reader.id} and ${of(notifications.groupKey)} = ${groupKey}
    and ${of(notifications.eventId)} = ${of(events.id)}) as notificationId`

const away = (now: SQL) => sql`${isAway(reader.listensUntil, now)} as isAway`

/** Reads the page: a row for each, and at least one. Unawaited. */
export const readPage = statement(
  { id: events.id, runner: events.runner, now: value<number>() },
  (p) =>
    q.all<Facts & Reader>(sql`select ${facts}, told.key as place, ${reader.id} as userId,
      ${reader.object} as object, ${line}, ${away(p.now)},
      exists (select 1 from ${undelivered} where ${of(undelivered.userId)} = ${reader.id}) as isBehind
      from ${events} left join json_each(${of(events.audience)}) as told on ${isOfPage}
        left join ${users} as reader on ${reader.id} = told.value and ${isTold}
      where ${isHeld(p)} order by told.key`),
)

/** Reads what has not reached somebody yet, oldest first: of what is not theirs to hear, the id alone. Unawaited. */
export const readBehind = statement(
  { user: undelivered.userId, now: value<number>(), count: value<number>() },
  (p) =>
    q.all<
      Facts & Reader
    >(sql`select ${facts}, 0 as place, ${reader.id} as userId, ${reader.object} as object,
      ${line}, ${away(p.now)}, 0 as isBehind
      from ${undelivered} cross join ${events}
        left join ${users} as reader on ${reader.id} = ${of(undelivered.userId)} and ${isTold}
      where ${of(undelivered.userId)} = ${p.user} and ${of(events.id)} = ${of(undelivered.eventId)}
      order by ${of(undelivered.eventId)} limit ${p.count}`),
)
