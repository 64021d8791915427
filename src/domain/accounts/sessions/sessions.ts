// Sessions: one row per sign-in decides whether its tokens are good. Every request's work runs in one
// batch with that check (`readAs`, `writeAs`), so a session that has ended is refused at once.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { sessions, users } from '../../../db/schema'
import {
  isWriting,
  type Results,
  runBatch,
  unlessAwaitingRepair,
  type Work,
} from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, oneRow, statement } from '../../../db/declare'
import { isGuardFailure, isRefused, orFail } from '../../../db/guards'
import { of } from '../../../db/names'
import type { Context, Named } from '../../base/context'
import { DomainError } from '../../base/errors'
import { type Caller, me, mySession, myTokenCounts } from './callers'

/** A session in use is written down at most once in this many milliseconds. */
const touchInterval = 60_000
/** Added to an access token's life: how long a person without sockets counts as present. */
const presenceMargin = 60_000

/**
 * Runs reads in one round trip behind the check of the caller's session: when it is not good, nothing is
 * read but the reason.
 * @throws `credential.invalid`, `credential.unknown`, `account.inactive`
 */
export async function readAs<const W extends Work>(
  ctx: Context,
  caller: Caller,
  work: W,
): Promise<Results<W>> {
  try {
    return await runBehindSession(ctx, caller, work)
  } catch (error) {
    if (!isGuardFailure(error)) throw error
    await requireSession(ctx, caller)
    throw new DomainError('credential.invalid')
  }
}

/**
 * Runs writes in one round trip behind the check of the caller's session: when it is not good,
 * nothing is written.
 * @throws `credential.invalid`, `credential.unknown`, `account.inactive`
 */
export const writeAs = readAs

/**
 * Like `writeAs`, for writes that refuse themselves: by a guard (`failUnless`) or a unique index. Then
 * `whyNot` reads the reason, with `readAs`; null when by now there is none, and the write is tried again.
 * @throws what `whyNot` answers; `credential.invalid`, `credential.unknown`, `account.inactive`
 */
export async function writeIf<const W extends Work>(
  ctx: Context,
  caller: Caller,
  whyNot: () => Promise<DomainError | null>,
  work: W,
): Promise<Results<W>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runBehindSession(ctx, caller, work)
    } catch (error) {
      if (!isRefused(error)) throw error
      const reason = await whyNot()
      if (reason) throw reason
      if (attempt === 2) throw error
    }
  }
}

/**
 * The check is the first statement: where it fails, it ends the batch, and no later one begins. Of what writes
 * it refuses as well what a restored database does not take yet.
 */
async function runBehindSession<W extends Work>(
  ctx: Context,
  caller: Caller,
  work: W,
): Promise<Results<W>> {
  const guard = isWriting(work) ? writersGuard : readersGuard
  const given = { sessionFound: guard({ caller, token: caller, now: ctx.now() }), ...work }
  const { sessionFound, ...results } = await runBatch(ctx.db, given, { hasRepairGuard: true })
  foundGood(ctx, caller, sessionFound)
  return results as unknown as Results<W>
}

/**
 * Asks only whether the caller's session is good: for a request that fails before its work.
 * @throws `credential.invalid`, `credential.unknown`, `account.inactive`
 */
export async function requireSession(ctx: Context, caller: Caller): Promise<void> {
  await requireSessionAnd(ctx, caller, {})
}

/**
 * The same with a few small reads beside it, in its one round trip: they are read for a session that is not
 * good, too, and answered for a good one alone.
 * @throws `credential.invalid`, `credential.unknown`, `account.inactive`
 */
export async function requireSessionAnd<const W extends Work>(
  ctx: Context,
  caller: Caller,
  reads: W,
): Promise<Results<W>> {
  const asked = { person: caller, session: caller, token: caller, now: ctx.now() }
  const { state, ...results } = await runBatch(ctx.db, { state: sessionState(asked), ...reads })
  requireGood(caller, state)
  foundGood(ctx, caller, state)
  return results as unknown as Results<W>
}

type State = {
  good: boolean | null
  isActive: boolean
  userId: number
  object: string
  listensUntil: number
  lastUsedAt: number | null
}
type GoodState = State & { lastUsedAt: number }

function requireGood(caller: Caller, state: State | undefined): asserts state is GoodState {
  if (state?.good && state.isActive) return
  // The opaque tokens of an account that left or was deactivated are unknown ones.
  if (caller.tokenHash !== null) throw new DomainError('credential.unknown')
  if (state && !state.isActive) throw new DomainError('account.inactive')
  throw new DomainError('credential.invalid')
}

