// The bare Worker: the least possible work for the same answer. The same check of the same token, the
// same session asked in the same round trip, the SQL as text, the JSON by hand; no framework, no
// validation, no header but the content type, no log.
import { DurableObject } from 'cloudflare:workers'
import { jwtVerify } from 'jose'
import type { Answer, Asked, Rows } from './asked'
import { friends, oneConversation } from './friends'
import { people } from './people'
import { plans } from './plans'
import { refresh } from './refresh'
import type { ChatRoom } from './room'
import { signIn } from './sign-in'

export { ChatRoom } from './room'
/** Needed by the bindings of wrangler.toml alone. */
export class Person extends DurableObject {}

const answers = new Map<string, Answer>(Object.entries({ ...people, ...friends, ...plans }))
const requiredClaims = ['token_type', 'exp', 'iat', 'jti', 'user_id', 'sid']
const session = `select 1 from sessions join users on users.id = sessions.user_id
  where sessions.id = ? and sessions.user_id = ? and ended_at is null and expires_at > ? and is_active = 1`
const guard = `select coalesce((${session}), abs(-9223372036854775807 - 1))`

let key: Promise<CryptoKey> | undefined
const hmac = { name: 'HMAC', hash: 'SHA-256' }
const hmacKey = (secret: string) =>
  (key ??= crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, [
    'sign',
    'verify',
  ]))

export default {
  async fetch(request, env): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname === '/health') {
      await env.DB.batch([env.DB.prepare('select 1 as one')])
      return Response.json({ status: 'ok' })
    }
    if (url.pathname === '/nowhere/')
      return Response.json({ detail: 'Not found.' }, { status: 404 })
    const signing = await hmacKey(env.JWT_SECRET)
    if (url.pathname === '/accounts/login/') return signIn(request, env.DB, signing)
    if (url.pathname === '/accounts/refresh/') return refresh(request, env.DB, signing)
    const token = request.headers.get('authorization')!.slice('Bearer '.length)
    const { payload } = await jwtVerify(token, signing, { algorithms: ['HS256'], requiredClaims })
    if (payload['token_type'] !== 'access') return refused()
    const asked: Asked = {
      me: payload['user_id'] as number,
      session: payload['sid'] as string,
      now: Date.now(),
      id: /\/([0-9]+|[0-9a-f]{24})\//.exec(url.pathname)?.[1] ?? '',
      url,
      body: request.headers.has('content-type') ? await request.json() : null,
    }
    if (url.pathname.startsWith('/ws/chat/')) return joinRoom(env, asked)
    if (url.pathname.startsWith('/conversations/') && asked.id) return conversation(env, asked)
    const answer = answers.get(routeOf(request.method, asked))!
    return Response.json(await work(env, asked, answer, request.method), {
      status: answer.status ?? 200,
    })
  },
} satisfies ExportedHandler<Env>

function routeOf(method: string, { url, id }: Asked): string {
  const path = id ? url.pathname.replace(id, '<id>') : url.pathname
  return `${method} ${path}${path === '/api/plans/' ? url.search : ''}`
}

async function work(env: Env, asked: Asked, answer: Answer, method = 'GET'): Promise<unknown> {
  const { me, session: sid, now } = asked
  const check = env.DB.prepare(method === 'GET' ? session : guard).bind(sid, me, now)
  const [good, ...results] = await env.DB.batch<Rows[number]>([
    check,
    ...answer.statements(env.DB, asked),
  ])
  if (good!.results.length === 0) throw new Error('The session has ended.')
  return answer.view(
    results.map(({ results }) => results),
    asked,
  )
}

const room = (env: Env, id: string) =>
  env.ROOMS.getByName(id) as unknown as DurableObjectStub<ChatRoom>

async function conversation(env: Env, asked: Asked): Promise<Response> {
  const view = (await work(env, asked, oneConversation)) as object
  return Response.json({ ...view, message_set: await room(env, asked.id).history() })
}

async function joinRoom(env: Env, asked: Asked): Promise<Response> {
  const { me, id } = asked
  const [member] = (await work(env, asked, {
    statements: (db) => [
      db
        .prepare(
          `select username from conversation_members join users on users.id = user_id
          where conversation_id = ? and user_id = ?`,
        )
        .bind(Number(id), me),
    ],
    view: ([rows]) => rows,
  })) as { username: string }[]
  if (!member) return refused()
  const headers = { upgrade: 'websocket', 'x-user': String(me), 'x-name': member.username }
  return env.ROOMS.getByName(id).fetch('https://room.invalid/', { headers })
}

function refused(): Response {
  return Response.json({ detail: 'Refused' }, { status: 401 })
}
