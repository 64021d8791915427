// What lets an account in: sessions and their tokens, codes, accounts of other services.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { time, words } from './columns'
import { person, personOrNone } from './person'

/**
 * Accounts of other services that sign in here, by that service's own id.
 * @row an account of 42 that signs in here: the first sign-in
 * @goes leaving
 */
export const identities = sqliteTable(
  'identities',
  {
    /** Which service: the id of a provider (`domain/accounts/providers`). */
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    userId: person('user_id'),
    createdAt: time('created_at'),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), index('identities_user').on(t.userId)],
)

/**
 * One row per sign-in; the authority on whether its tokens are good. Its id is the `sid` claim.
 * @row a sign-in
 * @goes a day after it has ended or expired; leaving
 */
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

/**
 * The refresh chain: which token was issued, and which took its place when.
 * @row a token of the refresh chain: sign-in, each rotation
 * @goes expires; with its session
 */
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

/**
 * Contract C's tokens: only their SHA-256 (hex).
 * @row the hash of a token of C: its sign-in
 * @goes sign-out; with its session
 */
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

/**
 * One use, 30 seconds: what a browser puts into the address of a socket. Only the HMAC is kept.
 * @row the hash of a socket's ticket: `POST /ws/ticket/`
 * @goes used; expires (30 seconds); with its session
 */
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

/**
 * The e-mailed code that is open for an account: only its HMAC. A new one replaces it.
 * @row the hash of an open e-mailed code
 * @goes used; replaced; expires; a changed address or password
 */
export const codes = sqliteTable('codes', {
  userId: person('user_id').primaryKey(),
  hash: text('hash').notNull(),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  wrongTries: integer('wrong_tries').notNull().default(0),
})

/**
 * Addresses and user agents from which an account has signed in before: only their HMACs.
 * @row the hash of an address or user agent that an account has signed in from
 * @goes 180 days unseen; a password change; leaving
 */
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

/**
 * Names that were given up, held for others: only their HMACs. Empty unless a deployment holds them.
 * @row the hash of a name that was given up, where `NAME_HELD_DAYS` is set
 * @goes expires
 */
export const heldNames = sqliteTable(
  'held_names',
  {
    hash: text('hash').primaryKey(),
    /** Who gave it up and may take it back; null where they have left. */
    userId: personOrNone('user_id'),
    heldUntil: time('held_until'),
  },
  (t) => [index('held_names_user').on(t.userId), index('held_names_until').on(t.heldUntil)],
)
