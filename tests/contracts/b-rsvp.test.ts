// Contract B: RSVPs, clause by clause; and what is beyond it: status, guests, capacity, the waitlist.
import { beforeAll, describe, expect, it } from 'vitest'
import { anObjectId } from '../support/golden'
import { type Person, signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { block, unblock } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

let alice: Person, bob: Person, carol: Person, dan: Person

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  carol = await signUp(world, 'carol')
  dan = await signUp(world, 'dan')
})

const unknown = '68dabba350510db53d9af43d'
const noPlan = { error: 'Plan not found' }
const noRsvp = { error: 'RSVP not found' }
const invalidId = { error: 'Invalid ID' }
const notAllowed = { detail: 'You do not have permission to perform this action.' }

/** Who has which status at a plan, in the order of the answers. */
async function statusesAt(plan: { _id: string }, as = alice): Promise<Record<string, string>> {
  const { body } = await call('GET', `/api/rsvp/plan/${plan._id}`, { as })
  return Object.fromEntries(body.data.map((rsvp: any) => [rsvp.user_id, rsvp.status]))
}

const patch = (rsvp: { _id: string }, json: object, as: Person) =>
  call('PATCH', `/api/rsvp/${rsvp._id}`, { json, as })

describe('POST /api/rsvp/add', () => {
  it('answers as the document shows', async () => {
    const plan = await makePlan(world, alice)
    const json = { plan_id: plan._id }
    const { status, body } = await call('POST', '/api/rsvp/add', { json, as: bob })
    expect([status, body]).toEqual([
      201,
      {
        message: 'RSVP created',
        id: anObjectId,
        data: {
          _id: body.id,
          plan_id: plan._id,
          user_id: String(bob.id),
          created_at: '2026-01-15T10:30:00Z',
          status: 'going',
          guests: 0,
        },
      },
    ])
  })

  it('takes a status and guests', async () => {
    const plan = await makePlan(world, alice)
    const more = { status: 'maybe', guests: '2' }
    expect(await rsvpTo(world, plan, bob, more)).toMatchObject({ status: 'maybe', guests: 2 })
    const empty = { status: '', guests: null }
    expect(await rsvpTo(world, plan, carol, empty)).toMatchObject({ status: 'going', guests: 0 })
  })

  it('refuses a second answer of the same person', async () => {
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    const json = { plan_id: plan._id, status: 'declined' }
    const { status, body } = await call('POST', '/api/rsvp/add/', { json, as: bob })
    expect([status, body]).toEqual([400, { error: "User has already RSVP'd to this plan" }])
    expect(await statusesAt(plan)).toEqual({ [bob.id]: 'going' })
  })

  it('knows no plan under an unknown or malformed id', async () => {
    const send = async (plan_id: unknown) => {
      const { status, body } = await call('POST', '/api/rsvp/add', { json: { plan_id }, as: bob })
      return [status, body]
    }
    expect(await send(unknown)).toEqual([404, noPlan])
    for (const id of ['7', 7, 'x'.repeat(24), `${unknown}0`]) {
      expect(await send(id)).toEqual([400, invalidId])
    }
  })

  it.each([
    [{}, { plan_id: ['This field is required.'] }],
    [{ plan_id: '' }, { plan_id: ['This field may not be blank.'] }],
    [{ plan_id: null }, { plan_id: ['This field may not be null.'] }],
    [{ plan_id: [unknown] }, { plan_id: ['Not a valid string.'] }],
    [{ plan_id: true }, { plan_id: ['Not a valid string.'] }],
    [
      { plan_id: unknown, status: 'waitlisted', guests: -1 },
      {
        status: ['"waitlisted" is not a valid choice.'],
        guests: ['Ensure this value is greater than or equal to 0.'],
      },
    ],
    [
      { plan_id: unknown, status: 5, guests: 101 },
      {
        status: ['"5" is not a valid choice.'],
        guests: ['Ensure this value is less than or equal to 100.'],
      },
    ],
    [{ plan_id: unknown, guests: 'two' }, { guests: ['A valid integer is required.'] }],
    [{ plan_id: unknown, guests: true }, { guests: ['A valid integer is required.'] }],
  ])('refuses %j', async (json, errors) => {
    const { status, body } = await call('POST', '/api/rsvp/add', { json, as: bob })
    expect([status, body]).toEqual([400, errors])
  })
})

