// Conversations: one per pair of people, made when they become friends or when one of them starts it,
// closed for writing when the friendship ends or a block stands. The messages are in the conversation's
// room; what the room must learn goes there as a job.
import { and, eq, sql, type SQL } from 'drizzle-orm'
import {
  blocks,
  conversationMembers,
  conversations,
  friendRequests,
  friendships,
} from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { assign, bare, insertInto, of } from '../../db/names'
import { pairOf } from '../../db/schema/columns'
import { type Caller, me, type Whom, whom } from '../accounts'
import { areFriends, whomThere } from '../people'
import type { Context, Conversed, JobHandlers } from '../base/context'
import { jobsFrom } from '../base/jobs'
import { newObjectName } from '../base/object-names'

/**
 * Opens the conversation of two who are friends now: makes it, the friend request's sender as its
 * initiator, or reopens it. Unawaited, and nothing happens unless they are friends: goes into the batch
 * that makes them so, behind it. Where `conversationTold` changes a row, there is a job to start.
 */
export function openConversation(ctx: Context, caller: Caller, other: Whom) {
  const pair = { caller, other, now: ctx.now() }
  return {
    conversationTold: tellOfOpening(pair),
    conversationOpened: openBetweenFriends(pair),
    membersEntered: enterMembers(pair),
  }
}

/**
 * Closes the conversation of two whose friendship ends: unawaited, goes into the batch that ends it, ahead
 * of the end, and nothing happens unless they still are friends. So a conversation that was started
 * without a friendship stays open. Call `startJobs` after the batch.
 */
export function closeConversation(ctx: Context, caller: Caller, other: Whom) {
  const pair = { caller, other, now: ctx.now() }
  return {
    conversationClosed: closeBetweenFriends(pair),
    conversationTold: tellOfEndedFriendship(pair),
  }
}

/**
 * Closes the conversation of two whom a block of the caller's parts: unawaited, goes behind the block, and
 * nothing happens unless it stands. Call `startJobs` after the batch.
 */
export function closeBlockedConversation(ctx: Context, caller: Caller, other: Whom) {
  const pair = { caller, other, now: ctx.now() }
  return { conversationClosed: closeBehindBlock(pair), conversationTold: tellOfBlock(pair) }
}

/** What a room has to be told of its conversation, as columns; `conversedOf` makes it of them. */
export const conversedColumns = {
  id: conversations.id,
  room: conversations.room,
  initiatorId: conversations.initiatorId,
  receiverId: conversations.receiverId,
}
/** A row of these. */
export type ConversedRow = { id: number; room: string; initiatorId: number; receiverId: number }

/** A conversation as its room is found and knows it. */
export function conversedOf({ id, room, initiatorId, receiverId }: ConversedRow): Conversed {
  return { id, name: room, members: [initiatorId, receiverId] }
}

type Parts = { caller: SQL; other: SQL }

/** The statement's member row is the caller's in the pair with the other. */
export const isOwnSide = ({ caller, other }: Parts) =>
  and(eq(conversationMembers.userId, caller), eq(conversationMembers.otherId, other))

/** The conversation of the caller and another, if they have one. Unawaited. */
export const conversationWith = statement({ caller: me, other: whom }, (p) =>
  q
    .select(conversedColumns)
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .where(isOwnSide(p)),
)

const pair = { caller: me, other: whomThere, now: value<number>() }
/** Whom a block parts from the caller is not there. */
const blockedPair = { ...pair, other: whom }

/** The id of the pair's conversation, or null. */
export const conversationOfPair = ({ caller, other }: Parts) => sql`(
  select ${of(conversationMembers.conversationId)} from ${conversationMembers}
  where ${of(conversationMembers.userId)} = ${caller} and ${of(conversationMembers.otherId)} = ${other})`

/** The statement's `conversations` row is the pair's. */
const ofPair = (p: Parts) => sql`${of(conversations.id)} = ${conversationOfPair(p)}`

const [lesser, greater] = pairOf(conversations.initiatorId.name, conversations.receiverId.name)

/** The same where its members are still to be entered: by the pairs' index, which is written over these. */
export const isPair = (one: SQL, other: SQL) => sql`${of(conversations.kind)} = 'pair'
  and ${lesser} = min(${one}, ${other}) and ${greater} = max(${one}, ${other})`

/** Of a pair that is there already, the conversation is open again: ends an insert of one. */
export const orReopen = sql`on conflict do update set ${assign(conversations, { closedAt: sql`null` })}`

const friendsNow = ({ caller, other }: Parts) => areFriends(caller, other)

const blockStands = ({ caller, other }: Parts) => sql`exists (
  select 1 from ${blocks}
  where ${of(blocks.blockerId)} = ${caller} and ${of(blocks.blockedId)} = ${other})`

