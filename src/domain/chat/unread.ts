// How many of somebody's conversations have something unread: a part of what an app's icon shows.
import { type SQL, sql } from 'drizzle-orm'
import { conversationMembers } from '../../db/schema'
import { of, under } from '../../db/names'
import { notBlocked } from '../people'

/** Of so many with the newest activity, those are counted that are unmuted and unread. */
const lookedAt = sql.raw('200')

/** The number of them, as SQL; `now` in milliseconds. Whom a block parts is not counted. */
export function unreadConversations(viewer: SQL, now: SQL): SQL<number> {
  const own = (column: Parameters<typeof under>[1]) => under('own', column)
  const { userId, otherId, activeAt, unread, mutedUntil } = conversationMembers
  const shown = [otherId, unread, mutedUntil].map((column) => of(column))
  return sql`(select count(*) from (select ${sql.join(shown, sql`, `)} from ${conversationMembers}
      where ${of(userId)} = ${viewer} and ${of(otherId)} is not null
      order by ${of(activeAt)} desc limit ${lookedAt}) as own
    where ${own(unread)} > 0 and coalesce(${own(mutedUntil)}, 0) <= ${now}
      and ${notBlocked(viewer, own(otherId))})`
}

/** The member in the statement's `conversation_members` row wants to hear of messages there. */
export const isUnmuted = (
  now: SQL,
) => sql`(coalesce(${of(conversationMembers.mutedUntil)}, 0) <= ${now}
  and ${of(conversationMembers.mentionsOnly)} = 0)`
