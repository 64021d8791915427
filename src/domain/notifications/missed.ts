// What is left today of what happened to somebody while their device was away.
import { sql } from 'drizzle-orm'
import { conversationMembers, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of, under } from '../../db/names'
import type { Context, Item } from '../base/context'
import { noticeIsThereFor } from './visible'

/** Something that happened, as it was written down: a number, ids and codes. */
export type Missed = Pick<Item, 'kind' | 'data'> & { seq: number; actorId?: number }

/** That it is still there: by whom it was, by today's name; of a message, what is unread in its conversation. */
export type StillThere = { seq: number; actorName: string | null; unread: number | null }

/** Answers, in one round trip, with those of at most 1,000 that are still there for somebody. */
export async function readMissed(
  ctx: Context,
  userId: number,
  missed: readonly Missed[],
): Promise<StillThere[]> {
  const asked = JSON.stringify(missed.map(asAsked))
  const { there } = await runBatch(ctx.db, { there: stillThere({ viewer: userId, asked }) })
  return there
}

/** As much of it as says whether it is there: what else is in `data` can be long. */
function asAsked({ seq, kind, actorId, data }: Missed) {
  const { request_id, plan_id, conversation_id } = data
  return { seq, kind, actor: actorId, data: { request_id, plan_id, conversation_id } }
}

const viewer = { id: under('viewer', users.id), isActive: under('viewer', users.isActive) }
const part = (name: string) => sql.raw(`json_extract(asked.value, '$.${name}')`)

const stillThere = statement({ viewer: users.id, asked: value<string>() }, (p) =>
  q.all<StillThere>(sql`select missed.seq as seq, ${under('actor', users.username)} as actorName,
      (select ${of(conversationMembers.unread)} from ${conversationMembers}
        where ${of(conversationMembers.conversationId)} = json_extract(missed.data, '$.conversation_id')
          and ${of(conversationMembers.userId)} = ${viewer.id}) as unread
    from (select ${part('seq')} as seq, ${part('kind')} as kind, ${part('actor')} as actor_id,
        ${part('data')} as data
      from json_each(${p.asked}) as asked) as missed
      join ${users} as viewer on ${viewer.id} = ${p.viewer} and ${viewer.isActive} = 1
      left join ${users} as actor on ${under('actor', users.id)} = missed.actor_id
    where ${noticeIsThereFor(viewer.id, {
      kind: sql.raw('missed.kind'),
      actorId: sql.raw('missed.actor_id'),
      data: sql.raw('missed.data'),
    })}`),
)
