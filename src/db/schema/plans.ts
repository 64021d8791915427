// Plans, invitations, RSVPs and calendar addresses.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { time, words } from './columns'
import { person } from './person'

/**
 * Ids are 24 hex digits, the first 8 the creation time in seconds.
 * @row a plan
 * @goes deleted by the creator; leaving of the creator
 */
export const plans = sqliteTable(
  'plans',
  {
    id: text('id').primaryKey(),
    creatorId: person('creator_id'),
    title: text('title').notNull(),
    description: words('description'),
    locationName: words('location_name'),
    address1: text('address1').notNull(),
    address2: words('address2'),
    city: text('city').notNull(),
    state: text('state').notNull(),
    zipcode: text('zipcode').notNull(),
    startTime: integer('start_time'),
    endTime: time('end_time'),
    /** Start, or end where there is no start: what lists are ordered by. */
    sortTime: time('sort_time'),
    timezone: words('timezone'),
    visibility: text('visibility', { enum: ['everyone', 'friends', 'private'] })
      .notNull()
      .default('everyone'),
    capacity: integer('capacity'),
    /** Grows with each edit (RFC 5545 SEQUENCE). */
    sequence: integer('sequence').notNull().default(0),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  (t) => [
    // Lists of everybody's plans read these alone: others' closed ones cost them nothing.
    index('plans_open')
      .on(t.sortTime, t.id)
      .where(sql`visibility = 'everyone'`),
    index('plans_creator').on(t.creatorId, t.sortTime, t.id),
  ],
)

/**
 * Whom the creator of a plan has invited.
 * @row who is invited to it
 * @goes taken back; with its plan; leaving
 */
export const planInvites = sqliteTable(
  'plan_invites',
  {
    planId: text('plan_id')
      .notNull()
      .references(() => plans.id, { onDelete: 'cascade' }),
    userId: person('user_id'),
    createdAt: time('created_at'),
  },
  (t) => [primaryKey({ columns: [t.planId, t.userId] }), index('plan_invites_user').on(t.userId)],
)

/**
 * One answer of a person to a plan.
 * @row an answer to a plan
 * @goes deleted; with its plan; leaving; its plan can no longer be seen
 */
export const rsvps = sqliteTable(
  'rsvps',
  {
    id: text('id').primaryKey(),
    planId: text('plan_id')
      .notNull()
      .references(() => plans.id, { onDelete: 'cascade' }),
    userId: person('user_id'),
    status: text('status', { enum: ['going', 'maybe', 'declined', 'waitlisted'] }).notNull(),
    /** People who come along, beside the person. */
    guests: integer('guests').notNull().default(0),
    /**
     * The waitlist's order: when the place in it was taken, in milliseconds, moved on where needed so
     * that no two who wait for one plan have the same.
     */
    queuedAt: time('queued_at'),
    createdAt: time('created_at'),
    /** Random; of the write that the event behind it tells of. A `+` ahead of it where that let somebody in. */
    stamp: words('stamp'),
  },
  (t) => [
    uniqueIndex('rsvps_plan_user').on(t.planId, t.userId),
    // With the guests in it, the places taken are counted out of the index alone.
    index('rsvps_plan_queue').on(t.planId, t.status, t.queuedAt, t.id, t.guests),
    index('rsvps_plan').on(t.planId, t.id),
    index('rsvps_user').on(t.userId, t.id),
    // Who was let in, by the batch that did it: an answer of their own takes them out again.
    index('rsvps_promoted')
      .on(t.stamp)
      .where(sql`substr(stamp, 1, 1) = '+'`),
  ],
)

/**
 * The secret address of a person's calendar: only its hash.
 * @row the hash of a secret calendar address
 * @goes replaced; deleted; a restore; leaving
 */
export const calendarFeeds = sqliteTable('calendar_feeds', {
  userId: person('user_id').primaryKey(),
  hash: text('hash').notNull().unique(),
  createdAt: time('created_at'),
})
