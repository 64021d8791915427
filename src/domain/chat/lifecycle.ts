// Conversations' part in leaving, the export, the sweep and the jobs. They stay readable for the other side:
// closed, until that has left too and its time is over.
import { eq, sql } from 'drizzle-orm'
import {
  conversationChanges,
  conversationLinks,
  conversationMembers,
  conversations,
  users,
} from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { jobsFrom, kindsOf } from '../base/jobs'
import type { Lifecycle } from '../base/lifecycle'
import { conversationJobs } from './conversations'
import { messageCreated } from './events'
import { desertedJobs, queueDeserted } from './deserted'
import { held } from './held'
import { withOwnMessages } from './own-messages'
import { sweepPictures } from './pictures-sweep'

/** Their rooms are closed for writing, and everybody in them leaves the line. */
const queueRooms = statement({ id: users.id, now: value<number>() }, (p) => {
  const at = sql`cast(${p.now} as integer)`
  return jobsFrom({
    kind: 'room.close',
    key: sql`${of(conversationMembers.conversationId)} || ':' || ${at}`,
    payload: sql`json_object('conversationId', ${of(conversationMembers.conversationId)}, 'at', ${at})`,
    now: at,
    from: sql`from ${conversationMembers} where ${of(conversationMembers.userId)} = ${p.id}`,
  })
})

const closeConversations = statement({ id: users.id, now: conversations.closedAt }, (p) =>
  q
    .update(conversations)
    .set({ closedAt: p.now })
    .where(
      sql`${of(conversations.closedAt)} is null and ${of(conversations.id)} in (
        select ${of(conversationMembers.conversationId)} from ${conversationMembers}
        where ${of(conversationMembers.userId)} = ${p.id})`,
    ),
)

const deleteLinks = statement({ id: users.id }, (p) =>
  q.delete(conversationLinks).where(eq(conversationLinks.createdBy, p.id)),
)

/**
 * What conversations say of themselves.
 * @noun conversations, the inbox, joining a room
 * @after contacts
 */
export const chat = {
  name: 'chat',
  tables: [conversations, conversationMembers, conversationChanges, conversationLinks],
  events: [messageCreated],
  erase: (ctx, id, now) => [
    queueRooms({ id, now }),
    queueDeserted(ctx, id),
    closeConversations({ id, now }),
    deleteLinks({ id }),
  ],
  held,
  complete: withOwnMessages,
  sweepOutside: sweepPictures,
  jobs: kindsOf({ ...conversationJobs, ...desertedJobs }),
} satisfies Lifecycle
