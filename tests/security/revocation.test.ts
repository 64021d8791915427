// Revocation with a blacklist that is late, or down: what was revoked stays refused, what is good goes on
// working. The database decides.
import { describe, expect, it } from 'vitest'
import { sessionOf, signInAgain, signUp } from '../support/people'
import { createWorld, type World } from '../support/world'

/** KV as it is at the other end of the world: writes show after a minute, and misses are remembered. */
function lateKv(now: () => number) {
  const late = 60_000
  const written = new Map<string, number>()
  const missed = new Map<string, number>()
  return {
    written,
    async get(key: string) {
      if (now() - (missed.get(key) ?? -Infinity) < late) return null
      if (now() - (written.get(key) ?? Infinity) >= late) return '1'
      missed.set(key, now())
      return null
    },
    async put(key: string) {
      if (!written.has(key)) written.set(key, now())
    },
  }
}

const brokenKv = {
  async get() {
    throw new Error('KV is down')
  },
  async put() {
    throw new Error('KV is down')
  },
}

function worldWith(kind: 'late' | 'broken') {
  const clock: { now: () => number } = { now: () => 0 }
  const kv = lateKv(() => clock.now())
  const world = createWorld({ env: { BLACKLIST: kind === 'late' ? kv : brokenKv } })
  clock.now = () => world.clock.now
  return { world, kv }
}

const renew = (world: World, refresh: string) =>
  world.call('POST', '/api/token/refresh/', { json: { refresh } })
const rotate = (world: World, refresh: string) =>
  world.call('POST', '/api/token/refresh/', { headers: { bearer: `Token ${refresh}` } })
const read = (world: World, as: { access: string }) => world.call('GET', '/friends/', { as })

const revoked = { refreshed: false, detail: 'Token is blacklisted', code: 'token_not_valid' }

describe.each(['late', 'broken'] as const)('with a blacklist that is %s', (kind) => {
  it('what was revoked is refused at once and stays so', async () => {
    const { world } = worldWith(kind)
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    // The miss that it remembers.
    expect((await renew(world, phone.refresh)).status).toBe(200)
    await world.call('DELETE', `/api/sessions/${sessionOf(phone)}/`, { as: alice })
    for (const wait of [0, 1_000, 58_000, 2_000, 600_000]) {
      world.clock.advance(wait)
      const renewed = await renew(world, phone.refresh)
      expect([renewed.status, renewed.body]).toEqual([401, revoked])
      expect((await rotate(world, phone.refresh)).status).toBe(401)
      expect((await read(world, phone)).status).toBe(401)
    }
  })

  it('what is good goes on working', async () => {
    const { world } = worldWith(kind)
    const alice = await signUp(world, 'alice')
    let { refresh } = alice
    for (const wait of [0, 1_000, 60_000, 600_000]) {
      world.clock.advance(wait)
      expect((await renew(world, refresh)).status).toBe(200)
      const rotated = await rotate(world, refresh)
      expect(rotated.status).toBe(200)
      refresh = rotated.body.refresh_token
      expect((await read(world, { access: rotated.body.access_token })).status).toBe(200)
    }
  })

  it('a replay ends its session', async () => {
    const { world } = worldWith(kind)
    const alice = await signUp(world, 'alice')
    const { body } = await rotate(world, alice.refresh)
    world.clock.advance(11_000)
    expect((await rotate(world, alice.refresh)).status).toBe(401)
    expect((await renew(world, body.refresh_token)).status).toBe(401)
    expect((await read(world, { access: body.access_token })).status).toBe(401)
  })
})

describe('the blacklist', () => {
  it('is told of every refresh token that dies with its session', async () => {
    const { world, kv } = worldWith('late')
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    await rotate(world, phone.refresh)
    const { DB } = world.bindings
    const [rows] = await DB.batch<{ jti: string }>([
      DB.prepare('select jti from refresh_tokens where session_id = ?').bind(sessionOf(phone)),
    ])
    const json = { new_password: 'another password', old_password: alice.password }
    await world.call('POST', '/api/change-password/', { as: alice, json })
    const keys = rows!.results.map(({ jti }) => `refresh:${jti}`).toSorted()
    expect(keys).toHaveLength(2)
    expect([...kv.written.keys()].toSorted()).toEqual(keys)
  })

  it('refuses by itself, where the database would not', async () => {
    const { world, kv } = worldWith('late')
    const alice = await signUp(world, 'alice')
    const { DB } = world.bindings
    const [rows] = await DB.batch<{ jti: string }>([
      DB.prepare('select jti from refresh_tokens where session_id = ?').bind(sessionOf(alice)),
    ])
    kv.written.set(`refresh:${rows!.results[0]!.jti}`, 0)
    expect((await renew(world, alice.refresh)).body).toEqual(revoked)
  })
})
