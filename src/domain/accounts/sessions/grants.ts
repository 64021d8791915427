// The tokens of a session: handed out at a sign-in, revoked at the end. `refresh.ts` renews them.
import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { identities, opaqueTokens, refreshTokens, sessions, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement, value } from '../../../db/declare'
import type { Context } from '../../base/context'
import { sessionOwner } from '../../base/object-names'
import { mySession, newSecret, opaqueTokenHash } from './callers'
import { nothingShown, passesStep, type StepProof } from '../factors/second-step'
import { presentUntil } from './sessions'
import { newTokenId, signAccess, signToken } from './tokens'

/** `refreshExpiresAt` in milliseconds since 1970. */
export type TokenPair = { access: string; refresh: string; refreshExpiresAt: number }
/** A sign-in's tokens; `opaque` where the door hands one out (contract C). */
export type Grant = TokenPair & { userId: number; sessionId: string; opaque: string | null }

/**
 * The proof that the account is still what it was when its password was compared, and what was shown
 * for the second step; without it, only an account that has the code switched off gets in.
 */
export type Proof = { usernameKey: string; password: string; step?: StepProof }
/** The proof that a provider gave: the account tied to that id, which no password was compared for. */
export type IdentityProof = { provider: string; subject: string }

/**
 * A sign-in to be written: `work` goes into one batch with what else the door writes. The
 * session comes to be only if the account is active and its password the one that was compared, so a
 * password change or deactivation in between wins.
 */
export function openSession(
  ctx: Context,
  proof: Proof | IdentityProof,
  options: { opaque?: boolean } = {},
) {
  const now = ctx.now()
  const sessionId = newTokenId()
  const jti = newTokenId()
  const expiresAt = now + Math.min(ctx.rules.refreshTokenLife, ctx.rules.sessionMaxLife)
  const opaque = options.opaque ? newSecret() : null
  const userAgent = ctx.client.userAgent
  const row = { sessionId, now, expiresAt, userAgent }
  const work = {
    /** No row when the account is no longer what it was, or a code is missing or wrong. */
    begun:
      'subject' in proof
        ? insertSessionByIdentity({ ...proof, ...row })
        : insertSession({ step: nothingShown(ctx), ...proof, ...row }),
    firstRefresh: insertFirstRefresh({ jti, sessionId, now, expiresAt }),
    signedIn: markSignedIn({ sessionId, until: presentUntil(ctx) }),
    opaque: opaque ? insertOpaque({ hash: opaqueTokenHash(opaque), sessionId }) : undefined,
  }
  return {
    sessionId,
    work,
    /** Signs the tokens, once the session was written. */
    async grant({ userId, object }: { userId: number; object: string }): Promise<Grant> {
      ctx.later(() => ctx.people.presenceChanged({ id: userId, name: object }))
      const issue = { jti, userId, sessionId, issuedAt: now, expiresAt }
      const [access, refresh] = await Promise.all([
        signAccess(ctx, { userId, sessionId, tokensSince: 0 }),
        signToken(ctx.keys, { ...issue, type: 'refresh' }),
      ])
      return { access, refresh, refreshExpiresAt: expiresAt, userId, sessionId, opaque }
    },
  }
}

const newSession = {
  sessionId: sessions.id,
  now: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  userAgent: sessions.userAgent,
}

/** A new row of the account that is selected, which has to be a query of `users`. */
const sessionRow = (p: Record<keyof typeof newSession, SQL>) => ({
  id: sql`${p.sessionId}`.as('id'),
  userId: users.id,
  createdAt: sql`${p.now}`.as('created_at'),
  lastUsedAt: sql`${p.now}`.as('last_used_at'),
  expiresAt: sql`${p.expiresAt}`.as('expires_at'),
  endedAt: sql`null`.as('ended_at'),
  tokensSince: sql`0`.as('tokens_since'),
  userAgent: sql`${p.userAgent}`.as('user_agent'),
})