// ── Opening ──────────────────────────────────────────────────────────────────────────────────────

const openBetweenFriends = statement(pair, (p) =>
  q.run(sql`${insertInto(conversations, 'initiatorId', 'receiverId', 'room', 'createdAt')}
    select ${friendRequests.senderId}, ${friendRequests.receiverId}, ${newObjectName}, ${p.now}
    from ${friendships}
    join ${friendRequests} on ${friendRequests.id} = ${friendships.requestId}
    where ${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other}
    ${orReopen}`),
)

/** The columns of a side of a pair, in this order. */
export const intoMembers = insertInto(
  conversationMembers,
  'conversationId',
  'userId',
  'otherId',
  'activeAt',
)

// Both directions of the friendship are there, one for each member's side.
const enterMembers = statement(pair, (p) =>
  q.run(sql`${intoMembers}
    select ${conversations.id}, ${friendships.userId}, ${friendships.friendId}, ${p.now}
    from ${friendships}
    join ${conversations} on ${isPair(of(friendships.userId), of(friendships.friendId))}
    where (${friendships.userId} = ${p.caller} and ${friendships.friendId} = ${p.other})
      or (${friendships.userId} = ${p.other} and ${friendships.friendId} = ${p.caller})
    on conflict do nothing`),
)

// ── Closing ──────────────────────────────────────────────────────────────────────────────────────

const closeBetweenFriends = statement(pair, (p) => closeWhere(p, friendsNow(p)))

const closeBehindBlock = statement(blockedPair, (p) => closeWhere(p, blockStands(p)))

const closeWhere = (p: Parts & { now: SQL }, condition: SQL) =>
  q.run(sql`update ${conversations} set ${assign(conversations, { closedAt: p.now })}
    where ${ofPair(p)} and ${bare(conversations.closedAt)} is null and ${condition}`)

// ── What the room must learn ─────────────────────────────────────────────────────────────────────

/** `at` is when it happened: a room that knows of something later does not go back. */
type RoomJob = { conversationId: number; at: number }

/** The conversation of a job, or null where it is gone: the payload has its id alone. */
async function conversedIn(ctx: Context, { conversationId }: RoomJob): Promise<Conversed | null> {
  const { found } = await runBatch(ctx.db, { found: conversedById({ id: conversationId }) })
  return found ? conversedOf(found) : null
}

const conversedById = maybeRow({ id: conversations.id }, (p) =>
  q.select(conversedColumns).from(conversations).where(eq(conversations.id, p.id)),
)

/** A job about the pair's conversation, where `condition` holds; once per `at`. */
const tellRoom = (kind: string, p: Parts, at: SQL, condition: SQL) =>
  jobsFrom({
    kind,
    key: sql`${conversations.id} || ':' || ${at}`,
    payload: sql`json_object('conversationId', ${conversations.id}, 'at', ${at})`,
    now: at,
    from: sql`from ${conversations} where ${ofPair(p)} and ${condition}`,
  })

const wholeNumber = (now: SQL) => sql`cast(${now} as integer)`

const tellOfOpening = statement(pair, (p) => tellOfReopening(p, friendsNow(p)))

/** A job that opens the room of a conversation that is closed now, if `condition` holds. */
export function tellOfReopening(p: Parts & { now: SQL }, condition: SQL) {
  const closed = sql`${conversations.closedAt} is not null and ${condition}`
  return tellRoom('room.open', p, wholeNumber(p.now), closed)
}

const tellOfEndedFriendship = statement(pair, (p) =>
  tellRoom('room.ended_friendship', p, wholeNumber(p.now), friendsNow(p)),
)

const tellOfBlock = statement(blockedPair, (p) =>
  tellRoom('room.close', p, wholeNumber(p.now), blockStands(p)),
)

/** The jobs that this file asks for. */
export const conversationJobs: JobHandlers = {
  async 'room.open'(ctx, job: RoomJob) {
    const conversation = await conversedIn(ctx, job)
    if (conversation) await ctx.rooms.open(conversation, job.at)
  },
  async 'room.close'(ctx, job: RoomJob) {
    const conversation = await conversedIn(ctx, job)
    if (!conversation) return
    await ctx.rooms.close(conversation, job.at)
    await ctx.rooms.disconnect(conversation)
  },
  async 'room.ended_friendship'(ctx, job: RoomJob) {
    const conversation = await conversedIn(ctx, job)
    if (!conversation) return
    const message = { key: `ended-${job.at}`, event: 'friendship.ended' } as const
    await ctx.rooms.systemMessage(conversation, message)
    await ctx.rooms.close(conversation, job.at)
  },
}
