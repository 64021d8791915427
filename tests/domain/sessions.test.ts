// Sessions: rotation and replay of refresh tokens, the end of a session, the blacklist in front of the
// database, and presence, which follows the session's use.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { renewAccess, rotateRefresh } from '../../src/domain/accounts/sessions/refresh'
import type { Context } from '../../src/domain/base/context'
import { database } from '../support/database'
import { aToken, claimsOf } from '../support/golden'
import { type Person, sessionOf, setActive, signInAgain, signUp } from '../support/people'
import { createWorld, type World } from '../support/world'

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

const rotate = (world: World, refresh: string) => world.run((ctx) => rotateRefresh(ctx, refresh))
const renew = (world: World, refresh: string) => world.run((ctx) => renewAccess(ctx, refresh))
const jtiOf = (token: string) => claimsOf(token)['jti'] as string
const isGood = async (world: World, access: string) =>
  (await world.call('GET', '/friends/', { as: { access } })).status === 200
const signOut = (world: World, person: Person, refresh = person.refresh) =>
  world.call('POST', '/accounts/logout/', { json: { refresh }, as: person })
const revoked = { code: 'refresh.revoked' }

async function chainOf(person: Person) {
  const { results } = await database
    .prepare(
      'select jti, rotated_at, successor from refresh_tokens where session_id = ? order by rowid',
    )
    .bind(sessionOf(person))
    .all()
  return results
}

async function sessionRow(person: Person) {
  return database
    .prepare('select expires_at, ended_at, last_used_at from sessions where id = ?')
    .bind(sessionOf(person))
    .first<{ expires_at: number; ended_at: number | null; last_used_at: number }>()
}

describe('a rotation', () => {
  it('gives both tokens anew and leaves the access token from before it good', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    world.clock.advance(5 * minute)
    const { now } = world.clock
    const next = await rotate(world, alice.refresh)
    expect(next).toEqual({
      access: aToken,
      refresh: aToken,
      refreshExpiresAt: expect.any(Number),
    })
    expect(claimsOf(next.refresh)).toEqual({
      ...claimsOf(alice.refresh),
      jti: expect.stringMatching(/^[0-9a-f]{32}$/),
      iat: now / 1000,
      exp: (now + 30 * day) / 1000,
    })
    expect(await chainOf(alice)).toEqual([
      { jti: jtiOf(alice.refresh), rotated_at: now, successor: jtiOf(next.refresh) },
      { jti: jtiOf(next.refresh), rotated_at: null, successor: null },
    ])
    expect((await sessionRow(alice))?.expires_at).toBe(now + 30 * day)
    expect(await isGood(world, alice.access)).toBe(true)
    expect(await isGood(world, next.access)).toBe(true)
  })

  it('happens once when twenty ask at the same time', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    for (let round = 0, { refresh } = alice; round < 3; round++) {
      const pairs = await Promise.all(Array.from({ length: 20 }, () => rotate(world, refresh)))
      const successors = new Set(pairs.map((pair) => pair.refresh))
      expect(successors.size).toBe(1)
      expect(new Set(pairs.map((pair) => pair.access)).size).toBe(20)
      const chain = await chainOf(alice)
      expect(chain.length).toBe(round + 2)
      expect(chain.filter(({ rotated_at }) => rotated_at !== null).length).toBe(round + 1)
      refresh = [...successors][0]!
      expect(chain.at(-1)).toEqual({ jti: jtiOf(refresh), rotated_at: null, successor: null })
      world.clock.advance(11 * second)
    }
  })

  it('renews the thirty days, up to 180 after the sign-in', async () => {
    const world = createWorld()
    const begun = world.clock.now
    const alice = await signUp(world, 'alice')
    let { refresh } = alice
    for (let rotation = 1; rotation <= 6; rotation++) {
      world.clock.advance(29 * day)
      refresh = (await rotate(world, refresh)).refresh
      const expiresAt = begun + Math.min(29 * rotation + 30, 180) * day
      expect(claimsOf(refresh)['exp']).toBe(expiresAt / 1000)
      expect((await sessionRow(alice))?.expires_at).toBe(expiresAt)
    }
    world.clock.advance(6 * day - second)
    const last = await rotate(world, refresh)
    expect(await isGood(world, last.access)).toBe(true)
    world.clock.advance(second)
    expect(await isGood(world, last.access)).toBe(false)
    await expect(rotate(world, last.refresh)).rejects.toMatchObject({ code: 'refresh.invalid' })
  })

  it('is refused to an inactive account, and changes nothing', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await setActive(alice, false)
    const before = await chainOf(alice)
    const inactive = { code: 'account.inactive' }
    await expect(rotate(world, alice.refresh)).rejects.toMatchObject(inactive)
    await expect(renew(world, alice.refresh)).rejects.toMatchObject(inactive)
    expect(await chainOf(alice)).toEqual(before)
  })

  it('cannot outlive a sign-out at the same time', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    for (let round = 0; round < 5; round++) {
      const again = await signInAgain(world, alice)
      const [rotated, out] = await Promise.allSettled([
        rotate(world, again.refresh),
        signOut(world, again),
      ])
      expect(out).toMatchObject({ status: 'fulfilled', value: { status: 200 } })
      expect(await isGood(world, again.access)).toBe(false)
      const next = rotated.status === 'fulfilled' ? rotated.value.refresh : again.refresh
      await expect(rotate(world, next)).rejects.toMatchObject(revoked)
    }
  })
})

