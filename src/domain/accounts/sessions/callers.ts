// Who is calling, as a statement's parameter: known from a JWT's claims, or to be found by the
// database itself under the hash of an opaque token. So no request asks first who it is from.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type SQL, sql } from 'drizzle-orm'
import { opaqueTokens, sessions } from '../../../db/schema'
import { composite } from '../../../db/declare'
import type { Caller } from '../../base/actor'
import type { TokenClaims } from './tokens'

export type { Caller } from '../../base/actor'

/** The caller behind a verified access token. */
export function callerOfClaims(claims: TokenClaims): Caller {
  const { userId, sessionId, issuedAt } = claims
  return { userId, sessionId, tokenHash: null, issuedAt }
}

/** The caller behind an opaque token, which is stored as its SHA-256 only. */
export function callerOfOpaque(token: string): Caller {
  return { userId: null, sessionId: null, tokenHash: opaqueTokenHash(token) }
}

/** What of an opaque token is stored. It has 160 random bits, so a bare hash gives nothing away. */
export function opaqueTokenHash(token: string): string {
  return bytesToHex(sha256(utf8ToBytes(token)))
}

/** A token that means nothing by itself: 160 random bits as 40 hex digits, as C's clients know theirs. */
export function newSecret(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(20)))
}

const accountId = (
  part: (name: 'userId' | 'tokenHash') => SQL,
  isGiven: (name: 'userId') => boolean,
) =>
  isGiven('userId')
    ? part('userId')
    : sql`(select ${sessions.userId} from ${opaqueTokens}
    join ${sessions} on ${sessions.id} = ${opaqueTokens.sessionId}
    where ${opaqueTokens.hash} = ${part('tokenHash')})`

/** A parameter: the caller's account id (null when the token is nobody's). */
export const me = composite<Caller>(accountId, 'userId')

/** Who asks where no credential is needed. */
export type Nobody = { userId: null; sessionId: null; tokenHash: null }
/** The value of `meOrNobody` for nobody. */
export const nobody: Nobody = { userId: null, sessionId: null, tokenHash: null }
/** A parameter: the caller's account id, or null for nobody. */
export const meOrNobody = composite<Caller | Nobody>(accountId, 'userId')

/** A parameter: the caller's session id. */
export const mySession = composite<Caller>(
  (part, isGiven) =>
    isGiven('sessionId')
      ? part('sessionId')
      : sql`(select ${opaqueTokens.sessionId} from ${opaqueTokens}
    where ${opaqueTokens.hash} = ${part('tokenHash')})`,
  'sessionId',
)

/**
 * A parameter: the caller's token is not older than its session lets tokens be (after a password change).
 * For a query of `sessions`.
 */
export const myTokenCounts = composite<Caller & { issuedAt?: number | null }>(
  (part, isGiven) =>
    isGiven('issuedAt') ? sql`${sessions.tokensSince} <= ${part('issuedAt')}` : sql`1`,
  'issuedAt',
)
