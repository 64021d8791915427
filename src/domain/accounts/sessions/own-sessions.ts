// A person's own sign-ins: seeing them, and ending one or all others from anywhere.
import { and, asc, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import { sessions } from '../../../db/schema'
import { q } from '../../../db/compile'
import { count, statement, value } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError, invalid } from '../../base/errors'
import { sessionOwner } from '../../base/object-names'
import { type Page, type PageOf, toPage } from '../../base/paging'
import { type Caller, me, mySession } from './callers'
import { afterSessionsEnded, endSession, updatePresence } from './endings'
import { presentUntil, readAs, writeAs } from './sessions'

/** A sign-in that is still good. Times in milliseconds. */
export type Session = {
  id: string
  createdAt: number
  lastUsedAt: number
  userAgent: string
  isCurrent: boolean
}

/**
 * The caller's good sessions, oldest first. The cursor is `<created>.<id>`: many may begin at once.
 * @throws `fields.invalid` (`bad_cursor`)
 */
export async function listSessions(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<string>,
): Promise<Page<Session, string>> {
  const [, created = '0', id = ''] = /^(\d{1,15})\.([0-9a-f]{32})$/.exec(cursor ?? '') ?? []
  if (cursor !== null && id === '') throw invalid({ path: ['cursor'], code: 'bad_cursor' })
  const { rows } = await readAs(ctx, caller, {
    rows: goodSessions({
      owner: caller,
      current: caller,
      now: ctx.now(),
      created: Number(created),
      id,
      count: limit + 1,
    }),
  })
  return toPage(rows, limit, (last) => `${last.createdAt}.${last.id}`)
}

/**
 * Ends one of the caller's good sessions, the present one too.
 * @throws `session.missing`
 */
export async function endOneSession(ctx: Context, caller: Caller, id: string): Promise<void> {
  const now = ctx.now()
  const { ended } = await writeAs(ctx, caller, {
    ended: endSession({ sessionId: id, userId: caller, now }),
    presence: updatePresence({ userId: caller, now, span: presentUntil(ctx) - now }),
  })
  if (!ended) throw new DomainError('session.missing')
  await afterSessionsEnded(ctx, [ended])
}

/** Ends all sessions of the caller but the present one. */
export async function endOtherSessions(ctx: Context, caller: Caller): Promise<void> {
  const { ended } = await writeAs(ctx, caller, {
    ended: endOtherSessionsOf({ owner: caller, keep: caller, now: ctx.now() }),
  })
  await afterSessionsEnded(ctx, ended)
}

const goodSessions = statement(
  {
    owner: me,
    current: mySession,
    now: sessions.expiresAt,
    created: sessions.createdAt,
    id: sessions.id,
    count: value<number>(),
  },
  (p) =>
    q
      .select({
        id: sessions.id,
        createdAt: sessions.createdAt,
        lastUsedAt: sessions.lastUsedAt,
        userAgent: sessions.userAgent,
        isCurrent: sql<boolean>`${sessions.id} = ${p.current}`.mapWith(Boolean).as('is_current'),
      })
      .from(sessions)
      .where(
        and(
          eq(sessions.userId, p.owner),
          sql`(${sessions.createdAt}, ${sessions.id}) > (${p.created}, ${p.id})`,
          isNull(sessions.endedAt),
          gt(sessions.expiresAt, p.now),
        ),
      )
      .orderBy(asc(sessions.createdAt), asc(sessions.id))
      .limit(count(p.count)),
)

/** Ends all sessions of an account but one. Unawaited. */
export const endOtherSessionsOf = statement(
  { owner: me, keep: mySession, now: sessions.endedAt },
  (p) =>
    q
      .update(sessions)
      .set({ endedAt: p.now })
      .where(and(eq(sessions.userId, p.owner), ne(sessions.id, p.keep), isNull(sessions.endedAt)))
      .returning({ id: sessions.id, ...sessionOwner }),
)
