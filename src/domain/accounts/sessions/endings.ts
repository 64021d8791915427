// What follows, outside the database, when sessions have ended: their sockets are closed before the answer,
// or by a job where that takes too long, and the blacklist learns of their refresh tokens after it.
import { runBatch } from '../../../db/batch'
import type { Context, JobHandlers, Named } from '../../base/context'
import { addJob, startJobs } from '../../base/jobs'
import { revokeInCache } from './grants'

/** A session that a batch has ended, and the name of its person's object. */
export type EndedSession = { id: string; userId: number; object: string }

/** Whose sessions have ended, which, and when. */
type Ending = { userId: number; object: string; sessionIds: readonly string[] | 'all'; at: number }

/** Call it after the batch that ended them, before the answer. Never fails. */
export async function afterSessionsEnded(
  ctx: Context,
  ended: readonly EndedSession[],
): Promise<void> {
  if (ended.length === 0) return
  ctx.later(() => revokeInCache(ctx, ...ended.map(({ id }) => id)))
  const byUser = Map.groupBy(ended, ({ userId }) => userId)
  const at = ctx.now()
  await Promise.all(
    [...byUser].map(([id, sessions]) =>
      tell(ctx, {
        userId: id,
        object: sessions[0]!.object,
        sessionIds: sessions.map(({ id }) => id),
        at,
      }),
    ),
  )
}

/**
 * The same for an account that was deactivated or has left. `sessionIds` are those that the batch ended,
 * as far as it told.
 */
export async function afterAllSessionsEnded(
  ctx: Context,
  person: Named,
  sessionIds: readonly string[],
): Promise<void> {
  ctx.later(() => revokeInCache(ctx, ...sessionIds))
  const { id: userId, name: object } = person
  await tell(ctx, { userId, object, sessionIds: 'all', at: ctx.now() })
}

/** The database has spoken: no answer waits for the objects for long. */
async function tell(ctx: Context, ending: Ending): Promise<void> {
  const { userId, object, sessionIds, at } = ending
  const person = { id: userId, name: object }
  try {
    await ctx.inTime('ending', () => ctx.people.endSessions(person, sessionIds, at))
  } catch (error) {
    ctx.report('sessions.ended', error)
    await tellLater(ctx, ending)
  }
}

/** Without the database too, the person's object comes to it when it next looks after its sockets. */
async function tellLater(ctx: Context, ending: Ending): Promise<void> {
  // A session ends once: its id names the ending that it is in.
  const [which = 'all'] = ending.sessionIds === 'all' ? [] : ending.sessionIds
  const job = { kind: 'sessions.ended', key: `${ending.userId}:${which}`, payload: ending }
  try {
    await runBatch(ctx.db, { asked: addJob(ctx, job) })
    startJobs(ctx)
  } catch (error) {
    ctx.report('sessions.ended', error)
  }
}

/** Jobs of this noun. */
export const endingJobs: JobHandlers = {
  'sessions.ended': (ctx, { userId, object, sessionIds, at }: Ending) =>
    ctx.people.endSessions({ id: userId, name: object }, sessionIds, at),
}
