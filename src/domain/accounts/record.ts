// An account as its own sign-in and registration show it.
import { type SQL, sql } from 'drizzle-orm'
import { memberships, users } from '../../db/schema'

/** What a door tells of the account behind it; `groups` are ids, ascending. */
export type AccountRecord = {
  id: number
  username: string
  firstName: string
  lastName: string
  email: string
  isActive: boolean
  groups: number[]
}

/** The columns of an `AccountRecord` out of a statement's `users` row. */
export const accountRecord = {
  id: users.id,
  username: users.username,
  firstName: users.firstName,
  lastName: users.lastName,
  email: users.email,
  isActive: users.isActive,
  groups: sql<number[]>`(select json_group_array("group_id") from (
      select "memberships"."group_id" from ${memberships}
      where "memberships"."user_id" = "users"."id" order by "memberships"."group_id"))`
    .mapWith((json: string) => JSON.parse(json) as number[])
    .as('groups'),
}

/** The groups that every database has, by id. */
export const groupIds = { administrators: 1, staff: 2, parents: 3 } as const

/** The account with that id is an administrator. */
export function isAdministrator(account: SQL): SQL {
  return sql`exists (select 1 from ${memberships} where "memberships"."user_id" = ${account}
    and "memberships"."group_id" = ${sql.raw(String(groupIds.administrators))})`
}
