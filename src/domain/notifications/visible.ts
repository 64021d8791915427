// For whom an event is there: what a block parts, who has left and what is gone is not told, not listed and
// not counted.
import { type SQL, sql } from 'drizzle-orm'
import { conversationMembers, friendRequests, plans } from '../../db/schema'
import { of } from '../../db/names'
import { accountIsThereFor, notBlocked, planIsThereFor } from '../people'
import { kindsAbout } from './kinds'

/** The columns of an event, or of the line of a feed that shows it. */
export type Notice = { kind: SQL; actorId: SQL; data: SQL }

/**
 * Who did it is there for `viewer`, or nobody did; and what it is about is. (A request that was taken back is
 * gone.) Not whether its line was removed.
 */
export function noticeIsThereFor(viewer: SQL, notice: Notice): SQL {
  const { actorId } = notice
  return sql`((${actorId} is null or ${accountIsThereFor(viewer, actorId)}) and ${subjectIsThereFor(viewer, notice)})`
}

function subjectIsThereFor(viewer: SQL, { kind, data }: Notice): SQL {
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
