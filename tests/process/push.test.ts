// Web Push as others receive it: http_ece opens what we encrypt, and web-push-testing is a push service on
// loopback that checks our token, opens the push and shows it.
import { createECDH, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { decrypt } from 'http_ece'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PushApiModel } from 'web-push-testing/src/PushApiModel.js'
import WebPushTestingServer from 'web-push-testing/src/server.js'
import type { Context, PasswordKey } from '../../src/domain/base/context'
import { hashesOf, sealAddress } from '../../src/domain/push/addresses'
import { encryptPush, maxText } from '../../src/domain/push/encryption'
import { type PushNews, topicOf, webBodyOf } from '../../src/domain/push/news'
import { sendPush } from '../../src/domain/push/sending'
import { publicKeyOf } from '../../src/domain/push/vapid'
import { outsideOf } from '../../src/platform/outside'
import { type DevServer, freePort, startDevServer } from './support/dev-server'

const newKey = (kid: string): PasswordKey => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...(privateKey.export({ format: 'jwk' }) as PasswordKey), kid }
}

let port = 0
let service: WebPushTestingServer
const browsers = new PushApiModel()

beforeAll(async () => {
  port = await freePort()
  service = new WebPushTestingServer(browsers, port)
  service.startServer()
  await once(service._server, 'listening')
})

afterAll(() => void service._server.close())

describe('a body', () => {
  it('is opened by http_ece, 1,000 of them, none over 3,000 bytes, no key or salt twice', async () => {
    const browser = createECDH('prime256v1')
    const p256dh = new Uint8Array(browser.generateKeys())
    const authSecret = randomBytes(16)
    const keys = { p256dh, auth: new Uint8Array(authSecret) }
    const [salts, points] = [new Set<string>(), new Set<string>()]
    for (let n = 0; n < 1000; n++) {
      const text = new Uint8Array(randomBytes(n === 0 ? maxText : randomInt(maxText + 1)))
      const body = Buffer.from(await encryptPush(keys, text))
      expect(body.length).toBeLessThanOrEqual(3000)
      const given = { version: 'aes128gcm', privateKey: browser, authSecret } as const
      expect(decrypt(body, given).equals(Buffer.from(text))).toBe(true)
      salts.add(body.subarray(0, 16).toString('hex'))
      points.add(body.subarray(21, 86).toString('hex'))
    }
    expect([salts.size, points.size]).toEqual([1000, 1000])
  })
})

const [today, before] = [newKey('today'), newKey('before')]

/** All of a context that a push needs, with the real way out. */
function contextWith(keys: object, push: object = {}): Context {
  const rules = {
    push: {
      hosts: [],
      subject: 'mailto:kith@example.org',
      text: 'encrypted',
      link: 'https://api.example.org/app/#/go/{kind}/{id}',
      appName: 'Kith',
      ...push,
    },
  }
  return {
    now: Date.now,
    keys: { seal: new Uint8Array(randomBytes(32)), pepper: new Uint8Array(32), ...keys },
    rules,
    outside: outsideOf({ exempt: [`localhost:${port}`], own: [] }, { now: Date.now }),
    report: () => {},
  } as unknown as Context
}

const news = (ctx: Context, body = 'Tea?'): PushNews => ({
  kind: 'message.created',
  id: '5',
  words: { title: 'bob', body },
  bare: { title: 'Kith', body: 'A new message.' },
  badge: 3,
  data: { conversation_id: 5, message_id: 41, seq: 60 },
  topic: topicOf(ctx, 7, 'conversation:5'),
  urgency: 'high',
  ttl: 86_400,
})

async function browserOf(ctx: Context, key: typeof today) {
  const subscription = await browsers.subscribe({ applicationServerKey: publicKeyOf(key) })
  const { endpoint, keys } = subscription
  // The package encodes its keys twice.
  const once = (text: string) => Buffer.from(text, 'base64url').toString('base64url')
  const address = {
    kind: 'web',
    endpoint,
    p256dh: once(keys.p256dh),
    auth: once(keys.auth),
  } as const
  const { addressHash } = hashesOf(ctx, address)
  const sealed = await sealAddress(ctx, addressHash, address)
  const target = { id: 1, addressHash, sealed, keyId: key.kid }
  const shown = () => browsers.getNotifications(subscription).messages
  return { target, shown, subscription }
}

