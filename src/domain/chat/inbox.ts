// A person's conversations as lists show them: what the rooms told the database, one round trip for all
// of it. The messages themselves are asked of the room.
import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import { conversationMembers, conversations, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, maybeRow, value } from '../../db/declare'
import { of } from '../../db/names'
import { atMost } from '../../db/rows-in-bytes'
import { type Caller, me, readAs } from '../accounts'
import { notBlocked, ownRecordAmongOthers, personRecord, type PersonRecord } from '../people'
import type { Context, StoredMessage } from '../base/context'
import { DomainError } from '../base/errors'
import { fetchedBytes, mapPage, type Page, type PageOf, toPage } from '../base/paging'

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
  const activeAt = cursor?.activeAt ?? Number.MAX_SAFE_INTEGER
  const { own, rows } = await readAs(ctx, caller, {
    own: ownRecordAmongOthers({ caller, now }),
    rows: inboxOf({ caller, now, activeAt, id: cursor?.id ?? 0, count: limit + 1 }),
  })
  const found = toPage(rows, limit, ({ activeAt, id }) => ({ activeAt, id }))
  return mapPage(found, (row) => toConversation(own, row))
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
  const { own, row } = await readAs(ctx, caller, {
    own: ownRecordAmongOthers({ caller, now }),
    row: conversationOf({ caller, now, id }),
  })
  if (!row) throw new DomainError('conversation.missing')
  const members = [own.id, row.otherId] as const
  const messages = await ctx.rooms.history({ id, name: row.room, members }, page)
  return {
    ...toConversation(own, row),
    messages: messages.map((message) => named(message, own, row)),
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

/** The pairs of `caller`, the statement's `users` row being the other person. */
function conversationsWithOther(caller: SQL, now: SQL) {
  return q
    .select({
      id: conversations.id,
      room: conversations.room,
      activeAt: conversationMembers.activeAt,
      initiatorId: conversations.initiatorId,
      otherId: of(users.id).mapWith(Number).as('other_id'),
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

const inboxOf = list(
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
  // 30 KB of names at most, and 10 KB of a message.
  ({ caller }) => ({
    rows: 200,
    few: atMost(200, conversationMembers.userId, caller),
    bytes: fetchedBytes,
  }),
)

/** One conversation of the caller's. */
const conversationOf = maybeRow({ caller: me, now: value<number>(), id: conversations.id }, (p) =>
  conversationsWithOther(p.caller, p.now).where(
    and(eq(conversationMembers.conversationId, p.id), ofCaller(p.caller)),
  ),
)
