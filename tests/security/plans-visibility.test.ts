// What one may not see does not exist: every route that knows a plan or an RSVP, against everybody who
// could ask, before and after a block.
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { befriend, block } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld({
  env: { LIMIT_PLANS: '1000000/86400', LIMIT_RSVPS: '1000000/86400' },
})
const { call } = world

const names = ['creator', 'agreed', 'added', 'invited', 'stranger', 'blocked', 'blocking'] as const
type Viewer = (typeof names)[number]
const viewers = {} as Record<Viewer, Person>

beforeAll(async () => {
  for (const name of names) viewers[name] = await signUp(world, name)
  const { creator, agreed, added, invited, blocked, blocking } = viewers
  await befriend(creator, agreed)
  await befriend(creator, invited)
  // Added the creator without being asked: the creator has not agreed.
  await befriend(creator, added, { agreed: [0, 1] })
  await befriend(creator, blocked)
  await befriend(creator, blocking)
})

type Visibility = 'everyone' | 'friends' | 'private'

/** Who sees a plan of which visibility. */
const sees: Record<Visibility, readonly Viewer[]> = {
  everyone: ['creator', 'agreed', 'added', 'invited', 'stranger'],
  friends: ['creator', 'agreed', 'invited'],
  private: ['creator', 'invited'],
}

/** A plan with one RSVP of its creator; invitations and blocks as their names say. */
async function planFor(visibility: Visibility) {
  const { creator, invited, blocked, blocking } = viewers
  const plan = await makePlan(world, creator, { visibility })
  const rsvp = await rsvpTo(world, plan, creator)
  for (const person of [invited, blocked, blocking]) {
    await database
      .prepare('insert into plan_invites (plan_id, user_id, created_at) values (?, ?, 0)')
      .bind(plan._id, person.id)
      .run()
  }
  return { plan, rsvp }
}

type Made = Awaited<ReturnType<typeof planFor>>

/** Each route: what is asked, and what a person is told for whom the plan does not exist. */
const routes: [
  name: string,
  ask: (made: Made, as: Person) => ReturnType<typeof call>,
  error: string,
][] = [
  ['GET /api/plans/:id', ({ plan }, as) => call('GET', `/api/plans/${plan._id}`, { as }), 'Plan'],
  [
    'GET /api/plans/:id.ics',
    ({ plan }, as) => call('GET', `/api/plans/${plan._id}.ics`, { as }),
    'Plan',
  ],
  ...['PUT', 'PATCH'].map((method): (typeof routes)[number] => [
    `${method} /api/plans/:id/edit`,
    ({ plan }, as) => call(method, `/api/plans/${plan._id}/edit`, { json: { title: 'x' }, as }),
    'Plan',
  ]),
  [
    'GET /api/plans/:id/invite',
    ({ plan }, as) => call('GET', `/api/plans/${plan._id}/invite`, { as }),
    'Plan',
  ],
  ...['POST', 'DELETE'].map((method): (typeof routes)[number] => [
    `${method} /api/plans/:id/invite`,
    ({ plan }, as) =>
      call(method, `/api/plans/${plan._id}/invite`, { json: { usernames: [] }, as }),
    'Plan',
  ]),
  [
    'DELETE /api/plans/:id/invite/:user_id',
    ({ plan }, as) => call('DELETE', `/api/plans/${plan._id}/invite/1`, { as }),
    'Plan',
  ],
  [
    'GET /api/rsvp/plan/:plan_id',
    ({ plan }, as) => call('GET', `/api/rsvp/plan/${plan._id}`, { as }),
    'Plan',
  ],
  [
    'PATCH /api/rsvp/:rsvp_id',
    ({ rsvp }, as) => call('PATCH', `/api/rsvp/${rsvp._id}`, { json: { guests: 1 }, as }),
    'RSVP',
  ],
  [
    'POST /api/rsvp/add',
    ({ plan }, as) => call('POST', '/api/rsvp/add', { json: { plan_id: plan._id }, as }),
    'Plan',
  ],
  [
    'DELETE /api/rsvp/plan/:plan_id/delete?all=true',
    ({ plan }, as) => call('DELETE', `/api/rsvp/plan/${plan._id}/delete?all=true`, { as }),
    'Plan',
  ],
  [
    'DELETE /api/rsvp/plan/:plan_id/delete',
    ({ plan }, as) => call('DELETE', `/api/rsvp/plan/${plan._id}/delete`, { as }),
    'Plan',
  ],
  [
    'DELETE /api/rsvp/:rsvp_id/delete',
    ({ rsvp }, as) => call('DELETE', `/api/rsvp/${rsvp._id}/delete`, { as }),
    'RSVP',
  ],
  [
    'DELETE /api/plans/:id/delete',
    ({ plan }, as) => call('DELETE', `/api/plans/${plan._id}/delete`, { as }),
    'Plan',
  ],
]

