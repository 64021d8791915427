// What people are told of a plan: that they are invited, that it is another one now, that it is off. One row in
// the request however many they are, and nothing where nothing is new.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { addStrangers, makePeople } from '../support/crowd'
import { database, withBatches } from '../support/database'
import { feedOf, logOf, untold } from '../support/news'
import { listening, type Person } from '../support/people'
import { gameNight, makePlan } from '../support/plans'
import { befriend } from '../support/relations'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

let isKilled = false
let steps = Number.POSITIVE_INFINITY
const world = createWorld({
  // Before the document's plan is over.
  now: Date.parse('2025-09-01T10:00:00Z'),
  context: (context) => ({
    ...context,
    later: (work) => (isKilled ? undefined : context.later(work)),
    db: withBatches(context.db, (run) => {
      if (--steps < 0) throw new Error('killed')
      return run()
    }),
  }),
})
const { call } = world

beforeEach(async () => {
  isKilled = false
  steps = Number.POSITIVE_INFINITY
  for (const table of ['undelivered', 'jobs', 'events', 'notifications']) {
    await database.prepare(`delete from ${table}`).run()
  }
})

type Plan = { _id: string }
const edit = async (plan: Plan, json: object, as: Person, expected = 200) => {
  const { status } = await call('PATCH', `/api/plans/${plan._id}/edit`, { json, as })
  expect(status).toBe(expected)
}
const answer = async ({ _id: plan_id }: Plan, as: Person, status = 'going') =>
  call('POST', '/api/rsvp/add', { json: { plan_id, status }, as })
const idsIn = (audience: string) => (JSON.parse(audience) as number[]).toSorted((a, b) => a - b)
const news = async () => {
  const sql = 'select kind, actor_id as actor, audience, data from events order by id'
  const { results } = await database
    .prepare(sql)
    .all<{ kind: string; actor: number | null; audience: string; data: string }>()
  return results
    .filter(({ kind }) => kind !== 'rsvp.changed')
    .map(({ kind, actor, audience, data }) => [kind, actor, idsIn(audience), JSON.parse(data)])
}
async function minutes(count: number) {
  for (let minute = 0; minute < count; minute++) {
    world.clock.advance(60_000)
    await world.run(everyMinute).catch(() => undefined)
  }
}

describe('an invitation', () => {
  it('is told to those who were not invited before, once', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(alice, carol)
    await listening(bob, carol)
    const plan = await makePlan(world, alice)
    const invite = (...user_ids: number[]) =>
      call('POST', `/api/plans/${plan._id}/invite`, { json: { user_ids }, as: alice })
    for (const ids of [[bob.id], [bob.id, carol.id], [carol.id, bob.id]]) await invite(...ids)
    const data = { plan_id: plan._id }
    expect(await news()).toEqual([
      ['plan.invited', alice.id, [bob.id], data],
      ['plan.invited', alice.id, [carol.id], data],
    ])
    const [stranger] = await addStrangers(world, 1)
    expect((await invite(stranger!)).status).toBe(400)
    expect((await news()).length).toBe(2)
    expect((await logOf(bob)).map(({ kind, data }) => [kind, data])).toEqual([
      ['plan.invited', data],
    ])
    expect((await feedOf(carol)).map(({ kind, count }) => [kind, count])).toEqual([
      ['plan.invited', 1],
    ])
  })
})

describe('a change of a plan', () => {
  it('is told to who has answered and not declined: what is another now, without its words', async () => {
    const [alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
    const plan = await makePlan(world, alice)
    await answer(plan, alice)
    await answer(plan, bob)
    await answer(plan, carol, 'declined')
    await answer(plan, dan, 'maybe')
    await edit(plan, { title: 'Tea', end_time: '2025-09-28 16:00:00' }, alice)
    await edit(plan, { location: { ...gameNight.location, city: 'Salem' } }, alice)
    const told = (...changed: string[]) => [
      'plan.changed',
      alice.id,
      [bob.id, dan.id],
      { plan_id: plan._id, changed: Object.fromEntries(changed.map((field) => [field, true])) },
    ]
    expect(await news()).toEqual([told('title', 'end_time'), told('location')])
    expect((await feedOf(dan)).map(({ kind, count }) => [kind, count])).toEqual([
      ['plan.changed', 2],
    ])
  })

  it('that changes none of that, is refused, or comes when it is over, is not told', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const plan = await makePlan(world, alice)
    await edit(plan, { title: 'Nobody has answered yet' }, alice)
    await answer(plan, bob)
    await edit(plan, { title: 'Nobody has answered yet', description: 'x', capacity: 9 }, alice)
    await edit(plan, { title: 'Mine' }, bob, 403)
    await edit(plan, { title: 'Late', end_time: '2025-09-28 11:00:00' }, alice, 400)
    world.clock.advance(40 * 24 * 60 * 60_000)
    const [carol, dan] = await makePeople(world, 'carol', 'dan')
    const over = await makePlan(world, carol)
    await answer(over, dan)
    await edit(over, { title: 'It was nice' }, carol)
    expect(await news()).toEqual([])
    world.clock.advance(-40 * 24 * 60 * 60_000)
  })

  it('fifty at once: of those that come while one is being told, one waits, and nothing is lost', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(bob)
    const plan = await makePlan(world, alice)
    await answer(plan, bob)
    await database.prepare('delete from events').run()
    isKilled = true
    const edits = Array.from({ length: 50 }, (_, i) =>
      i % 2 ? { title: `title ${i}` } : { location: { ...gameNight.location, city: `city ${i}` } },
    )
    await Promise.all(edits.map((json) => edit(plan, json, alice)))
    isKilled = false
    expect((await untold()).length).toBe(2)
    await minutes(2)
    const told = (await logOf(bob)).map(({ data }) => Object.keys(data.changed).toSorted())
    expect([told.length, told[1], await untold()]).toEqual([2, ['location', 'title'], []])
  })
})

