// Devices that are pushed to: what browsers and apps tell of themselves, and a push to try one.
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fromBase64Url, toBase64Url } from '../../src/domain/base/base64url'
import { sweep } from '../../src/domain/moving'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { noCredentials } from '../support/golden'
import { hostileAddresses } from '../support/hostile-addresses'
import { type Person, signInAgain, signUp } from '../support/people'
import { answeringOutside, newEndpoint, subscriptionOf } from '../support/push'
import { beginning, createWorld } from '../support/world'

const outside = answeringOutside()
const world = createWorld({
  context: outside.context,
  env: { LIMIT_PUSH_SUBSCRIPTIONS: '1000/3600', PUBLIC_URL: 'https://api.example.org' },
  origin: 'https://api.example.org',
})
const { call } = world
const path = '/api/me/push-subscriptions/'
const day = 24 * 60 * 60_000

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
})
beforeEach(async () => {
  outside.sent.length = 0
  outside.next = () => outside.answer(201)
  await database.prepare('delete from push_targets').run()
})

const subscribe = (json: object, as: Person) => call('POST', path, { json, as })
const listOf = async (as: Person) => (await call('GET', path, { as })).body
const web = (id: number) => ({
  id,
  kind: 'web',
  platform: 'web',
  host: 'fcm.googleapis.com',
  is_current: true,
  created_at: '2026-01-15T10:30:00Z',
  last_ok_at: null,
  last_error: '',
})
const { d: _secret, ...ownKey } = JSON.parse((env as any).VAPID_PRIVATE_JWK) as {
  d: string
  x: string
  y: string
}
const point = toBase64Url(
  new Uint8Array([4, ...fromBase64Url(ownKey.x)!, ...fromBase64Url(ownKey.y)!]),
)

describe('GET /api/push/key', () => {
  it('is the public key that browsers subscribe with, for everybody, to be kept five minutes', async () => {
    for (const path of ['/api/push/key', '/api/push/key/']) {
      const { status, headers, body } = await call('GET', path)
      const keyId = expect.stringMatching(/^[\w-]{43}$/)
      expect([status, body]).toEqual([200, { public_key: point, key_id: keyId }])
      expect(headers.get('cache-control')).toBe('public, max-age=300')
    }
  })

  it('is not set up where the deployment has no such key', async () => {
    const without = createWorld({ env: { VAPID_PRIVATE_JWK: '' } })
    const { status, body } = await without.call('GET', '/api/push/key/')
    const detail = 'This is not set up on this server.'
    expect([status, body]).toEqual([503, { detail, code: 'not_configured' }])
  })
})

