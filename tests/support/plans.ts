// Plans and answers to them, for the tests of contract B's plans.
import type { Person } from './people'
import type { World } from './world'

/** The document's own plan. */
export const gameNight = {
  title: 'Game Night',
  description: 'Lots of fun and laughters with friends.',
  location: {
    name: "John's house",
    address1: '1 main st',
    city: 'Boston',
    state: 'MA',
    zipcode: '12345',
  },
  start_time: '2025-09-28 12:00:00',
  end_time: '2025-09-28 15:00:00',
}

/** Makes a plan, the document's own unless told otherwise; answers with it. */
export async function makePlan(world: World, creator: Person, more: object = {}) {
  const json = { ...gameNight, ...more }
  const { status, body, text } = await world.call('POST', '/api/plans/add', { json, as: creator })
  if (status !== 201) throw new Error(`the plan answered ${status}: ${text}`)
  return body
}

/** Answers to a plan; answers with the RSVP. */
export async function rsvpTo(world: World, plan: { _id: string }, person: Person, more = {}) {
  const json = { plan_id: plan._id, ...more }
  const { status, body, text } = await world.call('POST', '/api/rsvp/add', { json, as: person })
  if (status !== 201) throw new Error(`the RSVP answered ${status}: ${text}`)
  return body.data
}
