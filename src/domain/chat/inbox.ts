// A person's conversations as lists show them: what the rooms told the database, one round trip for all
// of it. The messages themselves are asked of the room.
import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { conversationMembers, conversations, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { count, statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs } from '../accounts/sessions/sessions'
import type { Context, Named, StoredMessage } from '../base/context'
import { DomainError } from '../base/errors'
import { objectNameOf } from '../base/object-names'
import { mapPage, type Page, pageBytes, type PageOf, toPage } from '../base/paging'
import { type PersonRecord, personRecord } from '../people/users'
import { notBlocked } from '../people/visibility'

/** A message with today's name of its sender ('' for the room itself). */
export type Message = StoredMessage & { senderName: string }

/** A conversation as one of its members sees it. */
export type Conversation = {
  id: number
  initiator: PersonRecord
  receiver: PersonRecord
  lastMessage: Message | null
  unread: number
}

/** Where a list goes on: the activity and the id of its last conversation. */
export type InboxCursor = { activeAt: number; id: number }

/** The caller's conversations, newest activity first. One that a block parts is not there. */
export async function listConversations(
  ctx: Context,
  caller: Caller,
  page: PageOf<InboxCursor>,
): Promise<Page<Conversation, InboxCursor>> {
  const { cursor, limit } = page
  const now = ctx.now()
  const [[own], rows] = await readAs(
    ctx,
    caller,
    ownRecord({ caller, now }),
    inboxOf({
      caller,
      now,
      activeAt: cursor?.activeAt ?? Number.MAX_SAFE_INTEGER,
      id: cursor?.id ?? 0,
      count: limit + 1,
    }),
  )
  const found = toPage(rows, limit, ({ activeAt, id }) => ({ activeAt, id }))
  return mapPage(found, (row) => toConversation(own!, row))
}

/**
 * One of the caller's conversations with its messages, newest first.
 * @throws `conversation.missing`
 */
export async function getConversation(
  ctx: Context,
  caller: Caller,
  id: number,
  page: { before: number | null; limit: number },
): Promise<Conversation & { messages: Message[] }> {
  const now = ctx.now()
  const [[own], [row]] = await readAs(
    ctx,
    caller,
    ownRecord({ caller, now }),
    conversationOf({ caller, now, id }),
  )
  if (!row) throw new DomainError('conversation.missing')
  const members = [own!.id, row.otherId] as const
  const messages = await ctx.rooms.history({ id, name: row.room, members }, page)
  return {
    ...toConversation(own!, row),
    messages: messages.map((message) => named(message, own!, row)),
  }
}

type Own = PersonRecord & { id: number }
type Row = PersonRecord & {
  id: number
  room: string
  activeAt: number
  initiatorId: number
  otherId: number
  lastMessage: unknown
  unread: number
}

function toConversation(own: Own, row: Row): Conversation {
  const isOwn = row.initiatorId === own.id
  const lastMessage = row.lastMessage as StoredMessage | null
  return {
    id: row.id,
    initiator: isOwn ? own : row,
    receiver: isOwn ? row : own,
    lastMessage: lastMessage && named(lastMessage, own, row),
    unread: row.unread,
  }
}

function named(message: StoredMessage, own: Own, other: Row): Message {
  const { senderId } = message
  const senderName =
    senderId === own.id ? own.username : senderId === other.otherId ? other.username : ''
  return { ...message, senderName }
}

/** The caller's own record: once beside a list, not once per row. */
export const ownRecord = statement({ caller: me, now: value<number>() }, (p) =>
  // Joined with nothing: in a select from a single table Drizzle leaves out the tables' names.
  q
    .select({ id: users.id, ...personRecord(p.caller, p.now) })
    .from(users)
    .innerJoin(sql`(select 1)`, sql`true`)
    .where(eq(users.id, p.caller)),
)

/** The conversations of `caller`, the statement's `users` row being the other person. */
function conversationsWithOther(caller: SQL, now: SQL) {
  return q
    .select({
      id: conversations.id,
      room: conversations.room,
      activeAt: conversationMembers.activeAt,
      initiatorId: conversations.initiatorId,
      otherId: conversationMembers.otherId,
      lastMessage: conversations.lastMessage,
      unread: conversationMembers.unread,
      ...personRecord(caller, now),
    })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .innerJoin(users, eq(users.id, conversationMembers.otherId))
}

const ofCaller = (caller: SQL) =>
  and(eq(conversationMembers.userId, caller), notBlocked(caller, conversationMembers.otherId))

const inboxOf = statement(
  {
    caller: me,
    now: value<number>(),
    activeAt: conversationMembers.activeAt,
    id: conversations.id,
    count: value<number>(),
  },
  (p) =>
    conversationsWithOther(p.caller, p.now)
      .where(
        and(
          ofCaller(p.caller),
          sql`(${conversationMembers.activeAt}, ${conversationMembers.conversationId})
            < (${p.activeAt}, ${p.id})`,
        ),
      )
      .orderBy(desc(conversationMembers.activeAt), desc(conversationMembers.conversationId))
      .limit(count(p.count)),
  pageBytes,
)

/** One conversation of the caller's. */
const conversationOf = statement({ caller: me, now: value<number>(), id: conversations.id }, (p) =>
  conversationsWithOther(p.caller, p.now).where(
    and(eq(conversationMembers.conversationId, p.id), ofCaller(p.caller)),
  ),
)

// ── What a room tells ────────────────────────────────────────────────────────────────────────────

/** The state of a room after its message `lastMessage`; each member's `readUpTo` only grows. */
export type Feed = {
  /** With the name of the very room that tells. */
  conversation: Named
  lastMessage: StoredMessage | null
  members: readonly { userId: number; readUpTo: number; unread: number }[]
}

/**
 * Writes what a room tells of itself. Twice is once, and what comes late changes nothing. Answers with the
 * members for whom the conversation is there: all but those whom a block parts. A room that a restored
 * database does not know any more changes nothing.
 */
export async function feedConversation(ctx: Context, feed: Feed): Promise<Named[]> {
  const { conversation, lastMessage } = feed
  const conversationId = conversation.id
  const { name } = conversation
  const lastId = lastMessage?.id ?? 0
  const sentAt = lastMessage?.sentAt ?? 0
  const [there] = await runBatch(ctx.db, [
    membersThere({ conversationId, name }),
    ...feed.members.map(({ userId, readUpTo, unread }) =>
      feedMember({ conversationId, name, lastId, sentAt, userId, readUpTo, unread }),
    ),
    feedLast({ conversationId, name, lastId, lastMessage }),
  ])
  return there
}

/** The two whose conversation it is. */
export async function membersOf(ctx: Context, { id, name }: Named): Promise<number[]> {
  const [rows] = await runBatch(ctx.db, [memberIds({ conversationId: id, name })])
  return rows.map(({ userId }) => userId)
}

/** The statement's `conversations` row is the one whose room has that name. */
const isOfRoom = (p: {
  conversationId: SQL
  name: SQL
}) => sql`"conversations"."id" = ${p.conversationId}
  and ${objectNameOf(sql`"conversations"."id"`, sql`"conversations"."room"`)} = ${p.name}`

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
          and (select "last_message_id" from ${conversations} where ${isOfRoom(p)})
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

const memberIds = statement(room, (p) =>
  q
    .select({ userId: conversationMembers.userId })
    .from(conversations)
    .innerJoin(conversationMembers, eq(conversationMembers.conversationId, conversations.id))
    .where(isOfRoom(p)),
)

const membersThere = statement(room, (p) =>
  q
    .select({ id: users.id, name: users.object })
    .from(conversations)
    .innerJoin(conversationMembers, eq(conversationMembers.conversationId, conversations.id))
    .innerJoin(users, eq(users.id, conversationMembers.userId))
    .where(
      and(
        isOfRoom(p),
        notBlocked(sql`"conversation_members"."user_id"`, sql`"conversation_members"."other_id"`),
      ),
    ),
)
