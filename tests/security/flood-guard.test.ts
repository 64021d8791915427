// The flood guard: which requests are counted, by which binding, and which never.
import { describe, expect, it } from 'vitest'
import { DatabaseUnavailable } from '../../src/domain/base/errors'
import { withBatches } from '../support/database'
import { logLinesOf } from '../support/log-lines'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

/** A binding that counts by key, and refuses after `most`. */
function countingLimit(most: number) {
  const counts = new Map<string, number>()
  return {
    counts,
    async limit({ key }: { key: string }) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return { success: counts.get(key)! <= most }
    },
  }
}

async function guardedWorld(most: { signIn?: number; refresh?: number; anonymous?: number } = {}) {
  const limits = {
    signIn: countingLimit(most.signIn ?? 1000),
    refresh: countingLimit(most.refresh ?? 1000),
    anonymous: countingLimit(most.anonymous ?? 1000),
  }
  const alice = await signUp(createWorld(), 'alice')
  const world = createWorld({
    env: {
      FLOOD_GUARD: 'on',
      FLOOD_SIGN_IN: limits.signIn,
      FLOOD_REFRESH: limits.refresh,
      FLOOD_ANONYMOUS: limits.anonymous,
    },
  })
  const counted = () =>
    Object.fromEntries(
      Object.entries(limits).map(([kind, { counts }]) => [
        kind,
        [...counts.values()].reduce((sum, count) => sum + count, 0),
      ]),
    )
  return { world, alice, limits, counted }
}

const throttled = { detail: 'Request was throttled. Expected available in 60 seconds.' }

