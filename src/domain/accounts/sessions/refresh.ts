// The refresh of a session's tokens: renewed, or rotated along a chain. The database decides in one
// conditional write; the blacklist in KV only says *no* sooner.
import { and, eq, exists, gt, isNull, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { refreshTokens, sessions, users } from '../../../db/schema'
import { runBatch, unlessAwaitingRepair, type Work } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement, value } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { sessionOwner } from '../../base/object-names'
import { callerOfClaims } from './callers'
import { afterSessionsEnded } from './endings'
import type { TokenPair } from './grants'
import { presentUntil, touch } from './sessions'
import { newTokenId, signAccess, signToken, type TokenClaims, verifyToken } from './tokens'

/** A rotated token that comes back this soon (two tabs) gets the same successor, in milliseconds. */
const rotationGrace = 10_000

/**
 * A new access token; the refresh token stays good (A, and B's form).
 * @throws `refresh.invalid`, `refresh.wrong_type`, `refresh.revoked`, `refresh.superseded`,
 * `account.inactive`
 */
export async function renewAccess(ctx: Context, refresh: string): Promise<string> {
  const claims = await verifyToken(ctx, refresh, 'refresh')
  const { tokensSince, lastUsedAt } = await runRefresh(ctx, claims, {})
  touch(ctx, callerOfClaims(claims), lastUsedAt)
  return signAccess(ctx, { ...claims, tokensSince })
}

/**
 * Both tokens anew; the one that was sent has a successor from now on. In parallel, one caller's
 * write rotates and all get that one successor.
 * @throws `refresh.invalid`, `refresh.wrong_type`, `refresh.revoked`, `refresh.superseded`,
 * `account.inactive`
 */
export async function rotateRefresh(ctx: Context, refresh: string): Promise<TokenPair> {
  const claims = await verifyToken(ctx, refresh, 'refresh')
  const now = ctx.now()
  const successor = newTokenId()
  const life = ctx.rules.refreshTokenLife
  const maxLife = ctx.rules.sessionMaxLife
  const state = await runRefresh(ctx, claims, {
    rotated: rotate({ jti: claims.jti, successor, now }),
    inserted: insertSuccessor({ jti: claims.jti, successor, now, life, maxLife }),
    extended: extendSession({ successor, now }),
    present: markPresent({ successor, until: presentUntil(ctx) }),
  })
  const { newest } = state
  if (newest === null) throw new DomainError('refresh.revoked')
  const { userId, sessionId } = claims
  const [access, next] = await Promise.all([
    signAccess(ctx, { userId, sessionId, tokensSince: state.tokensSince }),
    signToken(ctx.keys, {
      type: 'refresh',
      jti: newest.jti,
      userId,
      sessionId,
      issuedAt: newest.createdAt,
      expiresAt: newest.expiresAt,
    }),
  ])
  return { access, refresh: next, refreshExpiresAt: newest.expiresAt }
}

type State = {
  isSessionLive: boolean
  endedAt: number | null
  lastUsedAt: number
  tokensSince: number
  isActive: boolean
  /** The token is still one of its session's. */
  isKnown: boolean
  rotatedAt: number | null
  newest: { jti: string; createdAt: number; expiresAt: number } | null
}

/** Runs a refresh's writes and reads its state in one batch, the blacklist asked beside it. */
async function runRefresh(ctx: Context, claims: TokenClaims, writes: Work): Promise<State> {
  const { jti, sessionId } = claims
  const [listed, { state }] = await Promise.all([
    ctx.blacklist.has(jti),
    // Last, so that it sees what the writes did.
    runBatch(
      ctx.db,
      { ...writes, state: refreshState({ jti, sessionId, now: ctx.now() }) },
      { hasRepairGuard: true },
    ),
  ])
  if (state?.rotatedAt != null && state.endedAt === null) await endIfReplayed(ctx, jti, state)
  if (state && !state.isActive) throw new DomainError('account.inactive')
  if (listed || !state?.isSessionLive) throw new DomainError('refresh.revoked')
  if (!state.isKnown) throw new DomainError('refresh.superseded')
  return state
}

/**
 * A token used again after its grace was stolen, or its thief was robbed: the session ends. That costs no
 * honest refresh a statement; the database decides again whether it is so.
 * @throws `account.inactive`, `refresh.revoked`
 */
async function endIfReplayed(ctx: Context, jti: string, state: State): Promise<void> {
  const now = ctx.now()
  const replayedBefore = now - rotationGrace
  if (state.rotatedAt! > replayedBefore) return
  const { replayed } = await runBatch(ctx.db, {
    replayed: endReplayed({ jti, now, replayedBefore }),
  })
  if (replayed.length > 0) await afterSessionsEnded(ctx, replayed)
  throw new DomainError(state.isActive ? 'refresh.revoked' : 'account.inactive')
}

