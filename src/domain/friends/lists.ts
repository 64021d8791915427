// Who one's friends are, and which requests are open or were answered. People who are not there for the
// caller (inactive, left, parted by a block) are in none of these lists.
import { asc, eq, type SQL, sql } from 'drizzle-orm'
import { friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { column, count, list, value } from '../../db/declare'
import { of, under } from '../../db/names'
import { atMost } from '../../db/rows-in-bytes'
import { accountOf, type Caller, me, readAs } from '../accounts'
import { isThereFor, personRecord, type PersonRecord } from '../people'
import type { Context } from '../base/context'
import { fetchedBytes, type Page, type PageOf, toPage } from '../base/paging'
import type { FriendRequest } from './requests'

/** Of a list that is one of several in an answer, a page has so many at most. */
const partMax = 5000

/** A person as a list of requests names one. `avatar` is '' for the default picture. */
export type PersonSummary = { id: number; username: string; avatar: string }

/** A request that waits: `person` is the other side. */
export type PendingRequest = { id: number; person: PersonSummary; updatedAt: number }

/** A request that was answered; `sent` when the caller was who asked. */
export type AnsweredRequest = PendingRequest & { status: 'accepted' | 'rejected'; sent: boolean }

/** The caller's friends by username. */
export async function listFriends(
  ctx: Context,
  caller: Caller,
  page: PageOf<number>,
): Promise<Page<PersonRecord & { id: number }, number>> {
  const { cursor, limit } = page
  const { rows } = await readAs(ctx, caller, {
    rows: friendsByName({ caller, now: ctx.now(), after: cursor ?? 0, count: limit + 1 }),
  })
  return toPage(rows, limit, (last) => last.id)
}

/** One of three lists in one answer: friends, and requests that wait on either side. */
export type RelationKind = 'friend' | 'incoming' | 'outgoing'
/** A friend, or who is on the other side of a request; `requestId` is also that of a friendship. */
export type Relation = { kind: RelationKind; id: number; requestId: number; username: string }
/** Behind which friend (by account), and behind which request of either side, a page of relations begins. */
export type RelationsCursor = Record<RelationKind, number>

/** The caller's friends, then the requests that wait on either side, each by their ids. */
export async function listRelations(
  ctx: Context,
  caller: Caller,
  after: RelationsCursor,
): Promise<{ ownId: number; page: Page<Relation, RelationsCursor> }> {
  const { rows } = await readAs(ctx, caller, {
    rows: relationsOf({ caller, ...after, count: partMax + 1 }),
  })
  const items = rows.filter((_, i) => rows[i - partMax]?.kind !== rows[i]!.kind)
  const behind = (index: number) => behindAll(after, items.slice(0, index + 1))
  const next = items.length < rows.length ? behind(items.length - 1) : null
  return { ownId: accountOf(caller)!, page: { items, next, after: behind } }
}

function behindAll(start: RelationsCursor, shown: readonly Relation[]): RelationsCursor {
  const cursor = { ...start }
  for (const { kind, id, requestId } of shown) cursor[kind] = kind === 'friend' ? id : requestId
  return cursor
}

/** How many answered requests are listed at most. */
export const answeredMax = 500

/**
 * The newest `recent` requests that were answered, either way, then those that wait for the caller, which are
 * what the cursor is about: behind one, there is nothing but these.
 */
export async function listReceived(
  ctx: Context,
  caller: Caller,
  { recent, cursor }: { recent: number; cursor: number | null },
): Promise<Page<PendingRequest | AnsweredRequest, number>> {
  const { rows } = await readAs(ctx, caller, {
    rows: received({
      caller,
      after: cursor ?? 0,
      count: partMax + 1,
      recent: cursor === null ? Math.min(recent, answeredMax) : 0,
    }),
  })
  const answered = rows.findIndex(({ status }) => status === 'pending')
  const shown = answered === -1 ? rows.length : answered
  const page = toPage(rows.map(requestOf), shown + partMax, ({ id }) => id)
  // Behind an answered one all that waits is still to come.
  return { ...page, after: (index) => (index < shown ? 0 : page.after(index)) }
}

/** The requests of the caller's own that wait, oldest first. */
export async function listSent(
  ctx: Context,
  caller: Caller,
  page: PageOf<number>,
): Promise<Page<PendingRequest, number>> {
  const { cursor, limit } = page
  const { rows } = await readAs(ctx, caller, {
    rows: pendingSent({ caller, after: cursor ?? 0, count: limit + 1 }),
  })
  return toPage(rows.map(pending), limit, (last) => last.id)
}

type PendingRow = {
  id: number
  personId: number
  username: string
  avatar: string
  updatedAt: number
}
type RequestRow = PendingRow & { status: FriendRequest['status']; sent: boolean }

function pending({ id, personId, username, avatar, updatedAt }: PendingRow): PendingRequest {
  return { id, person: { id: personId, username, avatar }, updatedAt }
}

function requestOf(row: RequestRow): PendingRequest | AnsweredRequest {
  const { status, sent } = row
  return status === 'pending' ? pending(row) : { ...pending(row), status, sent }
}

// One's own friends first, whose number is bounded (in SQLite a cross join keeps its order), and never
// everybody by name. The page is cut before the rest, so that friends' names are gathered for it alone.
const friendsByName = list(
  { caller: me, now: users.onlineUntil, after: users.id, count: value<number>() },
  (p) => {
    const page = q
      .select({ pageId: sql<number>`${users.id}`.as('page_id') })
      .from(friendships)
      .crossJoin(users)
      .where(
        sql`${friendships.userId} = ${p.caller} and ${users.id} = ${friendships.friendId}
          and ${users.isActive} = 1 and ${users.usernameKey} >
          coalesce((select ${under('prior', users.usernameKey)} from ${users} as prior
            where ${under('prior', users.id)} = ${p.after}), '')`,
      )
      .orderBy(asc(users.usernameKey))
      .limit(count(p.count))
      .as('page')
    return q
      .select({ id: users.id, ...personRecord(p.caller, p.now) })
      .from(page)
      .innerJoin(users, eq(users.id, page.pageId))
      .orderBy(asc(users.usernameKey))
      .limit(count(p.count))
  },
  // A record is 30 KB at most, where 50 friends have names of 150 letters.
  ({ caller }) => ({
    rows: 250,
    few: atMost(250, friendships.userId, caller),
    bytes: fetchedBytes,
  }),
)

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────

const { id, senderId, receiverId, status, updatedAt } = friendRequests
const sides = { sent: [senderId, receiverId], received: [receiverId, senderId] } as const
type Side = keyof typeof sides
type Parts = Record<'caller' | 'count', SQL>

/** The caller's requests of one side and status, with the other person's `users` row. */
const requestsWith = (p: Parts, side: Side, state: FriendRequest['status']) => {
  const [own, other] = sides[side]
  // The indexes of what is pending are partial: the status must stand in the text.
  return sql`from ${friendRequests} cross join ${users}
    where ${of(own)} = ${p.caller} and ${of(users.id)} = ${of(other)}
      and ${of(status)} = ${sql.raw(`'${state}'`)} and ${isThereFor(p.caller)}`
}

const waiting = (p: Parts, side: Side, after: SQL) =>
  sql`${requestsWith(p, side, 'pending')} and ${of(id)} > ${after} order by ${of(id)} limit ${p.count}`

const pendingColumns = sql`${of(id)} as id, ${of(users.id)} as personId,
  ${of(users.username)} as username, ${of(users.avatar)} as avatar, ${of(updatedAt)} as updatedAt`
const pendingFields = {
  id: column<number>('id'),
  personId: column<number>('personId'),
  username: column<string>('username'),
  avatar: column<string>('avatar'),
  updatedAt: column<number>('updatedAt'),
}

const pendingSent = list({ caller: me, after: id, count: value<number>() }, (p) =>
  q.select(pendingFields).from(sql`(select ${pendingColumns} ${waiting(p, 'sent', p.after)})`),
)

// Four ranges of two indexes, each cut before they are merged: it costs as many rows as are asked for.
const answeredRequests = (p: Parts) => {
  const range = (side: Side, answer: 'accepted' | 'rejected') => sql`select * from (
    select ${pendingColumns}, ${of(status)} as status, ${sql.raw(String(Number(side === 'sent')))} as sent
    ${requestsWith(p, side, answer)} order by ${of(updatedAt)} desc, ${of(id)} desc limit ${p.count})`
  return sql`${range('sent', 'accepted')} union all ${range('sent', 'rejected')}
    union all ${range('received', 'accepted')} union all ${range('received', 'rejected')}
    order by updatedAt desc, id desc limit ${p.count}`
}

const received = list(
  { caller: me, after: id, count: value<number>(), recent: value<number>() },
  (p) =>
    q
      .select({
        ...pendingFields,
        status: column<FriendRequest['status']>('status'),
        sent: sql<boolean>`sent`.mapWith(Boolean).as('sent'),
      })
      .from(
        sql`(select * from (${answeredRequests({ caller: p.caller, count: p.recent })})
          union all select * from (select ${pendingColumns}, 'pending' as status, 0 as sent
            ${waiting(p, 'received', p.after)}))`,
      ),
)

// ── Friends and requests in one list ─────────────────────────────────────────────────────────────

const relationsOf = list(
  {
    caller: me,
    friend: users.id,
    incoming: id,
    outgoing: id,
    count: value<number>(),
  },
  (p) => {
    const requests = (kind: RelationKind, side: Side, after: SQL) => sql`select * from (
      select '${sql.raw(kind)}' as kind, ${of(users.id)} as id, ${of(id)} as requestId,
        ${of(users.username)} as username ${waiting(p, side, after)})`
    return q
      .select({
        kind: column<RelationKind>('kind'),
        id: column<number>('id'),
        requestId: column<number>('requestId'),
        username: column<string>('username'),
      })
      .from(
        sql`(select * from (select 'friend' as kind, ${of(users.id)} as id,
            ${of(friendships.requestId)} as requestId, ${of(users.username)} as username
          from ${friendships} cross join ${users}
          where ${of(friendships.userId)} = ${p.caller} and ${of(friendships.friendId)} > ${p.friend}
            and ${of(users.id)} = ${of(friendships.friendId)} and ${of(users.isActive)} = 1
          order by ${of(friendships.friendId)} limit ${p.count})
        union all ${requests('incoming', 'received', p.incoming)}
        union all ${requests('outgoing', 'sent', p.outgoing)})`,
      )
  },
)
