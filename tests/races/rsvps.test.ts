// Many people at once at one plan: no place is given twice, none is lost, and the queue has one order.
import { beforeAll, describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import type { Context } from '../../src/domain/base/context'
import { addRsvp, changeRsvp } from '../../src/domain/plans/answering'
import { eraseOf } from '../../src/domain/plans/rsvps'
import { removeRsvp } from '../../src/domain/plans/withdrawing'
import { crowd } from '../support/crowd-of-callers'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { makePlan } from '../support/plans'
import { createWorld } from '../support/world'

let context: Context
const world = createWorld({ context: (made) => (context = made) })
const { call } = world

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

type State = { id: string; user_id: number; status: string; guests: number; queued_at: number }

async function stateOf(plan: { _id: string }) {
  const { results } = await database
    .prepare(
      'select id, user_id, status, guests, queued_at from rsvps where plan_id = ? order by queued_at',
    )
    .bind(plan._id)
    .all<State>()
  const going = results.filter(({ status }) => status === 'going')
  const waiting = results.filter(({ status }) => status === 'waitlisted')
  const taken = going.reduce((sum, { guests }) => sum + guests + 1, 0)
  return { all: results, going, waiting, taken }
}

const peopleOf = (rsvps: State[]) => rsvps.map(({ user_id }) => user_id).toSorted((a, b) => a - b)

/** Nobody who would fit is left waiting, and no two have the same place in the queue. */
function expectAtRest({ waiting, taken }: Awaited<ReturnType<typeof stateOf>>, capacity: number) {
  expect(waiting.filter(({ guests }) => guests + 1 <= capacity - taken)).toEqual([])
  expect(new Set(waiting.map(({ queued_at }) => queued_at)).size).toBe(waiting.length)
}

const going = (guests = 0) => ({ status: 'going', guests }) as const

describe('in parallel', () => {
  it('a hundred RSVPs of one person are one', async () => {
    const plan = await makePlan(world, alice)
    const json = { plan_id: plan._id }
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => call('POST', '/api/rsvp/add', { json, as: alice })),
    )
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused.length).toBe(99)
    for (const { status, body } of refused) {
      expect([status, body]).toEqual([400, { error: "User has already RSVP'd to this plan" }])
    }
    expect((await stateOf(plan)).all.length).toBe(1)
  })

  it('two hundred people get ten places; the others wait in one order and come in by it', async () => {
    const plan = await makePlan(world, alice, { capacity: 10 })
    const guests = await crowd(world, 200)
    const answers = await Promise.all(
      guests.map((guest) => addRsvp(context, guest, plan._id, going())),
    )
    const state = await stateOf(plan)
    expect([state.going.length, state.waiting.length]).toEqual([10, 190])
    expectAtRest(state, 10)
    // What each was told is what is so.
    const told = answers.filter(({ status }) => status === 'going').map(({ userId }) => userId)
    expect(told.toSorted((a, b) => a - b)).toEqual(peopleOf(state.going))
    const byId = new Map(guests.map((guest) => [guest.userId, guest]))
    await Promise.all(
      state.going.map(({ id, user_id }) => removeRsvp(context, byId.get(user_id)!, id)),
    )
    const after = await stateOf(plan)
    expect(peopleOf(after.going)).toEqual(peopleOf(state.waiting.slice(0, 10)))
    expect(after.waiting.map(({ id }) => id)).toEqual(state.waiting.slice(10).map(({ id }) => id))
  })

  it('parties of all sizes never take more than there is', async () => {
    const capacity = 25
    const plan = await makePlan(world, alice, { capacity })
    const guests = await crowd(world, 100)
    await Promise.all(guests.map((guest, i) => addRsvp(context, guest, plan._id, going(i % 6))))
    const state = await stateOf(plan)
    expect([state.all.length, state.taken]).toEqual([100, capacity])
    expectAtRest(state, capacity)
  })

  it('withdrawals, changes of mind and of party leave no place empty and give none twice', async () => {
    const capacity = 20
    const plan = await makePlan(world, alice, { capacity })
    const guests = await crowd(world, 60)
    const rsvps = await Promise.all(
      guests.map((guest, i) => addRsvp(context, guest, plan._id, going(i % 4))),
    )
    const seen: number[] = []
    await Promise.all(
      rsvps.map(async ({ id }, i) => {
        const guest = guests[i]!
        if (i % 3 === 0) await removeRsvp(context, guest, id)
        if (i % 3 === 1) {
          await changeRsvp(context, guest, id, { status: 'declined' })
          await changeRsvp(context, guest, id, { status: 'going' })
        }
        if (i % 3 === 2) await changeRsvp(context, guest, id, { guests: 0 })
        seen.push((await stateOf(plan)).taken)
      }),
    )
    expect(Math.max(...seen)).toBeLessThanOrEqual(capacity)
    const state = await stateOf(plan)
    expect([state.all.length, state.taken]).toEqual([40, capacity])
    expectAtRest(state, capacity)
  })

  it('a capacity that grows while people come lets in who fits', async () => {
    const plan = await makePlan(world, alice, { capacity: 5 })
    const guests = await crowd(world, 30)
    const path = `/api/plans/${plan._id}/edit`
    await Promise.all([
      ...guests.map((guest) => addRsvp(context, guest, plan._id, going())),
      call('PATCH', path, { json: { capacity: 12 }, as: alice }),
    ])
    const state = await stateOf(plan)
    expect([state.going.length, state.waiting.length]).toEqual([12, 18])
  })

  it('people who leave the service give their places to the next, at every plan', async () => {
    const plans = [
      await makePlan(world, alice, { capacity: 2 }),
      await makePlan(world, alice, { capacity: 2 }),
    ]
    const guests = await crowd(world, 5)
    for (const plan of plans) {
      for (const guest of guests) await addRsvp(context, guest, plan._id, going())
    }
    const gone = guests.slice(0, 2)
    await Promise.all(
      gone.map(({ userId }) => runBatch(context.db, { rsvps: eraseOf(context, userId) })),
    )
    const ids = guests.map(({ userId }) => userId)
    for (const plan of plans) {
      const state = await stateOf(plan)
      expect([peopleOf(state.going), peopleOf(state.waiting)]).toEqual([
        ids.slice(2, 4),
        ids.slice(4),
      ])
    }
  })
})
