// What goes out to strangers' servers: where people's devices are pushed to, and webhooks.
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import { sessions } from './accounts'
import { time, words } from './columns'
import { person, personOrNone } from './person'

/**
 * Where a device is pushed to: as good as the session that told of it.
 * @row where a device is pushed to, sealed: `POST /api/me/push-subscriptions/`
 * @goes removed; its service knows it no more; a week of failures; with its session; leaving
 */
export const pushTargets = sqliteTable(
  'push_targets',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    userId: person('user_id'),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['web', 'fcm'] }).notNull(),
    platform: text('platform', { enum: ['web', 'android', 'ios'] }).notNull(),
    /** HMAC of the address, which is one device's; what is sealed is sealed for it. */
    addressHash: text('address_hash').notNull().unique(),
    /** HMAC of a browser's keys: who has them is in that browser. */
    keysHash: words('keys_hash'),
    /** The address and its keys. */
    sealed: text('sealed').notNull(),
    /** Of the VAPID key that it was made for; FCM's project. */
    keyId: words('key_id'),
    host: words('host'),
    createdAt: time('created_at'),
    okAt: integer('ok_at'),
    failingSince: integer('failing_since'),
    lastError: words('last_error'),
  },
  (t) => [
    index('push_targets_user').on(t.userId),
    index('push_targets_session').on(t.sessionId),
    index('push_targets_failing')
      .on(t.failingSince)
      .where(sql`failing_since is not null`),
  ],
)

/**
 * Tokens of services that we are let in by, the same for everybody.
 * @row a token by which another service lets us in, sealed: FCM's
 * @goes replaced
 */
export const outsideTokens = sqliteTable('outside_tokens', {
  name: text('name').primaryKey(),
  sealed: words('sealed'),
  expiresAt: time('expires_at'),
  /** Whoever moves it on fetches the next one. */
  renewAt: time('renew_at'),
})

/**
 * Where a team's other systems hear of what happens.
 * @row an address that hears of what happens, its secrets sealed: staff
 * @goes deleted, and its deliveries are gone
 */
export const webhookEndpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    url: text('url').notNull(),
    description: words('description'),
    /** Kinds of event (JSON), or `["*"]`. */
    kinds: text('kinds', { mode: 'json' }).notNull().$type<string[]>(),
    /** Random: what its secrets are sealed for. */
    handle: text('handle').notNull().unique(),
    sealedSecret: words('sealed_secret'),
    /** The one before, which signs as well until `previous_until`. */
    sealedPrevious: words('sealed_previous'),
    previousUntil: integer('previous_until'),
    state: text('state', { enum: ['enabled', 'disabled', 'deleted'] })
      .notNull()
      .default('enabled'),
    /** `gone`, `failing`, `staff`, or '' where it is enabled. */
    disabledReason: words('disabled_reason'),
    failingSince: integer('failing_since'),
    okAt: integer('ok_at'),
    createdBy: personOrNone('created_by', { isKey: false, kept: 'it outlives its maker' }),
    createdAt: time('created_at'),
  },
  (t) => [index('webhook_endpoints_maker').on(t.createdBy)],
)

/**
 * What such a system is to hear, and what became of it. Kept 30 days.
 * @row that such an address is to hear of an event, and what became of it
 * @goes 30 days
 */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    endpointId: integer('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    eventId: integer('event_id').notNull(),
    state: text('state', { enum: ['waiting', 'delivered', 'failed'] })
      .notNull()
      .default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    lastError: words('last_error'),
    /** How long the last try took. */
    lastMs: integer('last_ms'),
    dueAt: time('due_at'),
    createdAt: time('created_at'),
    deliveredAt: integer('delivered_at'),
  },
  (t) => [
    unique('webhook_deliveries_event').on(t.endpointId, t.eventId),
    index('webhook_deliveries_due')
      .on(t.endpointId, t.dueAt)
      .where(sql`state = 'waiting'`),
  ],
)
