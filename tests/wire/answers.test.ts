// What every answer carries, whatever it is about: security headers and a request id; log lines that
// hold nothing of a person's; and a 500 that says nothing about the inside.
import { beforeAll, describe, expect, it } from 'vitest'
import { withBrokenDatabase } from '../support/broken-database'
import { rawJson } from '../support/forms'
import { logLinesOf } from '../support/log-lines'
import { database } from '../support/database'
import { type Person, sessionOf, signUp } from '../support/people'
import { addOpaqueToken } from '../support/tokens'
import { type CallOptions, createWorld } from '../support/world'

const world = createWorld()
const secure = createWorld({ origin: 'https://kith.test' })
const broken = createWorld({
  context: withBrokenDatabase('D1_ERROR: the inside of the inside'),
})

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

const idOfName = async (name: string) =>
  database.prepare('select id from users where username = ?').bind(name).first<number>('id')

/** One request for each kind of answer. */
const requests: [number, string, string, () => CallOptions, typeof world][] = [
  [200, 'GET', '/friends/', () => ({ as: alice }), world],
  [
    201,
    'POST',
    '/friends/',
    () => ({ json: { first_name: 'A', last_name: 'B' }, as: alice }),
    world,
  ],
  [400, 'POST', '/friends/', () => ({ json: {}, as: alice }), world],
  [401, 'GET', '/friends/', () => ({}), world],
  [404, 'GET', '/friends/0/', () => ({ as: alice }), world],
  [404, 'GET', '/nowhere/', () => ({}), world],
  [405, 'DELETE', '/friends/', () => ({}), world],
  [413, 'POST', '/accounts/login/', () => rawJson('x'.repeat(200_000)), world],
  [415, 'POST', '/accounts/login/', () => ({ raw: 'x' }), world],
  [500, 'GET', '/friends/', () => ({ as: alice }), broken],
  [503, 'GET', '/health', () => ({}), broken],
  [503, 'GET', '/', () => ({}), createWorld({ env: { JWT_SECRET: '' } })],
]

describe('every answer', () => {
  it.each(requests)('has its headers: %i %s %s', async (expected, method, path, given, on) => {
    const { status, headers } = await on.call(method, path, given())
    expect(status).toBe(expected)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(headers.has('strict-transport-security')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
  })

  it('asks for https, where it came by it', async () => {
    for (const path of ['/friends/', '/nowhere/', '/health']) {
      const { headers } = await secure.call('GET', path)
      const hsts = headers.get('strict-transport-security')
      expect(hsts).toBe('max-age=31536000; includeSubDomains')
    }
  })

  it('is for pages of its own origin, but for the pictures, which apps on others show', async () => {
    const policyOf = async (path: string) =>
      (await world.call('GET', path)).headers.get('cross-origin-resource-policy')
    expect(await policyOf('/health')).toBe('same-origin')
    expect(await policyOf('/friends/')).toBe('same-origin')
    expect(await policyOf('/nowhere/')).toBe('same-origin')
    expect(await policyOf('/media/avatars/default.png')).toBe('cross-origin')
    expect(await policyOf('/media/avatars/none.png')).toBe('cross-origin')
  })

  it('has an id of its own, whatever id came with the request', async () => {
    const idOf = async (given?: string) => {
      const options = given === undefined ? {} : { headers: { 'x-request-id': given } }
      return (await world.call('GET', '/health', options)).headers.get('x-request-id')
    }
    expect(await idOf()).not.toBe(await idOf())
    for (const bad of ['from-the-proxy_7', '<script>', 'a b', '{"a":1}', 'x'.repeat(256)]) {
      expect(await idOf(bad)).toMatch(/^[0-9a-f-]{36}$/)
    }
  })
})

describe('a body that is refused', () => {
  it.each([
    [413, '/accounts/login/', 'application/json'],
    [415, '/accounts/login/', 'image/png'],
    [401, '/users/update/', 'multipart/form-data; boundary=x'],
    [404, '/nowhere/', 'application/json'],
    [405, '/groups/', 'application/json'],
  ])('is read to its end, so that its sender gets to the %i', async (expected, path, type) => {
    const piece = new Uint8Array(64 * 1024)
    let left = 100
    const raw = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece)
        else controller.close()
      },
    })
    const { status } = await world.call('POST', path, { raw, headers: { 'content-type': type } })
    expect([status, left]).toEqual([expected, -1])
  })
})

