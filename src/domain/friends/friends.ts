// Friendship: one relation for every contract. How two become friends is here, whichever door it is; asking,
// answering, ending, the lists and the labels are in the files beside.
import { sql } from 'drizzle-orm'
import { blocks, friendLabels, friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { insertInto, of } from '../../db/names'
import type { Caller, Whom } from '../accounts'
import { openConversation } from '../chat'
import type { Context } from '../base/context'
import { isRequestOf, pairNow } from './pair'
import { goneRefusals } from './refusals'

/**
 * Makes the two of an accepted request friends and opens their conversation. Unawaited: goes behind the
 * acceptance, and nothing happens without one. Where `conversationTold` changes a row, there is a job to
 * start.
 */
export function befriend(ctx: Context, caller: Caller, other: Whom) {
  const befriended = makeFriends({ caller, other, now: ctx.now() })
  return { befriended, ...openConversation(ctx, caller, other) }
}

const { id, senderId, receiverId, status } = friendRequests

// Both directions, out of the accepted request. Whoever sent it has agreed; the receiver has when it is
// the receiver who calls: somebody who was only added has not.
const makeFriends = statement(pairNow, (p) => {
  const accepted = sql`from ${friendRequests} where ${isRequestOf(p)} and ${of(status)} = 'accepted'`
  return q.run(sql`${insertInto(friendships, 'userId', 'friendId', 'agreed', 'requestId', 'createdAt')}
    select ${of(senderId)}, ${of(receiverId)}, 1, ${of(id)}, ${p.now} ${accepted}
    union all
    select ${of(receiverId)}, ${of(senderId)}, ${of(receiverId)} = ${p.caller}, ${of(id)}, ${p.now} ${accepted}
    on conflict do nothing`)
})

// ── Leaving ──────────────────────────────────────────────────────────────────────────────────────

const goneFriendships = statement({ id: users.id }, (p) =>
  q
    .delete(friendships)
    .where(sql`${friendships.userId} = ${p.id} or ${friendships.friendId} = ${p.id}`),
)

const goneRequests = statement({ id: users.id }, (p) =>
  q
    .delete(friendRequests)
    .where(sql`${friendRequests.senderId} = ${p.id} or ${friendRequests.receiverId} = ${p.id}`),
)

const goneLabels = statement({ id: users.id }, (p) =>
  q.delete(friendLabels).where(sql`${friendLabels.userId} = ${p.id}`),
)

const goneBlocks = statement({ id: users.id }, (p) =>
  q.delete(blocks).where(sql`${blocks.blockerId} = ${p.id} or ${blocks.blockedId} = ${p.id}`),
)

/** Removes all that an account has here, from both sides. Unawaited. */
export function eraseOf(id: number) {
  return [
    goneFriendships({ id }),
    goneRequests({ id }),
    goneLabels({ id }),
    goneBlocks({ id }),
    goneRefusals({ id }),
  ] as const
}
