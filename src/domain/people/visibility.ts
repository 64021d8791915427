// Who may see or do what to whom, as SQL that every noun puts into its own statements.
//
// | what                                              | open to                                        |
// |---------------------------------------------------|------------------------------------------------|
// | directory entry, presence, request, conversation  | everyone, unless one of the two blocks the other |
// | a plan of visibility `friends`                    | those with whom its creator agreed on friendship |
// | a plan of visibility `private`                    | its creator and whom the creator invited         |
// | every account and its address, at E's paths       | Administrators and Staff                         |
// | a change of somebody else, a deletion             | Administrators                                   |
//
// What somebody may not see does not exist: such a condition stands in WHERE, never in an answer.
import { type SQL, sql } from 'drizzle-orm'
import {
  blocks,
  friendRequests,
  friendships,
  memberships,
  planInvites,
  plans,
  users,
} from '../../db/schema'
import { composite } from '../../db/declare'
import { of, under } from '../../db/names'
import { groupIds, me, type Whom, whom } from '../accounts'

/** An account id in SQL: a parameter or a column. */
type Id = SQL | { getSQL(): SQL }

/** Neither of the two blocks the other. */
export function notBlocked(one: Id, other: Id): SQL {
  // Not one with OR: SQLite would take ten times as long to plan it.
  const blocked = (blocker: Id, by: Id) => sql`exists (select 1 from ${blocks}
    where ${of(blocks.blockerId)} = ${blocker} and ${of(blocks.blockedId)} = ${by})`
  return sql`(not ${blocked(one, other)} and not ${blocked(other, one)})`
}

/** The account in the statement's `users` row is there for `viewer`: active, and no block between them. */
export function isThereFor(viewer: Id): SQL {
  return sql`(${of(users.isActive)} = 1 and ${notBlocked(viewer, of(users.id))})`
}

/** The account of that id is there for `viewer`. */
export function accountIsThereFor(viewer: Id, id: Id): SQL {
  return sql`exists (select 1 from ${users} where ${of(users.id)} = ${id} and ${isThereFor(viewer)})`
}

/** How many friend requests wait for `viewer`'s answer: a column of D's own profile. */
export function pendingCount(viewer: Id) {
  return sql<number>`(select count(*) from ${friendRequests}
    join ${users} as sender on ${under('sender', users.id)} = ${of(friendRequests.senderId)}
    where ${of(friendRequests.receiverId)} = ${viewer} and ${of(friendRequests.status)} = 'pending'
      and ${under('sender', users.isActive)} = 1)`
    .mapWith(Number)
    .as('pending_count')
}

/**
 * A parameter: the account id of the person who is meant (`accounts/whom.ts`), if that account is there for
 * the caller, else null. With it a statement about somebody who is not there finds and writes nothing.
 */
export const whomThere = composite<Whom>(
  (part, isGiven) => sql`(select ${of(users.id)} from ${users}
    where ${of(users.id)} = ${whom.build(part, isGiven)} and ${isThereFor(me.build(part, isGiven))})`,
  ...whom.told,
)

/** That account is in Administrators or Staff: it sees every account and address at E's paths. */
export function isStaff(id: Id): SQL {
  const ids = sql.raw(`${groupIds.administrators}, ${groupIds.staff}`)
  return sql`exists (select 1 from ${memberships}
    where ${of(memberships.userId)} = ${id} and ${of(memberships.groupId)} in (${ids}))`
}

/** `viewer` and `other` are friends. */
export function areFriends(viewer: Id, other: Id): SQL {
  return sql`exists (select 1 from ${friendships} where
    ${of(friendships.userId)} = ${viewer} and ${of(friendships.friendId)} = ${other})`
}

/**
 * `owner` is a friend of `viewer` and has agreed to it: asked, accepted, added or labelled them. Who was
 * only added by a stranger opens nothing to that stranger.
 */
function hasAgreedTo(owner: Id, viewer: Id): SQL {
  return sql`exists (select 1 from ${friendships} where ${of(friendships.userId)} = ${owner}
    and ${of(friendships.friendId)} = ${viewer} and ${of(friendships.agreed)} = 1)`
}

/** The plan in the statement's `plans` row is meant for `viewer` too, blocks aside. */
export function planIsMeantFor(viewer: Id): SQL {
  return sql`(${of(plans.creatorId)} = ${viewer} or ${of(plans.visibility)} = 'everyone'
    or (${of(plans.visibility)} = 'friends' and ${hasAgreedTo(of(plans.creatorId), viewer)})
    or exists (select 1 from ${planInvites} where ${of(planInvites.planId)} = ${of(plans.id)}
      and ${of(planInvites.userId)} = ${viewer}))`
}

/** The plan in the statement's `plans` row exists for `viewer`. */
export function planIsThereFor(viewer: Id): SQL {
  return sql`(${of(plans.creatorId)} = ${viewer} or (${notBlocked(viewer, of(plans.creatorId))}
    and ${planIsMeantFor(viewer)}))`
}
