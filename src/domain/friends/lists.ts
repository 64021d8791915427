// Who one's friends are, and which requests are open or were answered. People who are not there for the
// caller (inactive, left, parted by a block) are in none of these lists.
import { asc, eq, type SQL, sql } from 'drizzle-orm'
import { friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, oneRow, statement, value } from '../../db/declare'
import { of, under } from '../../db/names'
import { atMost } from '../../db/rows-in-bytes'
import { type Caller, me, readAs } from '../accounts'
import { isThereFor, personRecord, type PersonRecord } from '../people'
import type { Context } from '../base/context'
import { fetchedBytes, type Page, type PageOf, toPage } from '../base/paging'

/** A list that is one of several in an answer has no pages: it ends here. */
const wholeList = 5000

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

/** The caller's friends, and the requests that wait on either side; by ids. */
export async function listRelations(ctx: Context, caller: Caller) {
  const all = { caller, after: 0, count: wholeList }
  const { own, friends, incoming, outgoing } = await readAs(ctx, caller, {
    own: ownId({ caller }),
    friends: friendsById(all),
    incoming: pendingReceived(all),
    outgoing: pendingSent(all),
  })
  return {
    ownId: own.id,
    friends,
    incoming: incoming.map(pending),
    outgoing: outgoing.map(pending),
  }
}

/** The requests that wait for the caller, and the newest `count` that were answered, either way. */
export async function listReceived(
  ctx: Context,
  caller: Caller,
  recent: number,
): Promise<{ pending: PendingRequest[]; recent: AnsweredRequest[] }> {
  const { received, answered } = await readAs(ctx, caller, {
    received: pendingReceived({ caller, after: 0, count: wholeList }),
    answered: answeredRequests({ caller, count: recent }),
  })
  return {
    pending: received.map(pending),
    recent: answered.map((row) => ({ ...pending(row), status: row.status, sent: row.sent === 1 })),
  }
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

function pending({ id, personId, username, avatar, updatedAt }: PendingRow): PendingRequest {
  return { id, person: { id: personId, username, avatar }, updatedAt }
}

const ownId = oneRow({ caller: me }, (p) =>
  q
    .select({ id: users.id })
    .from(users)
    .where(sql`${users.id} = ${p.caller}`),
)

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

const part = { caller: me, after: friendRequests.id, count: value<number>() }

const friendsById = statement(part, (p) =>
  q
    .select({ id: users.id, requestId: friendships.requestId, username: users.username })
    .from(friendships)
    .crossJoin(users)
    .where(
      sql`${friendships.userId} = ${p.caller} and ${friendships.friendId} > ${p.after}
        and ${users.id} = ${friendships.friendId} and ${users.isActive} = 1`,
    )
    .orderBy(asc(friendships.friendId))
    .limit(count(p.count)),
)

// The indexes of what is pending are partial: the status must stand in the text.
const pendingOn = (
  own: SQL,
  other: typeof friendRequests.senderId | typeof friendRequests.receiverId,
) =>
  statement(part, (p) =>
    q
      .select({
        id: friendRequests.id,
        personId: users.id,
        username: users.username,
        avatar: users.avatar,
        updatedAt: friendRequests.updatedAt,
      })
      .from(friendRequests)
      .crossJoin(users)
      .where(
        sql`${own} = ${p.caller} and ${users.id} = ${other} and ${friendRequests.status} = 'pending'
          and ${friendRequests.id} > ${p.after} and ${isThereFor(p.caller)}`,
      )
      .orderBy(asc(friendRequests.id))
      .limit(count(p.count)),
  )

const pendingReceived = pendingOn(sql`${friendRequests.receiverId}`, friendRequests.senderId)
const pendingSent = pendingOn(sql`${friendRequests.senderId}`, friendRequests.receiverId)

// Four ranges of two indexes, each cut before they are merged: it costs as many rows as are asked for.
const answeredRequests = statement({ caller: me, count: value<number>() }, (p) => {
  const range = (own: SQL, other: SQL, status: string, sent: number) => sql`select * from (
    select ${friendRequests.id} as id, ${users.id} as personId, ${users.username} as username,
      ${users.avatar} as avatar, ${friendRequests.updatedAt} as updatedAt,
      ${friendRequests.status} as status, ${sql.raw(String(sent))} as sent
    from ${friendRequests} cross join ${users}
    where ${own} = ${p.caller} and ${users.id} = ${other} and ${friendRequests.status} = ${sql.raw(`'${status}'`)}
      and ${isThereFor(p.caller)}
    order by ${friendRequests.updatedAt} desc, ${friendRequests.id} desc limit ${p.count})`
  const sent = (status: string) =>
    range(of(friendRequests.senderId), of(friendRequests.receiverId), status, 1)
  const received = (status: string) =>
    range(of(friendRequests.receiverId), of(friendRequests.senderId), status, 0)
  // What begins with its select counts as a read.
  return q.all<PendingRow & { status: 'accepted' | 'rejected'; sent: 0 | 1 }>(
    sql`${sent('accepted')} union all ${sent('rejected')}
      union all ${received('accepted')} union all ${received('rejected')}
      order by updatedAt desc, id desc limit ${p.count}`,
  )
})