describe('GET /api/rsvp/plan/:plan_id', () => {
  it('answers with all RSVPs by id', async () => {
    const plan = await makePlan(world, alice)
    const empty = await call('GET', `/api/rsvp/plan/${plan._id}`, { as: dan })
    expect([empty.status, empty.body]).toEqual([200, { data: [] }])
    const made = [await rsvpTo(world, plan, bob), await rsvpTo(world, plan, carol)]
    const { body } = await call('GET', `/api/rsvp/plan/${plan._id}/`, { as: dan })
    expect(body).toEqual({ data: made.toSorted((a, b) => (a._id < b._id ? -1 : 1)) })
  })

  it('goes on page by page', async () => {
    const plan = await makePlan(world, alice)
    for (const guest of [bob, carol, dan]) await rsvpTo(world, plan, guest)
    const all = (await call('GET', `/api/rsvp/plan/${plan._id}`, { as: alice })).body.data
    const first = await call('GET', `/api/rsvp/plan/${plan._id}?limit=2`, { as: alice })
    expect(first.body).toEqual({ data: all.slice(0, 2) })
    const link = /^<(.*)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    const second = await call('GET', link, { as: alice })
    expect([second.body, second.headers.get('link')]).toEqual([{ data: all.slice(2) }, null])
  })

  it('tells an unknown plan from a malformed id', async () => {
    const missing = await call('GET', `/api/rsvp/plan/${unknown}`, { as: bob })
    expect([missing.status, missing.body]).toEqual([404, noPlan])
    const malformed = await call('GET', '/api/rsvp/plan/7', { as: bob })
    expect([malformed.status, malformed.body]).toEqual([400, invalidId])
  })

  it('leaves out whom a block parts from the viewer, but counts them', async () => {
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, carol)
    await block(bob, carol)
    expect(await statusesAt(plan, bob)).toEqual({ [bob.id]: 'going' })
    expect(await statusesAt(plan, carol)).toEqual({ [carol.id]: 'going' })
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: carol })
    expect(body.rsvp_count).toBe(2)
    await unblock(bob, carol)
  })
})

describe('GET /api/rsvp/user', () => {
  it("answers with one's own RSVPs by id", async () => {
    const erin = await signUp(world, 'erin')
    const empty = await call('GET', '/api/rsvp/user', { as: erin })
    expect([empty.status, empty.body]).toEqual([200, { data: [] }])
    const made = []
    for (let i = 0; i < 3; i++) {
      world.clock.advance(1000)
      made.push(await rsvpTo(world, await makePlan(world, alice), erin))
    }
    expect((await call('GET', '/api/rsvp/user/', { as: erin })).body).toEqual({ data: made })
    const page = await call('GET', `/api/rsvp/user?limit=2&cursor=${made[0]._id}`, { as: erin })
    expect(page.body).toEqual({ data: made.slice(1) })
  })

  it('refuses a cursor that it has not given', async () => {
    const { status, body } = await call('GET', '/api/rsvp/user?cursor=7', { as: bob })
    expect([status, body]).toEqual([400, { cursor: ['Invalid cursor'] }])
  })
})

