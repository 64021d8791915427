// Access and refresh JWTs: HS256 and nothing else, every claim required, no names inside.
// Whether a token was revoked is the session's to say, never the token's text.
import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose'
import type { Context, Keys } from '../../base/context'
import { DomainError, type ErrorCode } from '../../base/errors'

const algorithm = 'HS256'
const requiredClaims = ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid']

/** What a JWT is for. */
export type TokenType = 'access' | 'refresh'

/** What a token says once its signature was verified. Times in milliseconds. */
export type TokenClaims = {
  type: TokenType
  jti: string
  userId: number
  sessionId: string
  issuedAt: number
  expiresAt: number
}

/** A new random token id: 32 hex digits. */
export function newTokenId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}

/** Signs a token. The same claims give the same text, so a token can be handed out again. */
export async function signToken(keys: Keys, claims: TokenClaims): Promise<string> {
  return new SignJWT({
    token_type: claims.type,
    exp: Math.floor(claims.expiresAt / 1000),
    iat: Math.floor(claims.issuedAt / 1000),
    jti: claims.jti,
    user_id: claims.userId,
    sid: claims.sessionId,
  })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .sign(await hmacKey(keys.jwt))
}

/** A session as its tokens name it. None is issued before `tokensSince`, in milliseconds. */
export type Issuer = { userId: number; sessionId: string; tokensSince: number }

/** Signs a fresh access token for a session that was just found good. */
export async function signAccess(ctx: Context, issuer: Issuer): Promise<string> {
  const now = ctx.now()
  return signToken(ctx.keys, {
    type: 'access',
    jti: newTokenId(),
    userId: issuer.userId,
    sessionId: issuer.sessionId,
    issuedAt: Math.max(now, issuer.tokensSince),
    expiresAt: now + ctx.rules.accessTokenLife,
  })
}

/** What type a token says it is, unverified: only to tell where a request's refresh token stands. */
export function claimedType(token: string): TokenType | null {
  try {
    const type = decodeJwt(token)['token_type']
    return type === 'access' || type === 'refresh' ? type : null
  } catch {
    return null
  }
}

/** How a verified token is refused: the codes differ between the two types. */
type Refusals = { invalid: ErrorCode; expired: ErrorCode; wrongType: ErrorCode }
const refusals: Record<TokenType, Refusals> = {
  access: {
    invalid: 'credential.invalid',
    expired: 'credential.expired',
    wrongType: 'credential.wrong_type',
  },
  refresh: {
    invalid: 'refresh.invalid',
    expired: 'refresh.invalid',
    wrongType: 'refresh.wrong_type',
  },
}

/**
 * Verifies signature, expiry, claims and type.
 * @throws `credential.*` or `refresh.*`, by the type that was asked for
 */
export async function verifyToken(
  ctx: Context,
  token: string,
  type: TokenType,
): Promise<TokenClaims> {
  const refusal = refusals[type]
  const payload = await verifiedPayload(ctx, token, refusal)
  const { token_type, exp, iat, jti, user_id, sid } = payload
  if (token_type !== 'access' && token_type !== 'refresh') throw new DomainError(refusal.invalid)
  if (typeof jti !== 'string' || typeof sid !== 'string' || !Number.isSafeInteger(user_id)) {
    throw new DomainError(refusal.invalid)
  }
  if (token_type !== type) throw new DomainError(refusal.wrongType)
  return {
    type,
    jti,
    userId: user_id as number,
    sessionId: sid,
    issuedAt: iat! * 1000,
    expiresAt: exp! * 1000,
  }
}

async function verifiedPayload(ctx: Context, token: string, refusal: Refusals) {
  const options = {
    algorithms: [algorithm],
    requiredClaims,
    currentDate: new Date(ctx.now()),
  }
  const { jwt, jwtPrevious } = ctx.keys
  try {
    return (await jwtVerify(token, await hmacKey(jwt), options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed) || !jwtPrevious) {
      throw refused(error, refusal)
    }
  }
  try {
    return (await jwtVerify(token, await hmacKey(jwtPrevious), options)).payload
  } catch (error) {
    throw refused(error, refusal)
  }
}

function refused(error: unknown, refusal: Refusals): unknown {
  if (error instanceof errors.JWTExpired) return new DomainError(refusal.expired)
  if (error instanceof errors.JOSEError) return new DomainError(refusal.invalid)
  return error
}

/** Importing a key costs as much as a signature, so each is imported once per isolate. */
const imported = new WeakMap<Uint8Array, CryptoKey>()

async function hmacKey(secret: Uint8Array): Promise<CryptoKey> {
  const known = imported.get(secret)
  if (known) return known
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign', 'verify'])
  imported.set(secret, key)
  return key
}
