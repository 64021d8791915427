// Answering a friend request that was sent to the caller.
import { sql } from 'drizzle-orm'
import { friendRequests } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { type Caller, whomOf, writeAs } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { newStamp, startTelling, toldBy } from '../base/events'
import { startJobs } from '../base/jobs'
import { tellOfAnswer } from './events'
import { befriend } from './friends'
import { pairNow } from './pair'
import { forgiveAsker, refuseAsker } from './refusals'
import { type FriendRequest, requestSeen } from './requests'

type Answer = 'accepted' | 'rejected'

/**
 * Answers a request that was sent to the caller; `again` allows the answer it has already.
 * @throws `request.missing`, `request.foreign` (sent to somebody else), `request.answered`
 */
export async function answerRequest(
  ctx: Context,
  caller: Caller,
  id: number,
  answer: Answer,
  { again = false } = {},
): Promise<FriendRequest> {
  const done = await writeAs(ctx, caller, answered(ctx, caller, id, answer))
  if (done.conversationTold.changes > 0) startJobs(ctx)
  startTelling(ctx, done.answerTold)
  const { request } = done
  if (!request) throw new DomainError('request.missing')
  if (!request.isReceiver) throw new DomainError('request.foreign')
  const isAgain = !done.answered
  if (request.status !== answer || (isAgain && !again)) throw new DomainError('request.answered')
  return request
}

function answered(ctx: Context, caller: Caller, id: number, answer: Answer) {
  const other = whomOf(caller, { requestId: id })
  const asked = { caller, other, id }
  const now = ctx.now()
  const stamp = newStamp()
  return {
    remembered: answer === 'rejected' ? refuseAsker({ ...asked, now }) : forgiveAsker(asked),
    answered: answerPending({ ...asked, now, answer, stamp }),
    ...befriend(ctx, caller, other),
    answerTold: tellOfAnswer({ caller, id, stamp, ...toldBy(ctx) }),
    request: requestSeen({ caller, id }),
  }
}

const answerPending = maybeRow(
  {
    ...pairNow,
    id: friendRequests.id,
    answer: friendRequests.status,
    stamp: friendRequests.stamp,
  },
  (p) =>
    q
      .update(friendRequests)
      .set({ status: p.answer, updatedAt: p.now, stamp: p.stamp })
      .where(
        sql`${friendRequests.id} = ${p.id} and ${friendRequests.receiverId} = ${p.caller}
          and ${friendRequests.senderId} = ${p.other} and ${friendRequests.status} = 'pending'`,
      )
      .returning({ id: friendRequests.id }),
)
