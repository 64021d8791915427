// Friend requests: what both of their people see of one, who is meant by one, and how the other hears of it.
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { accountIsThereFor, areFriends } from '../people'
import type { Context, PersonEvent } from '../base/context'
import { objectOf } from '../base/object-names'
import { pair, theirsWaits } from './pair'

/** A friend request, as both of its people see it. */
export type FriendRequest = {
  id: number
  senderId: number
  receiverId: number
  status: 'pending' | 'accepted' | 'rejected'
}

/** Who tells, and the name of the other's object. */
type Teller = { callerId: number; callerName: string; otherObject: string }

/** Tells the other of the two what became of a request, or that there is one. */
export function tellOther(
  ctx: Context,
  { id, senderId, receiverId, status }: FriendRequest,
  { callerId, callerName, otherObject }: Teller,
): void {
  const by = { requestId: id, userId: callerId, username: callerName }
  const event: PersonEvent =
    status === 'pending'
      ? { type: 'friend_request', ...by }
      : { type: 'friend_request_answered', ...by, status }
  const other = { id: senderId === callerId ? receiverId : senderId, name: otherObject }
  ctx.later(() => ctx.people.notify(other, event))
}

/** The caller, in the words of a statement that has found the other. */
const callerColumns = (caller: SQL) => ({
  callerId: sql<number>`${caller}`.mapWith(Number).as('caller_id'),
  callerName: sql<string>`(select ${of(users.username)} from ${users}
    where ${of(users.id)} = ${caller})`.as('caller_name'),
})

const personColumns = (caller: SQL) => ({
  username: users.username,
  otherObject: sql<string>`${users.object}`.as('other_object'),
  isMe: sql<boolean>`${of(users.id)} = ${caller}`.mapWith(Boolean).as('is_me'),
  isFriend: sql<boolean>`${areFriends(caller, of(users.id))}`.mapWith(Boolean).as('is_friend'),
  ...callerColumns(caller),
})

/** Who is meant, and whether they are the caller or a friend; no row where nobody is there. Unawaited. */
export const personOf = maybeRow(pair, (p) =>
  q
    .select(personColumns(p.caller))
    .from(users)
    .where(sql`${users.id} = ${p.other}`),
)

/** The same, and whether a request of theirs to the caller waits. Unawaited. */
export const askedOf = maybeRow(pair, (p) =>
  q
    .select({
      ...personColumns(p.caller),
      hasAsked: sql<boolean>`${theirsWaits({ caller: p.caller, other: of(users.id) })}`
        .mapWith(Boolean)
        .as('has_asked'),
    })
    .from(users)
    .where(sql`${users.id} = ${p.other}`),
)

const { senderId, receiverId } = friendRequests

/** A request, if both of its people are there for the caller. Unawaited. */
export const requestSeen = maybeRow({ caller: me, id: friendRequests.id }, (p) =>
  q
    .select({
      id: friendRequests.id,
      senderId,
      receiverId,
      status: friendRequests.status,
      isReceiver: sql<boolean>`${receiverId} = ${p.caller}`.mapWith(Boolean).as('is_receiver'),
      otherObject: objectOf(
        sql`iif(${of(senderId)} = ${p.caller}, ${of(receiverId)}, ${of(senderId)})`,
      ).as('other_object'),
      ...callerColumns(p.caller),
    })
    .from(friendRequests)
    .where(
      sql`${friendRequests.id} = ${p.id} and ${accountIsThereFor(p.caller, senderId)}
        and ${accountIsThereFor(p.caller, receiverId)}`,
    ),
)
