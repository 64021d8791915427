// What lists of plans cost: one round trip, and rows by the page, however many plans there are.
import { beforeAll, expect, it } from 'vitest'
import { crowd } from '../support/crowd-of-callers'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { befriend } from '../support/relations'
import { type CallOptions, createWorld } from '../support/world'

// Work after the answer is no part of what a request waits for.
const world = createWorld({ context: (context) => ({ ...context, later: () => {} }) })
const { call } = world

let alice: Person, bob: Person, carol: Person

/** Plans an hour apart, from `first` to `last`: every fourth is private, all of a stranger's. */
async function addPlans(creator: Person, first: number, last: number, visibility?: string) {
  await database
    .prepare(
      `with recursive n(i) as (select ?1 union all select i + 1 from n where i < ?2)
      insert into plans (id, creator_id, title, address1, city, state, zipcode, start_time,
        end_time, sort_time, visibility, created_at, updated_at)
      select printf('%08x%016x', i, ?3), ?3, 'Plan ' || i, 'x', 'x', 'x', '1', i * 3600000,
        (i + 1) * 3600000, i * 3600000,
        coalesce(?4, case when i % 4 = 0 then 'private' else 'everyone' end), 0, 0 from n`,
    )
    .bind(first, last, creator.id, visibility ?? null)
    .run()
}

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  carol = await signUp(world, 'carol')
  await befriend(alice, bob)
  await addPlans(carol, 1, 1000)
  await addPlans(bob, 1, 30, 'friends')
  await addPlans(alice, 1, 30, 'private')
})

const at = (hour: number) => new Date(hour * 3_600_000).toISOString()

/** The lists, and how many plans each answers. */
const lists: [query: string, plans: number][] = [
  ['?limit=20', 20],
  [`?limit=20&start_time=${at(700)}`, 20],
  [`?limit=20&end_time=${at(500)}`, 20],
  [`?limit=20&start_time=${at(400)}&end_time=${at(500)}`, 20],
  ['?limit=20&friends=true', 20],
  ['?limit=20&mine=true', 20],
  [`?limit=20&mine=true&end_time=${at(15)}`, 14],
  [`?limit=20&friends=true&start_time=${at(25)}`, 12],
  [`?limit=20&cursor=${500 * 3_600_000}.${'0'.repeat(24)}`, 20],
  ['?limit=20&order=soonest', 20],
  [`?limit=20&order=soonest&start_time=${at(700)}`, 20],
  ['?limit=20&order=soonest&friends=true', 20],
  ['?limit=20&order=soonest&mine=true', 20],
  ['?limit=20&order=soonest&answered=true', 0],
]

async function costs(): Promise<Map<string, { trips: number; rowsRead: number }>> {
  const found = new Map<string, { trips: number; rowsRead: number }>()
  for (const [query, plans] of lists) {
    const cost = await world.cost(async () => {
      const { status, body } = await call('GET', `/api/plans${query}`, { as: alice })
      expect([query, status, body.length]).toEqual([query, 200, plans])
    })
    found.set(query, cost)
  }
  return found
}

it('reads rows by the page, at 1,000 plans and at 20,000, in one round trip', async () => {
  const small = await costs()
  await addPlans(carol, 1001, 20_000)
  // What nobody else may see, at the end where lists begin.
  await addPlans(carol, 20_001, 25_000, 'private')
  const large = await costs()
  for (const [query] of lists) {
    const [before, after] = [small.get(query)!, large.get(query)!]
    expect([query, before.trips, after.trips]).toEqual([query, 1, 1])
    const bound = Math.min(before.rowsRead + 40, 600)
    expect([query, after.rowsRead <= bound ? bound : after.rowsRead]).toEqual([query, bound])
  }
})