const insertSession = maybeRow(
  {
    ...newSession,
    usernameKey: users.usernameKey,
    password: users.password,
    step: passesStep,
  },
  (p) =>
    q
      .insert(sessions)
      .select(
        q
          .select(sessionRow(p))
          .from(users)
          .where(
            and(
              eq(users.usernameKey, p.usernameKey),
              eq(users.password, p.password),
              eq(users.isActive, true),
              p.step,
            ),
          ),
      )
      .returning(sessionOwner),
)

const insertSessionByIdentity = maybeRow(
  {
    ...newSession,
    provider: identities.provider,
    subject: identities.subject,
  },
  (p) =>
    q
      .insert(sessions)
      .select(
        q
          .select(sessionRow(p))
          .from(identities)
          .innerJoin(users, and(eq(users.id, identities.userId), eq(users.isActive, true)))
          .where(and(eq(identities.provider, p.provider), eq(identities.subject, p.subject))),
      )
      .returning(sessionOwner),
)

const insertFirstRefresh = statement(
  {
    jti: refreshTokens.jti,
    sessionId: refreshTokens.sessionId,
    now: refreshTokens.createdAt,
    expiresAt: refreshTokens.expiresAt,
  },
  (p) =>
    q.insert(refreshTokens).select(
      q
        .select({
          jti: sql`${p.jti}`.as('jti'),
          sessionId: sessions.id,
          createdAt: sql`${p.now}`.as('created_at'),
          expiresAt: sql`${p.expiresAt}`.as('expires_at'),
          rotatedAt: sql`null`.as('rotated_at'),
          successor: sql`null`.as('successor'),
        })
        .from(sessions)
        .where(eq(sessions.id, p.sessionId)),
    ),
)

const insertOpaque = statement(
  { hash: opaqueTokens.hash, sessionId: opaqueTokens.sessionId },
  (p) =>
    q.insert(opaqueTokens).select(
      q
        .select({ hash: sql`${p.hash}`.as('hash'), sessionId: sessions.id })
        .from(sessions)
        .where(eq(sessions.id, p.sessionId)),
    ),
)

/** Forgets the opaque token of the caller's session, as the last step of its end. Unawaited. */
export const forgetOpaque = statement({ caller: mySession }, (p) =>
  q.delete(opaqueTokens).where(eq(opaqueTokens.sessionId, p.caller)),
)

const markSignedIn = statement({ sessionId: sessions.id, until: users.onlineUntil }, (p) =>
  q
    .update(users)
    .set({ onlineUntil: sql`max(${users.onlineUntil}, ${p.until})` })
    .where(
      eq(
        users.id,
        sql`(select ${sessions.userId} from ${sessions} where ${sessions.id} = ${p.sessionId})`,
      ),
    ),
)

// ── Revocation ───────────────────────────────────────────────────────────────────────────────────

/** Puts the refresh tokens of sessions that have ended on the blacklist, the newest first. */
export async function revokeInCache(ctx: Context, ...sessionIds: string[]): Promise<void> {
  if (sessionIds.length === 0) return
  const ids = JSON.stringify(sessionIds)
  const { tokens } = await runBatch(ctx.db, { tokens: tokensOfSessions({ ids, now: ctx.now() }) })
  await ctx.blacklist.add(tokens)
}

// The blacklist only saves work: the database refuses the tokens that find no room here.
const tokensOfSessions = statement({ ids: value<string>(), now: refreshTokens.expiresAt }, (p) =>
  q
    .select({ jti: refreshTokens.jti, expiresAt: refreshTokens.expiresAt })
    .from(refreshTokens)
    .where(
      and(
        sql`${refreshTokens.sessionId} in (select value from json_each(${p.ids}))`,
        gt(refreshTokens.expiresAt, p.now),
      ),
    )
    .orderBy(desc(refreshTokens.createdAt))
    .limit(100),
)
