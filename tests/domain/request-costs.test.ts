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

  it('five statements where it renews an access token', async () => {
    const json = { refresh: alice.refresh }
    const cost = await costOfRequest(world, 'POST', '/accounts/refresh/', { json })
    expect(cost).toEqual({ status: 200, trips: 1, statements: 5 })
  })
})
