// The counting pass: what one call of an endpoint costs, once everything that it meets has been met before.
import { type Counts, times } from './counts.ts'
import type { Endpoint } from './endpoints.ts'
import { make } from './load.ts'
import type { Numbers } from './measure.ts'
import { people } from './seed.ts'
import type { Stage } from './stage.ts'

/** What a call costs, on the average of a few. */
export async function countCall(
  stage: Stage,
  endpoint: Endpoint,
  numbers: Numbers,
  calls = 4,
): Promise<Counts> {
  // Everybody once: what is written once a minute of who is there is no part of a call, nor is a room
  // that is set up at its first use.
  const before = endpoint.most ? 1 : people.readers.length
  const one = () => make(stage.counting, endpoint.call(numbers.next(endpoint), stage.cast))
  for (let i = 0; i < before; i++) await one()
  await stage.takeCounts()
  for (let i = 0; i < calls; i++) await one()
  return times(await stage.takeCounts(), 1 / calls)
}