describe('PATCH /api/rsvp/:rsvp_id', () => {
  it('changes what is sent', async () => {
    const plan = await makePlan(world, alice)
    const rsvp = await rsvpTo(world, plan, bob)
    const guests = await patch(rsvp, { guests: 3 }, bob)
    expect([guests.status, guests.body]).toEqual([
      200,
      { message: 'RSVP updated', id: rsvp._id, data: { ...rsvp, guests: 3 } },
    ])
    const declined = await patch(rsvp, { status: 'declined' }, bob)
    expect(declined.body.data).toEqual({ ...rsvp, guests: 3, status: 'declined' })
    const emptied = await patch(rsvp, { status: null, guests: '' }, bob)
    expect(emptied.body.data).toEqual(rsvp)
    expect((await patch(rsvp, {}, bob)).body.data).toEqual(rsvp)
  })

  it('is for its person only', async () => {
    const plan = await makePlan(world, alice)
    const rsvp = await rsvpTo(world, plan, bob)
    for (const other of [alice, carol]) {
      const { status, body } = await patch(rsvp, { status: 'declined' }, other)
      expect([status, body]).toEqual([403, notAllowed])
    }
    expect(await statusesAt(plan)).toEqual({ [bob.id]: 'going' })
  })

  it('tells an unknown id from a malformed one, and what is wrong with the body', async () => {
    const missing = await patch({ _id: unknown }, { guests: 1 }, bob)
    expect([missing.status, missing.body]).toEqual([404, noRsvp])
    const malformed = await patch({ _id: '7' }, { guests: 1 }, bob)
    expect([malformed.status, malformed.body]).toEqual([400, invalidId])
    const bad = await patch({ _id: unknown }, { guests: [], status: {} }, bob)
    expect([bad.status, Object.keys(bad.body).toSorted()]).toEqual([400, ['guests', 'status']])
  })
})

describe('DELETE /api/rsvp/:rsvp_id/delete', () => {
  it.each(['its person', "the plan's creator"])('takes it back for %s', async (who) => {
    const plan = await makePlan(world, alice)
    const rsvp = await rsvpTo(world, plan, bob)
    const as = who === 'its person' ? bob : alice
    const path = `/api/rsvp/${rsvp._id}/delete`
    const { status, body } = await call('DELETE', path, { as })
    expect([status, body]).toEqual([200, { message: `RSVP ${rsvp._id} deleted successfully` }])
    const again = await call('DELETE', path, { as })
    expect([again.status, again.body]).toEqual([404, noRsvp])
  })

  it('is not for anybody else', async () => {
    const plan = await makePlan(world, alice)
    const rsvp = await rsvpTo(world, plan, bob)
    const refused = await call('DELETE', `/api/rsvp/${rsvp._id}/delete`, { as: carol })
    expect([refused.status, refused.body]).toEqual([403, notAllowed])
    expect(await statusesAt(plan)).toEqual({ [bob.id]: 'going' })
  })

  it('answers 404 where the plan cannot be seen', async () => {
    const plan = await makePlan(world, alice)
    const rsvp = await rsvpTo(world, plan, bob)
    const json = { visibility: 'private' }
    await call('PATCH', `/api/plans/${plan._id}/edit`, { json, as: alice })
    const hidden = await call('DELETE', `/api/rsvp/${rsvp._id}/delete`, { as: carol })
    expect([hidden.status, hidden.body]).toEqual([404, noRsvp])
    const malformed = await call('DELETE', '/api/rsvp/7/delete', { as: carol })
    expect([malformed.status, malformed.body]).toEqual([400, invalidId])
  })
})

