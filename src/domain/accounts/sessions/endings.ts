// How sessions end, and what follows outside the database: their sockets are closed before the answer, or by
// a job where that takes too long, and the blacklist learns of their refresh tokens after it.
import { and, eq, isNull, sql } from 'drizzle-orm'
import { sessions, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement, value } from '../../../db/declare'
import type { Context, JobHandlers, Named } from '../../base/context'
import { addJob, startJobs } from '../../base/jobs'
import { sessionOwner } from '../../base/object-names'
import { me, mySession } from './callers'
import { revokeInCache } from './grants'

/** Ends a session of the caller's account, once. Unawaited: goes into the batch of what ends it. */
export const endSession = maybeRow(
  { sessionId: sessions.id, userId: me, now: sessions.endedAt },
  (p) =>
    q
      .update(sessions)
      .set({ endedAt: p.now })
      .where(
        and(eq(sessions.id, p.sessionId), eq(sessions.userId, p.userId), isNull(sessions.endedAt)),
      )
      .returning({ id: sessions.id, ...sessionOwner }),
)

/** Ends the caller's very session, once, however it was named. Unawaited. */
export const endOwnSession = maybeRow(
  { caller: mySession, owner: me, now: sessions.endedAt },
  (p) =>
    q
      .update(sessions)
      .set({ endedAt: p.now })
      .where(and(eq(sessions.id, p.caller), eq(sessions.userId, p.owner), isNull(sessions.endedAt)))
      .returning({ id: sessions.id, ...sessionOwner }),
)

/** Ends all sessions of an account, as its deactivation does. Unawaited; answers with their ids. */
export const endAllSessions = statement({ user: users.id, now: sessions.endedAt }, (p) =>
  q
    .update(sessions)
    .set({ endedAt: p.now })
    .where(and(eq(sessions.userId, p.user), isNull(sessions.endedAt)))
    .returning({ id: sessions.id, ...sessionOwner }),
)

/**
 * Behind the end of a session of theirs: a person is present as long as another one is in use. Where none
 * has ended just now, their sockets may have more to say than their sessions, and nothing changes.
 */
export const updatePresence = statement(
  { userId: me, now: sessions.endedAt, span: value<number>() },
  (p) =>
    q
      .update(users)
      .set({
        onlineUntil: sql`coalesce((select max(${sessions.lastUsedAt}) + ${p.span} from ${sessions}
          where ${sessions.userId} = ${p.userId} and ${sessions.endedAt} is null
          and ${sessions.expiresAt} > ${p.now}), 0)`,
      })
      .where(
        sql`${users.id} = ${p.userId} and exists (select 1 from ${sessions}
          where ${sessions.userId} = ${p.userId} and ${sessions.endedAt} = ${p.now})`,
      ),
)

// ── What follows ─────────────────────────────────────────────────────────────────────────────────

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