describe('a fault of ours', () => {
  it('is answered with the request id alone, under which its cause is logged', async () => {
    let id = ''
    const { events, faults } = await logLinesOf(async () => {
      const { status, headers, body } = await broken.call('GET', '/friends/?secret=1', {
        as: alice,
      })
      id = headers.get('x-request-id')!
      expect([status, body]).toEqual([500, { detail: `Internal server error. Request id: ${id}` }])
    })
    expect(events).toEqual([])
    expect(faults).toEqual([
      {
        event: 'request',
        request_id: id,
        method: 'GET',
        route: '/friends',
        status: 500,
        ms: expect.any(Number),
        account_id: alice.id,
        cause: expect.stringContaining('D1_ERROR: the inside of the inside'),
      },
    ])
  })

  it('is no other answer’s: a refused body is not looked into further', async () => {
    const { status } = await broken.call('POST', '/accounts/signup/', { json: {} })
    expect(status).toBe(400)
  })
})

describe('a log line', () => {
  it('says which route was answered how, to whom', async () => {
    let id: string | null = ''
    const { events, faults } = await logLinesOf(async () => {
      const headers = { 'x-request-id': 'seven' }
      const answer = await world.call('GET', '/friends/7/', { as: alice, headers })
      id = answer.headers.get('x-request-id')
    })
    expect(faults).toEqual([])
    expect(events).toEqual([
      {
        event: 'request',
        request_id: id,
        sent_request_id: 'seven',
        method: 'GET',
        route: '/friends/:id',
        status: 404,
        ms: expect.any(Number),
        account_id: alice.id,
      },
    ])
  })

  it('holds of an id that was sent 64 harmless characters', async () => {
    const sentId = async (sent: string) => {
      const headers = { 'x-request-id': sent }
      const { events } = await logLinesOf(() => world.call('GET', '/health', { headers }))
      return events[0]!['sent_request_id']
    }
    expect(await sentId('a"b\tc<d>_-Z9')).toBe('abcd_-Z9')
    expect(await sentId('x'.repeat(100_000))).toBe('x'.repeat(64))
    expect(await sentId('{}')).toBeUndefined()
  })

  it('names the account of a sign-in, at every door, and of an opaque token', async () => {
    const named = async (path: string, json: object, headers = {}) => {
      const { events } = await logLinesOf(() => world.call('POST', path, { json, headers }))
      return events.map((line) => [line['status'], line['account_id']])
    }
    const { username, password, id } = alice
    const made = { username: 'doris', email: 'doris@example.org', password: 'doris has one' }
    expect(await named('/accounts/login/', { username, password })).toEqual([[200, id]])
    expect(await named('/api/token/', { username, password })).toEqual([[200, id]])
    expect(await named('/auth/login/', { username, password })).toEqual([[200, id]])
    expect(await named('/accounts/login/', { username, password: 'x' })).toEqual([[401, null]])
    expect(await named('/api/register/', made)).toEqual([[201, await idOfName('doris')]])
    const signUp = { ...made, username: 'dora', email: 'dora@example.org' }
    const confirmed = { ...signUp, password_confirm: made.password }
    expect(await named('/api/register/', confirmed)).toEqual([[201, await idOfName('dora')]])
    expect(await named('/accounts/signup/', { username: 'dorit', password })).toEqual([
      [201, await idOfName('dorit')],
    ])
    const opaque = { authorization: `Token ${await addOpaqueToken(sessionOf(alice))}` }
    expect(await named('/ws/ticket/', {}, opaque)).toEqual([[201, id]])
  })

  it('holds no body, query string, header, name or address', async () => {
    const headers = {
      'user-agent': 'secret agent',
      cookie: 'access_token=secret-cookie',
      'cf-connecting-ip': '203.0.113.99',
      'x-forwarded-for': '203.0.113.98',
    }
    const json = { username: 'secretive', password: 'secret password' }
    const { events, faults } = await logLinesOf(async () => {
      await world.call('POST', '/accounts/signup/?secret=query', { json, headers })
      await world.call('POST', '/accounts/login/?secret=query', { json, headers })
      await world.call('POST', '/accounts/login/', { json: { ...json, password: 'x' }, headers })
      await world.call('GET', '/friends/?cursor=secret', { headers, as: alice })
      await world.call('GET', '/friends/secret-id/', { headers, as: alice })
      await world.call('GET', '/secret-path?secret=query', { headers })
      await world.call('GET', '/friends/', { headers: { authorization: 'Bearer secret.jwt.x' } })
      await broken.call('POST', '/accounts/login/?secret=query', { json, headers })
    })
    expect(events.length + faults.length).toBe(8)
    const text = JSON.stringify([events, faults])
    expect(text).not.toMatch(/secret/)
    expect(text).not.toContain('203.0.113')
    expect(text).not.toContain(alice.access)
  })
})