describe('a rotated token that comes back', () => {
  it('gets the same successor within ten seconds, even when that was rotated since', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const first = await rotate(world, alice.refresh)
    world.clock.advance(5 * second)
    const later = await rotate(world, first.refresh)
    world.clock.advance(5 * second - 1)
    expect((await rotate(world, alice.refresh)).refresh).toBe(first.refresh)
    expect((await rotate(world, first.refresh)).refresh).toBe(later.refresh)
    expect(await renew(world, alice.refresh)).toEqual(aToken)
    expect((await chainOf(alice)).length).toBe(3)
    expect((await sessionRow(alice))?.ended_at).toBe(null)
  })

  it.each([
    ['rotated again', rotate],
    ['renewed', renew],
  ])('ends the session after ten seconds, at both ends, when it is %s', async (_, replay) => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const other = await signInAgain(world, alice)
    const bob = await signUp(world, 'bob')
    const next = await rotate(world, alice.refresh)
    world.clock.advance(10 * second)
    await expect(replay(world, alice.refresh)).rejects.toMatchObject(revoked)
    expect((await sessionRow(alice))?.ended_at).toBe(world.clock.now)
    for (const access of [alice.access, next.access])
      expect(await isGood(world, access)).toBe(false)
    for (const refresh of [alice.refresh, next.refresh]) {
      await expect(rotate(world, refresh)).rejects.toMatchObject(revoked)
    }
    for (const { access, refresh } of [other, bob]) {
      expect(await isGood(world, access)).toBe(true)
      expect(await rotate(world, refresh)).toEqual({
        access: aToken,
        refresh: aToken,
        refreshExpiresAt: expect.any(Number),
      })
    }
  })

  it('ends it once: a later replay does not move the end', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await rotate(world, alice.refresh)
    world.clock.advance(10 * second)
    const ended = world.clock.now
    await expect(rotate(world, alice.refresh)).rejects.toMatchObject(revoked)
    world.clock.advance(minute)
    await expect(rotate(world, alice.refresh)).rejects.toMatchObject(revoked)
    expect((await sessionRow(alice))?.ended_at).toBe(ended)
  })
})

