// Accounts: signing in and out. Every door of every contract ends here, so that one rule holds for all.
// `registration.ts` makes accounts.
import { and, eq } from 'drizzle-orm'
import { users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { statement } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { startTelling, toldAmong } from '../../base/events'
import { startJobs } from '../../base/jobs'
import type { AccountRecord } from '../record'
import type { Caller } from '../sessions/callers'
import type { Shown } from '../factors/factor'
import { secondStep } from '../factors/second-step'
import { rememberAddress } from '../familiar'
import { afterSessionsEnded, endOwnSession, endSession, updatePresence } from '../sessions/endings'
import { forgetOpaque, type Grant, openSession } from '../sessions/grants'
import { recognise, type Recognised } from '../passwords/password-check'
import { hashPassword } from '../passwords/passwords'
import { spendRight, whyNotRight } from '../passwords/right-passwords'
import { presentUntil, requireSession, writeAs } from '../sessions/sessions'
import { verifyToken } from '../sessions/tokens'
import { inTurn } from './turns'

/** What a door was given; what is shown for the second step is for accounts that have one. */
export type SignIn = Shown & { username: string; password: string }
/** The tokens of a sign-in, and whose they are. */
export type SignedIn = Grant & { account: AccountRecord }

/**
 * Signs in, in two round trips; an encoding of the password that is not today's is rewritten. `opaque`
 * asks for contract C's token too.
 * @throws `signin.refused`, `signin.code_required`, `tries.exceeded`, `service.busy`
 */
export function signIn(
  ctx: Context,
  given: SignIn,
  options: { opaque?: boolean } = {},
): Promise<SignedIn> {
  return inTurn(ctx, () => signInNow(ctx, given, options))
}

async function signInNow(
  ctx: Context,
  given: SignIn,
  options: { opaque?: boolean },
): Promise<SignedIn> {
  const account = await recognise(ctx, given)
  const step = secondStep(ctx, account, given)
  const session = openSession(ctx, { ...account, step: step.proof }, options)
  const work = {
    state: step.state,
    ...session.work,
    step: step.spend(session.sessionId),
    address: rememberAddress(ctx, session.sessionId),
    tryGivenBack: account.giveBack,
    right: spendRight(ctx, account.id),
    rewritten: account.stale ? await rewritten(account, given.password) : undefined,
  }
  const {
    state,
    begun,
    step: stepped,
  } = await runBatch(ctx.db, work).catch(async (error: unknown) => {
    throw await whyNotRight(ctx, account.id, error)
  })
  if (!begun) throw step.refusal(state)
  if (account.codeRequired) startJobs(ctx)
  startTelling(ctx, toldAmong(stepped))
  return { ...(await session.grant(begun)), account }
}

async function rewritten(account: Recognised, password: string) {
  const { id, password: seen } = account
  return rewritePassword({ id, seen, password: await hashPassword(password) })
}

const rewritePassword = statement(
  { id: users.id, seen: users.password, password: users.password },
  (p) =>
    q
      .update(users)
      .set({ password: p.password })
      .where(and(eq(users.id, p.id), eq(users.password, p.seen))),
)

/**
 * Signs out: ends the session of a refresh token of the caller's own account (contract A).
 * @throws `refresh.invalid` (somebody else's too), `refresh.wrong_type`, `refresh.revoked`
 */
export async function signOut(ctx: Context, caller: Caller, refresh: string): Promise<void> {
  const { sessionId } = await verifyOwnRefresh(ctx, caller, refresh)
  const now = ctx.now()
  const { ended } = await writeAs(ctx, caller, {
    ended: endSession({ sessionId, userId: caller, now }),
    presence: updatePresence({ userId: caller, now, span: presentUntil(ctx) - now }),
  })
  if (!ended) throw new DomainError('refresh.revoked')
  await afterSessionsEnded(ctx, [ended])
}

async function verifyOwnRefresh(ctx: Context, caller: Caller, refresh: string) {
  try {
    const claims = await verifyToken(ctx, refresh, 'refresh')
    if (caller.userId !== null && caller.userId !== claims.userId) {
      throw new DomainError('refresh.invalid')
    }
    return claims
  } catch (error) {
    // Whose session has ended learns that first (docs/contract.md, Every path).
    await requireSession(ctx, caller)
    throw error
  }
}

/**
 * Ends the sessions of callers, whoever they are (contract E, which signs out with whatever it has);
 * one that has ended already stays so.
 */
export async function endSessionsOf(ctx: Context, callers: Caller[]): Promise<void> {
  if (callers.length === 0) return
  const now = ctx.now()
  const span = presentUntil(ctx) - now
  const { ended } = await runBatch(ctx.db, {
    ended: callers.map((caller) => endOwnSession({ caller, owner: caller, now })),
    presence: callers.map((caller) => updatePresence({ userId: caller, now, span })),
  })
  await afterSessionsEnded(
    ctx,
    ended.filter((one) => one !== undefined),
  )
}

/** Signs out of the caller's very session; an opaque token of it is forgotten (contract C). */
export async function signOutHere(ctx: Context, caller: Caller): Promise<void> {
  const now = ctx.now()
  const { ended } = await writeAs(ctx, caller, {
    ended: endOwnSession({ caller, owner: caller, now }),
    presence: updatePresence({ userId: caller, now, span: presentUntil(ctx) - now }),
    opaque: forgetOpaque({ caller }),
  })
  await afterSessionsEnded(ctx, ended ? [ended] : [])
}
