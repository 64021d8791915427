// Sign-in, by hand: the same hash, the same claims, a session and its refresh token.
import wasm from 'argon2id/dist/simd.wasm'
import setupArgon2id, { type computeHash } from 'argon2id/lib/setup.js'
import { SignJWT } from 'jose'

let argon2id: Promise<computeHash> | undefined

function sharedArgon2id(): Promise<computeHash> {
  const instantiate = (imports: WebAssembly.Imports) => {
    return { module: wasm, instance: new WebAssembly.Instance(wasm, imports) }
  }
  return (argon2id ??= setupArgon2id(instantiate, instantiate))
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))

/** Compares a password with a PHC string of Argon2id, whose cost is today's. */
async function isRight(password: string, stored: string): Promise<boolean> {
  const [, , , , salt, tag] = stored.split('$')
  const compute = await sharedArgon2id()
  const computed = compute({
    password: new TextEncoder().encode(password),
    salt: bytesOf(salt!),
    memorySize: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  })
  return crypto.subtle.timingSafeEqual(computed, bytesOf(tag!))
}

export async function signIn(request: Request, db: D1Database, key: CryptoKey): Promise<Response> {
  const { username, password } = await request.json<{ username: string; password: string }>()
  const account = await db
    .prepare('select id, password from users where username_key = ? and is_active = 1')
    .bind(username.toLowerCase())
    .first<{ id: number; password: string }>()
  if (!account || !(await isRight(password, account.password))) {
    return Response.json({ detail: 'No active account' }, { status: 401 })
  }
  const now = Date.now()
  const [sid, jti] = [crypto.randomUUID(), crypto.randomUUID()]
  const expiresAt = now + 2_592_000_000
  await db.batch([
    db
      .prepare(
        `insert into sessions (id, user_id, created_at, last_used_at, expires_at, user_agent)
        values (?1, ?2, ?3, ?3, ?4, '')`,
      )
      .bind(sid, account.id, now, expiresAt),
    db
      .prepare(
        'insert into refresh_tokens (jti, session_id, created_at, expires_at) values (?, ?, ?, ?)',
      )
      .bind(jti, sid, now, expiresAt),
  ])
  const sign = (token_type: string, id: string, expires: number) =>
    new SignJWT({
      token_type,
      exp: Math.floor(expires / 1000),
      iat: Math.floor(now / 1000),
      jti: id,
      user_id: account.id,
      sid,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(key)
  const [refresh, access] = await Promise.all([
    sign('refresh', jti, expiresAt),
    sign('access', crypto.randomUUID(), now + 900_000),
  ])
  return Response.json({ refresh, access })
}
