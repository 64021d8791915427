// The accounts themselves.
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, time, words } from './columns'

/**
 * One row per account, never deleted: a person who left keeps an empty row (`leftAt`).
 * @row an account: sign-up, registration, the first sign-in through 42, changes of it
 * @goes never; emptied by leaving
 */
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
    /** An own socket (`/ws/me`) may be open until then: who is told by nothing but sockets need not be called later. */
    listensUntil: time('listens_until').default(0),
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
