// Contract A's refresh, by hand: the token verified, its session asked, an access token signed.
import { jwtVerify, SignJWT } from 'jose'

const requiredClaims = ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid']

// A token that was rotated may come back for ten seconds; whoever comes later has stolen it.
const state = `select tokens_since from sessions
  join users on users.id = sessions.user_id and is_active = 1
  join refresh_tokens on refresh_tokens.session_id = sessions.id
  where sessions.id = ?1 and jti = ?2 and ended_at is null and sessions.expires_at > ?3
    and (rotated_at is null or rotated_at > ?3 - 10000)`

export async function refresh(request: Request, db: D1Database, key: CryptoKey): Promise<Response> {
  const { refresh } = await request.json<{ refresh: string }>()
  const { payload } = await jwtVerify(refresh, key, { algorithms: ['HS256'], requiredClaims })
  const now = Date.now()
  const { user_id, sid, jti } = payload as { user_id: number; sid: string; jti: string }
  const [found] = await db.batch<{ tokens_since: number }>([db.prepare(state).bind(sid, jti, now)])
  const session = found!.results[0]
  if (payload['token_type'] !== 'refresh' || !session) {
    return Response.json({ detail: 'Refused' }, { status: 401 })
  }
  const access = await new SignJWT({
    token_type: 'access',
    exp: Math.floor(now / 1000) + 900,
    iat: Math.floor(Math.max(now, session.tokens_since) / 1000),
    jti: crypto.randomUUID(),
    user_id,
    sid,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(key)
  return Response.json({ access })
}
