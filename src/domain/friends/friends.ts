// Friendship: one relation for every contract. Asking, adding and answering are here; how it ends, its
// lists and its labels are in the files beside.
import { type SQL, sql } from 'drizzle-orm'
import { blocks, friendLabels, friendRequests, friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { writeAs, writeIf } from '../accounts/sessions/sessions'
import { type Reference, whomOf } from '../accounts/whom'
import type { Context, PersonEvent } from '../base/context'
import { openConversation } from '../chat/conversations'
import { DomainError } from '../base/errors'
import { mayTellAdded } from './told'
import { startJobs } from '../base/jobs'
import { forgive, forgiveAsker, goneRefusals, hasRefused, refuseAsker } from './refusals'
import { objectOf } from '../base/object-names'
import { spendIfWritten, whyLimited } from '../accounts/spending'
import { accountIsThereFor, areFriends, whomThere } from '../people/visibility'

/** A friend request, as both of its people see it. */
export type FriendRequest = {
  id: number
  senderId: number
  receiverId: number
  status: 'pending' | 'accepted' | 'rejected'
}

// ── Asking and adding ────────────────────────────────────────────────────────────────────────────

/**
 * Asks somebody to be friends. Where they had asked already, that request is accepted. After a rejection
 * the same request is open again.
 * @throws `person.missing`, `friendship.self`, `friendship.exists`, `request.repeated`, `tries.exceeded`
 */
export async function askFriend(ctx: Context, caller: Caller, id: number): Promise<FriendRequest> {
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

/**
 * In one batch: makes a request, unless there is one or a friendship; accepts theirs (`instant`: one's own
 * too); writes what being friends means. Answers with the request that was made or accepted.
 */
async function ask(
  ctx: Context,
  caller: Caller,
  reference: Reference,
  how: { instant: boolean; agrees: boolean },
) {
  const other = whomOf(caller, reference)
  const pair = { caller, other, now: ctx.now() }
  const [, [made], , [accepted], [mayTell], , , told, , , [person]] = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'friendsAsked'),
    forgive({ caller, other }),
    makeRequest(pair),
    spendIfWritten(ctx, caller, 'friendsAsked'),
    acceptPending({ ...pair, instant: Number(how.instant) }),
    mayTellAdded(pair),
    makeFriends(pair),
    agree({ ...pair, agrees: Number(how.agrees) }),
    ...openConversation(ctx, caller, other),
    personOf(pair),
  )
  if (told.changes > 0) startJobs(ctx)
  if (!person) throw new DomainError('person.missing')
  if (person.isMe) throw new DomainError('friendship.self')
  const request = accepted ?? made
  const isAdded = accepted?.senderId === person.callerId
  if (request && (!isAdded || mayTell)) tellOther(ctx, request, person)
  return { request, person }
}

// ── Answering ────────────────────────────────────────────────────────────────────────────────────

/**
 * Answers a request that was sent to the caller; `again` allows the answer it has already.
 * @throws `request.missing`, `request.foreign` (sent to somebody else), `request.answered`
 */
export async function answerRequest(
  ctx: Context,
  caller: Caller,
  id: number,
  answer: 'accepted' | 'rejected',
  { again = false } = {},
): Promise<FriendRequest> {
  const other = whomOf(caller, { requestId: id })
  const pair = { caller, other, now: ctx.now() }
  const [, answered, , told, , , [request]] = await writeAs(
    ctx,
    caller,
    answer === 'rejected' ? refuseAsker({ ...pair, id }) : forgiveAsker({ caller, other, id }),
    answerPending({ ...pair, id, answer }),
    makeFriends(pair),
    ...openConversation(ctx, caller, other),
    requestSeen({ caller, id }),
  )
  if (told.changes > 0) startJobs(ctx)
  if (!request) throw new DomainError('request.missing')
  if (!request.isReceiver) throw new DomainError('request.foreign')
  const isAgain = answered.length === 0
  if (request.status !== answer || (isAgain && !again)) throw new DomainError('request.answered')
  if (!isAgain) tellOther(ctx, request, request)
  return request
}

/** Who tells, and the name of the other's object. */
type Teller = { callerId: number; callerName: string; otherObject: string }

/** Tells the other of the two what became of a request, or that there is one. */
function tellOther(
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
  callerName: sql<string>`(select "username" from ${users} where "id" = ${caller})`.as(
    'caller_name',
  ),
})

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const pair = { caller: me, other: whomThere, now: value<number>() }

const returned = sql`returning "id", "sender_id" as "senderId", "receiver_id" as "receiverId", "status"`

