// What belongs to no noun: counters, sums and work outside the database.
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { time } from './columns'
import { users } from './users'

/** Spent tries within a window that began with the first (sign-in limits). */
export const counters = sqliteTable(
  'counters',
  {
    key: text('key').primaryKey(),
    spent: integer('spent').notNull(),
    expiresAt: time('expires_at'),
  },
  (t) => [
    index('counters_expiry').on(t.expiresAt),
    // Given back to nothing: the sweep takes them.
    index('counters_idle')
      .on(t.key)
      .where(sql`spent <= 0`),
  ],
)

/** What an account takes up, in sums that move in the batch that creates or deletes. */
export const usage = sqliteTable('usage', {
  userId: integer('user_id')
    .primaryKey()
    .references(() => users.id),
  /** Bytes of media. */
  files: integer('files').notNull().default(0),
  /** Bytes of texts. */
  texts: integer('texts').notNull().default(0),
  /** Rows of the address book. */
  contacts: integer('contacts').notNull().default(0),
})

/** What must still happen outside the database, written in the batch that asks for it. */
export const jobs = sqliteTable(
  'jobs',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').notNull(),
    /** Asking twice for the same thing is asking once. */
    key: text('key').notNull().unique(),
    payload: text('payload', { mode: 'json' }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    dueAt: time('due_at'),
    createdAt: time('created_at'),
  },
  (t) => [index('jobs_due').on(t.dueAt)],
)
