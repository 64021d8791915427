// Friend requests: what both of their people see of one, and who is meant by one.
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { accountIsThereFor, areFriends } from '../people'
import { pair } from './pair'

/** A friend request, as both of its people see it. */
export type FriendRequest = {
  id: number
  senderId: number
  receiverId: number
  status: 'pending' | 'accepted' | 'rejected'
}

const personColumns = (caller: SQL) => ({
  username: users.username,
  isMe: sql<boolean>`${of(users.id)} = ${caller}`.mapWith(Boolean).as('is_me'),
  isFriend: sql<boolean>`${areFriends(caller, of(users.id))}`.mapWith(Boolean).as('is_friend'),
})

/** Who is meant, and whether they are the caller or a friend; no row where nobody is there. Unawaited. */
export const personOf = maybeRow(pair, (p) =>
  q
    .select(personColumns(p.caller))
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
    })
    .from(friendRequests)
    .where(
      sql`${friendRequests.id} = ${p.id} and ${accountIsThereFor(p.caller, senderId)}
        and ${accountIsThereFor(p.caller, receiverId)}`,
    ),
)