describe('a push', () => {
  it('is taken under both keys in a rotation, and shows what was sent', async () => {
    const ctx = contextWith({ vapid: today, vapidPrevious: before })
    for (const key of [today, before]) {
      const { target, shown } = await browserOf(ctx, key)
      expect(await sendPush(ctx, target, news(ctx))).toEqual({ result: 'accepted' })
      expect(shown().map((text) => JSON.parse(text))).toEqual([
        {
          web_push: 8030,
          notification: {
            title: 'bob',
            body: 'Tea?',
            navigate: 'https://api.example.org/app/#/go/message.created/5',
            tag: topicOf(ctx, 7, 'conversation:5'),
            lang: 'en',
            app_badge: '3',
            data: { kind: 'message.created', conversation_id: 5, message_id: 41, seq: 60 },
          },
          app_badge: 3,
          mutable: true,
        },
      ])
    }
  })

  it('under a key that is ours no more is not even tried', async () => {
    const ctx = contextWith({ vapid: today })
    const { target, shown } = await browserOf(contextWith({ ...ctx.keys }), before)
    const outcome = await sendPush(ctx, target, news(ctx))
    expect([outcome, shown()]).toEqual([{ result: 'gone', error: 'key_gone' }, []])
  })

  it('to a browser that has gone is gone', async () => {
    const ctx = contextWith({ vapid: today })
    const { target, subscription } = await browserOf(ctx, today)
    browsers.expireSubscription(subscription.clientHash)
    const outcome = await sendPush(ctx, target, news(ctx))
    expect(outcome).toEqual({ result: 'gone', error: 'status_410' })
  })

  it('has its text cut, by whole characters, where it is longer than a push can be', async () => {
    const ctx = contextWith({ vapid: today })
    const { target, shown } = await browserOf(ctx, today)
    const long = 'Grüße 👋🏽 "ja"\n'.repeat(500)
    expect(await sendPush(ctx, target, news(ctx, long))).toEqual({ result: 'accepted' })
    const [text = ''] = shown()
    const { notification } = JSON.parse(text) as { notification: { body: string } }
    expect(long.startsWith(notification.body.slice(0, -1))).toBe(true)
    expect([notification.body.at(-1), text.isWellFormed()]).toEqual(['…', true])
    const bytes = Buffer.byteLength(text)
    expect(bytes).toBeLessThanOrEqual(maxText)
    expect(bytes).toBeGreaterThan(maxText - 60)
  })

  it('leads nowhere without a link, says nothing of names without texts, and has room for any title', () => {
    const textOf = (push: object, more: object = {}) => {
      const ctx = contextWith({}, push)
      return JSON.parse(Buffer.from(webBodyOf(ctx, { ...news(ctx), ...more })).toString())
    }
    const { web_push: version, notification } = textOf({ link: '' })
    expect([version, notification.navigate]).toEqual([undefined, undefined])
    expect(textOf({ text: 'none' }).notification).toMatchObject({
      title: 'Kith',
      body: 'A new message.',
    })
    const words = { title: 'é'.repeat(9000), body: 'x' }
    const ctx = contextWith({})
    expect(webBodyOf(ctx, { ...news(ctx), words }).length).toBeLessThanOrEqual(maxText)
  })
})

describe('the service as a whole', () => {
  let kith: DevServer
  const vapid = newKey('of the server')

  beforeAll(async () => {
    kith = await startDevServer({
      SEAL_KEY: randomBytes(32).toString('base64'),
      VAPID_PRIVATE_JWK: JSON.stringify(vapid),
      OUTSIDE_HOSTS: `localhost:${port}`,
      PUSH_HOSTS: `localhost:${port}`,
    })
  }, 120_000)
  afterAll(() => kith?.stop())

  const ask = async (method: string, path: string, json?: object, token = '') => {
    const headers = {
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    }
    const body = json ? { body: JSON.stringify(json) } : {}
    const answer = await fetch(`${kith.origin}${path}`, { method, headers, ...body })
    const told: any = await answer.json()
    return { status: answer.status, body: told }
  }
  const signUp = async (username: string) => {
    const json = { username, password: `${username} has a password` }
    const { access } = (await ask('POST', '/accounts/signup/', json)).body
    const claims = JSON.parse(Buffer.from(access.split('.')[1], 'base64url').toString())
    return { access: access as string, id: claims.user_id as number }
  }

  it('takes a subscription, sends a push to it, and lets it go when it has expired', async () => {
    const { access } = await signUp('alice')
    const key = (await ask('GET', '/api/push/key/')).body
    expect(key.public_key).toBe(publicKeyOf(vapid))
    const subscription = await browsers.subscribe({ applicationServerKey: key.public_key })
    const { clientHash, ...sent } = subscription
    const path = '/api/me/push-subscriptions/'
    const made = await ask('POST', path, sent, access)
    expect([made.status, made.body.host]).toEqual([201, `localhost:${port}`])

    const test = () => ask('POST', `${path}${made.body.id}/test/`, undefined, access)
    expect((await test()).body).toEqual({ result: 'accepted' })
    const [text = ''] = browsers.getNotifications({ clientHash }).messages
    expect(JSON.parse(text).notification).toMatchObject({
      title: 'Kith',
      body: 'Pushes reach this device.',
    })

    browsers.expireSubscription(clientHash)
    expect((await test()).body).toEqual({ result: 'gone' })
    expect((await ask('GET', path, undefined, access)).body).toEqual([])
    expect((await test()).status).toBe(404)
    const log = kith.log().join('\n')
    expect(log).not.toContain(clientHash)
    expect(log).not.toContain(sent.keys.auth)
  })

  it('pushes a friend request to a device of somebody who has nothing open', async () => {
    const [bob, carol] = [await signUp('bob'), await signUp('carol')]
    const key = (await ask('GET', '/api/push/key/')).body
    const subscription = await browsers.subscribe({ applicationServerKey: key.public_key })
    const { clientHash, ...sent } = subscription
    await ask('POST', '/api/me/push-subscriptions/', sent, bob.access)
    const { body } = await ask('POST', `/api/friends/request/${bob.id}/`, undefined, carol.access)
    const shown = () => browsers.getNotifications({ clientHash }).messages
    await expect.poll(() => shown().length, { timeout: 20_000 }).toBe(1)
    expect(shown().map((text) => JSON.parse(text))).toEqual([
      {
        notification: {
          title: 'carol',
          body: 'wants to be your friend.',
          tag: expect.stringMatching(/^[\w-]{24}$/),
          lang: 'en',
          app_badge: '1',
          data: {
            kind: 'friend_request.received',
            request_id: Number(body.id),
            seq: 1,
            notification_id: expect.any(Number),
          },
        },
        app_badge: 1,
        mutable: true,
      },
    ])
  })
})