describe('DELETE /api/rsvp/plan/:plan_id/delete', () => {
  it("takes one's own back", async () => {
    const plan = await makePlan(world, alice)
    await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, carol)
    const path = `/api/rsvp/plan/${plan._id}/delete`
    const { status, body } = await call('DELETE', path, { as: bob })
    const message = `RSVP for plan ${plan._id} deleted successfully`
    expect([status, body]).toEqual([200, { message }])
    expect(await statusesAt(plan)).toEqual({ [carol.id]: 'going' })
    const again = await call('DELETE', path, { as: bob })
    expect([again.status, again.body]).toEqual([404, noRsvp])
    // The creator without `all` takes back their own too.
    expect((await call('DELETE', path, { as: alice })).status).toBe(404)
  })

  it('takes all of them back for the creator', async () => {
    const plan = await makePlan(world, alice)
    for (const guest of [alice, bob, carol]) await rsvpTo(world, plan, guest)
    const path = `/api/rsvp/plan/${plan._id}/delete?all=true`
    const refused = await call('DELETE', path, { as: bob })
    expect([refused.status, refused.body]).toEqual([403, notAllowed])
    expect(Object.keys(await statusesAt(plan)).length).toBe(3)
    const { status, body } = await call('DELETE', path, { as: alice })
    const message = `RSVP for plan ${plan._id} deleted successfully`
    expect([status, body]).toEqual([200, { message }])
    expect(await statusesAt(plan)).toEqual({})
    expect((await call('DELETE', path, { as: alice })).status).toBe(200)
  })

  it('tells an unknown plan from a malformed id', async () => {
    for (const query of ['', '?all=true']) {
      const missing = await call('DELETE', `/api/rsvp/plan/${unknown}/delete${query}`, { as: bob })
      expect([missing.status, missing.body]).toEqual([404, noPlan])
      const malformed = await call('DELETE', `/api/rsvp/plan/7/delete${query}`, { as: bob })
      expect([malformed.status, malformed.body]).toEqual([400, invalidId])
    }
  })
})

