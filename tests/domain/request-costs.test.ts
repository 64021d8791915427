// How many round trips and statements a request costs: each further statement is paid for, in every request.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Person, signUp } from '../support/people'
import { costOfRequest } from '../support/request-costs'
import { createWorld } from '../support/world'

const world = createWorld()

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

  it('six statements where it rotates a refresh token, the sign of life among them', async () => {
    world.clock.advance(61_000)
    const headers = { bearer: `Token ${alice.refresh}` }
    const cost = await costOfRequest(world, 'POST', '/api/token/refresh/', { headers })
    expect(cost).toEqual({ status: 200, trips: 1, statements: 6 })
  })
})
