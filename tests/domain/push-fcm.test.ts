// Pushes to apps, by Google's FCM: one exchange for the right to send, and each answer as it is settled.
import { exportPKCS8, generateKeyPair } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Context, OutsideAnswer, OutsideRequest } from '../../src/domain/base/context'
import { hashesOf, sealAddress } from '../../src/domain/push/addresses'
import { type PushNews, sendPush, type PushTarget } from '../../src/domain/push'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { createGoogle, fcmError } from '../support/google'
import { type Person, signUp } from '../support/people'
import { beginning, createWorld, type World } from '../support/world'

const email = 'kith@project.iam.gserviceaccount.com'
const tokenUrl = 'https://oauth2.googleapis.com/token'
let google: ReturnType<typeof createGoogle>
let world: World
let account = ''
let alice: Person
/** What the way out is told instead of Google's answer. */
let instead: ((request: OutsideRequest) => OutsideAnswer | null) | null = null

async function send(request: OutsideRequest): Promise<OutsideAnswer> {
  const other = instead?.(request)
  if (other) return other
  const { url, headers = {}, body } = request
  const answer =
    url === tokenUrl
      ? await google.exchange(String(body))
      : google.send(headers['authorization'] ?? '', String(body))
  return {
    kind: 'answered',
    status: answer.status,
    retryAfter: answer.retryAfter ?? null,
    body: new TextEncoder().encode(JSON.stringify(answer.body)) as Uint8Array<ArrayBuffer>,
    ms: 5,
  }
}

const worldWith = (env: object = {}) =>
  createWorld({
    env: { FCM_SERVICE_ACCOUNT: account, LIMIT_PUSH_SUBSCRIPTIONS: '1000/3600', ...env },
    context: (context: Context) => ({
      ...context,
      outside: { mayAsk: (url: string) => context.outside.mayAsk(url), send },
    }),
  })

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  account = JSON.stringify({
    type: 'service_account',
    project_id: 'kith-of-the-tests',
    private_key_id: 'key-1',
    private_key: await exportPKCS8(privateKey),
    client_email: email,
  })
  world = worldWith()
  google = createGoogle({
    tokenUrl: () => tokenUrl,
    email,
    key: publicKey,
    now: () => world.clock.now,
  })
  alice = await signUp(world, 'alice')
})
beforeEach(async () => {
  instead = null
  world.clock.now = beginning
  Object.assign(google, { exchanges: 0, messages: [], tokens: new Set() })
  google.next = () => ({ status: 200, body: {} })
  await database.prepare('delete from outside_tokens').run()
  await database.prepare('delete from push_targets').run()
})

const news: PushNews = {
  kind: 'message.created',
  id: '5',
  words: { title: 'bob', body: 'Tea at my place?' },
  bare: { title: 'Kith', body: 'A new message.' },
  badge: 3,
  data: { conversation_id: 5, message_id: 41 },
  topic: 'abcdefghijklmnopqrstuvwx',
  urgency: 'high',
  ttl: 86_400,
}
const targetOf = (ctx: Context, token = 'a-phone'): Promise<PushTarget> =>
  (async () => {
    const address = { kind: 'fcm', token, platform: 'android' } as const
    const { addressHash } = hashesOf(ctx, address)
    const sealed = await sealAddress(ctx, addressHash, address)
    return { id: 1, addressHash, sealed, keyId: 'kith-of-the-tests' }
  })()
const push = (token?: string, from = world) =>
  from.run(async (ctx) => sendPush(ctx, await targetOf(ctx, token), news))

describe('FCM_SERVICE_ACCOUNT', () => {
  it('whose key is none keeps the Worker from serving, and a whole one does not', async () => {
    const broken = JSON.stringify({
      ...JSON.parse(account),
      private_key: '-----BEGIN PRIVATE KEY-----\nbm8ga2V5\n-----END PRIVATE KEY-----\n',
    })
    const statuses = [broken, account].map(async (text) => {
      const one = createWorld({ env: { FCM_SERVICE_ACCOUNT: text } })
      return (await one.call('GET', '/health')).status
    })
    expect(await Promise.all(statuses)).toEqual([503, 200])
  })
})

describe('a push to an app', () => {
  it('is a message of FCM, without anybody’s names and texts', async () => {
    expect(await push()).toEqual({ result: 'accepted' })
    expect(google.messages).toEqual([
      {
        token: 'a-phone',
        notification: { title: 'Kith', body: 'A new message.' },
        data: { kind: 'message.created', conversation_id: '5', message_id: '41' },
        android: {
          collapse_key: news.topic,
          priority: 'HIGH',
          ttl: '86400s',
          notification: { tag: news.topic },
        },
        apns: {
          headers: {
            'apns-collapse-id': news.topic,
            'apns-priority': '10',
            'apns-expiration': String(beginning / 1000 + 86_400),
          },
          payload: { aps: { badge: 3, 'thread-id': news.topic } },
        },
      },
    ])
  })

  it('has them where the deployment says so', async () => {
    await push('a-phone', worldWith({ PUSH_TEXT: 'all' }))
    expect(google.messages[0]!['notification']).toEqual(news.words)
  })

  it('needs one exchange for a hundred at once, to a hundred people', async () => {
    const waited: number[] = []
    const pushed = async (token: string): Promise<string> => {
      const outcome = await push(token)
      if (outcome.result !== 'later') return outcome.result
      waited.push(outcome.wait ?? 0)
      return pushed(token)
    }
    const phones = Array.from({ length: 100 }, (_, n) => `phone-${n}`)
    const results = await Promise.all(phones.map(pushed))
    expect([new Set(results), google.exchanges]).toEqual([new Set(['accepted']), 1])
    expect(new Set(google.messages.map(({ token }) => String(token))).size).toBe(100)
    expect(waited.every((wait) => wait === 2000)).toBe(true)
  })

  it('uses the token to its end, but for its last ten minutes, which fetch another', async () => {
    await push()
    world.clock.advance(49 * 60_000)
    await push()
    expect(google.exchanges).toBe(1)
    world.clock.advance(60_000)
    const both = await Promise.all([push(), push(), push()])
    expect([google.exchanges, both.map(({ result }) => result)]).toEqual([
      2,
      ['accepted', 'accepted', 'accepted'],
    ])
  })

  it('keeps the token sealed', async () => {
    await push()
    const [token] = google.tokens
    expect(JSON.stringify(await allRows())).not.toContain(token)
  })
})