/** Ids that are nobody's: what is told of them is what must be told of a hidden plan. */
const nothing: Made = {
  plan: { _id: '68dabba350510db53d9af43d' },
  rsvp: { _id: '68dabba350510db53d9af43e' },
}

describe.each(['everyone', 'friends', 'private'] as const)('a plan for %s', (visibility) => {
  let blocksStand = false

  it.each(routes)('%s', async (_, ask, error) => {
    if (!blocksStand) {
      const { creator, blocked, blocking } = viewers
      await database.prepare('delete from blocks').run()
      await block(creator, blocked)
      await block(blocking, creator)
      blocksStand = true
    }
    const hidden = { status: 404, body: { error: `${error} not found` } }
    const ofNothing = await ask(nothing, viewers.creator)
    expect(ofNothing).toMatchObject(hidden)
    const seenBy: Viewer[] = []
    for (const viewer of names) {
      const made = await planFor(visibility)
      const { status, text } = await ask(made, viewers[viewer])
      const isHidden = status === 404 && text === ofNothing.text
      if (!isHidden) seenBy.push(viewer)
      const mine = await call('GET', `/api/plans/${made.plan._id}`, { as: viewers.creator })
      const same = { status: 200, body: { title: 'Game Night', rsvp_count: 1, rsvp: made.rsvp } }
      // Nothing was changed for whom it is hidden.
      expect(isHidden ? mine : same).toMatchObject(same)
    }
    expect(seenBy).toEqual(sees[visibility])
  })

  it('is in the lists of those who see it, and of nobody else', async () => {
    const { plan } = await planFor(visibility)
    const listing = async (query: string) => {
      const found: Viewer[] = []
      for (const viewer of names) {
        const { body } = await call('GET', `/api/plans${query}`, { as: viewers[viewer] })
        if (body.some((one: any) => one._id === plan._id)) found.push(viewer)
      }
      return found
    }
    const friends = sees[visibility].filter((viewer) => viewer !== 'stranger')
    expect(await listing('')).toEqual(sees[visibility])
    expect(await listing('?friends=true')).toEqual(friends)
    expect(await listing('?friends=false')).toEqual(['creator'])
    expect(await listing('?mine=true')).toEqual(['creator'])
  })

  it('takes its RSVP with it out of the lists of those for whom it is gone', async () => {
    const erin = await signUp(world, 'erin')
    const { creator } = viewers
    await befriend(creator, erin)
    const { plan } = await planFor(visibility)
    await database
      .prepare('insert into plan_invites (plan_id, user_id, created_at) values (?, ?, 0)')
      .bind(plan._id, erin.id)
      .run()
    const rsvp = await rsvpTo(world, plan, erin)
    expect((await call('GET', '/api/rsvp/user', { as: erin })).body).toEqual({ data: [rsvp] })
    await block(erin, creator)
    expect((await call('GET', '/api/rsvp/user', { as: erin })).body).toEqual({ data: [] })
    const own = `/api/rsvp/${rsvp._id}`
    const patch = await call('PATCH', own, { json: { guests: 1 }, as: erin })
    expect([patch.status, patch.body]).toEqual([404, { error: 'RSVP not found' }])
    expect((await call('DELETE', `${own}/delete`, { as: erin })).status).toBe(404)
    // Nor is it there for the creator, but it counts.
    expect((await call('DELETE', `${own}/delete`, { as: creator })).status).toBe(404)
    const { body } = await call('GET', `/api/plans/${plan._id}`, { as: creator })
    expect(body.rsvp_count).toBe(2)
  })
})
