// Who is let in from a waitlist is told of it, whatever has freed the place: in the batch that let them in, once,
// and not who has answered in that very batch.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { makePeople } from '../support/crowd'
import { crowd } from '../support/crowd-of-callers'
import { database } from '../support/database'
import { feedOf, logOf, untold } from '../support/news'
import { listening, type Person } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { befriend } from '../support/relations'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld()
const { call } = world

let alice: Person
let bob: Person
let carol: Person
let dan: Person
beforeEach(async () => {
  ;[alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
  await forget()
})

async function forget() {
  for (const table of ['undelivered', 'jobs', 'events', 'notifications']) {
    await database.prepare(`delete from ${table}`).run()
  }
}

type Plan = { _id: string }
type Row = { kind: string; stream: string; actor_id: number | null; audience: string; data: string }

/** All events of promotions, oldest first, each with its audience in the order of the ids. */
async function promotions() {
  const sql = `select kind, stream, actor_id, audience, data from events
    where kind = 'rsvp.promoted' order by id`
  const { results } = await database.prepare(sql).all<Row>()
  return results.map(({ kind, stream, actor_id: actor, audience, data }) => ({
    kind,
    stream,
    actor,
    to: (JSON.parse(audience) as number[]).toSorted((a, b) => a - b),
    data: JSON.parse(data) as unknown,
  }))
}
const toldOf = ({ _id: plan_id }: Plan, ...people: { id: number }[]) => ({
  kind: 'rsvp.promoted',
  stream: `plan:${plan_id}`,
  actor: null,
  to: people.map(({ id }) => id).toSorted((a, b) => a - b),
  data: { plan_id },
})

/** A plan of alice's where bob has the only place and others wait for it. */
async function full(waiting: Person[], more: object = {}) {
  const plan: Plan = await makePlan(world, alice, { capacity: 1, ...more })
  const taken = await rsvpTo(world, plan, bob)
  for (const person of waiting) {
    expect((await rsvpTo(world, plan, person)).status).toBe('waitlisted')
  }
  await forget()
  return { plan, rsvp: taken._id as string }
}
async function done(method: string, path: string, as: Person, json?: object) {
  const { status } = await call(method, path, { as, ...(json && { json }) })
  expect([path, status < 300]).toEqual([path, true])
}
const statusOf = async ({ _id }: Plan, as: Person) =>
  (await call('GET', `/api/plans/${_id}`, { as })).body.rsvp.status

describe('who is let in', () => {
  it('is told behind the answer: a line of the feed, an entry of the log', async () => {
    await listening(carol)
    const { plan } = await full([carol])
    await done('DELETE', `/api/rsvp/plan/${plan._id}/delete`, bob)
    const data = { plan_id: plan._id }
    const [{ id: _, event_id, ...line }] = (await feedOf(carol)) as [any]
    expect(line).toEqual({
      user_id: carol.id,
      position: 1,
      kind: 'rsvp.promoted',
      group_key: `plan:${plan._id}:promoted`,
      actor_id: null,
      actors: '[]',
      count: 1,
      data: JSON.stringify(data),
      words: '',
      created_at: world.clock.now,
      updated_at: world.clock.now,
      read_at: null,
      removed_at: null,
    })
    expect(await logOf(carol)).toEqual([
      { seq: 1, key: `e${event_id}`, kind: 'rsvp.promoted', data },
    ])
    expect(await untold()).toEqual([])
  })

  it.each<[string, (given: { plan: Plan; rsvp: string }) => Promise<void>]>([
    [
      'takes the answer back by its plan',
      ({ plan }) => done('DELETE', `/api/rsvp/plan/${plan._id}/delete`, bob),
    ],
    ['takes the answer back', ({ rsvp }) => done('DELETE', `/api/rsvp/${rsvp}/delete`, bob)],
    ['loses the answer', ({ rsvp }) => done('DELETE', `/api/rsvp/${rsvp}/delete`, alice)],
    ['declines', ({ rsvp }) => done('PATCH', `/api/rsvp/${rsvp}`, bob, { status: 'declined' })],
    [
      'may no longer see the plan',
      ({ plan }) => done('DELETE', `/api/plans/${plan._id}/invite/${bob.id}`, alice),
    ],
    ['leaves', () => done('DELETE', `/users/${bob.id}/`, bob)],
  ])('is told where who goes %s', async (_, free) => {
    for (const friend of [bob, carol, dan]) await befriend(alice, friend)
    const user_ids = [bob.id, carol.id, dan.id]
    const made: Plan = await makePlan(world, alice, { capacity: 1, visibility: 'private' })
    await done('POST', `/api/plans/${made._id}/invite`, alice, { user_ids })
    const rsvp = (await rsvpTo(world, made, bob))._id as string
    for (const person of [carol, dan]) await rsvpTo(world, made, person)
    await forget()
    await free({ plan: made, rsvp })
    expect([await statusOf(made, carol), await statusOf(made, dan)]).toEqual([
      'going',
      'waitlisted',
    ])
    expect(await promotions()).toEqual([toldOf(made, carol)])
    world.clock.advance(60_000)
    await world.run(everyMinute)
    expect((await feedOf(carol)).map(({ kind }) => kind)).toContain('rsvp.promoted')
    expect(await untold()).toEqual([])
  })

  it('is told where there are fewer guests, and with all others who then fit', async () => {
    const plan: Plan = await makePlan(world, alice, { capacity: 3 })
    const rsvp = (await rsvpTo(world, plan, bob, { guests: 2 }))._id as string
    for (const person of [carol, dan]) await rsvpTo(world, plan, person)
    await forget()
    await done('PATCH', `/api/rsvp/${rsvp}`, bob, { guests: 0 })
    expect(await promotions()).toEqual([toldOf(plan, carol, dan)])
  })

  it('is told where there are more places, or the plan is closed to who goes', async () => {
    await befriend(alice, carol)
    const { plan } = await full([carol, dan])
    await done('PATCH', `/api/plans/${plan._id}/edit`, alice, { visibility: 'friends' })
    expect(await promotions()).toEqual([toldOf(plan, carol)])
    const other = await full([carol, dan])
    await done('PATCH', `/api/plans/${other.plan._id}/edit`, alice, { capacity: 3 })
    expect(await promotions()).toEqual([toldOf(other.plan, carol, dan)])
  })

  it('is told of each plan by itself where somebody leaves, and of none that goes with them', async () => {
    const one = await full([carol])
    const other = await full([carol, dan])
    const own: Plan = await makePlan(world, bob, { capacity: 1 })
    await rsvpTo(world, own, bob)
    await rsvpTo(world, own, carol)
    await forget()
    await done('DELETE', `/users/${bob.id}/`, bob)
    const told = await promotions()
    expect(told.length).toBe(2)
    expect(told).toEqual(
      expect.arrayContaining([toldOf(one.plan, carol), toldOf(other.plan, carol)]),
    )
  })

  it('hears it of each further time', async () => {
    const { plan } = await full([carol])
    await done('DELETE', `/api/rsvp/plan/${plan._id}/delete`, bob)
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: carol })
    await done('PATCH', `/api/rsvp/${body.rsvp._id}`, carol, { status: 'declined' })
    await rsvpTo(world, plan, dan)
    await done('PATCH', `/api/rsvp/${body.rsvp._id}`, carol, { status: 'going' })
    await done('DELETE', `/api/rsvp/plan/${plan._id}/delete`, dan)
    expect(await promotions()).toEqual([toldOf(plan, carol), toldOf(plan, carol)])
  })
})

