// The jobs of telling: who could not be called hears later, in order; what nobody could tell is tried anew when
// somebody asks.
import { sql } from 'drizzle-orm'
import { undelivered } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Context, JobHandlers } from '../base/context'
import { goOnWith } from './dispatcher'
import { isInVain, itemOf, namedIn } from './items'
import { type Facts, readBehind, type Reader } from './pages'
import { untell } from './turns'

/** So many events are delivered in one call. */
const perCall = 100

/** Who does which of them. */
export const tellingJobs: JobHandlers = {
  'person.catch_up': catchUp,
  async 'event.tell'(ctx, { eventId }: { eventId: number }) {
    const { event } = await runBatch(ctx.db, { event: untell({ id: eventId, now: ctx.now() }) })
    if (event) await goOnWith(ctx, event.stream)
  },
}

async function catchUp(ctx: Context, { userId }: { userId: number }) {
  const given = { user: userId, now: ctx.now(), count: perCall }
  const { behind } = await runBatch(ctx.db, { behind: readBehind(given) })
  if (behind.length === 0) return
  await deliverAll(ctx, behind)
  const ids = JSON.stringify(behind.map(({ id }) => id))
  const { more } = await runBatch(ctx.db, {
    delivered: deleteBehind({ user: userId, ids }),
    more: isBehind({ user: userId }),
  })
  return more ? { again: ctx.now() } : undefined
}

async function deliverAll(ctx: Context, behind: readonly (Facts & Reader)[]): Promise<void> {
  const heard = behind.filter((reader) => reader.userId !== null && !isInVain(reader))
  const person = heard[0] && namedIn(heard[0])
  if (person) {
    await ctx.people.deliver(
      person,
      heard.map((reader) => itemOf(ctx, reader)),
    )
  }
}

const deleteBehind = statement({ user: undelivered.userId, ids: value<string>() }, (p) =>
  q.delete(undelivered).where(
    sql`${undelivered.userId} = ${p.user}
      and ${undelivered.eventId} in (select value from json_each(${p.ids}))`,
  ),
)

const isBehind = maybeRow({ user: undelivered.userId }, (p) =>
  q.all<{ id: number }>(sql`select ${of(undelivered.eventId)} as id from ${undelivered}
    where ${of(undelivered.userId)} = ${p.user} limit 1`),
)
