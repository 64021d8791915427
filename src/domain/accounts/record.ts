// An account as its own sign-in and registration show it.
import { type SQL, sql } from 'drizzle-orm'
import { memberships, users } from '../../db/schema'
import { of } from '../../db/names'
import { parsed } from '../../db/rows-in-bytes'

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
  groups: sql<number[]>`(select json_group_array(id) from (
      select ${of(memberships.groupId)} as id from ${memberships}
      where ${of(memberships.userId)} = ${of(users.id)} order by ${of(memberships.groupId)}))`
    .mapWith(parsed<number[]>)
    .as('groups'),
}

/** The groups that every database has, by id. */
export const groupIds = { administrators: 1, staff: 2, parents: 3 } as const

/** The account with that id is an administrator. */
export function isAdministrator(account: SQL): SQL {
  return sql`exists (select 1 from ${memberships} where ${of(memberships.userId)} = ${account}
    and ${of(memberships.groupId)} = ${sql.raw(String(groupIds.administrators))})`
}
