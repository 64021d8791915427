// Comparing a password, at a door by name and inside an account for the caller's own: the try is spent
// before the comparison and given back with the work that follows a right one.
import { eq } from 'drizzle-orm'
import { sessions, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { type Bound, maybeRow, oneRow } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { foldCase } from '../../base/fields'
import { accountRecord, type AccountRecord } from '../record'
import { type Caller, me, mySession } from '../sessions/callers'
import { giveBack, spendTryByName, spendTryOf, spentTries } from '../doors/limits'
import { startJobs } from '../../base/jobs'
import { spendDummyHash, verifyPassword } from './passwords'
import { countRightly } from './right-passwords'
import { readAs, writeAs } from '../sessions/sessions'
import { inTurn } from '../doors/turns'
import { tellOfRun } from '../doors/wrong-runs'

/** An account whose password was right, as it was when it was compared. */
export type Recognised = AccountRecord & {
  usernameKey: string
  /** The stored encoding; as a precondition it says that no one has changed the password since. */
  password: string
  codeRequired: boolean
  /** Whether the encoding is not today's. */
  stale: boolean
  /** Gives the try back; the right one is to be counted beside it. Unawaited: for the batch of what follows. */
  giveBack: Bound<unknown>
}

/**
 * Finds who has that name and password, in one round trip and at the price of one hash, whether or not
 * there is such an account.
 * @throws `signin.refused`, `tries.exceeded`, `service.busy`
 */
export function recognise(
  ctx: Context,
  given: { username: string; password: string },
): Promise<Recognised> {
  return inTurn(ctx, () => recogniseNow(ctx, given))
}

async function recogniseNow(
  ctx: Context,
  given: { username: string; password: string },
): Promise<Recognised> {
  const usernameKey = foldCase(given.username)
  const { closed, spent, told, account } = await runBatch(ctx.db, {
    ...spendTryByName(ctx, usernameKey),
    told: tellOfRun(ctx, usernameKey),
    account: accountByName({ usernameKey }),
  })
  if (told.changes > 0) startJobs(ctx)
  const keys = spentTries(ctx, { closed, spent })
  if (!account) {
    await spendDummyHash(given.password)
    throw new DomainError('signin.refused')
  }
  const { ok, stale } = await verifyPassword(given.password, account.password)
  if (!ok || !account.isActive) throw new DomainError('signin.refused')
  return { ...account, stale, giveBack: giveBack(account.id, keys) }
}

const accountByName = maybeRow({ usernameKey: users.usernameKey }, (p) =>
  q
    .select({
      ...accountRecord,
      usernameKey: users.usernameKey,
      password: users.password,
      codeRequired: users.codeRequired,
    })
    .from(users)
    .where(eq(users.usernameKey, p.usernameKey)),
)

/** When a change needs the caller's password: always, or only once the sign-in is no longer fresh. */
export type Demand = 'always' | 'unless_fresh'

/** The caller's own account, allowed to change what only its owner may. */
export type Confirmed = {
  userId: number
  username: string
  /** When the session began, in milliseconds. */
  signedInAt: number
  email: string
  /** The stored encoding, '' where there is none: a precondition of the change. */
  password: string
  /** Gives the try back, if one was spent. Unawaited: goes into the batch of the change, under one name. */
  giveBack: Bound<unknown>[]
}

/**
 * Makes sure that it is the owner who asks, before a change of password, address or the like: by the
 * password, counted like one at a door, or where that is enough by a fresh sign-in
 * (`Rules.freshSignIn`). A password that is given is always compared. An account that has none (42) is
 * asked for none while the sign-in is fresh, whatever the demand.
 * @throws `password.required`, `password.wrong`, `signin.stale` (an account without a password),
 * `tries.exceeded`, `service.busy`, and those of the session
 */
export function confirmOwner(
  ctx: Context,
  caller: Caller,
  given: string | undefined,
  demand: Demand,
): Promise<Confirmed> {
  const confirm = () => confirmNow(ctx, caller, given, demand)
  return given === undefined ? confirm() : inTurn(ctx, confirm)
}

async function confirmNow(
  ctx: Context,
  caller: Caller,
  given: string | undefined,
  demand: Demand,
): Promise<Confirmed> {
  const { account, spent } = await ownAccount(ctx, caller, given !== undefined)
  const { password, userId, username, email, signedInAt } = account
  const isFresh = ctx.now() - signedInAt < ctx.rules.freshSignIn
  const back = spent.length > 0 ? [giveBack(userId, spent), countRightly(ctx, userId)] : []
  const confirmed = { userId, username, email, signedInAt, password, giveBack: back }
  if (password === '') {
    if (isFresh) return confirmed
    throw new DomainError('signin.stale')
  }
  if (given === undefined) {
    if (isFresh && demand === 'unless_fresh') return confirmed
    throw new DomainError('password.required')
  }
  if (!(await verifyPassword(given, password)).ok) throw new DomainError('password.wrong')
  return confirmed
}

async function ownAccount(ctx: Context, caller: Caller, spends: boolean) {
  const own = ownPassword({ caller, session: caller })
  if (!spends) {
    const { account } = await readAs(ctx, caller, { account: own })
    return { account, spent: [] }
  }
  const tried = await writeAs(ctx, caller, { ...spendTryOf(ctx, caller), account: own })
  return { account: tried.account, spent: spentTries(ctx, tried) }
}

const ownPassword = oneRow({ caller: me, session: mySession }, (p) =>
  q
    .select({
      userId: users.id,
      username: users.username,
      email: users.email,
      password: users.password,
      signedInAt: sessions.createdAt,
    })
    .from(users)
    .innerJoin(sessions, eq(sessions.id, p.session))
    .where(eq(users.id, p.caller)),
)
