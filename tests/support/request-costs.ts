// What a request costs in the database, as tests say it: its round trips and the statements in them.
import type { CallOptions, World } from './world'

/** What a request is answered with and what it costs, the work after the answer included. */
export type RequestCost = { status: number; trips: number; statements: number }

/**
 * Makes a request and counts: `expect(await costOfRequest(world, 'GET', '/friends/', { as: alice })).toEqual(
 * { status: 200, trips: 1, statements: 2 })`.
 */
export async function costOfRequest(
  world: World,
  method: string,
  path: string,
  given: CallOptions = {},
): Promise<RequestCost> {
  let status = 0
  const { trips, statements } = await world.cost(async () => {
    ;({ status } = await world.call(method, path, given))
  })
  return { status, trips, statements }
}
