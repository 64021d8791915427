// What follows, outside the database, when all sessions of an account have ended: a deactivation or a
// departure.
import type { Context } from '../context'
import { revokeInCache } from './grants'

/** Call it after the batch that ended them, before the answer. `sessionIds` are those that it ended. */
export async function afterAllSessionsEnded(
  ctx: Context,
  _userId: number,
  sessionIds: readonly string[],
): Promise<void> {
  // MERGE with issue 7: `await ctx.people.endSessions(userId, 'all')` closes the account's sockets here.
  ctx.later(() => revokeInCache(ctx, ...sessionIds))
}
