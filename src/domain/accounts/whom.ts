// The other person of a request, as a statement's parameter: named by account id, by username, or by
// the friend request that ties them to the caller. The database itself finds them, so no request asks
// first who is meant.
import { sql } from 'drizzle-orm'
import { friendRequests, users } from '../../db/schema'
import { composite } from '../../db/declare'
import { of } from '../../db/names'
import { foldCase } from '../base/fields'
import { type Caller, me } from './sessions/callers'

/** How a route names the other person. */
export type Reference = { id: number } | { username: string } | { requestId: number }

/** The value of a `whom` parameter: `whomOf` makes it. */
export type Whom = Caller & { id?: number; usernameKey?: string; requestId?: number }

/** The person that `reference` names, seen from the caller. */
export function whomOf(caller: Caller, reference: Reference): Whom {
  if (!('username' in reference)) return { ...caller, ...reference }
  return { ...caller, usernameKey: foldCase(reference.username) }
}

const { senderId, receiverId } = friendRequests

/**
 * A parameter: the account id of the person who is meant; null where nobody is. Whether that account is
 * there for the caller is another question (`whomThere` in `visibility.ts`). A request that was rejected
 * ties nobody to anybody.
 */
export const whom = composite<Whom>(
  (part, isGiven) => {
    const caller = me.build(part, isGiven)
    if (isGiven('id')) return part('id')
    if (isGiven('usernameKey')) {
      return sql`(select ${of(users.id)} from ${users}
        where ${of(users.usernameKey)} = ${part('usernameKey')})`
    }
    return sql`(select case ${caller} when ${of(senderId)} then ${of(receiverId)}
        when ${of(receiverId)} then ${of(senderId)} end
      from ${friendRequests} where ${of(friendRequests.id)} = ${part('requestId')}
        and ${of(friendRequests.status)} <> 'rejected')`
  },
  ...me.told,
  'id',
  'usernameKey',
)
