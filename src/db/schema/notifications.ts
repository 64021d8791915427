// What people are told: each one's feed and how they want to hear of things, and who is still to hear of what.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { events } from './base'
import { flag, time, words } from './columns'
import { person, personOrNone } from './person'

/**
 * A line of somebody's feed: the events of one group, the newest of them shown. Kept 90 days.
 * @row a line of somebody's feed: ids and codes of the newest event of a group
 * @goes 90 days after its newest event; leaving
 */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: person('user_id'),
    /** 1, 2, 3 … per person as things arrive: what comes anew moves to the end. */
    position: integer('position').notNull(),
    /** Its newest event; no foreign key, since events go earlier. */
    eventId: integer('event_id').notNull(),
    kind: text('kind').notNull(),
    /** Stream and group of its events. */
    groupKey: text('group_key').notNull(),
    /** Who did the newest; null is the service. */
    actorId: personOrNone('actor_id', { isKey: false, kept: 'ids alone, for 90 days' }),
    /** The newest three different actors, newest first (JSON). */
    actors: text('actors', { mode: 'json' }).notNull(),
    /** Events since it was read or removed. */
    count: integer('count').notNull(),
    /** Ids and codes of the newest (JSON). */
    data: text('data', { mode: 'json' }).notNull(),
    words: words('words'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
    readAt: integer('read_at'),
    removedAt: integer('removed_at'),
  },
  (t) => [
    uniqueIndex('notifications_group').on(t.userId, t.groupKey),
    uniqueIndex('notifications_position').on(t.userId, t.position),
    index('notifications_unread')
      .on(t.userId, t.position)
      .where(sql`read_at is null and removed_at is null`),
    index('notifications_updated').on(t.updatedAt),
    index('notifications_words')
      .on(t.actorId)
      .where(sql`words <> ''`),
  ],
)

/**
 * How somebody wants to hear of things; without a row everything is on.
 * @row how somebody wants to hear of things, and up to where the feed was looked at
 * @goes leaving
 */
export const notificationSettings = sqliteTable('notification_settings', {
  userId: person('user_id').primaryKey(),
  /** The position up to which the feed was looked at. */
  seenUpTo: integer('seen_up_to').notNull().default(0),
  /** Minutes since midnight in `timezone`, or both null. */
  quietFrom: integer('quiet_from'),
  quietTo: integer('quiet_to'),
  /** An IANA zone. */
  timezone: words('timezone'),
  /** Whether a push may show what it is about. */
  showText: flag('show_text').default(true),
  /** What is switched off, by kind and channel (JSON): `{"rsvp.changed.push":1}`. */
  off: text('off', { mode: 'json' })
    .notNull()
    .default(sql`'{}'`),
})

/**
 * An event that somebody's object has not heard of yet: all later ones for them wait behind it.
 * @row an event that somebody's object has not heard of yet
 * @goes delivered; with its event; leaving
 */
export const undelivered = sqliteTable(
  'undelivered',
  {
    userId: person('user_id'),
    eventId: integer('event_id')
      .notNull()
      .references(() => events.id, { onDelete: 'cascade' }),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.eventId] }),
    // For the sweep of events.
    index('undelivered_event').on(t.eventId),
  ],
)
