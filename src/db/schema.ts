// Every table of the service, on one page. Times are whole milliseconds since 1970 (UTC), calendar
// dates are `YYYY-MM-DD`, texts that were not given are ''. A chat room's own storage is not here.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

const flag = (name: string) => integer(name, { mode: 'boolean' }).notNull()
const time = (name: string) => integer(name).notNull()
const words = (name: string) => text(name).notNull().default('')
const person = (name: string) =>
  integer(name)
    .notNull()
    .references(() => users.id)

/** Two people in either order as one pair. (`min(a, b)` would be cut at its comma by drizzle-kit.) */
const pairOf = (a: string, b: string) =>
  [
    sql.raw(`case when ${a} < ${b} then ${a} else ${b} end`),
    sql.raw(`case when ${a} < ${b} then ${b} else ${a} end`),
  ] as const

// ── Accounts ─────────────────────────────────────────────────────────────────────────────────────

/** One row per account, never deleted: a person who left keeps an empty row (`leftAt`). */
export const users = sqliteTable(
  'users',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    username: text('username').notNull(),
    /** The username folded in Unicode's way: unique without regard to case. */
    usernameKey: text('username_key').notNull(),
    email: words('email'),
    /** The address folded; unique where it is not empty. */
    emailKey: words('email_key'),
    /** PHC or Django string; '' for an account that has no password (42). */
    password: words('password'),
    firstName: words('first_name'),
    lastName: words('last_name'),
    bio: words('bio'),
    phoneNumber: words('phone_number'),
    dateOfBirth: text('date_of_birth'),
    /** Path below /media/, or '' for the default picture. */
    avatar: words('avatar'),
    isActive: flag('is_active').default(true),
    /** The e-mailed code is asked for at every door. */
    codeRequired: flag('code_required').default(false),
    joinedAt: time('joined_at'),
    leftAt: integer('left_at'),
    /** Present until then (`is_connected`). */
    onlineUntil: time('online_until').default(0),
    /** The name of the person's object: '' means the id as text, new rows get 128 random bits. */
    object: words('object'),
  },
  (t) => [
    uniqueIndex('users_username_key').on(t.usernameKey),
    uniqueIndex('users_email_key')
      .on(t.emailKey)
      .where(sql`email_key <> ''`),
    // Lists of everybody pass over those who left, however many, and in whichever order.
    index('users_active_name')
      .on(t.usernameKey)
      .where(sql`is_active = 1`),
    index('users_active')
      .on(t.id)
      .where(sql`is_active = 1`),
    index('users_staying')
      .on(t.id)
      .where(sql`left_at is null`),
  ],
)

/** Accounts of other services that sign in here, by that service's own id. */
export const identities = sqliteTable(
  'identities',
  {
    provider: text('provider', { enum: ['42'] }).notNull(),
    subject: text('subject').notNull(),
    userId: person('user_id'),
    createdAt: time('created_at'),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), index('identities_user').on(t.userId)],
)

export const groups = sqliteTable('groups', {
  id: integer('id').primaryKey(),
  name: text('name').notNull().unique(),
})

export const memberships = sqliteTable(
  'memberships',
  {
    userId: person('user_id'),
    groupId: integer('group_id')
      .notNull()
      .references(() => groups.id),
  },
  (t) => [primaryKey({ columns: [t.userId, t.groupId] }), index('memberships_group').on(t.groupId)],
)

/** One row per sign-in; the authority on whether its tokens are good. Its id is the `sid` claim. */
export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: person('user_id'),
    createdAt: time('created_at'),
    lastUsedAt: time('last_used_at'),
    expiresAt: time('expires_at'),
    endedAt: integer('ended_at'),
    /** Access tokens issued before it are no longer good, though the session is (password change). */
    tokensSince: time('tokens_since').default(0),
    userAgent: words('user_agent'),
  },
  (t) => [
    index('sessions_user').on(t.userId, t.createdAt),
    index('sessions_expiry').on(t.expiresAt),
    index('sessions_ended')
      .on(t.endedAt)
      .where(sql`ended_at is not null`),
  ],
)

/** The refresh chain: which token was issued, and which took its place when. */
export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    jti: text('jti').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: time('created_at'),
    expiresAt: time('expires_at'),
    rotatedAt: integer('rotated_at'),
    successor: text('successor'),
  },
  (t) => [
    index('refresh_tokens_session').on(t.sessionId),
    index('refresh_tokens_expiry').on(t.expiresAt),
  ],
)

/** Contract C's tokens: only their SHA-256 (hex). */
export const opaqueTokens = sqliteTable(
  'opaque_tokens',
  {
    hash: text('hash').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
  },
  (t) => [index('opaque_tokens_session').on(t.sessionId)],
)

