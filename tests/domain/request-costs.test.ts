// How many round trips and statements a request costs: each further statement is paid for, in every request.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Person, signUp } from '../support/people'
import { makePlan } from '../support/plans'
import { costOfRequest } from '../support/request-costs'
import { createWorld } from '../support/world'

const world = createWorld()
// Where nothing is done behind the answer.
const quiet = createWorld({ context: (context) => ({ ...context, later: () => {} }) })

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
})

describe('a request costs', () => {
  it('nothing where nobody answers its path', async () => {
    const cost = await costOfRequest(world, 'GET', '/nowhere/', { as: alice })
    expect(cost).toEqual({ status: 404, trips: 0, statements: 0 })
  })

  it('one statement where it asks for the health', async () => {
    const cost = await costOfRequest(world, 'GET', '/health')
    expect(cost).toEqual({ status: 200, trips: 1, statements: 1 })
  })

  it('one statement where it renews an access token', async () => {
    const json = { refresh: alice.refresh }
    const cost = await costOfRequest(world, 'POST', '/accounts/refresh/', { json })
    expect(cost).toEqual({ status: 200, trips: 1, statements: 1 })
  })

  it('three more after its answer where the session was not in use for a minute', async () => {
    world.clock.advance(61_000)
    const renew = () =>
      costOfRequest(world, 'POST', '/accounts/refresh/', { json: { refresh: alice.refresh } })
    expect(await renew()).toEqual({ status: 200, trips: 2, statements: 4 })
    expect(await renew()).toEqual({ status: 200, trips: 1, statements: 1 })
  })

  it('five statements where it rotates a refresh token, the sign of life among them', async () => {
    world.clock.advance(61_000)
    const headers = { bearer: `Token ${alice.refresh}` }
    const cost = await costOfRequest(world, 'POST', '/api/token/refresh/', { headers })
    expect(cost).toEqual({ status: 200, trips: 1, statements: 5 })
  })
})

describe('a request about friends costs', () => {
  let bob: Person
  let carol: Person
  beforeAll(async () => {
    bob = await signUp(world, 'bob')
    carol = await signUp(world, 'carol')
  })

  it.each([
    '/friends/',
    '/api/users/',
    '/users/',
    '/users/user_list/',
    '/users/friend_list/',
    '/users/user_details/',
    '/users/friends/received_requests/',
    '/users/friends/sent_requests/',
    '/users/friends/groups/',
    '/users/blocks/',
    '/api/friends/',
  ])('two statements where it lists %s: the session’s and one', async (path) => {
    const cost = await costOfRequest(world, 'GET', path, { as: alice })
    expect(cost).toEqual({ status: 200, trips: 1, statements: 2 })
  })

  it('five statements where it asks, and behind its answer two trips of three', async () => {
    const cost = await costOfRequest(world, 'POST', `/api/friends/request/${bob.id}/`, {
      as: alice,
    })
    expect(cost).toEqual({ status: 201, trips: 1 + 2, statements: 5 + 2 + 1 })
  })

  it('a second round trip where it is refused, which says why', async () => {
    const path = `/api/friends/request/${bob.id}/`
    const { status, trips } = await costOfRequest(world, 'POST', path, { as: alice })
    expect([status, trips]).toEqual([400, 2])
  })

  it('a second round trip where it meets another request, which makes two people friends', async () => {
    await costOfRequest(world, 'POST', `/api/friends/request/${alice.id}/`, { as: carol })
    const path = `/api/friends/request/${carol.id}/`
    const { status, trips } = await costOfRequest(world, 'POST', path, { as: alice })
    expect([status, trips >= 2]).toEqual([200, true])
  })
})

describe('an answer to a plan costs', () => {
  const add = (plan: { _id: string }, as: Person) =>
    costOfRequest(quiet, 'POST', '/api/rsvp/add', { json: { plan_id: plan._id }, as })

  it('four statements, and a second round trip where it is refused', async () => {
    const plan = await makePlan(world, alice)
    expect(await add(plan, alice)).toEqual({ status: 201, trips: 1, statements: 4 })
    expect(await add(plan, alice)).toEqual({ status: 400, trips: 2, statements: 4 + 2 })
  })
})
