// What a conversation's room tells the database: the newest message, and how far each member has read.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { conversationMembers, conversations, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Context, Named, NamedMember, StoredMessage } from '../base/context'
import { objectNameOf } from '../base/object-names'
import { isAway, isPushWanted, notBlocked } from '../people'
import { messageCreated } from './events'
import { isUnmuted } from './unread'

/** The state of a room after its message `lastMessage`; each member's `readUpTo` only grows. */
export type Feed = {
  /** With the name of the very room that tells. */
  conversation: Named
  lastMessage: StoredMessage | null
  members: readonly { userId: number; readUpTo: number; unread: number }[]
}

/**
 * A member for whom the conversation is there: the person's object, today's name, whether a push is wanted of it,
 * and whether a call is of no other use.
 */
export type Told = Named & { username: string; isAway: 0 | 1; isPushWanted: 0 | 1 }

/**
 * Writes what a room tells of itself. Twice is once, and what comes late changes nothing. Answers with the
 * members for whom the conversation is there: all but those whom a block parts. A room that a restored
 * database does not know any more changes nothing.
 */
export async function feedConversation(ctx: Context, feed: Feed): Promise<Told[]> {
  const { conversation, lastMessage } = feed
  const conversationId = conversation.id
  const { name } = conversation
  const lastId = lastMessage?.id ?? 0
  const sentAt = lastMessage?.sentAt ?? 0
  const { there } = await runBatch(ctx.db, {
    there: membersThere({ conversationId, name, now: ctx.now() }),
    fed: feed.members.map(({ userId, readUpTo, unread }) =>
      feedMember({ conversationId, name, lastId, sentAt, userId, readUpTo, unread }),
    ),
    last: feedLast({ conversationId, name, lastId, lastMessage }),
  })
  return there
}

/** Who is in the conversation of a room, with today's names. */
export async function membersOf(ctx: Context, { id, name }: Named): Promise<NamedMember[]> {
  const { members } = await runBatch(ctx.db, { members: membersIn({ conversationId: id, name }) })
  return members
}

/** The statement's `conversations` row is the one whose room has that name. */
const isOfRoom = (p: {
  conversationId: SQL
  name: SQL
}) => sql`${of(conversations.id)} = ${p.conversationId}
  and ${objectNameOf(of(conversations.id), of(conversations.room))} = ${p.name}`

const room = { conversationId: conversations.id, name: value<string>() }

const feedMember = statement(
  {
    ...room,
    lastId: conversations.lastMessageId,
    sentAt: conversationMembers.activeAt,
    userId: conversationMembers.userId,
    readUpTo: conversationMembers.readUpTo,
    unread: conversationMembers.unread,
  },
  (p) =>
    q
      .update(conversationMembers)
      .set({
        activeAt: sql`max(${conversationMembers.activeAt}, ${p.sentAt})`,
        readUpTo: p.readUpTo,
        unread: p.unread,
      })
      .where(
        sql`${conversationMembers.conversationId} = ${p.conversationId}
          and ${conversationMembers.userId} = ${p.userId}
          and ${conversationMembers.readUpTo} <= ${p.readUpTo}
          and (select ${of(conversations.lastMessageId)} from ${conversations} where ${isOfRoom(p)})
            <= ${p.lastId}`,
      ),
)

const feedLast = statement(
  {
    ...room,
    lastId: conversations.lastMessageId,
    lastMessage: conversations.lastMessage,
  },
  (p) =>
    q
      .update(conversations)
      .set({ lastMessageId: p.lastId, lastMessage: p.lastMessage })
      .where(sql`${isOfRoom(p)} and ${conversations.lastMessageId} < ${p.lastId}`),
)

const membersIn = statement(room, (p) =>
  q
    .select({ userId: users.id, username: users.username })
    .from(conversations)
    .innerJoin(conversationMembers, eq(conversationMembers.conversationId, conversations.id))
    .innerJoin(users, eq(users.id, conversationMembers.userId))
    .where(isOfRoom(p)),
)

/** They want pushes of messages, and those of this conversation. */
const wantsPush = (now: SQL) => sql<0 | 1>`(${isUnmuted(now)}
  and ${isPushWanted(of(users.id), sql`${messageCreated.kind}`, now)})`

const membersThere = statement({ ...room, now: value<number>() }, (p) =>
  q
    .select({
      id: users.id,
      name: users.object,
      username: users.username,
      isAway: isAway(of(users.listensUntil), p.now).as('isAway'),
      isPushWanted: wantsPush(p.now).as('isPushWanted'),
    })
    .from(conversations)
    .innerJoin(conversationMembers, eq(conversationMembers.conversationId, conversations.id))
    .innerJoin(users, eq(users.id, conversationMembers.userId))
    .where(
      and(isOfRoom(p), notBlocked(of(conversationMembers.userId), of(conversationMembers.otherId))),
    ),
)