it('takes one round trip for each of the other routes, and no more statements than these', async () => {
  const made = await call('GET', '/api/plans?limit=1&mine=true', { as: alice })
  const id = made.body[0]._id
  const own = { json: { plan_id: id }, as: alice }
  // Of each the check of the session is one.
  const work: [method: string, path: (rsvp: string) => string, given: CallOptions, most: number][] =
    [
      ['GET', () => '/api/plans?limit=1', { as: alice }, 2],
      ['GET', () => '/api/plans?limit=500', { as: alice }, 2],
      ['POST', () => '/api/rsvp/add', own, 4],
      ['GET', () => `/api/plans/${id}`, { as: alice }, 2],
      ['GET', () => `/api/plans/${id}.ics`, { as: alice }, 2],
      ['GET', () => `/api/rsvp/plan/${id}`, { as: alice }, 2],
      ['GET', () => '/api/rsvp/user', { as: alice }, 2],
      ['PATCH', (rsvp) => `/api/rsvp/${rsvp}`, { json: { status: 'maybe' }, as: alice }, 7],
      ['PATCH', (rsvp) => `/api/rsvp/${rsvp}`, { json: { status: 'going' }, as: alice }, 5],
      ['PATCH', () => `/api/plans/${id}/edit`, { json: { title: 'x' }, as: alice }, 10],
      ['POST', () => `/api/plans/${id}/invite`, { json: { user_ids: [bob.id] }, as: alice }, 6],
      ['GET', () => `/api/plans/${id}/invite`, { as: alice }, 2],
      ['DELETE', () => `/api/plans/${id}/invite/${bob.id}`, { as: alice }, 7],
      ['DELETE', (rsvp) => `/api/rsvp/${rsvp}/delete`, { as: alice }, 6],
      ['POST', () => '/api/rsvp/add', own, 4],
      ['DELETE', () => `/api/rsvp/plan/${id}/delete`, { as: alice }, 6],
      ['POST', () => '/api/calendar', { as: alice }, 2],
      ['DELETE', () => `/api/plans/${id}/delete`, { as: alice }, 4],
    ]
  let rsvp = ''
  for (const [method, path, given, most] of work) {
    const { trips, statements } = await world.cost(async () => {
      const { status, body } = await call(method, path(rsvp), given)
      expect(status).toBeLessThan(300)
      rsvp = body?.message === 'RSVP created' ? body.id : rsvp
    })
    expect([method, path(rsvp), trips, statements]).toEqual([method, path(rsvp), 1, most])
  }
})

it('counts nobody who goes where there is no limit and nobody waits', async () => {
  const cost = async (going: number) => {
    const plan = await makePlan(world, alice)
    await database
      .prepare(
        `insert into rsvps (id, plan_id, user_id, status, guests, queued_at, created_at)
        select lower(hex(randomblob(12))), ?1, value, 'going', 0, 0, 0 from json_each(?2)`,
      )
      .bind(plan._id, JSON.stringify((await crowd(world, going)).map(({ userId }) => userId)))
      .run()
    const added = await world.cost(() => rsvpTo(world, plan, bob))
    const own = await call('GET', `/api/plans/${plan._id}`, { as: bob })
    const path = `/api/rsvp/${own.body.rsvp._id}`
    const changed = await world.cost(() => call('PATCH', path, { json: { guests: 3 }, as: bob }))
    const removed = await world.cost(() => call('DELETE', `${path}/delete`, { as: bob }))
    return added.rowsRead + changed.rowsRead + removed.rowsRead
  }
  const few = await cost(3)
  expect(await cost(300)).toBeLessThanOrEqual(few + 10)
})

it('reads as many rows for an RSVP when thousands wait as when nobody does', async () => {
  const cost = async (waiting: number) => {
    const plan = await makePlan(world, alice, { capacity: 3 })
    const going = await rsvpTo(world, plan, bob, { guests: 2 })
    const guests = await crowd(world, waiting)
    await database
      .prepare(
        `insert into rsvps (id, plan_id, user_id, status, guests, queued_at, created_at)
        select lower(hex(randomblob(12))), ?1, value, 'waitlisted', 0, ?2 + key, ?2
        from json_each(?3)`,
      )
      .bind(plan._id, world.clock.now, JSON.stringify(guests.map(({ userId }) => userId)))
      .run()
    const added = await world.cost(() => rsvpTo(world, plan, carol))
    const removed = await world.cost(() =>
      call('DELETE', `/api/rsvp/${going._id}/delete`, { as: bob }),
    )
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: alice })
    return { added, removed, going: body.rsvp_count as number }
  }
  const few = await cost(10)
  const many = await cost(5000)
  expect([few.going, many.going]).toEqual([3, 3])
  expect(many.added.rowsRead).toBeLessThanOrEqual(few.added.rowsRead + 10)
  expect(many.removed.rowsRead).toBeLessThanOrEqual(few.removed.rowsRead + 10)
})
