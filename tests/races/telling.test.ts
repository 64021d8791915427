// The dispatcher: what has happened is told to each who is to hear of it, in order and once, whatever is killed
// or fails, and at a settled price.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Context, Item } from '../../src/domain/base/context'
import { everyMinute } from '../../src/jobs'
import { addStrangers, makePeople } from '../support/crowd'
import { database, withBatches } from '../support/database'
import { feedOf, leaveEvent, logOf, untold } from '../support/news'
import { listening, type Person } from '../support/people'
import { makePlan } from '../support/plans'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

/** What is to go wrong with the next invocations. */
const fault = {
  /** Nothing happens after an answer: the Worker is killed behind the commit. */
  isKilled: false,
  /** Batches and calls until it is killed. */
  steps: Number.POSITIVE_INFINITY,
  /** Whose object fails. */
  isBroken: (_id: number): boolean => false,
}
/** Whose object was called, with the keys, in order. */
const calls: { id: number; keys: string[] }[] = []

const world = createWorld({
  context(context) {
    const step = () => {
      if (--fault.steps < 0) throw new Error('killed')
    }
    return {
      ...context,
      later: (work) => (fault.isKilled ? undefined : context.later(work)),
      db: withBatches(context.db, (run) => {
        step()
        return run()
      }),
      people: { ...context.people, deliver: (person, items) => deliver(context, person, items) },
    }

    async function deliver(
      { people }: Context,
      person: { id: number; name: string },
      items: readonly Item[],
    ) {
      step()
      if (fault.isBroken(person.id)) throw new Error('the object is broken')
      calls.push({ id: person.id, keys: items.map(({ key }) => key) })
      return people.deliver(person, items)
    }
  },
})

beforeEach(async () => {
  Object.assign(fault, { isKilled: false, steps: Number.POSITIVE_INFINITY, isBroken: () => false })
  calls.length = 0
  for (const table of ['undelivered', 'jobs', 'events', 'notifications']) {
    await database.prepare(`delete from ${table}`).run()
  }
})

const ask = (from: Person, to: Person) =>
  world.call('POST', `/api/friends/request/${to.id}/`, { as: from })
/** Somebody answers a plan: the RSVP's id. */
const answer = async (plan: { _id: string }, as: Person): Promise<string> =>
  (await world.call('POST', '/api/rsvp/add', { json: { plan_id: plan._id }, as })).body.id
const change = async (id: string, json: object, as: Person) => {
  const { status } = await world.call('PATCH', `/api/rsvp/${id}`, { json, as })
  expect(status).toBe(200)
}
const turn = () => world.run(everyMinute)
/** The timer of some minutes, of which some may be killed. */
async function minutes(count: number) {
  for (let minute = 0; minute < count; minute++) {
    world.clock.advance(60_000)
    await turn().catch(() => undefined)
  }
}
const kindsOf = async (person: Person) => (await logOf(person)).map(({ kind }) => kind)

