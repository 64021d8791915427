// For whom an event is there: what a block parts, who has left and what is gone is not told, not listed and
// not counted.
import { type SQL, sql } from 'drizzle-orm'
import { conversationMembers, friendRequests, notifications, plans, users } from '../../db/schema'
import { of } from '../../db/names'
import { accountIsThereFor, isThereFor, notBlocked, planIsThereFor } from '../people'
import { kindsAbout } from './kinds'

/** The columns of an event. */
export type Notice = { kind: SQL; actorId: SQL; data: SQL }

/**
 * Who did it is there for `viewer`, or nobody did; and what it is about is. (A request that was taken back is
 * gone.)
 */
export function noticeIsThereFor(viewer: SQL, notice: Notice): SQL {
  return sql`(${actorIsThereFor(viewer, notice.actorId)} and ${subjectIsThereFor(viewer, notice)})`
}

/** The line in the statement's `notifications` row, of `viewer`'s feed, is there: not removed, nor hidden. */
export function lineIsThereFor(viewer: SQL): SQL {
  return sql`(${of(notifications.removedAt)} is null and ${lineIsShownTo(viewer)})`
}

/** It is not hidden, removed or not: one of its actors is there, or it never had any; and what it is about is. */
export function lineIsShownTo(viewer: SQL): SQL {
  const { kind, data, actors } = notifications
  return sql`((${of(actors)} = '[]' or exists (select 1 ${actorsThereFor(viewer)}))
    and ${subjectIsThereFor(viewer, { kind: of(kind), data: of(data) })})`
}

/** FROM and WHERE of those actors of the statement's `notifications` row who are there; `actor.key` is their order. */
export function actorsThereFor(viewer: SQL): SQL {
  return sql`from json_each(${of(notifications.actors)}) as actor
    join ${users} on ${of(users.id)} = actor.value where ${isThereFor(viewer)}`
}

/** Who did something is there for `viewer`, or nobody did it. */
export function actorIsThereFor(viewer: SQL, actorId: SQL): SQL {
  return sql`(${actorId} is null or ${accountIsThereFor(viewer, actorId)})`
}

function subjectIsThereFor(viewer: SQL, { kind, data }: Pick<Notice, 'kind' | 'data'>): SQL {
  return sql`case
    when ${kind} in (${kindsAbout('friend_request')}) then exists (select 1 from ${friendRequests}
      where ${of(friendRequests.id)} = json_extract(${data}, '$.request_id')
        and ${viewer} in (${of(friendRequests.senderId)}, ${of(friendRequests.receiverId)}))
    when ${kind} in (${kindsAbout('plan')}) then exists (select 1 from ${plans}
      where ${of(plans.id)} = json_extract(${data}, '$.plan_id') and ${planIsThereFor(viewer)})
    when ${kind} in (${kindsAbout('conversation')}) then exists (select 1 from ${conversationMembers}
      where ${of(conversationMembers.conversationId)} = json_extract(${data}, '$.conversation_id')
        and ${of(conversationMembers.userId)} = ${viewer}
        and ${notBlocked(viewer, of(conversationMembers.otherId))})
    else true end`
}
