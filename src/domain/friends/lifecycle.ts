// Friendship's part in leaving and in the export. A block must not be told from the latter, so it goes by
// what its owner sees elsewhere: who is not there is not in it either.
import { and, eq, or } from 'drizzle-orm'
import { blocks, friendLabels, friendRequests, friendships, refusals, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { me } from '../accounts'
import { accountIsThereFor, isThereFor } from '../people'
import type { Lifecycle } from '../base/lifecycle'
import { friendshipEnded, requestAnswered, requestReceived } from './events'
import { eraseOf } from './friends'

const own = { caller: me }

const friendshipsOf = statement(own, (p) =>
  q
    .select({
      userId: friendships.friendId,
      username: users.username,
      label: friendships.label,
      createdAt: friendships.createdAt,
    })
    .from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(and(eq(friendships.userId, p.caller), isThereFor(p.caller))),
)

const requestsOf = statement(own, (p) =>
  q
    .select({
      id: friendRequests.id,
      senderId: friendRequests.senderId,
      receiverId: friendRequests.receiverId,
      status: friendRequests.status,
      createdAt: friendRequests.createdAt,
      updatedAt: friendRequests.updatedAt,
    })
    .from(friendRequests)
    .where(
      and(
        or(eq(friendRequests.senderId, p.caller), eq(friendRequests.receiverId, p.caller)),
        accountIsThereFor(p.caller, friendRequests.senderId),
        accountIsThereFor(p.caller, friendRequests.receiverId),
      ),
    ),
)

const labelsOf = statement(own, (p) =>
  q
    .select({ label: friendLabels.label })
    .from(friendLabels)
    .where(eq(friendLabels.userId, p.caller)),
)

const blocksOf = statement(own, (p) =>
  q
    .select({ userId: blocks.blockedId, username: users.username, createdAt: blocks.createdAt })
    .from(blocks)
    .innerJoin(users, eq(users.id, blocks.blockedId))
    .where(eq(blocks.blockerId, p.caller)),
)

const refusalsOf = statement(own, (p) =>
  q
    .select({
      userId: refusals.refusedId,
      username: users.username,
      createdAt: refusals.createdAt,
    })
    .from(refusals)
    .innerJoin(users, eq(users.id, refusals.refusedId))
    .where(and(eq(refusals.refuserId, p.caller), isThereFor(p.caller))),
)

/**
 * What friendship says of itself.
 * @noun requests, friendships, labels, refusals, blocks
 * @after chat
 */
export const friends = {
  name: 'friends',
  tables: [friendRequests, friendships, friendLabels, refusals, blocks],
  events: [requestReceived, requestAnswered, friendshipEnded],
  erase: (_ctx, id) => eraseOf(id),
  held: {
    friends: friendshipsOf,
    friendRequests: requestsOf,
    friendLabels: labelsOf,
    blocked: blocksOf,
    refusals: refusalsOf,
  },
} satisfies Lifecycle
