// Conversations that both sides have left: kept for a while, as everything of the other side is, then gone
// with their room and its pictures. One side that leaves changes nothing for the other.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import {
  conversationChanges,
  conversationLinks,
  conversationMembers,
  conversations,
  users,
} from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Context, JobHandlers } from '../base/context'
import { conversedColumns, conversedOf } from './conversations'
import { jobsFrom } from '../base/jobs'
import { removePicturesOf } from '../media'

/**
 * Asks for the end of the conversations whose other side has left before: in the batch in which `id`
 * leaves. Unawaited.
 */
export function queueDeserted(ctx: Context, id: number) {
  const now = ctx.now()
  return queueErasures({ id, now, due: now + ctx.rules.desertedKept })
}

const queueErasures = statement({ id: users.id, now: value<number>(), due: value<number>() }, (p) =>
  jobsFrom({
    kind: 'room.erase',
    key: sql`${conversationMembers.conversationId}`,
    payload: sql`json_object('conversationId', ${conversationMembers.conversationId})`,
    now: p.now,
    due: p.due,
    from: sql`from ${conversationMembers} where ${conversationMembers.userId} = ${p.id}
      and ${hasLeft(of(conversationMembers.otherId))}`,
  }),
)

const hasLeft = (id: SQL) => sql`exists (
  select 1 from ${users} where ${of(users.id)} = ${id} and ${of(users.leftAt)} is not null)`

/** Jobs of this noun. */
export const desertedJobs: JobHandlers = {
  // The rows last: until they are gone, all of it is found again.
  async 'room.erase'(ctx, { conversationId: id }: { conversationId: number }) {
    const { found } = await runBatch(ctx.db, { found: deserted({ id }) })
    if (!found) return
    await ctx.rooms.erase(conversedOf(found))
    await removePicturesOf(ctx, id)
    await runBatch(ctx.db, {
      changesErased: eraseChanges({ id }),
      linksErased: eraseLinks({ id }),
      membersErased: eraseMembers({ id }),
      erased: eraseConversation({ id }),
    })
  },
}

const initiator = alias(users, 'initiator')
const receiver = alias(users, 'receiver')

const deserted = maybeRow({ id: conversations.id }, (p) =>
  q
    .select(conversedColumns)
    .from(conversations)
    .innerJoin(initiator, eq(initiator.id, conversations.initiatorId))
    .innerJoin(receiver, eq(receiver.id, conversations.receiverId))
    .where(
      and(
        eq(conversations.id, p.id),
        sql`${initiator.leftAt} is not null and ${receiver.leftAt} is not null`,
      ),
    ),
)

const eraseChanges = statement({ id: conversations.id }, (p) =>
  q.delete(conversationChanges).where(eq(conversationChanges.conversationId, p.id)),
)

const eraseLinks = statement({ id: conversations.id }, (p) =>
  q.delete(conversationLinks).where(eq(conversationLinks.conversationId, p.id)),
)

const eraseMembers = statement({ id: conversations.id }, (p) =>
  q.delete(conversationMembers).where(eq(conversationMembers.conversationId, p.id)),
)

const eraseConversation = statement({ id: conversations.id }, (p) =>
  q.delete(conversations).where(eq(conversations.id, p.id)),
)