describe('nobody is told', () => {
  it('who comes in by an answer of their own: that goes to the creator alone', async () => {
    const plan: Plan = await makePlan(world, alice, { capacity: 2 })
    await rsvpTo(world, plan, bob)
    const { _id, status } = await rsvpTo(world, plan, carol, { guests: 1 })
    expect(status).toBe('waitlisted')
    await forget()
    await done('PATCH', `/api/rsvp/${_id}`, carol, { guests: 0 })
    expect(await statusOf(plan, carol)).toBe('going')
    const { results } = await database.prepare('select kind, audience, data from events').all()
    expect(results).toEqual([
      {
        kind: 'rsvp.changed',
        audience: `[${alice.id}]`,
        data: JSON.stringify({ plan_id: plan._id, rsvp_id: _id, status: 'going' }),
      },
    ])
  })

  it('where nobody is let in, or nobody waits', async () => {
    const { plan, rsvp } = await full([carol])
    await done('PATCH', `/api/plans/${plan._id}/edit`, alice, { title: 'Tea' })
    await done('DELETE', `/api/rsvp/plan/${plan._id}/delete`, carol)
    await done('PATCH', `/api/rsvp/${rsvp}`, bob, { status: 'maybe' })
    await done('DELETE', `/api/rsvp/${rsvp}/delete`, bob)
    expect(await promotions()).toEqual([])
  })

  it('where it is refused', async () => {
    const { plan, rsvp } = await full([carol])
    expect((await call('DELETE', `/api/rsvp/${rsvp}/delete`, { as: dan })).status).toBe(403)
    expect(
      (await call('PATCH', `/api/plans/${plan._id}/edit`, { as: bob, json: { capacity: 9 } }))
        .status,
    ).toBe(403)
    expect([await promotions(), await statusOf(plan, carol)]).toEqual([[], 'waitlisted'])
  })
})

describe('in one millisecond', () => {
  it('fifty equal withdrawals let one in, and are one event', async () => {
    const { plan, rsvp } = await full([carol, dan])
    await Promise.all(
      Array.from({ length: 50 }, () => call('DELETE', `/api/rsvp/${rsvp}/delete`, { as: bob })),
    )
    expect(await promotions()).toEqual([toldOf(plan, carol)])
  })

  it('fifty withdrawals let fifty in, each of whom is told once', async () => {
    const plan: Plan = await makePlan(world, alice, { capacity: 50 })
    const guests = await crowd(world, 100)
    const ids = guests.map(({ userId }) => userId)
    await database
      .prepare(
        `insert into rsvps (id, plan_id, user_id, status, guests, queued_at, created_at)
        select printf('%024x', value), ?1, value, iif(key < 50, 'going', 'waitlisted'), 0, key, 0
        from json_each(?2)`,
      )
      .bind(plan._id, JSON.stringify(ids))
      .run()
    const remove = (id: number) =>
      call('DELETE', `/api/rsvp/${id.toString(16).padStart(24, '0')}/delete`, { as: alice })
    await Promise.all(ids.slice(0, 50).map(remove))
    const told = (await promotions()).flatMap(({ to }) => to)
    expect(told.toSorted((a, b) => a - b)).toEqual(ids.slice(50).toSorted((a, b) => a - b))
  })
})
