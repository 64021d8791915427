// What friends are told of: that somebody asks, and what became of a request.
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, friendships } from '../../db/schema'
import { statement } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { anEndpointAsks } from '../base/asked'
import { type EventKind, pairName, tell, telling } from '../base/events'
import { isFriendshipOf, isRequestOf, named, type Pair, pair } from './pair'

const channels = ['feed', 'socket', 'push', 'webhook'] as const

/** Somebody asks, by any door. */
export const requestReceived = {
  kind: 'friend_request.received',
  group: 'request',
  channels,
  subject: 'friend_request',
} as const satisfies EventKind

/** A request was answered or met another one, or somebody was added at once. */
export const requestAnswered = {
  kind: 'friend_request.answered',
  group: 'answer',
  channels,
  subject: 'friend_request',
} as const satisfies EventKind

/** A friendship is over, by whichever door; `friend_id` is the other one. Nobody's device hears of it. */
export const friendshipEnded = {
  kind: 'friendship.ended',
  group: null,
  channels: ['webhook'],
  subject: null,
} as const satisfies EventKind

const id = of(friendRequests.id)
const sender = of(friendRequests.senderId)
const receiver = of(friendRequests.receiverId)
const status = of(friendRequests.status)
const stream = sql`'pair:' || ${pairName(sender, receiver)}`

const written = { ...pair, stamp: friendRequests.stamp, ...telling }
const isWritten = (p: Pair & { stamp: SQL }) =>
  sql`${isRequestOf(p)} and ${of(friendRequests.stamp)} = ${p.stamp}`

/** Tells who is asked. Unawaited: goes behind what may accept the request at once. */
export const tellOfRequest = statement({ ...written, ...named }, (p) =>
  tell(requestReceived, {
    ...p,
    stream,
    to: sql`json_array(${receiver})`,
    actor: sender,
    data: sql`json_object('request_id', ${id})`,
    // Whose request waits behind this batch is the caller's own.
    from: sql`from ${friendRequests} where ${sender} = ${p.caller} and ${receiver} = ${p.other}
      and ${of(friendRequests.stamp)} = ${p.stamp} and ${status} = 'pending'`,
  }),
)

// Whoever is only added is told once an hour: nobody was asked.
const hour = sql.raw(String(60 * 60_000))

/** The news of a request that its two people were told of by `caller`: which one, a condition says. */
const answerWhere = (p: { caller: SQL } & Record<keyof typeof telling, SQL>, condition: SQL) => {
  const isAdded = sql`${sender} = ${p.caller}`
  return tell(requestAnswered, {
    ...p,
    stream,
    to: sql`json_array(iif(${isAdded}, ${receiver}, ${sender}))`,
    actor: p.caller,
    data: sql`json_object('request_id', ${id}, 'status', ${status})`,
    key: sql`case when ${isAdded} then 'instant:' || ${pairName(sender, receiver)} || ':'
      || cast(${p.toldAt} / ${hour} as integer) end`,
    from: sql`from ${friendRequests} where ${condition} and ${status} <> 'pending'`,
  })
}

/** Tells the other of the two of a request that met another one, or of an instant add. Unawaited: goes behind it. */
export const tellOfMeeting = statement(written, (p) => answerWhere(p, isWritten(p)))

// By its id: who has asked is not to be found by a request that was rejected.
const answered = { caller: me, id: friendRequests.id, stamp: friendRequests.stamp, ...telling }

/** Tells who has asked of the answer. Unawaited: goes behind it. */
export const tellOfAnswer = statement(answered, (p) =>
  answerWhere(p, sql`${id} = ${p.id} and ${of(friendRequests.stamp)} = ${p.stamp}`),
)

/** Tells of a friendship that two people have, by a condition: ahead of its end. */
export const endWhere = (p: Pair & Record<keyof typeof telling, SQL>, condition: SQL = sql`true`) =>
  tell(friendshipEnded, {
    toldAt: p.toldAt,
    runner: p.runner,
    stream: sql`'pair:' || ${pairName(of(friendships.userId), of(friendships.friendId))}`,
    to: sql`'[]'`,
    actor: p.caller,
    data: sql`json_object('friend_id', ${of(friendships.friendId)})`,
    from: sql`from ${friendships} where ${isFriendshipOf(p)} and ${of(friendships.userId)} = ${p.caller}
      and ${condition} and ${anEndpointAsks(friendshipEnded.kind)}`,
  })

/** The same of who is there for the caller. Unawaited. */
export const tellOfEnd = statement({ ...pair, ...telling }, (p) => endWhere(p))