describe('the flood guard', () => {
  it('turns away an address that signs in too often, before any work', async () => {
    const { world } = await guardedWorld({ signIn: 2 })
    const paths = ['/accounts/login/', '/api/token/', '/accounts/signup/', '/api/register/']
    for (const path of ['/accounts/login/', '/api/token/']) {
      expect((await world.call('POST', path, { json: {} })).status).toBe(400)
    }
    for (const path of paths) {
      let answer = await world.call('POST', path, { json: {} })
      const { trips } = await world.cost(async () => {
        answer = await world.call('POST', path, { json: {} })
      })
      const body = path === '/api/token/' ? { success: false, ...throttled } : throttled
      expect([answer.status, answer.body, answer.headers.get('retry-after'), trips]).toEqual([
        429,
        body,
        '60',
        0,
      ])
    }
    const elsewhere = { 'cf-connecting-ip': '198.51.100.1' }
    const other = await world.call('POST', '/api/token/', { json: {}, headers: elsewhere })
    expect(other.status).toBe(400)
  })

  it('counts refreshes by themselves', async () => {
    const { world, alice, counted } = await guardedWorld({ refresh: 2 })
    const refresh = (path: string) => world.call('POST', path, { json: { refresh: alice.refresh } })
    expect((await refresh('/accounts/refresh/')).status).toBe(200)
    expect((await refresh('/api/token/refresh/')).status).toBe(200)
    expect((await refresh('/accounts/refresh/')).status).toBe(429)
    expect((await refresh('/api/token/refresh/')).status).toBe(429)
    expect(counted()).toMatchObject({ signIn: 0, refresh: 4 })
  })

  it('never counts a signed-in request or a preflight', async () => {
    const { world, alice, counted } = await guardedWorld({ anonymous: 0 })
    expect((await world.call('GET', '/friends/', { as: alice })).status).toBe(200)
    const cookie = { cookie: `access_token=${alice.access}` }
    expect((await world.call('GET', '/friends/', { headers: cookie })).status).toBe(200)
    expect((await world.call('GET', '/friends/999999/', { as: alice })).status).toBe(404)
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
    expect((await world.call('OPTIONS', '/friends/', { headers: preflight })).status).toBe(204)
    expect(counted()).toEqual({ signIn: 0, refresh: 0, anonymous: 0 })
  })

  it('counts requests without a credential, and with a bad one', async () => {
    const { world, alice } = await guardedWorld({ anonymous: 3 })
    await world.call('POST', '/accounts/logout/', { as: alice, json: { refresh: alice.refresh } })
    const bad = { authorization: 'Bearer nonsense' }
    const asked = [
      await world.call('GET', '/friends/'),
      await world.call('GET', '/friends/', { headers: bad }),
      await world.call('GET', '/friends/', { as: alice }),
      await world.call('GET', '/friends/', { as: alice }),
      await world.call('GET', '/friends/', { headers: bad }),
      await world.call('GET', '/no/such/path'),
    ]
    expect(asked.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429])
    expect(asked.at(-1)!.body).toEqual(throttled)
  })

  it('is not switched off on a public path by a credential that proves nothing there', async () => {
    const { world, alice } = await guardedWorld({ anonymous: 3 })
    const given: Record<string, string>[] = [
      { authorization: 'junk' },
      { authorization: `Token ${'0'.repeat(40)}` },
      { cookie: 'access_token=junk' },
      { cookie: `access_token=${alice.access}` },
      { authorization: `Bearer ${alice.access}` },
    ]
    const asked = []
    for (const headers of given)
      asked.push((await world.call('GET', '/health', { headers })).status)
    expect(asked).toEqual([200, 200, 200, 429, 429])
    const nowhere = await world.call('GET', '/no/such/path', { as: alice })
    expect([nowhere.status, nowhere.body]).toEqual([429, throttled])
  })

  it('counts what asks for a session and proves none, whatever it is answered', async () => {
    const { world, counted } = await guardedWorld()
    const headers = { authorization: `Token ${'0'.repeat(40)}` }
    const json = { first_name: 'Taro', last_name: 'Yamada' }
    const asked = [
      await world.call('GET', '/friends/', { headers }),
      await world.call('POST', '/friends/', { headers, json }),
      await world.call('POST', '/friends/', { headers, json: {} }),
      await world.call('GET', '/ws/me/', { headers }),
      await world.call('POST', '/friends/', {
        raw: 'x',
        headers: { ...headers, 'content-type': 'application/pdf' },
      }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([401, 401, 401, 426, 415])
    expect(counted()).toEqual({ signIn: 0, refresh: 0, anonymous: 5 })
  })

  it('never counts a signed-in request, whatever it is answered', async () => {
    const { world, alice, counted } = await guardedWorld({ anonymous: 0 })
    const { ticket } = (await world.call('POST', '/ws/ticket/', { as: alice })).body
    const upgrade = { upgrade: 'websocket' }
    const asked = [
      await world.call('POST', '/friends/', { as: alice, json: {} }),
      await world.call('GET', '/friends/999999/', { as: alice }),
      await world.call('PATCH', '/users/999999/', { as: alice, json: { first_name: 'X' } }),
      await world.call('GET', `/ws/chat/7/?ticket=${ticket}`, { headers: upgrade }),
      await world.call('POST', '/auth/logout/', { as: alice }),
    ]
    expect(asked.map(({ status }) => status)).toEqual([400, 404, 404, 404, 200])
    expect(counted()).toEqual({ signIn: 0, refresh: 0, anonymous: 0 })
  })

  it('counts no picture that comes with a good token, and every other', async () => {
    const { world, alice, counted } = await guardedWorld()
    const picture = (headers: Record<string, string>) =>
      world.call('GET', '/media/avatars/none.png', { headers })
    await picture({ cookie: `access_token=${alice.access}` })
    await picture({ authorization: `Bearer ${alice.access}` })
    expect(counted()).toEqual({ signIn: 0, refresh: 0, anonymous: 0 })
    await picture({})
    await picture({ cookie: 'access_token=junk' })
    await picture({ authorization: 'junk', cookie: `access_token=${alice.access}` })
    await picture({ authorization: `Token ${'0'.repeat(40)}` })
    expect(counted()).toEqual({ signIn: 0, refresh: 0, anonymous: 4 })
  })

  it('counts nobody for a database that does not answer', async () => {
    const limit = countingLimit(1)
    const alice = await signUp(createWorld(), 'alice')
    const down = createWorld({
      env: { FLOOD_GUARD: 'on', FLOOD_ANONYMOUS: limit },
      context: (ctx) => ({
        ...ctx,
        db: withBatches(ctx.db, () => Promise.reject(new DatabaseUnavailable('made up'))),
      }),
    })
    await logLinesOf(async () => {
      for (const _ of [1, 2, 3]) {
        expect((await down.call('GET', '/friends/', { as: alice })).status).toBe(503)
      }
    })
    expect([...limit.counts]).toEqual([])
  })

  it('says so in contract D’s envelope at its paths, whatever was asked there', async () => {
    const { world } = await guardedWorld({ anonymous: 1 })
    const refused = { code: 2, error: throttled.detail }
    const bad = { authorization: 'nonsense' }
    const first = await world.call('GET', '/users/user_details/', { headers: bad })
    expect([first.status, first.body.code]).toEqual([401, 1])
    for (const [method, path, headers] of [
      ['GET', '/users/user_details/', {}],
      ['GET', '/users/user_details/', bad],
      ['PATCH', '/users/user_details/sensitive', {}],
      ['POST', '/users/friends/request/', bad],
      ['GET', '/users/blocks', {}],
      ['PUT', '/users/friends/nothing', {}],
    ] as const) {
      const answer = await world.call(method, path, { headers })
      expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([
        429,
        refused,
        '60',
      ])
    }
    const elsewhere = await world.call('GET', '/users/friend_list/')
    expect([elsewhere.status, elsewhere.body]).toEqual([429, throttled])
  })

  it('takes an IPv6 address for its /64', async () => {
    const { world, limits } = await guardedWorld()
    for (const address of ['2001:db8::1', '2001:db8::2', '203.0.113.9']) {
      await world.call('GET', '/health', { headers: { 'cf-connecting-ip': address } })
    }
    expect([...limits.anonymous.counts]).toEqual([
      ['2001:db8:0:0::/64', 2],
      ['203.0.113.9', 1],
    ])
  })

  it('lets everybody pass when a binding fails, and when it is switched off', async () => {
    const broken = {
      async limit() {
        throw new Error('made up')
      },
    }
    const world = createWorld({ env: { FLOOD_GUARD: 'on', FLOOD_ANONYMOUS: broken } })
    expect((await world.call('GET', '/health')).status).toBe(200)
    const off = createWorld({ env: { FLOOD_GUARD: 'off', FLOOD_ANONYMOUS: countingLimit(0) } })
    expect((await off.call('GET', '/health')).status).toBe(200)
  })
})
