// Accounts: signing up, in and out. Every door of every contract ends here, so that one rule holds
// for all (CONTRACTS §2).
import { eq, sql } from 'drizzle-orm'
import { users } from '../../db/schema'
import { q, runBatch, statement } from '../../db/statements'
import type { Context } from '../context'
import { DomainError, invalid, type Issue } from '../errors'
import { foldCase, isLikeUsername } from '../fields'
import type { Caller } from './callers'
import { secondStep } from './codes'
import { type Grant, openSession, revokeInCache } from './grants'
import { hashPassword, spendDummyHash, verifyPassword } from './passwords'
import { endSession, presentUntil, requireSession, settlePresence, writeAs } from './sessions'
import { verifyToken } from './tokens'

/** A new account; what is not given is empty. Fields have passed their rules (`fields.ts`). */
export type NewAccount = { username: string; password: string; email?: string }

/**
 * Makes an account and signs it in, in one batch.
 * @throws `fields.invalid` (`username_taken`, `email_taken`, `password_like_username`)
 */
export async function signUp(ctx: Context, account: NewAccount): Promise<Grant> {
  if (isLikeUsername(account.password, account.username)) {
    throw invalid({ path: ['password'], code: 'password_like_username' })
  }
  const { username, email = '' } = account
  const usernameKey = foldCase(username)
  const emailKey = foldCase(email)
  const password = await hashPassword(account.password)
  const now = ctx.now()
  // The hash has a salt of its own, so it also says whether the row is the one we inserted.
  const session = openSession(ctx, { usernameKey, password })
  const [[taken], , [begun]] = await runBatch(ctx.db, [
    takenNames({ usernameKey, emailKey }),
    insertAccount({
      username,
      usernameKey,
      email,
      emailKey,
      password,
      codeRequired: false,
      now,
    }),
    session.begin,
    ...session.rest,
  ])
  if (!begun) throw invalid(...takenIssues(taken!))
  return session.grant(begun.userId)
}

/**
 * Makes an account that has the e-mailed code switched on, and signs nobody in (contract C).
 * @throws `fields.invalid` (`username_taken`, `email_taken`, `password_like_username`)
 */
export async function registerWithCode(
  ctx: Context,
  account: Required<NewAccount>,
  passwordField: string,
): Promise<void> {
  const { username, email } = account
  if (isLikeUsername(account.password, username)) {
    throw invalid({ path: [passwordField], code: 'password_like_username' })
  }
  const usernameKey = foldCase(username)
  const emailKey = foldCase(email)
  const password = await hashPassword(account.password)
  const row = { username, usernameKey, email, emailKey, password, codeRequired: true }
  const [[taken], [made]] = await runBatch(ctx.db, [
    takenNames({ usernameKey, emailKey }),
    insertAccount({ ...row, now: ctx.now() }),
  ])
  if (!made) throw invalid(...takenIssues(taken!))
}

function takenIssues(taken: { username: boolean; email: boolean }): Issue[] {
  const issues: Issue[] = []
  if (taken.username) issues.push({ path: ['username'], code: 'username_taken' })
  if (taken.email) issues.push({ path: ['email'], code: 'email_taken' })
  return issues
}

// An empty address is nobody's, so it is never taken.
const takenNames = statement({ usernameKey: users.usernameKey, emailKey: users.emailKey }, (p) =>
  q
    .select({
      username:
        sql<boolean>`exists (select 1 from ${users} where ${users.usernameKey} = ${p.usernameKey})`
          .mapWith(Boolean)
          .as('username'),
      email: sql<boolean>`exists (select 1 from ${users}
      where ${users.emailKey} = ${p.emailKey} and ${users.emailKey} <> '')`
        .mapWith(Boolean)
        .as('email'),
    })
    .from(sql`(select 1)`),
)

const insertAccount = statement(
  {
    username: users.username,
    usernameKey: users.usernameKey,
    email: users.email,
    emailKey: users.emailKey,
    password: users.password,
    codeRequired: users.codeRequired,
    now: users.joinedAt,
  },
  (p) =>
    q
      .insert(users)
      .values({
        username: p.username,
        usernameKey: p.usernameKey,
        email: p.email,
        emailKey: p.emailKey,
        password: p.password,
        codeRequired: p.codeRequired,
        joinedAt: p.now,
      })
      .onConflictDoNothing()
      .returning({ id: users.id }),
)

