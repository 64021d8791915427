// How a friendship ends, and how a request is taken back. Whichever door it is, ending is the same event:
// both directions and the request go, the conversation is closed, and its room says so.
import { sql } from 'drizzle-orm'
import { friendRequests, friendships } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { type Caller, me, type Reference, whomOf, writeAs } from '../accounts'
import { closeConversation } from '../chat'
import { accountIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { startTelling, toldBy } from '../base/events'
import { startJobs } from '../base/jobs'
import { tellOfEnd } from './events'
import { isFriendshipOf, pair } from './pair'
import { refuseByEnding } from './refusals'
import { personOf, requestSeen } from './requests'

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
  const { request, removed, rejected } = await end(ctx, caller, reference, { sent: 1, received: 1 })
  if (removed.length > 0 || rejected) return
  throw new DomainError(request ? 'request.foreign' : 'request.missing')
}

/** Which of the two pending requests end too. */
type Pending = { sent: 0 | 1; received: 0 | 1 }

async function end(ctx: Context, caller: Caller, reference: Reference, pending: Pending) {
  const done = await writeAs(ctx, caller, ending(ctx, caller, reference, pending))
  if (done.ended.length > 0) startJobs(ctx)
  startTelling(ctx, done.told)
  return done
}

/** What there was, and the end of the friendship and of the pending requests. */
function ending(ctx: Context, caller: Caller, reference: Reference, pending: Pending) {
  const other = whomOf(caller, reference)
  const id = 'requestId' in reference ? reference.requestId : 0
  const { received } = pending
  return {
    person: personOf({ caller, other }),
    request: requestSeen({ caller, id }),
    ...closeConversation(ctx, caller, other),
    refused: refuseByEnding({ caller, other, received, now: ctx.now() }),
    told: tellOfEnd({ caller, other, ...toldBy(ctx) }),
    ended: deleteFriendships({ caller, other }),
    removed: deleteRequests({ caller, other, ...pending }),
    rejected: deleteRejected({ caller, id }),
  }
}

const deleteFriendships = statement(pair, (p) =>
  q.delete(friendships).where(isFriendshipOf(p)).returning({ friendId: friendships.friendId }),
)

const deleteRequests = statement(
  { ...pair, sent: value<number>(), received: value<number>() },
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

const deleteRejected = maybeRow({ caller: me, id: friendRequests.id }, (p) =>
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
