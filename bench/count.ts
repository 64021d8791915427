// The counting pass: what one call of an endpoint costs, after a first one that has met the cold objects.
import { type Counts, times } from './counts.ts'
import type { Endpoint } from './endpoints.ts'
import { make } from './load.ts'
import type { Numbers } from './measure.ts'
import type { Stage } from './stage.ts'

/** What a call costs, on the average of a few. */
export async function countCall(
  stage: Stage,
  endpoint: Endpoint,
  numbers: Numbers,
  calls = 4,
): Promise<Counts> {
  const one = () => make(stage.counting, endpoint.call(numbers.next(endpoint), stage.cast))
  await one()
  await stage.takeCounts()
  for (let i = 0; i < calls; i++) await one()
  return times(await stage.takeCounts(), 1 / calls)
}
