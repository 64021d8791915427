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
  // Each reader has rooms of their own, which are set up at their first use.
  const before = endpoint.kind === 'read' ? people.readers.length : 1
  const one = () => make(stage.counting, endpoint.call(numbers.next(endpoint), stage.cast))
  for (let i = 0; i < before; i++) await one()
  await stage.takeCounts()
  for (let i = 0; i < calls; i++) await one()
  return times(await stage.takeCounts(), 1 / calls)
}
