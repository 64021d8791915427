// Conversations: who is in them, and what lists show. Their messages are in the storage of their rooms.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, pairOf, time, words } from './columns'
import { person, personOrNone } from './person'

const number = (name: string) => integer(name).notNull().default(0)
/** Why somebody who has left is still named. */
const readable = { kept: 'conversations stay readable for the other side' }

/**
 * Pairs, groups and those of plans. The messages are in the conversation's room; what a list needs is fed
 * from there. Groups and plans are not made yet: what is about them alone has its default.
 * @row a pair's conversation: friendship, `POST /conversations/start/`; its last message is fed by its
 *   room
 * @goes `DELETED_KEPT_DAYS` after both have left
 */
export const conversations = sqliteTable(
  'conversations',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    initiatorId: person('initiator_id', readable),
    /** In group and plan the maker again: a table that others refer to is not built anew for a null. */
    receiverId: person('receiver_id', readable),
    createdAt: time('created_at'),
    /** Closed for writing since. */
    closedAt: integer('closed_at'),
    /** Id of the newest message that the room has told of; feeds that come late lose against it. */
    lastMessageId: number('last_message_id'),
    /** That message as the room stored it (JSON), or null. */
    lastMessage: text('last_message', { mode: 'json' }),
    /** The name of the room's object: '' means the id as text, new rows get 128 random bits. */
    room: words('room'),
    kind: text('kind', { enum: ['pair', 'group', 'plan'] })
      .notNull()
      .default('pair'),
    title: words('title'),
    /** A key of `media`, or ''. */
    picture: words('picture'),
    /** Whose RSVPs it follows; no foreign key, so that a plan can go first. */
    planId: text('plan_id'),
    /** The maker's own name for it, under which it is made once. */
    clientId: text('client_id'),
    /** From where a new member reads: from the joining on, or all of it. */
    history: text('history', { enum: ['joined', 'all'] })
      .notNull()
      .default('all'),
    addBy: text('add_by', { enum: ['admins', 'members'] })
      .notNull()
      .default('admins'),
    /** How many are in; pairs do not count theirs. */
    memberCount: number('member_count'),
    /** The newest number in `conversation_changes`. */
    changeSeq: number('change_seq'),
    activeAt: number('active_at'),
    /** Messages that count for nobody as unread. */
    quietCount: number('quiet_count'),
    mentionAllId: number('mention_all_id'),
    /** Guards what the room feeds: raised before each try. */
    feedVersion: number('feed_version'),
  },
  (t) => [
    uniqueIndex('conversations_one_pair')
      .on(...pairOf('initiator_id', 'receiver_id'))
      .where(sql`kind = 'pair'`),
    // The version before finds pairs by it. It can go a release later.
    index('conversations_pair').on(...pairOf('initiator_id', 'receiver_id')),
    uniqueIndex('conversations_plan')
      .on(t.planId)
      .where(sql`plan_id is not null`),
    uniqueIndex('conversations_client')
      .on(t.initiatorId, t.clientId)
      .where(sql`client_id is not null`),
  ],
)

/**
 * Who is or was in a conversation: what lists sort by and count, and a member's own settings.
 * @row one side of it: unread, read up to
 * @goes with it
 */
export const conversationMembers = sqliteTable(
  'conversation_members',
  {
    conversationId: integer('conversation_id')
      .notNull()
      .references(() => conversations.id),
    userId: person('user_id', readable),
    /** The other of a pair; null in group and plan. */
    otherId: personOrNone('other_id', readable),
    activeAt: time('active_at'),
    unread: number('unread'),
    /** Up to which message id this member has read. */
    readUpTo: number('read_up_to'),
    role: text('role', { enum: ['member', 'admin', 'owner'] })
      .notNull()
      .default('member'),
    state: text('state', { enum: ['in', 'left', 'removed', 'banned'] })
      .notNull()
      .default('in'),
    joinedAt: number('joined_at'),
    leftAt: integer('left_at'),
    /** Random bits of the last change: what follows it in its batch finds its rows by them. */
    stamp: words('stamp'),
    /** Of the member's own messages, those behind `readUpTo`; -1 where `unread` still counts. */
    sentSinceRead: integer('sent_since_read').notNull().default(-1),
    /** `quietCount` as it was when `readUpTo` moved. */
    readQuiet: number('read_quiet'),
    /** The mark that others are shown. */
    shownUpTo: number('shown_up_to'),
    mentionId: number('mention_id'),
    hiddenId: number('hidden_id'),
    mutedUntil: integer('muted_until'),
    mentionsOnly: flag('mentions_only').default(false),
    pinnedAt: integer('pinned_at'),
    archivedUpTo: integer('archived_up_to'),
  },
  (t) => [
    primaryKey({ columns: [t.conversationId, t.userId] }),
    index('conversation_members_inbox')
      .on(t.userId, t.activeAt, t.conversationId)
      .where(sql`other_id is not null`),
    index('conversation_members_in')
      .on(t.userId, t.conversationId)
      .where(sql`other_id is null and state = 'in'`),
    uniqueIndex('conversation_members_pair').on(t.userId, t.otherId),
    uniqueIndex('conversation_members_owner')
      .on(t.conversationId)
      .where(sql`role = 'owner' and state = 'in'`),
  ],
)

/**
 * What changed about a conversation's members and settings, in order, until its room has applied it.
 * @row what changed about who is in it, until its room knows. Nothing writes it yet
 * @goes with it
 */
export const conversationChanges = sqliteTable(
  'conversation_changes',
  {
    conversationId: integer('conversation_id')
      .notNull()
      .references(() => conversations.id),
    n: integer('n').notNull(),
    code: text('code').notNull(),
    byId: person('by_id', { kept: 'the conversation tells of what was done in it, by ids alone' }),
    /** Ids alone. */
    payload: text('payload', { mode: 'json' }).notNull(),
    createdAt: time('created_at'),
  },
  (t) => [primaryKey({ columns: [t.conversationId, t.n] })],
)

/**
 * Invitations into a group: the token itself is nowhere.
 * @row an invitation into one. Nothing writes it yet
 * @goes with it; by leaving of who made it
 */
export const conversationLinks = sqliteTable(
  'conversation_links',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    conversationId: integer('conversation_id')
      .notNull()
      .references(() => conversations.id),
    tokenHash: text('token_hash').notNull().unique(),
    createdBy: person('created_by', readable),
    createdAt: time('created_at'),
    expiresAt: time('expires_at'),
    /** Null: as many as come. */
    maxUses: integer('max_uses'),
    used: number('used'),
  },
  (t) => [index('conversation_links_conversation').on(t.conversationId)],
)