describe('the blacklist', () => {
  const withBlacklist = (blacklist: Partial<Context['blacklist']>) =>
    createWorld({
      context: (context) => ({ ...context, blacklist: { ...context.blacklist, ...blacklist } }),
    })

  it('holds every refresh token of a session that has ended, as long as it would live', async () => {
    const world = createWorld()
    // KV expires by its own clock.
    world.clock.now = Date.now()
    const alice = await signUp(world, 'alice')
    const next = await rotate(world, alice.refresh)
    expect(await env.BLACKLIST.get(`refresh:${jtiOf(next.refresh)}`)).toBe(null)
    expect((await signOut(world, alice, next.refresh)).status).toBe(200)
    const { keys } = await env.BLACKLIST.list()
    for (const token of [alice.refresh, next.refresh]) {
      const key = keys.find(({ name }) => name === `refresh:${jtiOf(token)}`)
      const life = key!.expiration! - world.clock.now / 1000
      expect(life).toBeGreaterThan((30 * day) / 1000 - 60)
      expect(life).toBeLessThan((30 * day) / 1000 + 60)
    }
  })

  it('is not needed: one that never hears of a token changes nothing', async () => {
    const world = withBlacklist({ has: async () => false, add: async () => undefined })
    const alice = await signUp(world, 'alice')
    expect((await signOut(world, alice)).status).toBe(200)
    await expect(rotate(world, alice.refresh)).rejects.toMatchObject(revoked)
    await expect(renew(world, alice.refresh)).rejects.toMatchObject(revoked)
    expect(await isGood(world, alice.access)).toBe(false)
  })

  it('may fail: the database decides alone', async () => {
    const fail = () => Promise.reject(new Error('KV is away'))
    const world = createWorld({ env: { BLACKLIST: { get: fail, put: fail } } })
    const alice = await signUp(world, 'alice')
    const { refresh } = await rotate(world, alice.refresh)
    expect(await renew(world, refresh)).toEqual(aToken)
    expect((await signOut(world, alice, refresh)).status).toBe(200)
    await expect(rotate(world, refresh)).rejects.toMatchObject(revoked)
  })

  it('is believed at once when it says yes', async () => {
    const asked: string[] = []
    const has = async (jti: string) => asked.push(jti) > 0
    const world = withBlacklist({ has })
    const alice = await signUp(world, 'alice')
    await expect(rotate(world, alice.refresh)).rejects.toMatchObject(revoked)
    await expect(renew(world, alice.refresh)).rejects.toMatchObject(revoked)
    expect(asked).toEqual([jtiOf(alice.refresh), jtiOf(alice.refresh)])
  })

  it('knows a token by its jti, however it is spelled', async () => {
    const asked: string[] = []
    const has = async (jti: string) => asked.push(jti) > 0
    const world = withBlacklist({ has })
    const alice = await signUp(world, 'alice')
    await expect(renew(world, `${alice.refresh}=`)).rejects.toMatchObject({
      code: expect.stringMatching(/^refresh\.(revoked|invalid)$/),
    })
    expect(asked.filter((jti) => jti !== jtiOf(alice.refresh))).toEqual([])
  })
})

describe('presence', () => {
  const span = 15 * minute + minute

  async function onlineUntil({ id }: Person): Promise<number> {
    const row = await database
      .prepare('select online_until from users where id = ?')
      .bind(id)
      .first<{ online_until: number }>()
    return row!.online_until
  }

  it('begins at the sign-up and at each sign-in, for one access lifetime and a minute', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    expect(await onlineUntil(alice)).toBe(world.clock.now + span)
    world.clock.advance(day)
    await signInAgain(world, alice)
    expect(await onlineUntil(alice)).toBe(world.clock.now + span)
  })

  it.each<[string, (world: World, person: Person) => Promise<unknown>]>([
    ['a read', (world, person) => world.call('GET', '/friends/', { as: person })],
    [
      'a write',
      (world, person) =>
        world.call('POST', '/friends/', { json: { first_name: 'A', last_name: 'B' }, as: person }),
    ],
  ])('moves with %s, at most once a minute', async (_, use) => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const begun = world.clock.now
    world.clock.advance(minute - 1)
    await use(world, alice)
    expect(await onlineUntil(alice)).toBe(begun + span)
    world.clock.advance(1)
    await use(world, alice)
    expect(await onlineUntil(alice)).toBe(world.clock.now + span)
    expect((await sessionRow(alice))?.last_used_at).toBe(world.clock.now)
    world.clock.advance(minute - 1)
    await use(world, alice)
    expect(await onlineUntil(alice)).toBe(world.clock.now + 1 - minute + span)
  })

  it('moves with a refresh', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    for (const refresh of [renew, rotate]) {
      world.clock.advance(14 * minute)
      await refresh(world, alice.refresh)
      expect(await onlineUntil(alice)).toBe(world.clock.now + span)
    }
  })

  it('does not move with a request that is refused', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await signOut(world, alice)
    world.clock.advance(2 * minute)
    await world.call('GET', '/friends/', { as: alice })
    await expect(renew(world, alice.refresh)).rejects.toMatchObject(revoked)
    expect(await onlineUntil(alice)).toBe(0)
  })

  it('ends with the logout of the last session that is in use', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    world.clock.advance(2 * minute)
    const used = world.clock.now
    const phone = await signInAgain(world, alice)
    world.clock.advance(minute)
    await signOut(world, alice)
    expect(await onlineUntil(alice)).toBe(used + span)
    await signOut(world, phone)
    expect(await onlineUntil(alice)).toBe(0)
  })

  it('ends with a logout when the other session has not been used for long', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    world.clock.advance(day)
    const phone = await signInAgain(world, alice)
    await signOut(world, phone)
    expect(await onlineUntil(alice)).toBeLessThan(world.clock.now)
  })
})
