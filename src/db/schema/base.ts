// What belongs to no noun: counters, work outside the database, what happened, and what staff did.
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { time, words } from './columns'
import { person, personOrNone } from './person'

/**
 * Spent tries within a window that began with the first (sign-in limits).
 * @row tries within a window: passwords, codes, mails, registrations, limits of an account
 * @goes expires; given back
 */
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

/**
 * What an account takes up, in sums that triggers move with every row (drizzle/0008_usage.sql).
 * @row what an account takes up: bytes and contacts
 * @goes leaving
 */
export const usage = sqliteTable('usage', {
  userId: person('user_id').primaryKey(),
  /** Bytes of media. */
  files: integer('files').notNull().default(0),
  /** Bytes of texts. */
  texts: integer('texts').notNull().default(0),
  /** Rows of the address book. */
  contacts: integer('contacts').notNull().default(0),
})

/**
 * What must still happen outside the database, written in the batch that asks for it.
 * @row what must still happen outside the database
 * @goes done; mail that is given up; parked (`parked_at`) for 30 days
 */
export const jobs = sqliteTable(
  'jobs',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').notNull(),
    /** Asking twice for the same thing is asking once. */
    key: text('key').notNull().unique(),
    payload: text('payload', { mode: 'json' }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** A parked one is never due. */
    dueAt: time('due_at'),
    createdAt: time('created_at'),
    /** 1 waits for strangers or takes long, and holds up nothing in 0. */
    lane: integer('lane').notNull().default(0),
    /** Why the last try failed (`FailureCode` in domain/base/failures.ts), or ''. */
    lastError: words('last_error'),
    /** Given up at that time, until somebody asks anew. */
    parkedAt: integer('parked_at'),
  },
  (t) => [index('jobs_due').on(t.dueAt), index('jobs_lane').on(t.lane, t.dueAt)],
)

/**
 * What happened to people: one row per change, however many are to be told. Kept 30 days.
 * @row that a request or an RSVP was made or answered: whom it is about, ids and codes
 * @goes 30 days
 */
export const events = sqliteTable(
  'events',
  {
    /** The order of all changes. */
    id: integer('id').primaryKey({ autoIncrement: true }),
    kind: text('kind').notNull(),
    /** What it belongs to (`pair:3:7`, `plan:<id>`): told in the order of the ids. */
    stream: text('stream').notNull(),
    /** Of what may be told once only, or null. */
    key: text('key').unique(),
    /** Who did it; null is the service. */
    actorId: personOrNone('actor_id', { isKey: false, kept: 'ids alone, for 30 days' }),
    /** Ids of whom to tell (JSON). */
    audience: text('audience', { mode: 'json' }).notNull(),
    /** Ids and codes (JSON); no name, title or text. */
    data: text('data', { mode: 'json' }).notNull(),
    words: words('words'),
    /** How many of the audience are told. */
    cursor: integer('cursor').notNull().default(0),
    /** Whose it is to tell it, at the moment. */
    runner: words('runner'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: time('due_at'),
    lastError: words('last_error'),
    createdAt: time('created_at'),
    /** Null until all are told. */
    toldAt: integer('told_at'),
  },
  (t) => [
    // Of what is still to be told alone: a stream may have been told of thousands.
    index('events_stream')
      .on(t.stream, t.id)
      .where(sql`told_at is null`),
    index('events_due')
      .on(t.dueAt)
      .where(sql`told_at is null`),
  ],
)

/**
 * What staff did: a row for each act, written in the batch that does it.
 * @row what staff or the service did to somebody: who, what, from which network and program
 * @goes never
 */
export const audit = sqliteTable(
  'audit',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: time('at'),
    /** `staff`, or the system's name for who acted. */
    actor: text('actor').notNull(),
    actorId: personOrNone('actor_id', { isKey: false, kept: 'who acted stays known' }),
    action: text('action').notNull(),
    /** Whose it was. */
    userId: personOrNone('user_id', { isKey: false, kept: 'what was done to an id stays known' }),
    subject: words('subject'),
    /** What was changed (JSON), without the person's own words. */
    change: text('change', { mode: 'json' }).notNull(),
    /** Where from: the network of the address, its country, and the program. */
    network: words('network'),
    country: words('country'),
    agent: words('agent'),
  },
  (t) => [
    index('audit_user').on(t.userId, t.id),
    index('audit_actor').on(t.actorId, t.id),
    index('audit_action').on(t.action, t.id),
  ],
)
