// What of plans, RSVPs and calendars goes with a person, and what stays.
import { expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import type { Context } from '../../src/domain/base/context'
import { eraseOf as eraseCalendars } from '../../src/domain/plans/calendars'
import { eraseOf as erasePlans } from '../../src/domain/plans/plans'
import { eraseOf as eraseRsvps } from '../../src/domain/plans/rsvps'
import { database, serviceDatabase } from '../support/database'
import { signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { befriend } from '../support/relations'
import { createWorld } from '../support/world'

let context: Context
const world = createWorld({ context: (made) => (context = made) })
const { call } = world

const rowsOf = async (table: string, where: string) => {
  const row = await database.prepare(`select count(*) as n from ${table} where ${where}`).first()
  return row!['n']
}

it('takes everything of a person out, gives their places away, and leaves the rest', async () => {
  const [alice, bob, carol] = [
    await signUp(world, 'alice'),
    await signUp(world, 'bob'),
    await signUp(world, 'carol'),
  ]
  await befriend(alice, bob)
  const own = await makePlan(world, bob)
  await rsvpTo(world, own, alice)
  const other = await makePlan(world, alice, { capacity: 1 })
  await rsvpTo(world, other, bob)
  await rsvpTo(world, other, carol)
  const json = { user_ids: [bob.id] }
  await call('POST', `/api/plans/${other._id}/invite`, { json, as: alice })
  const { body } = await call('POST', '/api/calendar', { as: bob })

  await runBatch(serviceDatabase, {
    rsvps: eraseRsvps(context, bob.id),
    plans: erasePlans(bob.id),
    calendar: eraseCalendars(bob.id),
  })

  expect(await rowsOf('plans', `creator_id = ${bob.id}`)).toBe(0)
  expect(await rowsOf('rsvps', `user_id = ${bob.id} or plan_id = '${own._id}'`)).toBe(0)
  expect(await rowsOf('plan_invites', `user_id = ${bob.id}`)).toBe(0)
  expect((await call('GET', new URL(body.url).pathname)).status).toBe(404)
  const left = await call('GET', `/api/rsvp/plan/${other._id}`, { as: alice })
  expect(left.body.data.map((one: any) => [one.user_id, one.status])).toEqual([
    [String(carol.id), 'going'],
  ])
  expect((await call('GET', `/api/plans/${other._id}`, { as: alice })).status).toBe(200)
})
