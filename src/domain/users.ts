// People as others see them.
import { eq, type SQL, sql } from 'drizzle-orm'
import { friendships, users } from '../db/schema'
import { q, statement, value } from '../db/statements'
import { type Caller, me } from './accounts/callers'
import { readAs } from './accounts/sessions'
import type { Context } from './context'
import { notBlocked } from './visibility'

/** How many friends' names a record carries at most in a list of everybody (CONTRACTS §1). */
const maxFriendNames = 500

/** A person as contract C shows one. `avatar` is '' for the default picture. */
export type PersonRecord = {
  username: string
  isConnected: boolean
  avatar: string
  friends: string[]
}

/**
 * The columns of a `PersonRecord` out of a statement's `users` row, friends' names aggregated in the
 * same statement. Of friends whom a block parts from `viewer`, nothing is said.
 */
export function personRecord(viewer: SQL, now: SQL) {
  return {
    username: users.username,
    isConnected: isConnected(now),
    avatar: users.avatar,
    friends: sql<string[]>`(select json_group_array("name") from (
        select "friend"."username" as "name" from ${friendships}
        join ${users} as "friend" on "friend"."id" = "friendships"."friend_id"
        where "friendships"."user_id" = ${users.id} and "friend"."is_active" = 1
          and ${notBlocked(viewer, sql`"friend"."id"`)}
        order by "friend"."username_key" limit ${sql.raw(String(maxFriendNames))}))`
      .mapWith((json: string) => JSON.parse(json) as string[])
      .as('friends'),
  }
}

/** Whether the person in the statement's `users` row is present (CONTRACTS §7). */
export function isConnected(now: SQL) {
  return sql<boolean>`${users.onlineUntil} > ${now}`.mapWith(Boolean).as('is_connected')
}

/** A person's own record: what others see, and what only they do. */
export type OwnRecord = PersonRecord & { id: number; email: string }

/** The caller's own record. */
export async function getOwnRecord(ctx: Context, caller: Caller): Promise<OwnRecord> {
  const [[record]] = await readAs(ctx, caller, ownRecord({ owner: caller, now: ctx.now() }))
  return record!
}

const ownRecord = statement({ owner: me, now: value<number>() }, (p) =>
  q
    .select({ id: users.id, email: users.email, ...personRecord(p.owner, p.now) })
    .from(users)
    .where(eq(users.id, p.owner)),
)
