// A libsql-server that is killed, hangs or refuses our token, under a real dev server: 503 in time, well
// again by itself, and nothing that was acknowledged is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatClient, pause } from './support/chat-client'
import { type DevServer, startDevServer } from './support/dev-server'
import { describeAbsence } from './support/libsql-absence'
import { handshakeStatus } from './support/handshake'
import { newKeys, tokenBy } from './support/database-tokens'
import { hasLibsqlServer, type LibsqlServer, startLibsqlServer } from './support/libsql-server'

type Person = { username: string; access: string }
type Answer = { status: number; body: any; headers: Headers; ms: number }

const text = 'The service is not available at the moment. Try again in a few seconds.'
const detail = { detail: text }
const envelope = { code: 2, error: text }

let dev: DevServer

async function call(
  method: string,
  path: string,
  json?: unknown,
  as?: Person,
  on = dev,
): Promise<Answer> {
  const begun = Date.now()
  const answer = await fetch(on.origin + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(as ? { authorization: `Bearer ${as.access}` } : {}),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const body: unknown = await answer.json()
  return { status: answer.status, body, headers: answer.headers, ms: Date.now() - begun }
}

async function made(answer: Promise<Answer>): Promise<any> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`)
  return body
}

async function signUp(username: string): Promise<Person> {
  const json = { username, password: `${username} has a password` }
  const { access } = await made(call('POST', '/accounts/signup/', json))
  return { username, access }
}

/** Polls until it holds. */
async function until(holds: () => Promise<boolean>, what: string, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not after ${seconds} seconds: ${what}`)
    await pause(100)
  }
}

const isHealthy = async () => (await call('GET', '/health')).status === 200

// ── What a request is told ───────────────────────────────────────────────────────────────────────

const json = { username: 'nobody', password: 'a password' }
const contact = { first_name: 'Taro', last_name: 'Yamada' }

/** A request of each dialect and each kind of credential; all of them ask the database. */
const requests: [string, string, unknown, 'alice' | null, unknown][] = [
  ['POST', '/accounts/login/', json, null, detail],
  ['POST', '/accounts/signup/', json, null, detail],
  ['GET', '/friends/', undefined, 'alice', detail],
  ['POST', '/friends/', contact, 'alice', detail],
  ['POST', '/api/token/', json, null, detail],
  ['GET', '/api/friends/list', undefined, 'alice', detail],
  ['GET', '/api/plans', undefined, 'alice', detail],
  ['POST', '/auth/login/', { ...json, code: '123456' }, null, detail],
  ['GET', '/conversations/', undefined, 'alice', detail],
  ['GET', '/users/search_friends/', undefined, 'alice', envelope],
  ['GET', '/users', undefined, 'alice', detail],
]

/** Asks all of them at once: each is 503 within 5 seconds, in its own words, and its cause is logged. */
async function expectUnavailable(alice: Person): Promise<void> {
  const asked = requests.map(([method, path, body, as]) =>
    call(method, path, body, as ? alice : undefined),
  )
  const [health, ...answers] = await Promise.all([call('GET', '/health'), ...asked])
  expect([health.status, health.body]).toEqual([503, { status: 'unavailable' }])
  const paths = requests.map(([, path]) => path)
  const seen = answers.map(({ status, body, headers }, i) => {
    return [paths[i], status, body, headers.get('retry-after')]
  })
  expect(seen).toEqual(requests.map(([, path, , , body]) => [path, 503, body, '5']))
  expect(Math.max(...[health, ...answers].map(({ ms }) => ms))).toBeLessThan(5000)

  const ids = answers.map(({ headers }) => headers.get('x-request-id'))
  const logged = () =>
    dev
      .log()
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ status, cause }) => status === 503 && String(cause).includes('the database'))
      .map((line) => line['request_id'])
  await until(async () => ids.every((id) => logged().includes(id)), 'each cause is logged', 5)
}

if (hasLibsqlServer) describeFaults()
else describeAbsence('a server that fails')

