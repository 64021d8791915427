// Somebody's feed as it is read: its lines with today's names and titles, and how many they have not seen or read.
import { and, desc, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { friendRequests, notifications, notificationSettings, plans, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, oneRow, value } from '../../db/declare'
import { of } from '../../db/names'
import { parsed } from '../../db/rows-in-bytes'
import { type Caller, me, readAs } from '../accounts'
import { unreadConversations } from '../chat'
import type { Context } from '../base/context'
import { mapPage, type Page, type PageOf, toPage } from '../base/paging'
import { actorIsThereFor, actorsThereFor, lineIsThereFor } from './visible'

/** Somebody who did what a line tells of. */
export type Actor = { id: number; username: string; avatar: string }

/** What a line is about, as it is today; the title of a plan that is gone is null where nobody may say it. */
export type Subject =
  | { type: 'plan'; id: string; title: string | null }
  | { type: 'friend_request'; id: number; status: 'pending' | 'accepted' | 'rejected' }

/** A line of somebody's feed: the events of one group. Times in milliseconds. */
export type Line = {
  id: number
  /** 1, 2, 3 … as things arrive; what comes anew moves its line to the end. */
  position: number
  kind: string
  /** Events since it was read or removed. */
  count: number
  isSeen: boolean
  isRead: boolean
  createdAt: number
  updatedAt: number
  /** The newest three different ones who are there, newest first. */
  actors: Actor[]
  subject: Subject | null
  /** Ids and codes of the newest event, if who did it is there. */
  data: Record<string, unknown>
}

/** What is new to somebody: each counted to 100; `newest` is the position of the newest line, or 0. */
export type Counts = {
  unseen: number
  unread: number
  /** Unmuted, with something unread, among the 200 of newest activity. */
  conversations: number
  /** What an app's icon shows: those and `unseen`. */
  badge: number
  newest: number
}

/** The caller's feed, or what is unread of it, newest position first. */
export async function listNotifications(
  ctx: Context,
  caller: Caller,
  { cursor, limit, unread }: PageOf<number> & { unread: boolean },
): Promise<Page<Line, number>> {
  const before = cursor ?? Number.MAX_SAFE_INTEGER
  const linesOf = unread ? unreadLines : allLines
  const { rows } = await readAs(ctx, caller, {
    rows: linesOf({ caller, before, count: limit + 1 }),
  })
  const found = toPage(rows, limit, (last) => last.position)
  return mapPage(found, toLine)
}

/** What is new to the caller. */
export async function countNotifications(ctx: Context, caller: Caller): Promise<Counts> {
  const { counts } = await readAs(ctx, caller, { counts: countsOf({ caller, now: ctx.now() }) })
  return toCounts(counts)
}

/** With the badge. */
export function toCounts(counts: Omit<Counts, 'badge'>): Counts {
  return { ...counts, badge: Math.min(counts.unseen + counts.conversations, countedTo) }
}

type Row = Omit<Line, 'actors' | 'subject' | 'data' | 'isSeen' | 'isRead'> & {
  isSeen: number
  isRead: number
  actors: Actor[] | string
  subject: Subject | string | null
  data: Record<string, unknown> | string
}

function toLine({ isSeen, isRead, actors, subject, data, ...row }: Row): Line {
  return {
    ...row,
    isSeen: Boolean(isSeen),
    isRead: Boolean(isRead),
    actors: parsed(actors),
    subject: subject === null ? null : parsed(subject),
    data: parsed(data),
  }
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const seenUpTo = (viewer: SQL) => sql`coalesce((select ${of(notificationSettings.seenUpTo)}
  from ${notificationSettings} where ${of(notificationSettings.userId)} = ${viewer}), 0)`

const request = sql`json_extract(${of(notifications.data)}, '$.request_id')`
const plan = sql`json_extract(${of(notifications.data)}, '$.plan_id')`

// The words of a line are the title of a plan that is gone.
const subject = sql`case
  when ${request} is not null then (select json_object('type', 'friend_request',
    'id', ${of(friendRequests.id)}, 'status', ${of(friendRequests.status)})
    from ${friendRequests} where ${of(friendRequests.id)} = ${request})
  when ${plan} is not null then json_object('type', 'plan', 'id', ${plan}, 'title',
    coalesce((select ${of(plans.title)} from ${plans} where ${of(plans.id)} = ${plan}),
      nullif(${of(notifications.words)}, '')))
  end`

const actors = (viewer: SQL) => sql`(select json_group_array(json_object('id', id, 'username', name,
    'avatar', picture)) from (
  select ${of(users.id)} as id, ${of(users.username)} as name, ${of(users.avatar)} as picture
  ${actorsThereFor(viewer)} order by actor.key))`

/** What the newest event says, in the statement's `notifications` row, if who did it is there for `viewer`. */
export const ownDataFor = (viewer: SQL, data = of(notifications.data)) =>
  sql`case when ${actorIsThereFor(viewer, of(notifications.actorId))} then ${data} else '{}' end`

const beyondSubject = sql`json_remove(${of(notifications.data)}, '$.request_id', '$.plan_id')`

const shown = (viewer: SQL) => ({
  id: notifications.id,
  position: notifications.position,
  kind: notifications.kind,
  count: notifications.count,
  // What was read was seen.
  isSeen: sql<number>`${of(notifications.readAt)} is not null
    or ${of(notifications.position)} <= ${seenUpTo(viewer)}`.as('is_seen'),
  isRead: sql<number>`${of(notifications.readAt)} is not null`.as('is_read'),
  createdAt: notifications.createdAt,
  updatedAt: notifications.updatedAt,
  actors: sql<Actor[] | string>`${actors(viewer)}`.as('actors_there'),
  subject: sql<Subject | string | null>`${subject}`.as('subject'),
  data: sql<Record<string, unknown> | string>`${ownDataFor(viewer, beyondSubject)}`.as('own_data'),
})

const linesWhere = (which: SQL | undefined) =>
  list({ caller: me, before: notifications.position, count: value<number>() }, (p) =>
    q
      .select(shown(p.caller))
      .from(notifications)
      .where(
        and(
          sql`${notifications.userId} = ${p.caller}`,
          lt(notifications.position, p.before),
          which,
          lineIsThereFor(p.caller),
        ),
      )
      .orderBy(desc(notifications.position))
      .limit(count(p.count)),
  )

const allLines = linesWhere(undefined)
const unreadLines = linesWhere(isNull(notifications.readAt))

/** Each number is counted up to here. */
const countedTo = 100
const most = sql.raw(String(countedTo))

/** What is new to the caller; `now` in milliseconds. Unawaited. */
export const countsOf = oneRow({ caller: me, now: value<number>() }, (p) => {
  const own = (
    which: SQL,
  ) => sql`select ${of(notifications.position)} as place from ${notifications}
    where ${of(notifications.userId)} = ${p.caller} and ${which} and ${lineIsThereFor(p.caller)}
    order by ${of(notifications.position)} desc`
  const isUnread = sql`${of(notifications.readAt)} is null and ${of(notifications.removedAt)} is null`
  return q.all<Omit<Counts, 'badge'>>(sql`select
    coalesce(sum(place > ${seenUpTo(p.caller)}), 0) as unseen, count(*) as unread,
    min(${unreadConversations(p.caller, p.now)}, ${most}) as conversations,
    coalesce((${own(sql`true`)} limit 1), 0) as newest
    from (${own(isUnread)} limit ${most})`)
})