describe('a friend request', () => {
  it('is told behind its answer: a line of the feed, an entry of the log', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(bob)
    const { body } = await ask(alice, bob)
    const data = { request_id: Number(body.id) }
    const [{ id, event_id, ...line }] = (await feedOf(bob)) as [any]
    expect(line).toEqual({
      user_id: bob.id,
      position: 1,
      kind: 'friend_request.received',
      group_key: `pair:${alice.id}:${bob.id}:request`,
      actor_id: alice.id,
      actors: JSON.stringify([alice.id]),
      count: 1,
      data: JSON.stringify(data),
      words: '',
      created_at: world.clock.now,
      updated_at: world.clock.now,
      read_at: null,
      removed_at: null,
    })
    expect(await logOf(bob)).toEqual([
      { seq: 1, key: `e${event_id}`, kind: 'friend_request.received', data },
    ])
    expect([await untold(), calls]).toEqual([[], [{ id: bob.id, keys: [`e${event_id}`] }]])
    expect(id).toBeGreaterThan(0)
  })

  it('costs two trips, three statements and one call behind its answer', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(bob)
    fault.isKilled = true
    const alone = await world.cost(() => ask(alice, bob))
    fault.isKilled = false
    const [carol, dan] = await makePeople(world, 'carol', 'dan')
    await listening(dan)
    const told = await world.cost(() => ask(carol, dan))
    expect([told.trips - alone.trips, told.statements - alone.statements]).toEqual([2, 3])
    expect(calls.map(({ id }) => id)).toEqual([dan.id])
  })

  it('calls nobody who never opened an own socket, and writes the feed all the same', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await ask(alice, bob)
    expect([calls, (await feedOf(bob)).length, await untold()]).toEqual([[], 1, []])
  })

  it('that was taken back before it was told is not told', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(bob)
    fault.isKilled = true
    const { body } = await ask(alice, bob)
    fault.isKilled = false
    await world.call('DELETE', `/api/friends/remove/${body.id}/`, { as: alice })
    await minutes(1)
    expect([calls, await feedOf(bob), await untold()]).toEqual([[], [], []])
  })

  it('and its rejection: one is in the feed, the other a frame alone', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice, bob)
    const { body } = await ask(alice, bob)
    const json = { action: 'reject' }
    await world.call('POST', `/api/friends/respond/${body.id}/`, { json, as: bob })
    expect([await kindsOf(alice), await feedOf(alice)]).toEqual([['friend_request.answered'], []])
  })

  it('whose Worker is killed behind the commit is told within two minutes', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(bob)
    fault.isKilled = true
    await ask(alice, bob)
    fault.isKilled = false
    expect((await untold()).length).toBe(1)
    await minutes(2)
    expect([await kindsOf(bob), (await feedOf(bob)).length, await untold()]).toEqual([
      ['friend_request.received'],
      1,
      [],
    ])
  })
})

/** An event for a page of 200 about a plan that all see. */
async function leavePage(count = 200) {
  const [alice] = await makePeople(world, 'alice')
  const plan = await makePlan(world, alice)
  const readers = await addStrangers(world, count)
  await listening(...readers.map((id) => ({ id })))
  const id = await leaveEvent({
    kind: 'rsvp.changed',
    stream: `plan:${plan._id}`,
    actor: alice.id,
    to: [alice.id, ...readers],
    data: { plan_id: plan._id, rsvp_id: '0'.repeat(24), status: 'going' },
    at: world.clock.now,
  })
  return { id, readers, plan }
}
const linesOf = async (event: number) => {
  const sql =
    'select user_id, position, count from notifications where event_id = ? order by user_id'
  return (await database.prepare(sql).bind(event).all()).results
}
const oneLineEach = (readers: number[]) =>
  readers.map((user_id) => ({ user_id, position: 1, count: 1 }))

describe('a page of 200', () => {
  it('is two trips and 200 calls, and tells neither its actor', async () => {
    const { id, readers } = await leavePage(199)
    world.clock.advance(30_000)
    // What is due, whose turn it is, and the page; one more for what jobs there are.
    await turn()
    expect(calls.map((call) => call.id)).toEqual(readers)
    expect([await linesOf(id), await untold()]).toEqual([oneLineEach(readers), []])
  })

  it.each([1, 2, 3, 4, 5, 6, 26, 44, 45])(
    'or of 39, killed at step %i, is told by the timer, once on every channel',
    async (steps) => {
      const { id, readers } = await leavePage(39)
      world.clock.advance(30_000)
      fault.steps = steps
      await turn().catch(() => undefined)
      fault.steps = Number.POSITIVE_INFINITY
      await minutes(2)
      expect([await linesOf(id), await untold()]).toEqual([oneLineEach(readers), []])
      for (const reader of [readers[0]!, readers[20]!, readers.at(-1)!]) {
        expect((await logOf({ id: reader })).map(({ seq, key }) => [seq, key])).toEqual([
          [1, `e${id}`],
        ])
      }
    },
  )

  it('stops at its next batch when another one has taken it up', async () => {
    const { id, readers } = await leavePage(10)
    world.clock.advance(30_000)
    await Promise.all([turn(), turn(), turn()])
    expect([await linesOf(id), await untold()]).toEqual([oneLineEach(readers), []])
  })
})

