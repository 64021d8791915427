// What a request costs in the database: round trips, and rows read that do not grow with what belongs
// to others (one round trip; rows read grow with the page).
import { beforeAll, describe, expect, it } from 'vitest'
import { renewAccess, rotateRefresh } from '../../src/domain/accounts/sessions/refresh'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call, cost } = world

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
})

/** Gives somebody as many records, by SQL. */
async function addContacts(owner: Person, howMany: number): Promise<void> {
  await database
    .prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
      insert into contacts (owner_id, first_name, last_name, created_at, updated_at)
      select ?1, 'Taro ' || i, 'Yamada', 0, 0 from n`,
    )
    .bind(owner.id, howMany)
    .run()
}

const taro = { first_name: 'Taro', last_name: 'Yamada' }

describe('GET /friends with 100 records', () => {
  const list = async () => {
    const { status, body } = await call('GET', '/friends/', { as: alice })
    expect([status, body.length]).toEqual([200, 100])
  }

  it('is one round trip, the check of the session in it', async () => {
    await addContacts(alice, 100)
    const rowsRead = expect.any(Number)
    expect(await cost(list)).toEqual({ trips: 1, statements: 2, rowsRead, rowsWritten: 0 })
  })

  it('reads as many rows beside 1,000 records of others as beside 20,000', async () => {
    await addContacts(bob, 1000)
    const beside1000 = await cost(list)
    await addContacts(bob, 19_000)
    const beside20000 = await cost(list)
    expect(beside20000).toEqual(beside1000)
    // Each record, its place in the index, what it weighs, and the session with its account.
    expect(beside20000.rowsRead).toBeLessThan(3 * 100 + 10)
  })

  it('reads no more for a page than the page', async () => {
    const page = () => call('GET', '/friends/?limit=10', { as: alice })
    expect((await cost(page)).rowsRead).toBeLessThan(3 * 11 + 10)
  })
})

describe('one round trip', () => {
  const trips = async (work: () => Promise<{ status: number }>, expected: number) => {
    const { trips } = await cost(async () => {
      expect((await work()).status).toBe(expected)
    })
    return trips
  }

  it('is what each request of the address book costs', async () => {
    const { id } = (await call('POST', '/friends/', { json: taro, as: alice })).body
    const path = `/friends/${id}/`
    const requests: [string, string, object | undefined, number][] = [
      ['POST', '/friends/', taro, 201],
      ['GET', path, undefined, 200],
      ['PUT', path, taro, 200],
      ['PATCH', path, { note: 'x' }, 200],
      ['DELETE', path, undefined, 204],
      ['DELETE', path, undefined, 404],
      ['GET', path, undefined, 404],
      ['PATCH', path, { birthday: 'x' }, 400],
    ]
    for (const [method, at, json, expected] of requests) {
      const given = json ? { json, as: alice } : { as: alice }
      expect([method, expected, await trips(() => call(method, at, given), expected)]).toEqual([
        method,
        expected,
        1,
      ])
    }
  })

  it('is less than a sign-up and a sign-in cost: two, with the hash between, which costs more than a trip', async () => {
    const json = { username: 'carol', password: 'testpass' }
    expect(await trips(() => call('POST', '/accounts/signup/', { json }), 201)).toBe(2)
    expect(await trips(() => call('POST', '/accounts/login/', { json }), 200)).toBe(2)
  })

  it('is what a refresh costs, with rotation or without', async () => {
    const renewed = await cost(() => world.run((ctx) => renewAccess(ctx, alice.refresh)))
    expect(renewed.trips).toBe(1)
    const rotated = await cost(() => world.run((ctx) => rotateRefresh(ctx, alice.refresh)))
    expect(rotated.trips).toBe(1)
  })

  it('is not even spent on what can be refused without it', async () => {
    const bad = { as: { access: 'nonsense' } }
    expect(await trips(() => call('GET', '/friends/', bad), 401)).toBe(0)
    expect(await trips(() => call('GET', '/friends/'), 401)).toBe(0)
    expect(await trips(() => call('GET', '/nowhere/', { as: alice }), 404)).toBe(0)
    expect(await trips(() => call('POST', '/accounts/signup/', { json: {} }), 400)).toBe(0)
    const json = { refresh: 'nonsense' }
    expect(await trips(() => call('POST', '/accounts/refresh/', { json }), 401)).toBe(0)
  })

  it('is followed by one after the answer, once a minute, for the presence', async () => {
    world.clock.advance(61_000)
    const get = () => call('GET', '/friends/?limit=1', { as: alice })
    expect([await trips(get, 200), await trips(get, 200)]).toEqual([2, 1])
  })
})

describe('writes', () => {
  it('read as many rows whatever others have', async () => {
    const path = `/friends/${(await call('POST', '/friends/', { json: taro, as: alice })).body.id}/`
    for (const [method, json] of [
      ['PATCH', { note: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      const given = json ? { json, as: alice } : { as: alice }
      expect((await cost(() => call(method, path, given))).rowsRead).toBeLessThan(10)
    }
  })
})
