// What follows, outside the database, when sessions have ended: their sockets are closed before the answer,
// and the blacklist learns of their refresh tokens after it.
import type { Context, Named } from '../context'
import { revokeInCache } from './grants'

/** A session that a batch has ended, and the name of its person's object. */
export type EndedSession = { id: string; userId: number; object: string }

/** Call it after the batch that ended them, before the answer. */
export async function afterSessionsEnded(
  ctx: Context,
  ended: readonly EndedSession[],
): Promise<void> {
  if (ended.length === 0) return
  ctx.later(() => revokeInCache(ctx, ...ended.map(({ id }) => id)))
  const byUser = Map.groupBy(ended, ({ userId }) => userId)
  await Promise.all(
    [...byUser].map(([id, sessions]) =>
      ctx.people.endSessions(
        { id, name: sessions[0]!.object },
        sessions.map(({ id }) => id),
      ),
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
  await ctx.people.endSessions(person, 'all')
}