/** What a door was given. */
export type SignIn = { username: string; password: string; code?: string | undefined }

/**
 * Signs in with a name and a password, and the e-mailed code where the account asks for it; an
 * encoding of the password that is not today's is rewritten.
 * @throws `signin.refused`, `signin.code_required`, `tries.exceeded`
 */
export async function signIn(
  ctx: Context,
  given: SignIn,
  options: { opaque?: boolean } = {},
): Promise<Grant> {
  const account = await provePassword(ctx, given)
  const step = secondStep(ctx, account, given.code)
  const { usernameKey, password } = account
  const session = openSession(ctx, { usernameKey, password, step: step.proof }, options)
  const rewrite = account.stale ? [await rewritten(account, given.password)] : []
  const [[state], [begun]] = await runBatch(ctx.db, [
    step.state,
    session.begin,
    ...session.rest,
    ...step.settle(session.sessionId),
    ...rewrite,
  ])
  if (!begun) throw step.refusal(state)
  return session.grant(begun.userId)
}

/** An active account whose password was just shown; `stale`: its encoding is not today's. */
export type ProvedAccount = {
  id: number
  usernameKey: string
  password: string
  codeRequired: boolean
  stale: boolean
}

/**
 * Compares a name's password, at the same cost for a name that nobody has.
 * @throws `signin.refused`
 */
export async function provePassword(
  ctx: Context,
  given: { username: string; password: string },
): Promise<ProvedAccount> {
  const usernameKey = foldCase(given.username)
  const [[account]] = await runBatch(ctx.db, [accountByName({ usernameKey })])
  if (!account) {
    await spendDummyHash(given.password)
    throw new DomainError('signin.refused')
  }
  const { ok, stale } = await verifyPassword(given.password, account.password)
  if (!ok || !account.isActive) throw new DomainError('signin.refused')
  return { ...account, usernameKey, stale }
}

async function rewritten(account: { id: number; password: string }, password: string) {
  return rewritePassword({
    id: account.id,
    seen: account.password,
    password: await hashPassword(password),
  })
}

const accountByName = statement({ usernameKey: users.usernameKey }, (p) =>
  q
    .select({
      id: users.id,
      password: users.password,
      codeRequired: users.codeRequired,
      isActive: users.isActive,
    })
    .from(users)
    .where(eq(users.usernameKey, p.usernameKey)),
)

const rewritePassword = statement(
  { id: users.id, seen: users.password, password: users.password },
  (p) =>
    q
      .update(users)
      .set({ password: p.password })
      .where(sql`${users.id} = ${p.id} and ${users.password} = ${p.seen}`),
)

/**
 * Signs out: ends the session of a refresh token of the caller's own account (contract A).
 * @throws `refresh.invalid` (somebody else's too), `refresh.wrong_type`, `refresh.revoked`
 */
export async function signOut(ctx: Context, caller: Caller, refresh: string): Promise<void> {
  const { sessionId } = await verifyOwnRefresh(ctx, caller, refresh)
  const now = ctx.now()
  const [ended] = await writeAs(
    ctx,
    caller,
    endSession({ sessionId, userId: caller, now }),
    settlePresence({ userId: caller, now, span: presentUntil(ctx) - now }),
  )
  if (ended.length === 0) throw new DomainError('refresh.revoked')
  ctx.later(() => revokeInCache(ctx, sessionId))
}

async function verifyOwnRefresh(ctx: Context, caller: Caller, refresh: string) {
  try {
    const claims = await verifyToken(ctx, refresh, 'refresh')
    if (caller.userId !== null && caller.userId !== claims.userId) {
      throw new DomainError('refresh.invalid')
    }
    return claims
  } catch (error) {
    // Whose session has ended learns that first (CONTRACTS §1, what is checked first).
    await requireSession(ctx, caller)
    throw error
  }
}
