// What other systems are told of: a row in `events` and a delivery, where one asks; no row where none does.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { database } from '../support/database'
import { makePeople } from '../support/crowd'
import { type Person, signUp } from '../support/people'
import { answeringOutside } from '../support/push'
import { befriend, join } from '../support/relations'
import { createWorld } from '../support/world'

const outside = answeringOutside()
const world = createWorld({ context: outside.context })
const { call, clock, cost } = world

let root: Person
beforeAll(async () => {
  root = await signUp(world, 'root')
  await join(root, 'Administrators')
})
beforeEach(async () => {
  outside.sent.length = 0
  for (const table of ['webhook_deliveries', 'webhook_endpoints', 'jobs', 'events']) {
    await database.prepare(`delete from ${table}`).run()
  }
})

const listen = async (...kinds: string[]) => {
  const json = { url: 'https://hooks.example.net/kith', kinds }
  expect((await call('POST', '/api/staff/webhooks/', { json, as: root })).status).toBe(201)
}
const heard = () => outside.sent.map(({ body }) => JSON.parse(String(body)))
const eventsOf = async () =>
  (await database.prepare('select kind from events order by id').all()).results.map(
    ({ kind }) => kind,
  )
const timestamp = () => `${new Date(clock.now).toISOString().slice(0, 19)}Z`
const end = async (as: Person, other: Person) =>
  (await call('DELETE', `/users/friends/delete/${other.id}/`, { as })).status

describe('a friend request', () => {
  it('is told to the endpoints that ask, thin, behind its answer', async () => {
    await listen('friend_request.received')
    await listen('*')
    await listen('rsvp.changed')
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    outside.sent.length = 0
    const { body } = await call('POST', `/api/friends/request/${bob.id}/`, { as: alice })
    const told = {
      type: 'friend_request.received',
      timestamp: timestamp(),
      data: { user_id: alice.id, user_ids: [bob.id], request_id: Number(body.id) },
    }
    expect(heard()).toEqual([told, told])
  })

  it('costs no statement more where nobody asks', async () => {
    const [alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
    const ask = (as: Person, to: Person) => call('POST', `/api/friends/request/${to.id}/`, { as })
    const without = await cost(() => ask(alice, bob))
    await listen('rsvp.changed')
    const beside = await cost(() => ask(carol, dan))
    expect([beside.trips, beside.statements]).toEqual([without.trips, without.statements])
  })
})

describe('what webhooks alone are told of', () => {
  it('is an account that was made, a friendship that ended, an account that left', async () => {
    await listen('account.created', 'account.deleted', 'friendship.ended')
    const carol = await signUp(world, 'carol')
    const dan = await signUp(world, 'dan')
    for (const friend of [dan, root]) await befriend(carol, friend)
    expect(await end(carol, dan)).toBe(200)
    const blocked = await call('POST', `/users/blocks/${root.id}/`, { as: carol })
    expect(blocked.status).toBe(200)
    await call('DELETE', '/users/delete_account/', { as: carol })
    clock.advance(60_000)
    await world.run(everyMinute)
    const none = { user_ids: [] }
    expect(heard().map(({ type, data }) => [type, data])).toEqual([
      ['account.created', { user_id: carol.id, ...none }],
      ['account.created', { user_id: dan.id, ...none }],
      ['friendship.ended', { user_id: carol.id, ...none, friend_id: dan.id }],
      ['friendship.ended', { user_id: carol.id, ...none, friend_id: root.id }],
      ['account.deleted', { user_id: carol.id, ...none }],
    ])
  })

  it('is written nowhere where no endpoint asks for it', async () => {
    await listen('rsvp.changed')
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    expect(await end(alice, bob)).toBe(200)
    await call('DELETE', '/users/delete_account/', { as: alice })
    expect(await eventsOf()).toEqual([])
  })

  it('is told once of a friendship that both end at a time', async () => {
    await listen('friendship.ended')
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    await Promise.all([end(alice, bob), end(bob, alice)])
    expect(await eventsOf()).toEqual(['friendship.ended'])
  })
})
