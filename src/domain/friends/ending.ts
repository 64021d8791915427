// How a friendship ends, and how a request is taken back. Whichever door it is, ending is the same event:
// both directions and the request go, the conversation is closed, and its room says so.
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, friendships } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { writeAs } from '../accounts/sessions/sessions'
import { type Reference, whomOf } from '../accounts/whom'
import type { Context } from '../base/context'
import { closeConversation } from '../chat/conversations'
import { DomainError } from '../base/errors'
import { personOf, requestSeen } from './friends'
import { startJobs } from '../base/jobs'
import { refuseByEnding } from './refusals'
import { accountIsThereFor, whomThere } from '../people/visibility'

/** Friend requests are numbered from here up, so that none has an account's id. */
const firstRequestId = 1_000_000_001

/**
 * Ends a friendship; a pending request stays.
 * @throws `person.missing`, `friendship.missing`
 */
export async function endFriendship(ctx: Context, caller: Caller, id: number): Promise<void> {
  const { person, ended } = await end(ctx, caller, { id }, { sent: 0, received: 0 })
  if (!person) throw new DomainError('person.missing')
  if (ended.length === 0) throw new DomainError('friendship.missing')
}

/**
 * Undoes `addFriend`: ends a friendship, or takes back what the caller asked for. Repeatable.
 * @throws `person.missing`, `friendship.self`
 */
export async function removeFriend(
  ctx: Context,
  caller: Caller,
  username: string,
): Promise<{ username: string }> {
  const { person } = await end(ctx, caller, { username }, { sent: 1, received: 0 })
  if (!person) throw new DomainError('person.missing')
  if (person.isMe) throw new DomainError('friendship.self')
  return person
}

/**
 * Ends whatever a request stands for (a friendship, or itself), by its id or by the other person's.
 * @throws `request.missing`, `request.foreign` (between two others)
 */
export async function removeRequest(ctx: Context, caller: Caller, id: number): Promise<void> {
  const reference = id < firstRequestId ? { id } : { requestId: id }
  const { request, removed } = await end(ctx, caller, reference, { sent: 1, received: 1 })
  if (removed.length > 0) return
  throw new DomainError(request ? 'request.foreign' : 'request.missing')
}

/** One batch: what there was, and the end of the friendship and of the pending requests that are named. */
async function end(
  ctx: Context,
  caller: Caller,
  reference: Reference,
  pending: { sent: 0 | 1; received: 0 | 1 },
) {
  const other = whomOf(caller, reference)
  const id = 'requestId' in reference ? reference.requestId : 0
  const { received } = pending
  const [[person], [request], , , , ended, removed, rejected] = await writeAs(
    ctx,
    caller,
    personOf({ caller, other }),
    requestSeen({ caller, id }),
    ...closeConversation(ctx, caller, other),
    refuseByEnding({ caller, other, received, now: ctx.now() }),
    deleteFriendships({ caller, other }),
    deleteRequests({ caller, other, ...pending }),
    deleteRejected({ caller, id }),
  )
  if (ended.length > 0) startJobs(ctx)
  return { person, request, ended, removed: [...removed, ...rejected] }
}

/** The statement's `friendships` row is one of the pair's two directions. */
export const isFriendshipOf = (caller: SQL, other: SQL) => sql`(
  (${friendships.userId} = ${caller} and ${friendships.friendId} = ${other}) or
  (${friendships.userId} = ${other} and ${friendships.friendId} = ${caller}))`

const deleteFriendships = statement({ caller: me, other: whomThere }, (p) =>
  q
    .delete(friendships)
    .where(isFriendshipOf(p.caller, p.other))
    .returning({ friendId: friendships.friendId }),
)

const deleteRequests = statement(
  { caller: me, other: whomThere, sent: value<number>(), received: value<number>() },
  (p) =>
    q
      .delete(friendRequests)
      .where(
        sql`(${friendRequests.senderId} = ${p.caller} and ${friendRequests.receiverId} = ${p.other}
            and (${friendRequests.status} = 'accepted'
              or (${friendRequests.status} = 'pending' and ${p.sent} = 1)))
          or (${friendRequests.senderId} = ${p.other} and ${friendRequests.receiverId} = ${p.caller}
            and (${friendRequests.status} = 'accepted'
              or (${friendRequests.status} = 'pending' and ${p.received} = 1)))`,
      )
      .returning({ id: friendRequests.id }),
)

const deleteRejected = statement({ caller: me, id: friendRequests.id }, (p) =>
  q
    .delete(friendRequests)
    .where(
      sql`${friendRequests.id} = ${p.id} and ${friendRequests.status} = 'rejected'
        and ${p.caller} in (${friendRequests.senderId}, ${friendRequests.receiverId})
        and ${accountIsThereFor(p.caller, friendRequests.senderId)}
        and ${accountIsThereFor(p.caller, friendRequests.receiverId)}`,
    )
    .returning({ id: friendRequests.id }),
)
