// What a chat room keeps in its own storage. Times are milliseconds since 1970. No names: whoever reads a
// message is told today's name of its sender.
import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Ids count 1, 2, 3 … without a gap: a message is never deleted, and a refused one never had an id. */
export const messages = sqliteTable(
  'messages',
  {
    id: integer('id').primaryKey(),
    /** An account, or 0 for what the room says by itself. */
    senderId: integer('sender_id').notNull(),
    /** The sender's own name for it, under which it is stored once. */
    clientId: text('client_id'),
    kind: text('kind', { enum: ['text', 'system'] }).notNull(),
    text: text('text').notNull(),
    /** Path below /media/. */
    attachment: text('attachment'),
    sentAt: integer('sent_at').notNull(),
  },
  (t) => [uniqueIndex('messages_client').on(t.senderId, t.clientId)],
)

/** The two whose conversation it is: up to where each has read, and what lies beyond. */
export const members = sqliteTable('members', {
  userId: integer('user_id').primaryKey(),
  readUpTo: integer('read_up_to').notNull().default(0),
  unread: integer('unread').notNull().default(0),
})

/** One row: whether the room is open for writing. `settledAt` orders what it is told about that. */
export const status = sqliteTable(
  'status',
  {
    id: integer('id').primaryKey(),
    isClosed: integer('is_closed', { mode: 'boolean' }).notNull().default(false),
    settledAt: integer('settled_at').notNull().default(0),
    /** When all sockets were last closed: who joins soon after is looked at again. */
    disconnectedAt: integer('disconnected_at').notNull().default(0),
  },
  (t) => [check('status_one_row', sql`${t.id} = 1`)],
)

/**
 * At most one row: the database is behind. Written in the transaction of what it must learn, and gone
 * when it has learnt the newest `version` of it.
 */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer('id').primaryKey(),
    version: integer('version').notNull().default(1),
    /** The newest message that the members' other devices were told of. */
    toldUpTo: integer('told_up_to').notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    dueAt: integer('due_at').notNull(),
  },
  (t) => [check('outbox_one_row', sql`${t.id} = 1`)],
)