function describeFaults(): void {
  describe('a libsql-server', () => {
    let server: LibsqlServer
    let alice: Person
    let bob: Person
    beforeAll(async () => {
      server = await startLibsqlServer()
      dev = await startDevServer({
        LIBSQL_URL: server.url,
        LIMIT_CHAT_MESSAGES: '1000/1',
        LIMIT_FRAMES: '1000/1',
        LIMIT_CONTACTS: '1000000/60',
        LIMIT_PLANS: '1000000/60',
        LIMIT_RSVPS: '1000000/60',
        ACCESS_TOKEN_SECONDS: '3600',
      })
      alice = await signUp('alice')
      bob = await signUp('bob')
    }, 90_000)
    afterAll(async () => {
      await dev?.stop()
      await server?.stop()
    })

    it('that was killed is answered for with 503, and missed no more once it is back', async () => {
      const { id } = await made(call('POST', '/friends/', contact, alice))
      await server.kill()
      await expectUnavailable(alice)
      await server.restart()
      await until(isHealthy, 'healthy', 5)
      expect((await call('GET', '/friends/', undefined, alice)).body).toMatchObject([{ id }])
    })

    it('that hangs is answered for within 5 seconds, and missed no more once it goes on', async () => {
      server.hold()
      try {
        await expectUnavailable(alice)
      } finally {
        server.goOn()
      }
      await until(isHealthy, 'healthy', 5)
      expect((await call('GET', '/friends/', undefined, alice)).body).toHaveLength(1)
    })

    it('loses nothing that was acknowledged when it is killed, and doubles nothing', async () => {
      const acknowledged = {
        contacts: [] as string[],
        plans: [] as string[],
        rsvps: [] as string[],
      }
      const refused: unknown[] = []
      const target = 300
      const isDone = () => acknowledged.contacts.length + acknowledged.rsvps.length >= target
      /** Tries once: what was not acknowledged may have happened or not. */
      const tell = async (answer: Promise<Answer>): Promise<any> => {
        const { status, body } = await answer
        if (status === 201) return body
        refused.push([status, body])
        await pause(50)
        return null
      }
      let numbered = 0
      const writeContacts = async () => {
        while (!isDone()) {
          const name = `contact-${++numbered}`
          const body = await tell(
            call('POST', '/friends/', { first_name: name, last_name: 'x' }, alice),
          )
          if (body) acknowledged.contacts.push(`${body.id} ${name}`)
        }
      }
      const writeRsvps = async () => {
        while (!isDone()) {
          const plan = await tell(call('POST', '/api/plans/add', planOf(++numbered), alice))
          if (!plan) continue
          acknowledged.plans.push(plan.id)
          const rsvp = await tell(call('POST', '/api/rsvp/add', { plan_id: plan.id }, bob))
          if (rsvp) acknowledged.rsvps.push(`${rsvp.id} ${plan.id}`)
        }
      }
      const writers = [1, 2, 3].flatMap(() => [writeContacts(), writeRsvps()])
      for (const after of [60, 160]) {
        const count = () => acknowledged.contacts.length + acknowledged.rsvps.length
        await until(async () => count() >= after, `${after} are acknowledged`, 60)
        await server.kill()
        await until(async () => refused.length > 0, 'somebody is refused', 10)
        await server.restart()
      }
      await Promise.all(writers)
      expect(refused).toEqual(refused.map(() => [503, detail]))

      expect(refused.length).toBeGreaterThan(0)
      for (const kind of Object.values(acknowledged)) expect(kind.length).toBeGreaterThan(50)

      const contacts = await everything('/friends/?limit=100', alice)
      const plans = await rows(server, 'select id from plans')
      const rsvps = await rows(server, 'select id, plan_id from rsvps')
      const stored = {
        contacts: contacts.map(({ id, first_name }) => `${id} ${first_name}`),
        plans: plans.map(({ id }) => id),
        rsvps: rsvps.map(({ id, plan_id }) => `${id} ${plan_id}`),
      }
      for (const kind of ['contacts', 'plans', 'rsvps'] as const) {
        const lost = acknowledged[kind].filter((one) => !stored[kind].includes(one))
        expect([kind, lost]).toEqual([kind, []])
      }
      const names = contacts.map(({ first_name }) => first_name)
      expect(new Set(names).size).toBe(names.length)
      expect(new Set(rsvps.map(({ plan_id }) => plan_id)).size).toBe(rsvps.length)
    })

    it('that is away keeps no room from storing, and learns of all of it afterwards', async () => {
      const started = await made(call('POST', '/conversations/start/', { username: 'bob' }, alice))
      const id = started.conversation_id as number
      const url = () => `ws://127.0.0.1:${dev.port}/ws/chat/${id}/`
      const client = new ChatClient(url, alice.access)
      await client.start()
      // Work of the database's own that falls into the outage: a room that is to be told something.
      const at = Date.now()
      await server.db.execute({
        sql: `insert into jobs (kind, key, payload, due_at, created_at)
        values ('room.ended_friendship', ?, ?, ?, ?)`,
        args: [
          `room.ended_friendship:${id}:${at}`,
          JSON.stringify({ conversationId: id, at }),
          at,
          at,
        ],
      })
      await server.kill()
      for (let n = 1; n <= 20; n++) client.send(`message ${n}`)
      await client.settled(10_000)
      expect(client.faults).toEqual([])
      expect(await handshakeStatus(url().replace('ws:', 'http:'), bob.access)).toBe(503)
      await fireTimer()
      await server.restart()

      const inbox = async () => (await call('GET', '/conversations/', undefined, bob)).body[0]
      await until(async () => (await inbox()).unread === 20, 'the inbox shows the messages', 60)
      expect((await inbox()).last_message).toMatchObject({ id: 20, text: 'message 20' })
      await fireTimer()
      await until(async () => (await inbox()).unread === 21, 'the room was told', 60)
      const { message_set } = await made(call('GET', `/conversations/${id}/`, undefined, bob))
      const texts = message_set.map((one: any) => one.text).toReversed()
      const sent = Array.from({ length: 20 }, (_, n) => `message ${n + 1}`)
      expect(texts).toEqual([...sent, 'You are no longer friends.'])
      expect(await rows(server, 'select * from jobs')).toEqual([])
      client.end()
    })
  })

  describe('a libsql-server that takes the tokens of one key', () => {
    it('is not available with a token by another key', async () => {
      const [ours, other] = [newKeys(), newKeys()]
      const server = await startLibsqlServer({
        auth: { publicKey: ours.publicKey, token: tokenBy(ours.privateKey) },
      })
      const vars = { LIBSQL_URL: server.url, LIBSQL_AUTH_TOKEN: tokenBy(other.privateKey) }
      const own = await startDevServer(vars)
      try {
        // The right token is the one that the migrations were applied with.
        expect((await server.db.execute('select 1 as one')).rows).toMatchObject([{ one: 1 }])
        const health = await call('GET', '/health', undefined, undefined, own)
        expect([health.status, health.body]).toEqual([503, { status: 'unavailable' }])
        const login = await call('POST', '/accounts/login/', json, undefined, own)
        expect([login.status, login.body]).toEqual([503, detail])
        expect(own.log().some((line) => line.includes('libSQL answered 401'))).toBe(true)
        expect(own.log().some((line) => line.includes(vars.LIBSQL_AUTH_TOKEN))).toBe(false)
      } finally {
        await own.stop()
        await server.stop()
      }
    })
  })
}

// ── Helpers ──────────────────────────────────────────────────────────────────────────────────────

function planOf(n: number) {
  return {
    title: `plan ${n}`,
    location: { address1: '1 Main St', city: 'Springfield', state: 'IL', zipcode: '62701' },
    end_time: '2099-01-01T12:00:00Z',
  }
}

/** All pages of a list. */
async function everything(path: string, as: Person): Promise<any[]> {
  const { body, headers } = await call('GET', path, undefined, as)
  const next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  if (!next) return body
  const { pathname, search } = new URL(next)
  return [...body, ...(await everything(pathname + search, as))]
}

async function rows(server: LibsqlServer, sql: string): Promise<any[]> {
  return (await server.db.execute(sql)).rows
}

/** Fires the timer of the jobs, as Cloudflare does every minute. */
async function fireTimer(): Promise<void> {
  await fetch(`${dev.origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent('* * * * *')}`)
}