/** The statement's `friend_requests` row is between these two, whoever sent it. */
const isBetween = ({ caller, other }: { caller: SQL; other: SQL }) => sql`(
  (${friendRequests.senderId} = ${caller} and ${friendRequests.receiverId} = ${other}) or
  (${friendRequests.senderId} = ${other} and ${friendRequests.receiverId} = ${caller}))`

// A crossed request is not doubled: it is there to be accepted.
const makeRequest = statement(pair, (p) =>
  q.all<FriendRequest>(sql`insert into ${friendRequests}
      ("sender_id", "receiver_id", "status", "created_at", "updated_at")
    select ${p.caller}, ${users.id}, 'pending', ${p.now}, ${p.now} from ${users}
    where ${users.id} = ${p.other} and ${users.id} <> ${p.caller}
      and not ${areFriends(p.caller, users.id)}
      and not exists (select 1 from ${friendRequests} where "sender_id" = ${users.id}
        and "receiver_id" = ${p.caller} and "status" = 'pending')
    on conflict ("sender_id", "receiver_id") do update
      set "status" = 'pending', "updated_at" = excluded."updated_at"
      where "friend_requests"."status" = 'rejected'
    ${returned}`),
)

const acceptPending = statement({ ...pair, instant: value<number>() }, (p) =>
  q.all<FriendRequest>(sql`update ${friendRequests}
    set "status" = 'accepted', "updated_at" = ${p.now}
    where ${isBetween(p)} and "status" = 'pending'
      and ("receiver_id" = ${p.caller}
        or (${p.instant} = 1 and not ${hasRefused(p.other, p.caller)}))
    ${returned}`),
)

const answerPending = statement(
  { ...pair, id: friendRequests.id, answer: friendRequests.status },
  (p) =>
    q
      .update(friendRequests)
      .set({ status: p.answer, updatedAt: p.now })
      .where(
        sql`${friendRequests.id} = ${p.id} and ${friendRequests.receiverId} = ${p.caller}
          and ${friendRequests.senderId} = ${p.other} and ${friendRequests.status} = 'pending'`,
      )
      .returning({ id: friendRequests.id }),
)

// Both directions, out of the accepted request. Whoever sent it has agreed; the receiver has when it is
// the receiver who calls: somebody who was only added has not.
const makeFriends = statement(pair, (p) => {
  const accepted = sql`from ${friendRequests} where ${isBetween(p)} and "status" = 'accepted'`
  return q.run(sql`insert into ${friendships}
      ("user_id", "friend_id", "agreed", "request_id", "created_at")
    select "sender_id", "receiver_id", 1, "id", ${p.now} ${accepted}
    union all
    select "receiver_id", "sender_id", "receiver_id" = ${p.caller}, "id", ${p.now} ${accepted}
    on conflict do nothing`)
})

const agree = statement({ ...pair, agrees: value<number>() }, (p) =>
  q
    .update(friendships)
    .set({ agreed: true })
    .where(
      sql`${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
        and ${p.agrees} = 1`,
    ),
)

/** Who is meant, and whether they are the caller or a friend; no row where nobody is there. Unawaited. */
export const personOf = statement({ caller: me, other: whomThere }, (p) =>
  q
    .select({
      username: users.username,
      otherObject: sql<string>`${users.object}`.as('other_object'),
      isMe: sql<boolean>`"users"."id" = ${p.caller}`.mapWith(Boolean).as('is_me'),
      isFriend: sql<boolean>`${areFriends(p.caller, sql`"users"."id"`)}`
        .mapWith(Boolean)
        .as('is_friend'),
      ...callerColumns(p.caller),
    })
    .from(users)
    .where(sql`${users.id} = ${p.other}`),
)

/** A request, if both of its people are there for the caller. Unawaited. */
export const requestSeen = statement({ caller: me, id: friendRequests.id }, (p) =>
  q
    .select({
      id: friendRequests.id,
      senderId: friendRequests.senderId,
      receiverId: friendRequests.receiverId,
      status: friendRequests.status,
      isSender: sql<boolean>`${friendRequests.senderId} = ${p.caller}`
        .mapWith(Boolean)
        .as('is_sender'),
      isReceiver: sql<boolean>`${friendRequests.receiverId} = ${p.caller}`
        .mapWith(Boolean)
        .as('is_receiver'),
      otherObject: objectOf(sql`iif("sender_id" = ${p.caller}, "receiver_id", "sender_id")`).as(
        'other_object',
      ),
      ...callerColumns(p.caller),
    })
    .from(friendRequests)
    .where(
      sql`${friendRequests.id} = ${p.id}
        and ${accountIsThereFor(p.caller, friendRequests.senderId)}
        and ${accountIsThereFor(p.caller, friendRequests.receiverId)}`,
    ),
)

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