/** One use, 30 seconds: what a browser puts into the address of a socket. Only the HMAC is kept. */
export const tickets = sqliteTable(
  'tickets',
  {
    hash: text('hash').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    expiresAt: time('expires_at'),
  },
  (t) => [index('tickets_session').on(t.sessionId), index('tickets_expiry').on(t.expiresAt)],
)

/** The e-mailed code that is open for an account: only its HMAC. A new one replaces it. */
export const codes = sqliteTable('codes', {
  userId: integer('user_id')
    .primaryKey()
    .references(() => users.id),
  hash: text('hash').notNull(),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  wrongTries: integer('wrong_tries').notNull().default(0),
})

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

/** Addresses and user agents from which an account has signed in before: only their HMACs. */
export const familiar = sqliteTable(
  'familiar',
  {
    userId: person('user_id'),
    kind: text('kind', { enum: ['address', 'agent'] }).notNull(),
    hash: text('hash').notNull(),
    seenAt: time('seen_at'),
  },
  (t) => [primaryKey({ columns: [t.userId, t.kind, t.hash] }), index('familiar_seen').on(t.seenAt)],
)

/** Names that were given up, held for others: only their HMACs. Empty unless a deployment holds them. */
export const heldNames = sqliteTable(
  'held_names',
  {
    hash: text('hash').primaryKey(),
    /** Who gave it up and may take it back; null where they have left. */
    userId: integer('user_id').references(() => users.id),
    heldUntil: time('held_until'),
  },
  (t) => [index('held_names_user').on(t.userId), index('held_names_until').on(t.heldUntil)],
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

// ── Address book ─────────────────────────────────────────────────────────────────────────────────

/** Private records about people who need have no account. */
export const contacts = sqliteTable(
  'contacts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    ownerId: person('owner_id'),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    phoneNumber: words('phone_number'),
    birthday: text('birthday'),
    platform: words('platform'),
    contactInfo: words('contact_info'),
    lastMetDate: text('last_met_date'),
    note: words('note'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  (t) => [index('contacts_owner').on(t.ownerId, t.id)],
)

// ── Friendship ───────────────────────────────────────────────────────────────────────────────────

/** Ids start at 1,000,000,001, so that none is ever an account's (set by a migration). */
export const friendRequests = sqliteTable(
  'friend_requests',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    senderId: person('sender_id'),
    receiverId: person('receiver_id'),
    status: text('status', { enum: ['pending', 'accepted', 'rejected'] }).notNull(),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
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

/** One row per direction, both written in the same batch. */
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

/** A person's labels in the order of their first use; one that fell out of use keeps its place. */
export const friendLabels = sqliteTable(
  'friend_labels',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: person('user_id'),
    label: text('label').notNull(),
  },
  (t) => [uniqueIndex('friend_labels_user_label').on(t.userId, t.label)],
)

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

/** Who rejected or removed whom: from then on these can only ask, until the other side opens again. */
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

// ── Conversations ────────────────────────────────────────────────────────────────────────────────

/** One per pair. The messages are in the conversation's room; what a list needs is fed from there. */
export const conversations = sqliteTable(
  'conversations',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    initiatorId: person('initiator_id'),
    receiverId: person('receiver_id'),
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
    userId: person('user_id'),
    otherId: person('other_id'),
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

// ── Plans ────────────────────────────────────────────────────────────────────────────────────────

/** Ids are 24 hex digits, the first 8 the creation time in seconds. */
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
  },
  (t) => [
    uniqueIndex('rsvps_plan_user').on(t.planId, t.userId),
    // With the guests in it, the places taken are counted out of the index alone.
    index('rsvps_plan_queue').on(t.planId, t.status, t.queuedAt, t.id, t.guests),
    index('rsvps_plan').on(t.planId, t.id),
    index('rsvps_user').on(t.userId, t.id),
  ],
)

/** The secret address of a person's calendar: only its hash. */
export const calendarFeeds = sqliteTable('calendar_feeds', {
  userId: integer('user_id')
    .primaryKey()
    .references(() => users.id),
  hash: text('hash').notNull().unique(),
  createdAt: time('created_at'),
})

// ── Files and work outside the database ──────────────────────────────────────────────────────────

/** Files in R2. One that nothing points to is swept. */
export const media = sqliteTable(
  'media',
  {
    /** Path below /media/ and key in R2. */
    key: text('key').primaryKey(),
    ownerId: person('owner_id'),
    kind: text('kind', { enum: ['avatar', 'chat'] }).notNull(),
    conversationId: integer('conversation_id').references(() => conversations.id),
    type: text('type').notNull(),
    size: integer('size').notNull(),
    createdAt: time('created_at'),
    /** The sweep has found what points to it; new ones are not looked at yet. */
    isChecked: flag('is_checked').default(true),
  },
  (t) => [
    index('media_unchecked')
      .on(t.createdAt)
      .where(sql`is_checked = 0`),
    index('media_owner').on(t.ownerId),
    index('media_conversation').on(t.conversationId),
    index('media_created').on(t.createdAt),
  ],
)

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