describe('an answer of Google’s', () => {
  it('401 fetches another token, once', async () => {
    await push()
    google.tokens.clear()
    expect(await push()).toEqual({ result: 'accepted' })
    expect(google.exchanges).toBe(2)
    instead = ({ url }) =>
      url === tokenUrl
        ? null
        : { kind: 'answered', status: 401, retryAfter: null, body: new Uint8Array(0), ms: 1 }
    expect(await push()).toEqual({ result: 'failed', error: 'status_401' })
    expect(google.exchanges).toBe(3)
  })

  it.each([
    ['UNREGISTERED', fcmError(404, 'UNREGISTERED')],
    ['SENDER_ID_MISMATCH', fcmError(403, 'SENDER_ID_MISMATCH')],
    [
      'a 400 about the token',
      fcmError(400, 'INVALID_ARGUMENT', [{ fieldViolations: [{ field: 'message.token' }] }]),
    ],
  ])('%s: the app is there no more', async (_, answer) => {
    google.next = () => answer
    expect(await push()).toEqual({ result: 'gone', error: 'unregistered' })
  })

  it('about anything else of the message is our fault, and not tried again', async () => {
    google.next = () => fcmError(400, 'INVALID_ARGUMENT')
    expect(await push()).toEqual({ result: 'failed', error: 'status_400' })
    google.next = () => fcmError(403, 'PERMISSION_DENIED')
    expect(await push()).toEqual({ result: 'failed', error: 'status_403' })
  })

  it.each([
    [429, 5_000, 60_000],
    [429, 600_000, 600_000],
    [429, 86_400_000, 3_600_000],
  ])('%i with Retry-After %i is waited for: %i', async (status, retryAfter, wait) => {
    google.next = () => ({ ...fcmError(status, 'QUOTA_EXCEEDED'), retryAfter })
    expect(await push()).toEqual({ result: 'later', wait, error: 'status_429' })
  })

  it('that does not come, or is a fault, is tried again as its sender waits', async () => {
    google.next = () => fcmError(503, 'UNAVAILABLE')
    expect(await push()).toEqual({ result: 'later', wait: null, error: 'status_503' })
    instead = ({ url }) => (url === tokenUrl ? null : { kind: 'timeout', ms: 5000 })
    expect(await push()).toEqual({ result: 'later', wait: null, error: 'timeout' })
  })

  it('without a token is tried again later, and nobody hammers', async () => {
    instead = ({ url }) => (url === tokenUrl ? { kind: 'timeout', ms: 5000 } : null)
    expect(await push()).toEqual({ result: 'later', wait: 15_000, error: 'timeout' })
    expect(await push()).toEqual({ result: 'later', wait: 2000, error: 'token_pending' })
    instead = null
    world.clock.advance(15_000)
    expect(await push()).toEqual({ result: 'accepted' })
  })
})

describe('an app’s token', () => {
  const path = '/api/me/push-subscriptions/'
  const tell = (json: object, as: Person) => world.call('POST', path, { json, as })
  const phone = { fcm_token: 'the-phone-of-alice', platform: 'ios' }

  it('is a target, which a test pushes to', async () => {
    const { status, body } = await tell(phone, alice)
    expect([status, body]).toEqual([
      201,
      {
        id: body.id,
        kind: 'fcm',
        platform: 'ios',
        host: 'fcm.googleapis.com',
        is_current: true,
        created_at: '2026-01-15T10:30:00Z',
        last_ok_at: null,
        last_error: '',
      },
    ])
    expect(JSON.stringify(await allRows())).not.toContain(phone.fcm_token)
    const test = await world.call('POST', `${path}${body.id}/test/`, { as: alice })
    expect(test.body).toEqual({ result: 'accepted' })
    expect(google.messages[0]!['token']).toBe(phone.fcm_token)
  })

  it('of another account whose session is good is not taken away; signed out, it is', async () => {
    await tell(phone, alice)
    const bob = await signUp(world, 'bob')
    const { status, body } = await tell(phone, bob)
    expect([status, body.code]).toEqual([409, 'address_taken'])
    const json = { fcm_token: phone.fcm_token }
    await world.call('DELETE', path, { json, as: alice })
    expect((await tell(phone, bob)).status).toBe(201)
  })

  it('is of no use where the deployment has no account at Google', async () => {
    const without = worldWith({ FCM_SERVICE_ACCOUNT: '' })
    const answer = await without.call('POST', path, { json: phone, as: alice })
    expect([answer.status, answer.body.code]).toEqual([503, 'not_configured'])
  })
})
