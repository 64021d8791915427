// Conversations. Their messages are in the storage of their rooms.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { pairOf, time, words } from './columns'
import { person } from './person'

/** Why somebody who has left is still named. */
const readable = { kept: 'conversations stay readable for the other side' }

/** One per pair. The messages are in the conversation's room; what a list needs is fed from there. */
export const conversations = sqliteTable(
  'conversations',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    initiatorId: person('initiator_id', readable),
    receiverId: person('receiver_id', readable),
    createdAt: time('created_at'),
    /** Closed for writing since. */
    closedAt: integer('closed_at'),
    /** Id of the newest message that the room has told of; feeds that come late lose against it. */
    lastMessageId: integer('last_message_id').notNull().default(0),
    /** That message as the room stored it (JSON), or null. */
    lastMessage: text('last_message', { mode: 'json' }),
    /** The name of the room's object: '' means the id as text, new rows get 128 random bits. */
    room: words('room'),
  },
  () => [uniqueIndex('conversations_pair').on(...pairOf('initiator_id', 'receiver_id'))],
)

/** Each member's side of a conversation: what the inbox sorts by and counts. */
export const conversationMembers = sqliteTable(
  'conversation_members',
  {
    conversationId: integer('conversation_id')
      .notNull()
      .references(() => conversations.id),
    userId: person('user_id', readable),
    otherId: person('other_id', readable),
    activeAt: time('active_at'),
    unread: integer('unread').notNull().default(0),
    /** Up to which message id this member has read. */
    readUpTo: integer('read_up_to').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.userId] }),
    index('conversation_members_inbox').on(t.userId, t.activeAt, t.conversationId),
    uniqueIndex('conversation_members_pair').on(t.userId, t.otherId),
  ],
)
