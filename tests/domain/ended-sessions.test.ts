// Sessions that have ended: all of an account at once, and out of the database a day later.
import { describe, expect, it } from 'vitest'
import { endAllSessions } from '../../src/domain/accounts/sessions/endings'
import { sweep } from '../../src/domain/moving/sweep'
import { runBatch } from '../../src/db/batch'
import { badToken } from '../support/golden'
import { type Person, sessionOf, signInAgain, signUp } from '../support/people'
import { createWorld, type World } from '../support/world'

const endAll = (world: World, { id }: Person) =>
  world.run((ctx) => runBatch(ctx.db, { ended: endAllSessions({ user: id, now: ctx.now() }) }))

async function rowsOf(world: World, person: Person): Promise<number[]> {
  const { DB } = world.bindings
  const session = sessionOf(person)
  const results = await DB.batch<{ rows: number }>([
    DB.prepare('select count(*) as rows from sessions where id = ?').bind(session),
    DB.prepare('select count(*) as rows from refresh_tokens where session_id = ?').bind(session),
  ])
  return results.map(({ results: [row] }) => row!.rows)
}

describe('endAllSessions', () => {
  it('ends every session of the account, once, and none of another', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const bob = await signUp(world, 'bob')
    const { ended } = await endAll(world, alice)
    expect(ended.map(({ id }) => id).toSorted()).toEqual([alice, phone].map(sessionOf).toSorted())
    expect(await endAll(world, alice)).toEqual({ ended: [] })
    for (const device of [alice, phone]) {
      const { status, body } = await world.call('GET', '/friends/', { as: device })
      expect([status, body]).toEqual([401, badToken()])
      const json = { refresh: device.refresh }
      expect((await world.call('POST', '/accounts/refresh/', { json })).status).toBe(401)
    }
    expect((await world.call('GET', '/friends/', { as: bob })).status).toBe(200)
  })
})

describe('the sweep', () => {
  it('takes a session a day after its end, its tokens with it, and leaves the good ones', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    await world.call('DELETE', '/api/sessions/', { as: phone })
    world.clock.advance(24 * 60 * 60_000 - 1)
    await world.run(sweep)
    expect(await rowsOf(world, alice)).toEqual([1, 1])
    world.clock.advance(1)
    await world.run(sweep)
    expect(await rowsOf(world, alice)).toEqual([0, 0])
    expect(await rowsOf(world, phone)).toEqual([1, 1])
    const json = { refresh: alice.refresh }
    const { status, body } = await world.call('POST', '/accounts/refresh/', { json })
    expect([status, body]).toEqual([
      401,
      { detail: 'Token is blacklisted', code: 'token_not_valid' },
    ])
  })

  it('reads no rows of the sessions that go on', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await world.run(sweep)
    const few = await world.cost(() => world.run(sweep))
    const { DB } = world.bindings
    const { now } = world.clock
    await DB.batch([
      DB.prepare(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
         insert into sessions (id, user_id, created_at, last_used_at, expires_at)
         select 'of-the-sweep-' || i, ?, ?, ?, ? from n`,
      ).bind(alice.id, now, now, now + 60_000),
    ])
    const many = await world.cost(() => world.run(sweep))
    expect(many.rowsRead).toBe(few.rowsRead)
  })
})
