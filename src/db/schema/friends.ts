// Friendship, requests, labels, refusals and blocks.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, pairOf, time, words } from './columns'
import { person } from './person'

/**
 * Ids start at 1,000,000,001, so that none is ever an account's (set by a migration).
 * @row a request, whatever its state
 * @goes removed; with its friendship; leaving of either
 */
export const friendRequests = sqliteTable(
  'friend_requests',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    senderId: person('sender_id'),
    receiverId: person('receiver_id'),
    status: text('status', { enum: ['pending', 'accepted', 'rejected'] }).notNull(),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
    /** Random; of the write that the event behind it tells of. */
    stamp: words('stamp'),
  },
  (t) => [
    uniqueIndex('friend_requests_pending_pair')
      .on(...pairOf('sender_id', 'receiver_id'))
      .where(sql`status = 'pending'`),
    // At most one per direction: it is asked, answered and asked again.
    uniqueIndex('friend_requests_direction').on(t.senderId, t.receiverId),
    index('friend_requests_pending_sender')
      .on(t.senderId)
      .where(sql`status = 'pending'`),
    index('friend_requests_pending_receiver')
      .on(t.receiverId)
      .where(sql`status = 'pending'`),
    index('friend_requests_sender').on(t.senderId, t.status, t.updatedAt),
    index('friend_requests_receiver').on(t.receiverId, t.status, t.updatedAt),
  ],
)

/**
 * One row per direction, both written in the same batch.
 * @row one side of a friendship, with that side's label
 * @goes ended; a block; leaving of either
 */
export const friendships = sqliteTable(
  'friendships',
  {
    userId: person('user_id'),
    friendId: person('friend_id'),
    /** `userId`'s own label for the friend. */
    label: text('label').notNull().default('Default'),
    /** `userId` asked, accepted, added or labelled the other: opens friends-only things to them. */
    agreed: flag('agreed'),
    /** The accepted request that this friendship came from. */
    requestId: integer('request_id')
      .notNull()
      .references(() => friendRequests.id),
    createdAt: time('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.friendId] }),
    index('friendships_label').on(t.userId, t.label),
    index('friendships_friend').on(t.friendId, t.userId),
    // For the foreign key: a request that is deleted is looked for here.
    index('friendships_request').on(t.requestId),
  ],
)

/**
 * A person's labels in the order of their first use; one that fell out of use keeps its place.
 * @row a label that somebody has used
 * @goes leaving
 */
export const friendLabels = sqliteTable(
  'friend_labels',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: person('user_id'),
    label: text('label').notNull(),
  },
  (t) => [uniqueIndex('friend_labels_user_label').on(t.userId, t.label)],
)

/**
 * Who rejected or removed whom: from then on these can only ask, until the other side opens again.
 * @row who rejected or removed whom
 * @goes the other side opens again; leaving of either
 */
export const refusals = sqliteTable(
  'refusals',
  {
    refuserId: person('refuser_id'),
    refusedId: person('refused_id'),
    createdAt: time('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.refuserId, t.refusedId] }),
    index('refusals_refused').on(t.refusedId, t.refuserId),
  ],
)

/**
 * Who has blocked whom: one row for each direction.
 * @row who has blocked whom
 * @goes unblocked; leaving of either
 */
export const blocks = sqliteTable(
  'blocks',
  {
    blockerId: person('blocker_id'),
    blockedId: person('blocked_id'),
    createdAt: time('created_at'),
  },
  (t) => [
    primaryKey({ columns: [t.blockerId, t.blockedId] }),
    index('blocks_blocked').on(t.blockedId, t.blockerId),
  ],
)
