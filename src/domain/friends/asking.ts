// Asking somebody to be friends, and adding them at once: both make the same request.
import { sql } from 'drizzle-orm'
import { friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import {
  type Caller,
  type Reference,
  spendIfWritten,
  whomOf,
  whyLimited,
  writeIf,
} from '../accounts'
import { areFriends, isThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { newStamp, startTelling, toldBy } from '../base/events'
import { startJobs } from '../base/jobs'
import { tellOfMeeting, tellOfRequest } from './events'
import { befriend } from './friends'
import { isRequestOf, named, pair, pairNow, theirsWaits } from './pair'
import { forgive, hasRefused } from './refusals'
import { type FriendRequest, personOf } from './requests'

/**
 * Asks somebody to be friends. Where they had asked already, that request is accepted. After a rejection
 * the same request is open again.
 * @throws `person.missing`, `friendship.self`, `friendship.exists`, `request.repeated`, `tries.exceeded`
 */
export async function askFriend(ctx: Context, caller: Caller, id: number): Promise<FriendRequest> {
  const { made, requestTold } = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'friendsAsked'),
    onlyAsked(ctx, caller, { id }),
  )
  startTelling(ctx, requestTold)
  return made ?? askInFull(ctx, caller, id)
}

/** What being friends means is written, and why it is not, is read, only where it may be so: not each time. */
async function askInFull(ctx: Context, caller: Caller, id: number): Promise<FriendRequest> {
  const { request, person } = await ask(ctx, caller, { id }, { instant: false, agrees: false })
  if (request) return request
  throw new DomainError(person.isFriend ? 'friendship.exists' : 'request.repeated')
}

/**
 * Makes somebody a friend at once; only asks them where the deployment has no instant friends, or where
 * they have rejected or removed the caller. Repeatable.
 * @throws `person.missing`, `friendship.self`, `tries.exceeded`
 */
export async function addFriend(
  ctx: Context,
  caller: Caller,
  username: string,
): Promise<{ username: string; isFriend: boolean }> {
  const instant = ctx.rules.instantFriends
  const { person } = await ask(ctx, caller, { username }, { instant, agrees: true })
  return person
}

type How = { instant: boolean; agrees: boolean }

/**
 * Makes a request, unless there is one or a friendship; accepts theirs (`instant`: one's own too); writes
 * what being friends means. Answers with the request that was made or accepted.
 */
async function ask(ctx: Context, caller: Caller, reference: Reference, how: How) {
  const done = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'friendsAsked'),
    asked(ctx, caller, reference, how),
  )
  if (done.conversationTold.changes > 0) startJobs(ctx)
  startTelling(ctx, done.requestTold, done.answerTold)
  const { made, accepted, person } = done
  requireOther(person)
  return { request: accepted ?? made, person }
}

function requireOther<P extends { isMe: boolean }>(person: P | undefined): asserts person is P {
  if (!person) throw new DomainError('person.missing')
  if (person.isMe) throw new DomainError('friendship.self')
}

/** A request that meets none: nobody becomes a friend by it. */
function onlyAsked(ctx: Context, caller: Caller, reference: Reference) {
  const other = whomOf(caller, reference)
  const stamp = newStamp()
  return {
    forgiven: forgive({ caller, other }),
    made: makeRequest({ caller, other, now: ctx.now(), stamp }),
    spent: spendIfWritten(ctx, caller, 'friendsAsked'),
    requestTold: tellOfRequest({ caller, other, stamp, ...toldBy(ctx) }),
  }
}

function asked(ctx: Context, caller: Caller, reference: Reference, how: How) {
  const other = whomOf(caller, reference)
  const stamp = newStamp()
  const both = { caller, other, now: ctx.now(), stamp }
  const news = { caller, other, stamp, ...toldBy(ctx) }
  return {
    forgiven: forgive({ caller, other }),
    made: makeRequest(both),
    spent: spendIfWritten(ctx, caller, 'friendsAsked'),
    accepted: acceptPending({ ...both, instant: Number(how.instant) }),
    requestTold: tellOfRequest(news),
    answerTold: tellOfMeeting(news),
    ...befriend(ctx, caller, other),
    agreed: agree({ caller, other, agrees: Number(how.agrees) }),
    person: personOf({ caller, other }),
  }
}

const { senderId, receiverId, status, updatedAt } = friendRequests

const returned = sql`returning ${bare(friendRequests.id)}, ${bare(senderId)} as senderId,
  ${bare(receiverId)} as receiverId, ${bare(status)}`

// A crossed request is not doubled: it is there to be accepted.
const stamped = { ...named, now: value<number>(), stamp: friendRequests.stamp }
const met = { ...pairNow, stamp: friendRequests.stamp }

const makeRequest = maybeRow(stamped, (p) =>
  q.all<FriendRequest>(sql`${insertInto(friendRequests, 'senderId', 'receiverId', 'status', 'createdAt', 'updatedAt', 'stamp')}
    select ${p.caller}, ${of(users.id)}, 'pending', ${p.now}, ${p.now}, ${p.stamp} from ${users}
    where ${of(users.id)} = ${p.other} and ${of(users.id)} <> ${p.caller} and ${isThereFor(p.caller)}
      and not ${areFriends(p.caller, of(users.id))}
      and not ${theirsWaits({ caller: p.caller, other: of(users.id) })}
    on conflict (${bare(senderId)}, ${bare(receiverId)}) do update
      set ${assign(friendRequests, { status: sql`'pending'`, updatedAt: under('excluded', updatedAt), stamp: under('excluded', friendRequests.stamp) })}
      where ${of(status)} = 'rejected'
    ${returned}`),
)

const acceptPending = maybeRow({ ...met, instant: value<number>() }, (p) =>
  q.all<FriendRequest>(sql`update ${friendRequests}
    set ${assign(friendRequests, { status: sql`'accepted'`, updatedAt: p.now, stamp: p.stamp })}
    where ${isRequestOf(p)} and ${of(status)} = 'pending'
      and (${of(receiverId)} = ${p.caller}
        or (${p.instant} = 1 and not ${hasRefused(p.other, p.caller)}))
    ${returned}`),
)

// Who is only added has not agreed; who adds has, also where they were friends before.
const agree = statement({ ...pair, agrees: value<number>() }, (p) =>
  q
    .update(friendships)
    .set({ agreed: true })
    .where(
      sql`${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
        and ${p.agrees} = 1`,
    ),
)