describe('POST /api/me/push-subscriptions', () => {
  it('takes what a browser has, as it is', async () => {
    const { status, body } = await subscribe(await subscriptionOf(), alice)
    expect([status, body]).toEqual([201, web(body.id)])
    expect(await listOf(alice)).toEqual([web(body.id)])
    expect(await listOf(bob)).toEqual([])
  })

  it('is the same target for the same address, of this session from then on', async () => {
    const given = await subscriptionOf()
    const { body: first } = await subscribe(given, alice)
    const elsewhere = await signInAgain(world, alice)
    const again = await subscribe(given, elsewhere)
    expect([again.status, again.body]).toEqual([200, web(first.id)])
    expect(await listOf(alice)).toEqual([{ ...web(first.id), is_current: false }])
  })

  it('keeps nothing of the address that could be read, and neither do the lists', async () => {
    const given = await subscriptionOf('https://fcm.googleapis.com/fcm/send/s3cret-device')
    await subscribe(given, alice)
    const { text: exported } = await call('GET', '/users/export/', { as: alice })
    const places = [JSON.stringify(await allRows()), JSON.stringify(await listOf(alice)), exported]
    for (const secret of ['s3cret-device', given.keys.auth, given.keys.p256dh]) {
      expect(places.filter((place) => place.includes(secret))).toEqual([])
    }
    expect(JSON.parse(exported).push_targets).toEqual([
      {
        kind: 'web',
        platform: 'web',
        host: 'fcm.googleapis.com',
        created_at: '2026-01-15T10:30:00Z',
        ok_at: null,
        failing_since: null,
        last_error: '',
      },
    ])
  })

  it('moves with the keys when a browser changes hands, and with nothing less', async () => {
    const given = await subscriptionOf()
    const { body: first } = await subscribe(given, alice)
    const other = { ...given, keys: (await subscriptionOf()).keys }
    const refused = await subscribe(other, bob)
    const detail = 'This device belongs to another account. Sign out there first.'
    expect([refused.status, refused.body]).toEqual([409, { detail, code: 'address_taken' }])
    expect(await listOf(alice)).toEqual([web(first.id)])
    const moved = await subscribe(given, bob)
    expect([moved.status, moved.body]).toEqual([201, web(first.id)])
    expect([await listOf(alice), await listOf(bob)]).toEqual([[], [web(first.id)]])
  })

  it('gives the address of a session that has ended to whoever is there now', async () => {
    const given = await subscriptionOf()
    const gone = await signInAgain(world, alice)
    await subscribe(given, gone)
    await call('POST', '/accounts/logout/', { json: { refresh: gone.refresh }, as: gone })
    expect(await listOf(alice)).toEqual([])
    const taken = await subscribe({ ...given, keys: (await subscriptionOf()).keys }, bob)
    expect(taken.status).toBe(201)
  })

  it('is one target, however often fifty calls tell of it', async () => {
    const given = await subscriptionOf()
    const answers = await Promise.all(Array.from({ length: 50 }, () => subscribe(given, alice)))
    const of = (status: number) => answers.filter((answer) => answer.status === status).length
    expect([of(201), of(200)]).toEqual([1, 49])
    expect((await listOf(alice)).length).toBe(1)
  })

  it('has room for twenty of one person, however many come at once', async () => {
    const given = await Promise.all(Array.from({ length: 30 }, () => subscriptionOf()))
    const answers = await Promise.all(given.map((json) => subscribe(json, alice)))
    const refused = answers.filter(({ status }) => status === 400)
    expect(refused.length).toBe(10)
    const endpoint = ['There are 20 already: remove one first.']
    for (const { body } of refused) expect(body).toEqual({ endpoint })
    expect((await listOf(alice)).length).toBe(20)
  })

  it('says all that is wrong, by field', async () => {
    const { keys } = await subscriptionOf()
    const notAllowed = ['This push service is not allowed.']
    const bad = ['Not a valid key.']
    const answer = await subscribe(
      { endpoint: 'https://push.example.net/', keys: { p256dh: 'AAAA', auth: 'AAAA' } },
      alice,
    )
    expect([answer.status, answer.body]).toEqual([
      400,
      { endpoint: notAllowed, keys: { p256dh: bad, auth: bad } },
    ])
    const wrong = [
      'http://fcm.googleapis.com/a',
      'https://fcm.googleapis.com:8443/a',
      'https://user@fcm.googleapis.com/a',
      'https://fcm.googleapis.com/a#b',
      'https://push.apple.com/a',
      'https://evilpush.apple.com.example.net/a',
      'https://fcm.googleapis.com.example.net/a',
    ]
    for (const endpoint of [...wrong, ...hostileAddresses]) {
      const { status, body } = await subscribe({ endpoint, keys }, alice)
      expect([endpoint, status, body]).toEqual([endpoint, 400, { endpoint: notAllowed }])
    }
    expect(await listOf(alice)).toEqual([])
    expect(outside.sent).toEqual([])
  })

  it.each(['https://updates.push.services.mozilla.com/wpush/v2/a', 'https://web.push.apple.com/a'])(
    'knows the services of other browsers: %s',
    async (endpoint) => {
      expect((await subscribe(await subscriptionOf(endpoint), alice)).status).toBe(201)
    },
  )

  it('needs the keys of the deployment, and no more than so many an hour', async () => {
    const json = await subscriptionOf()
    const detail = 'This is not set up on this server.'
    for (const name of ['SEAL_KEY', 'VAPID_PRIVATE_JWK']) {
      const without = createWorld({ env: { [name]: '' } })
      const { status, body } = await without.call('POST', path, { json, as: alice })
      expect([status, body]).toEqual([503, { detail, code: 'not_configured' }])
    }
    const strict = createWorld({ env: { LIMIT_PUSH_SUBSCRIPTIONS: '1/3600' } })
    const carol = await signUp(world, 'carol')
    const subscribeAs = async () =>
      strict.call('POST', path, { json: await subscriptionOf(), as: carol })
    expect((await subscribeAs()).status).toBe(201)
    const { status, headers } = await subscribeAs()
    expect([status, headers.get('retry-after')]).toEqual([429, '3600'])
  })

  it('needs a credential', async () => {
    const { status, body } = await call('POST', path, { json: await subscriptionOf() })
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('GET /api/me/push-subscriptions', () => {
  it('lists one’s own, newest first, by pages', async () => {
    const made: number[] = []
    for (let n = 0; n < 3; n++) made.push((await subscribe(await subscriptionOf(), alice)).body.id)
    const [first, second, third] = made as [number, number, number]
    expect(await listOf(alice)).toEqual([web(third), web(second), web(first)])
    const { body, headers } = await call('GET', `${path}?limit=2`, { as: alice })
    expect(body).toEqual([web(third), web(second)])
    const next = `<https://api.example.org${path}?limit=2&cursor=${second}>; rel="next"`
    expect(headers.get('link')).toBe(next)
  })
})

describe('DELETE /api/me/push-subscriptions', () => {
  it('removes a device by its address, once and again, and nobody else’s', async () => {
    const given = await subscriptionOf()
    const { endpoint } = given
    const { body } = await subscribe(given, alice)
    const remove = (as: Person) => call('DELETE', path, { json: { endpoint }, as })
    expect((await remove(bob)).status).toBe(204)
    expect(await listOf(alice)).toEqual([web(body.id)])
    for (const _ of [1, 2]) {
      const { status, text } = await remove(alice)
      expect([status, text]).toEqual([204, ''])
    }
    expect(await listOf(alice)).toEqual([])
  })

  it('needs an address', async () => {
    const { status, body } = await call('DELETE', path, { json: {}, as: alice })
    expect([status, body]).toEqual([400, { endpoint: ['This field is required.'] }])
  })
})

describe('DELETE /api/me/push-subscriptions/:id', () => {
  it('removes a device, once and again, and nobody else’s', async () => {
    const { body } = await subscribe(await subscriptionOf(), alice)
    const remove = (as: Person) => call('DELETE', `${path}${body.id}/`, { as })
    expect((await remove(bob)).status).toBe(204)
    expect(await listOf(alice)).toEqual([web(body.id)])
    expect([(await remove(alice)).status, (await remove(alice)).status]).toEqual([204, 204])
    expect(await listOf(alice)).toEqual([])
  })
})

describe('POST /api/me/push-subscriptions/:id/test', () => {
  const made = async (as = alice, endpoint = newEndpoint()) =>
    (await subscribe(await subscriptionOf(endpoint), as)).body.id as number
  const test = (id: number, as = alice) => call('POST', `${path}${id}/test/`, { json: {}, as })
  const roomy = { LIMIT_PUSH_TESTS: '1000/600' }
  const more = createWorld({ context: outside.context, env: roomy })
  const tried = async (id: number) =>
    more.call('POST', `${path}${id}/test/`, { json: {}, as: alice })

  it('sends one push, encrypted and signed for its service', async () => {
    const endpoint = newEndpoint()
    const id = await made(alice, endpoint)
    const { status, body } = await test(id)
    expect([status, body]).toEqual([200, { result: 'accepted' }])
    const [push] = outside.sent
    const { authorization = '', ...headers } = push!.headers!
    expect([push!.url, outside.sent.length, headers]).toEqual([
      endpoint,
      1,
      {
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: '300',
        urgency: 'high',
        topic: expect.stringMatching(/^[\w-]{24}$/),
      },
    ])
    const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization)!
    expect(key).toBe(point)
    const { payload } = await jwtVerify(token!, await importJWK({ ...ownKey, alg: 'ES256' }), {
      currentDate: new Date(beginning),
    })
    expect(decodeProtectedHeader(token!)).toEqual({ typ: 'JWT', alg: 'ES256' })
    expect(payload).toEqual({
      aud: 'https://fcm.googleapis.com',
      exp: beginning / 1000 + 12 * 60 * 60,
      sub: 'https://api.example.org',
    })
    expect(await listOf(alice)).toEqual([{ ...web(id), last_ok_at: '2026-01-15T10:30:00Z' }])
  })

  it.each([404, 410])('removes the device that its service knows no more: %i', async (status) => {
    outside.next = () => outside.answer(status)
    expect((await tried(await made())).body).toEqual({ result: 'gone' })
    expect(await listOf(alice)).toEqual([])
  })

  it.each([
    [500, 'status_500'],
    [429, 'status_429'],
    [307, 'status_307'],
    [400, 'status_400'],
    [413, 'status_413'],
  ])('says that it failed, and why: %i', async (status, error) => {
    outside.next = () => outside.answer(status)
    const id = await made()
    expect((await tried(id)).body).toEqual({ result: 'failed' })
    expect(await listOf(alice)).toEqual([{ ...web(id), last_error: error }])
    outside.next = () => outside.answer(201)
    expect((await tried(id)).body).toEqual({ result: 'accepted' })
    const [row] = await listOf(alice)
    expect(row.last_error).toBe('')
  })

  it('that fails removes the device that has failed for a week, and nothing else does', async () => {
    const id = await made()
    const failing = (since: number) =>
      database.prepare('update push_targets set failing_since = ?').bind(since).run()
    // One push failed, and nobody has pushed since: that is no week of failing.
    await failing(beginning - 30 * day)
    await world.run(sweep)
    expect((await listOf(alice)).length).toBe(1)
    outside.next = () => outside.answer(500)
    await failing(beginning - 7 * day + 1000)
    await tried(id)
    expect((await listOf(alice)).length).toBe(1)
    await failing(beginning - 7 * day)
    expect((await tried(id)).body).toEqual({ result: 'failed' })
    expect(await listOf(alice)).toEqual([])
  })

  it('is sent once more with less where it was too large', async () => {
    outside.next = () => outside.answer(outside.sent.length === 1 ? 413 : 201)
    expect((await tried(await made())).body).toEqual({ result: 'accepted' })
    expect(outside.sent.length).toBe(2)
  })

  it('finds only one’s own, and those of good sessions', async () => {
    const id = await made()
    const missing = { detail: 'Not found.' }
    for (const [target, as] of [
      [id, bob],
      [id + 1000, alice],
    ] as const) {
      const { status, body } = await test(target, as)
      expect([status, body]).toEqual([404, missing])
    }
    expect(outside.sent).toEqual([])
  })

  it('is sent five times in ten minutes', async () => {
    const dan = await signUp(world, 'dan')
    const id = await made(dan)
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push((await test(id, dan)).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect(outside.sent.length).toBe(5)
  })
})
