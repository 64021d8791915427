// What a password change leaves of the very session that made it: the newest tokens or, where the caller is
// given new ones, those alone. Whatever else was handed out in that session may be in other hands.
import { and, eq, isNotNull, type SQL, sql } from 'drizzle-orm'
import { refreshTokens, sessions, tickets } from '../../../db/schema'
import { q } from '../../../db/compile'
import { type Bound, statement, value } from '../../../db/declare'
import type { Context } from '../../base/context'
import { type Caller, mySession } from './callers'
import { forgetOpaque, type TokenPair } from './grants'
import { extendSession } from './refresh'
import { newTokenId, signAccess, signToken } from './tokens'

/** Statements for the batch of the change, and what the caller is given once they are written. */
export type KeptTokens = {
  /** Goes under one name. */
  work: Bound<unknown>[]
  /** The new tokens; null where the present ones stay. */
  grant(): Promise<TokenPair | null>
}

/** Keeps the newest refresh token, and the access tokens that are older than neither it nor the caller's. */
export function keepNewest(caller: Caller): KeptTokens {
  const since = caller.tokenHash === null ? (caller.issuedAt ?? 0) : 0
  const work = [
    refuseOlder({ caller, since }),
    forgetRotated({ caller }),
    forgetTickets({ caller }),
  ]
  return { work, grant: async () => null }
}

/**
 * Ends all tokens of the session and begins its chain anew. `signedInAt` is the session's beginning, which
 * bounds its life.
 */
export function replaceAll(
  ctx: Context,
  caller: Caller & { sessionId: string },
  { userId, signedInAt }: { userId: number; signedInAt: number },
): KeptTokens {
  const { sessionId } = caller
  const jti = newTokenId()
  const now = ctx.now()
  const { refreshTokenLife, sessionMaxLife } = ctx.rules
  const expiresAt = Math.min(now + refreshTokenLife, signedInAt + sessionMaxLife)
  // Tokens tell their time in whole seconds: the new ones are of the next, so that no other is as new.
  const since = (Math.floor(now / 1000) + 1) * 1000
  const work = [
    forgetAll({ caller }),
    refuseOlder({ caller, since }),
    forgetTickets({ caller }),
    forgetOpaque({ caller }),
    beginChain({ jti, sessionId, now, expiresAt }),
    extendSession({ successor: jti, now }),
  ]
  return {
    work,
    async grant() {
      const refresh = { type: 'refresh', jti, userId, sessionId, issuedAt: now, expiresAt } as const
      const [access, next] = await Promise.all([
        signAccess(ctx, { userId, sessionId, tokensSince: since }),
        signToken(ctx.keys, refresh),
      ])
      return { access, refresh: next, refreshExpiresAt: expiresAt }
    },
  }
}

/** When the newest refresh token was issued, as an access token of that moment tells it. */
const newestIssue = (session: SQL) => sql`coalesce((select max(${refreshTokens.createdAt})
  from ${refreshTokens} where ${refreshTokens.sessionId} = ${session}
  and ${refreshTokens.rotatedAt} is null), 0) / 1000 * 1000`

const refuseOlder = statement({ caller: mySession, since: value<number>() }, (p) =>
  q
    .update(sessions)
    .set({ tokensSince: sql`max(${sessions.tokensSince}, ${p.since}, ${newestIssue(p.caller)})` })
    .where(eq(sessions.id, p.caller)),
)

const forgetRotated = statement({ caller: mySession }, (p) =>
  q
    .delete(refreshTokens)
    .where(and(eq(refreshTokens.sessionId, p.caller), isNotNull(refreshTokens.rotatedAt))),
)

const forgetAll = statement({ caller: mySession }, (p) =>
  q.delete(refreshTokens).where(eq(refreshTokens.sessionId, p.caller)),
)

const forgetTickets = statement({ caller: mySession }, (p) =>
  q.delete(tickets).where(eq(tickets.sessionId, p.caller)),
)

const beginChain = statement(
  {
    jti: refreshTokens.jti,
    sessionId: refreshTokens.sessionId,
    now: refreshTokens.createdAt,
    expiresAt: refreshTokens.expiresAt,
  },
  (p) =>
    q.insert(refreshTokens).values({
      jti: p.jti,
      sessionId: p.sessionId,
      createdAt: p.now,
      expiresAt: p.expiresAt,
    }),
)