const endReplayed = statement(
  { jti: refreshTokens.jti, now: sessions.endedAt, replayedBefore: refreshTokens.rotatedAt },
  (p) =>
    q
      .update(sessions)
      .set({ endedAt: p.now })
      .where(
        and(
          isNull(sessions.endedAt),
          eq(
            sessions.id,
            sql`(select ${refreshTokens.sessionId} from ${refreshTokens}
              where ${refreshTokens.jti} = ${p.jti}
              and ${refreshTokens.rotatedAt} <= ${p.replayedBefore})`,
          ),
        ),
      )
      .returning({ id: sessions.id, ...sessionOwner }),
)

const rotate = statement(
  { jti: refreshTokens.jti, successor: refreshTokens.successor, now: refreshTokens.rotatedAt },
  (p) =>
    q
      .update(refreshTokens)
      .set({ rotatedAt: p.now, successor: p.successor })
      .where(
        and(
          eq(refreshTokens.jti, p.jti),
          isNull(refreshTokens.rotatedAt),
          exists(
            q
              .select({ one: sql`1` })
              .from(sessions)
              .innerJoin(users, and(eq(users.id, sessions.userId), eq(users.isActive, true)))
              .where(
                and(
                  eq(sessions.id, refreshTokens.sessionId),
                  isNull(sessions.endedAt),
                  gt(sessions.expiresAt, p.now),
                ),
              ),
          ),
        ),
      ),
)

// `expires_at`: the life anew, but never past the session's own longest life since its sign-in.
const insertSuccessor = statement(
  {
    jti: refreshTokens.jti,
    successor: refreshTokens.jti,
    now: refreshTokens.createdAt,
    life: value<number>(),
    maxLife: value<number>(),
  },
  (p) =>
    q.insert(refreshTokens).select(
      q
        .select({
          jti: sql`${p.successor}`.as('jti'),
          sessionId: refreshTokens.sessionId,
          createdAt: sql`${p.now}`.as('created_at'),
          expiresAt: sql`min(${p.now} + ${p.life}, ${sessions.createdAt} + ${p.maxLife})`.as(
            'expires_at',
          ),
          rotatedAt: sql`null`.as('rotated_at'),
          successor: sql`null`.as('successor'),
        })
        .from(refreshTokens)
        .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
        .where(and(eq(refreshTokens.jti, p.jti), eq(refreshTokens.successor, p.successor))),
    ),
)

/** Moves the end of a session in use to that of its newest refresh token. Unawaited. */
export const extendSession = statement(
  { successor: refreshTokens.jti, now: sessions.lastUsedAt },
  (p) =>
    q
      .update(sessions)
      .set({
        expiresAt: sql`(select ${refreshTokens.expiresAt} from ${refreshTokens}
          where ${refreshTokens.jti} = ${p.successor})`,
        lastUsedAt: p.now,
      })
      .where(
        sql`${sessions.id} = (select ${refreshTokens.sessionId} from ${refreshTokens}
          where ${refreshTokens.jti} = ${p.successor})`,
      ),
)

const markPresent = statement({ successor: refreshTokens.jti, until: users.onlineUntil }, (p) =>
  q
    .update(users)
    .set({ onlineUntil: sql`max(${users.onlineUntil}, ${p.until})` })
    .where(
      sql`${users.id} = (select ${sessions.userId} from ${refreshTokens}
        join ${sessions} on ${sessions.id} = ${refreshTokens.sessionId}
        where ${refreshTokens.jti} = ${p.successor})`,
    ),
)

const next = alias(refreshTokens, 'next')

const refreshState = maybeRow(
  { jti: refreshTokens.jti, sessionId: sessions.id, now: sessions.expiresAt },
  (p) =>
    q
      .select({
        isSessionLive:
          sql<boolean>`${sessions.endedAt} is null and ${sessions.expiresAt} > ${p.now}`
            .mapWith(Boolean)
            .as('is_session_live'),
        isKnown: sql<boolean>`${refreshTokens.jti} is not null`.mapWith(Boolean).as('is_known'),
        endedAt: sessions.endedAt,
        lastUsedAt: sessions.lastUsedAt,
        rotatedAt: refreshTokens.rotatedAt,
        tokensSince: sessions.tokensSince,
        isActive: users.isActive,
        newest: { jti: next.jti, createdAt: next.createdAt, expiresAt: next.expiresAt },
        // Who renews writes nothing here, and is refused all the same.
        never: unlessAwaitingRepair,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .leftJoin(
        refreshTokens,
        and(eq(refreshTokens.jti, p.jti), eq(refreshTokens.sessionId, sessions.id)),
      )
      .leftJoin(next, eq(next.jti, refreshTokens.successor))
      .where(eq(sessions.id, p.sessionId)),
)