/** The row of `sessions` has neither ended nor run out. */
const live = (now: SQL) =>
  sql`${of(sessions.endedAt)} is null and ${of(sessions.expiresAt)} > ${now}`

// The account is asked even where the session is gone: it may have left.
const sessionState = maybeRow(
  { person: me, session: mySession, token: myTokenCounts, now: sessions.expiresAt },
  (p) =>
    q
      .select({
        good: sql<boolean>`${live(p.now)} and ${p.token}`.mapWith(Boolean).as('good'),
        isActive: users.isActive,
        userId: users.id,
        object: users.object,
        listensUntil: users.listensUntil,
        lastUsedAt: sessions.lastUsedAt,
      })
      .from(users)
      .leftJoin(sessions, and(eq(sessions.id, p.session), eq(sessions.userId, users.id)))
      .where(eq(users.id, p.person)),
)

// An aggregate has one row whatever it finds: with nothing in it, `orFail` fails.
const sessionGuard = (first: SQL) =>
  oneRow({ caller: mySession, token: myTokenCounts, now: sessions.expiresAt }, (p) =>
    q.all<InUse>(
      sql`select ${first}max(${users.id}) as userId, max(${users.object}) as object,
        max(${users.listensUntil}) as listensUntil,
        ${orFail(sql`max(${sessions.lastUsedAt})`)} as lastUsedAt
      from ${sessions}
      join ${users} on ${users.id} = ${sessions.userId} and ${users.isActive} = 1
      where ${sessions.id} = ${p.caller} and ${live(p.now)} and ${p.token}`,
    ),
  )
const readersGuard = sessionGuard(sql``)
const writersGuard = sessionGuard(sql`${unlessAwaitingRepair.sql} as never, `)

// ── Who was found good ───────────────────────────────────────────────────────────────────────────

type InUse = Pick<GoodState, 'userId' | 'object' | 'listensUntil' | 'lastUsedAt'>

/** The callers of requests under way whose session was found good, with their account. */
const good = new WeakMap<Caller, InUse>()

/** The account of a caller whose session this request has found good; null as long as it has not. */
export function accountOf(caller: Caller): number | null {
  return good.get(caller)?.userId ?? null
}

/** The object of a caller whose session this request has found good, if an own socket of theirs may be open. */
export function listenerOf(ctx: Context, caller: Caller): Named | null {
  const found = good.get(caller)
  if (!found || found.listensUntil <= ctx.now()) return null
  return { id: found.userId, name: found.object }
}

function foundGood(ctx: Context, caller: Caller, found: InUse): void {
  good.set(caller, found)
  touch(ctx, caller, found.lastUsedAt)
}

// ── Presence follows the session's use ───────────────────────────────────────────────────────────

/** How long after a sign of life a person still counts as present. */
export function presentUntil(ctx: Context): number {
  return ctx.now() + ctx.rules.accessTokenLife + presenceMargin
}

/** Notes a sign of life of a session that was found good, once a minute and after the answer. */
export function touch(ctx: Context, caller: Caller, lastUsedAt: number): void {
  if (ctx.now() - lastUsedAt < touchInterval) return
  ctx.later(() => runBatch(ctx.db, markInUse(ctx, caller)))
}

/** A sign of life of a session and its person, if the session is good. Unawaited. */
function markInUse(ctx: Context, caller: Caller) {
  const now = ctx.now()
  return {
    used: markUsed({ caller, now }),
    present: markPresent({ caller, now, until: presentUntil(ctx) }),
  }
}

const markUsed = statement({ caller: mySession, now: sessions.lastUsedAt }, (p) =>
  q
    .update(sessions)
    .set({ lastUsedAt: p.now })
    .where(and(eq(sessions.id, p.caller), live(p.now))),
)

// The session is asked again: a sign-out in between must not be undone.
const markPresent = statement(
  { caller: mySession, until: users.onlineUntil, now: sessions.expiresAt },
  (p) =>
    q
      .update(users)
      .set({ onlineUntil: sql`max(${users.onlineUntil}, ${p.until})` })
      .where(
        sql`${users.id} = (select ${sessions.userId} from ${sessions}
          where ${sessions.id} = ${p.caller} and ${live(p.now)})`,
      ),
)