describe('a plan that is deleted', () => {
  it('is told with its title, which is then forgotten', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const plan = await makePlan(world, alice)
    await answer(plan, bob)
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: bob })
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: alice })
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: alice })
    expect(await news()).toEqual([['plan.cancelled', alice.id, [bob.id], { plan_id: plan._id }]])
    expect((await feedOf(bob)).map(({ kind, words }) => [kind, words])).toEqual([
      ['plan.cancelled', 'Game Night'],
    ])
    const { results } = await database.prepare(`select words from events where words <> ''`).all()
    expect(results).toEqual([])
  })

  it('whose telling is given up keeps no title for longer, whoever leaves', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const plan = await makePlan(world, alice)
    await answer(plan, bob)
    isKilled = true
    await call('DELETE', `/api/plans/${plan._id}/delete`, { as: alice })
    isKilled = false
    await database.prepare('update events set attempts = 15, due_at = 0').run()
    await minutes(1)
    const { results } = await database
      .prepare(`select kind, last_error, words from events where told_at is not null`)
      .all()
    expect(results.at(-1)).toEqual({ kind: 'plan.cancelled', last_error: 'fault', words: '' })
  })

  it('by its creator’s leaving is told without a name or a title', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const plan = await makePlan(world, alice)
    await answer(plan, bob)
    await call('DELETE', `/users/${alice.id}/`, { as: alice })
    await minutes(2)
    expect(await news()).toEqual([['plan.cancelled', null, [bob.id], { plan_id: plan._id }]])
    expect((await feedOf(bob)).map(({ kind, words }) => [kind, words])).toEqual([
      ['plan.cancelled', ''],
    ])
  })
})

describe('a plan with 500 answers', () => {
  const guests = async (plan: Plan, count: number) => {
    const ids = await addStrangers(world, count)
    await database
      .prepare(
        `insert into rsvps (id, plan_id, user_id, status, queued_at, created_at)
         select printf('%024x', value), ?1, value, 'going', 0, 0 from json_each(?2)`,
      )
      .bind(plan._id, JSON.stringify(ids))
      .run()
    return ids
  }

  it('is changed at the price of one event: no trip more, and four behind it', async () => {
    const [alice] = await makePeople(world, 'alice')
    const [few, many] = [await makePlan(world, alice), await makePlan(world, alice)]
    await guests(few, 1)
    await guests(many, 500)
    isKilled = true
    const one = await world.cost(() => edit(few, { title: 'Tea' }, alice))
    const all = await world.cost(() => edit(many, { title: 'Tea' }, alice))
    expect([all.trips, all.statements]).toEqual([one.trips, one.statements])
    expect([one.trips, all.rowsWritten]).toEqual([1, one.rowsWritten])
    isKilled = false
    await database.prepare('delete from events').run()
    const told = await world.cost(() => edit(many, { title: 'Tea again' }, alice))
    expect(told.trips - all.trips).toBe(4)
    const { results } = await database.prepare('select count(*) as n from notifications').all()
    expect([results, await untold()]).toEqual([[{ n: 500 }], []])
  })

  it('tells each once, over five kills', async () => {
    const [alice] = await makePeople(world, 'alice')
    const plan = await makePlan(world, alice)
    const ids = await guests(plan, 500)
    isKilled = true
    await edit(plan, { title: 'Tea' }, alice)
    isKilled = false
    world.clock.advance(30_000)
    for (const most of [3, 4, 5, 4, 3]) {
      steps = most
      await world.run(everyMinute).catch(() => undefined)
      world.clock.advance(10 * 60_000)
    }
    steps = Number.POSITIVE_INFINITY
    await minutes(10)
    const lines = await database
      .prepare('select user_id, count from notifications order by user_id')
      .all()
    expect(lines.results).toEqual(ids.map((user_id) => ({ user_id, count: 1 })))
    expect(await untold()).toEqual([])
  })
})