describe('a plan with a capacity', () => {
  it('waitlists whom it has no place for, guests counted', async () => {
    const plan = await makePlan(world, alice, { capacity: 3 })
    await rsvpTo(world, plan, bob, { guests: 1 })
    await rsvpTo(world, plan, carol, { guests: 1 })
    await rsvpTo(world, plan, dan, { status: 'maybe', guests: 5 })
    expect(await statusesAt(plan)).toEqual({
      [bob.id]: 'going',
      [carol.id]: 'waitlisted',
      [dan.id]: 'maybe',
    })
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: carol })
    expect([body.rsvp_count, body.rsvp.status]).toEqual([1, 'waitlisted'])
  })

  it('lets in the first that fits, past a party that is too big for what is left', async () => {
    const plan = await makePlan(world, alice, { capacity: 2 })
    const going = await rsvpTo(world, plan, alice)
    await rsvpTo(world, plan, bob, { guests: 1 })
    await rsvpTo(world, plan, carol)
    await rsvpTo(world, plan, dan)
    expect(await statusesAt(plan)).toEqual({
      [alice.id]: 'going',
      [bob.id]: 'waitlisted',
      [carol.id]: 'going',
      [dan.id]: 'waitlisted',
    })
    await call('DELETE', `/api/rsvp/${going._id}/delete`, { as: alice })
    expect(await statusesAt(plan)).toEqual({
      [bob.id]: 'waitlisted',
      [carol.id]: 'going',
      [dan.id]: 'going',
    })
  })

  it('lets people in by the order in which they came, also with equal times', async () => {
    const plan = await makePlan(world, alice, { capacity: 1 })
    const going = await rsvpTo(world, plan, alice)
    for (const guest of [dan, bob, carol]) await rsvpTo(world, plan, guest)
    await call('DELETE', `/api/rsvp/plan/${plan._id}/delete`, { as: alice })
    expect(await statusesAt(plan)).toEqual({
      [dan.id]: 'going',
      [bob.id]: 'waitlisted',
      [carol.id]: 'waitlisted',
    })
    expect(going.status).toBe('going')
    await call('DELETE', `/api/rsvp/plan/${plan._id}/delete`, { as: dan })
    expect(await statusesAt(plan)).toEqual({ [bob.id]: 'going', [carol.id]: 'waitlisted' })
  })

  it.each([
    ['declines', { status: 'declined' }],
    ['is no longer sure', { status: 'maybe' }],
  ])('lets the next in when somebody %s, who then queues anew', async (_, json) => {
    const plan = await makePlan(world, alice, { capacity: 1 })
    const first = await rsvpTo(world, plan, bob)
    const second = await rsvpTo(world, plan, carol)
    await rsvpTo(world, plan, dan)
    await patch(first, json, bob)
    expect(await statusesAt(plan)).toEqual({
      [bob.id]: json.status,
      [carol.id]: 'going',
      [dan.id]: 'waitlisted',
    })
    expect((await patch(first, { status: 'going' }, bob)).body.data.status).toBe('waitlisted')
    await patch(second, { status: 'declined' }, carol)
    expect(await statusesAt(plan)).toMatchObject({ [dan.id]: 'going', [bob.id]: 'waitlisted' })
  })

  it('keeps the place in the queue of who changes guests or says going again', async () => {
    const plan = await makePlan(world, alice, { capacity: 2 })
    const first = await rsvpTo(world, plan, alice, { guests: 1 })
    const second = await rsvpTo(world, plan, bob, { guests: 3 })
    await rsvpTo(world, plan, carol, { guests: 1 })
    const again = await patch(second, { status: 'going', guests: 1 }, bob)
    expect(again.body.data).toMatchObject({ status: 'waitlisted', guests: 1 })
    await patch(first, { status: 'declined' }, alice)
    expect(await statusesAt(plan)).toMatchObject({ [bob.id]: 'going', [carol.id]: 'waitlisted' })
  })

  it('lets who waits in at once when they come with fewer', async () => {
    const plan = await makePlan(world, alice, { capacity: 2 })
    await rsvpTo(world, plan, bob)
    const party = await rsvpTo(world, plan, carol, { guests: 1 })
    expect((await patch(party, { guests: 0 }, carol)).body.data.status).toBe('going')
  })

  it('refuses guests for whom there is no place, and changes nothing', async () => {
    const plan = await makePlan(world, alice, { capacity: 3 })
    const rsvp = await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, carol)
    expect((await patch(rsvp, { guests: 1 }, bob)).status).toBe(200)
    const { status, body } = await patch(rsvp, { guests: 2 }, bob)
    expect([status, body]).toEqual([400, { error: 'The plan has no room for so many guests.' }])
    const { body: own } = await call('GET', `/api/plans/${plan._id}`, { as: bob })
    expect(own.rsvp).toMatchObject({ status: 'going', guests: 1 })
  })

  it('lets the next in when somebody comes with fewer guests', async () => {
    const plan = await makePlan(world, alice, { capacity: 3 })
    const party = await rsvpTo(world, plan, bob, { guests: 2 })
    await rsvpTo(world, plan, carol)
    await rsvpTo(world, plan, dan)
    await patch(party, { guests: 1 }, bob)
    expect(await statusesAt(plan)).toMatchObject({ [carol.id]: 'going', [dan.id]: 'waitlisted' })
  })

  it('lets people in as it grows, and asks nobody to leave as it shrinks', async () => {
    const plan = await makePlan(world, alice, { capacity: 1 })
    for (const guest of [bob, carol, dan]) await rsvpTo(world, plan, guest)
    const edit = (json: object) => call('PATCH', `/api/plans/${plan._id}/edit`, { json, as: alice })
    expect((await edit({ capacity: 2 })).body.rsvp_count).toBe(2)
    expect(await statusesAt(plan)).toMatchObject({ [carol.id]: 'going', [dan.id]: 'waitlisted' })
    expect((await edit({ capacity: 1 })).body.rsvp_count).toBe(2)
    await call('DELETE', `/api/rsvp/plan/${plan._id}/delete`, { as: bob })
    expect(await statusesAt(plan)).toEqual({ [carol.id]: 'going', [dan.id]: 'waitlisted' })
    expect((await edit({ capacity: null })).body.rsvp_count).toBe(2)
  })

  it('gives the places of those for whom it was closed to the next', async () => {
    const plan = await makePlan(world, alice, { capacity: 1 })
    await rsvpTo(world, plan, bob)
    await rsvpTo(world, plan, alice)
    const json = { visibility: 'private' }
    const { body } = await call('PATCH', `/api/plans/${plan._id}/edit`, { json, as: alice })
    expect([body.rsvp_count, body.rsvp.status]).toEqual([1, 'going'])
    expect(await statusesAt(plan)).toEqual({ [alice.id]: 'going' })
  })
})
