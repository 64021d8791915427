// Accounts: signing up, in and out. Every door of every contract ends here, so that one rule holds
// for all (CONTRACTS §2).
import { eq, sql } from 'drizzle-orm'
import { users } from '../../db/schema'
import { q, runBatch, statement } from '../../db/statements'
import type { Context } from '../context'
import { DomainError, invalid, type Issue } from '../errors'
import { foldCase, isLikeUsername } from '../fields'
import type { Caller } from './callers'
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
    insertAccount({ username, usernameKey, email, emailKey, password, now }),
    session.begin,
    ...session.rest,
  ])
  if (!begun) throw invalid(...takenIssues(taken!))
  return session.grant(begun.userId)
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
        joinedAt: p.now,
      })
      .onConflictDoNothing(),
)

/**
 * Signs in with a name and a password; an encoding of the password that is not today's is rewritten.
 * @throws `signin.refused`
 */
export async function signIn(
  ctx: Context,
  given: { username: string; password: string },
): Promise<Grant> {
  const usernameKey = foldCase(given.username)
  const [[account]] = await runBatch(ctx.db, [accountByName({ usernameKey })])
  if (!account) {
    await spendDummyHash(given.password)
    throw new DomainError('signin.refused')
  }
  const { ok, stale } = await verifyPassword(given.password, account.password)
  if (!ok || !account.isActive) throw new DomainError('signin.refused')
  const session = openSession(ctx, { usernameKey, password: account.password })
  const rewrite = stale ? [await rewritten(account, given.password)] : []
  const [[begun]] = await runBatch(ctx.db, [session.begin, ...session.rest, ...rewrite])
  if (!begun) throw new DomainError('signin.refused')
  return session.grant(begun.userId)
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
    .select({ id: users.id, password: users.password, isActive: users.isActive })
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
  const { userId, sessionId } = await verifyOwnRefresh(ctx, caller, refresh)
  const now = ctx.now()
  const [ended] = await writeAs(
    ctx,
    caller,
    endSession({ sessionId, userId: caller, now }),
    settlePresence({ userId: caller, now, span: presentUntil(ctx) - now }),
  )
  if (ended.length === 0) throw new DomainError('refresh.revoked')
  await ctx.people.endSessions(userId, [sessionId])
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