describe('when all objects fail for a minute', () => {
  it('a request, three answers and a change arrive afterwards, in order, once', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice, bob)
    const plan = await makePlan(world, alice)
    fault.isBroken = () => true
    await ask(bob, alice)
    const rsvp = await answer(plan, bob)
    for (const status of ['maybe', 'declined', 'going']) {
      await change(rsvp, { status }, bob)
    }
    expect([calls, await untold()]).toEqual([[], []])
    fault.isBroken = () => false
    await minutes(3)
    const log = await logOf(alice)
    expect(log.map(({ seq, kind, data }) => [seq, kind, data.status])).toEqual([
      [1, 'friend_request.received', undefined],
      [2, 'rsvp.changed', 'going'],
      [3, 'rsvp.changed', 'maybe'],
      [4, 'rsvp.changed', 'declined'],
      [5, 'rsvp.changed', 'going'],
    ])
    // Caught up, alice hears at once again.
    await change(rsvp, { guests: 2 }, bob)
    expect((await logOf(alice)).length).toBe(6)
    expect(await rows('undelivered')).toEqual([])
  })

  it('one that stays broken holds up nobody else', async () => {
    const { id, readers } = await leavePage(30)
    const [broken] = readers as [number]
    fault.isBroken = (one) => one === broken
    world.clock.advance(30_000)
    await turn()
    expect([calls.length, await untold()]).toEqual([29, []])
    expect(await rows('undelivered')).toEqual([{ user_id: broken, event_id: id }])
    await minutes(5)
    expect([calls.length, await logOf({ id: broken })]).toEqual([29, []])
    fault.isBroken = () => false
    await minutes(70)
    expect((await logOf({ id: broken })).map(({ key }) => key)).toEqual([`e${id}`])
  })

  it('what falls behind while somebody is being told of the rest is told too', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice)
    fault.isBroken = () => true
    const plan = await makePlan(world, alice)
    const rsvp = await answer(plan, bob)
    // The answer comes while the job that catches up has read what there was.
    let isFirst = true
    fault.isBroken = () => {
      if (isFirst) changed = change(rsvp, { guests: 1 }, bob)
      isFirst = false
      return false
    }
    let changed: Promise<unknown> = Promise.resolve()
    await minutes(1)
    await changed
    await minutes(3)
    expect((await logOf(alice)).length).toBe(2)
    expect([await rows('undelivered'), await rows('jobs')]).toEqual([[], []])
  })
})

const rows = async (table: string) =>
  (await database.prepare(`select * from ${table}`).all()).results

describe('fifty answers to a plan at once, by ten people', () => {
  it('are numbered without a gap, and one line that counts them', async () => {
    const [alice] = await makePeople(world, 'alice')
    await listening(alice)
    const people = await makePeople(world, ...Array.from({ length: 10 }, () => 'guest'))
    const plan = await makePlan(world, alice)
    const rsvps = await Promise.all(people.map((person) => answer(plan, person)))
    await database.prepare('delete from notifications').run()
    const before = (await logOf(alice)).length
    await Promise.all(
      people.flatMap((person, i) =>
        [1, 2, 3, 4, 5].map((guests) => change(rsvps[i]!, { guests }, person)),
      ),
    )
    await minutes(2)
    const log = await logOf(alice)
    const told = (await rows('events')).length
    expect(told).toBe(60)
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: told }, (_, i) => i + 1))
    expect(new Set(log.map(({ key }) => key)).size).toBe(told)
    expect((await feedOf(alice)).map(({ count }) => count)).toEqual([told - before])
  })
})

describe('a poisoned event', () => {
  it('is given up after fifteen tries, parked for the staff, and its stream goes on', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice)
    const plan = await makePlan(world, alice)
    fault.isKilled = true
    const rsvp = await answer(plan, bob)
    await change(rsvp, { guests: 1 }, bob)
    fault.isKilled = false
    const [poisoned, next] = (await untold()) as [any, any]
    await database.prepare(`update events set data = '{' where id = ?`).bind(poisoned.id).run()
    for (let attempt = 1; attempt <= 14; attempt++) {
      world.clock.advance(75 * 60_000)
      await turn()
    }
    expect(await untold()).toMatchObject([
      { id: poisoned.id, attempts: 14 },
      { id: next.id, attempts: 0 },
    ])
    world.clock.advance(75 * 60_000)
    await turn()
    expect(await untold()).toEqual([])
    expect((await logOf(alice)).map(({ key }) => key)).toEqual([`e${next.id}`])
    expect(await rows('jobs')).toMatchObject([
      {
        kind: 'event.tell',
        key: `event.tell:${poisoned.id}`,
        last_error: 'fault',
        due_at: 8.64e15,
      },
    ])
  })
})
