// One endpoint beside the bare Worker, in short turns: what disturbs the machine disturbs both.
import type { Call, Endpoint } from './endpoints.ts'
import { make, type Side, takeTurn, type Turn } from './load.ts'
import type { Stage } from './stage.ts'
import { median, percentile } from './statistics.ts'

/** One side's result. Times in milliseconds. */
export type Speed = { requestsPerSecond: number; p50: number; p99: number; cpu: number | null }

export type Comparison = {
  service: Speed
  bare: Speed
  /** The service's time per request over the bare Worker's: the median of the rounds. */
  ratio: number
  /** The same of processor time, over all rounds; null where it cannot be read. */
  cpuRatio: number | null
}

const connections = 4
const turnLength = 250
const warmUp = 150

type Taken = Turn & { cpu: number | null }

/**
 * Measures for so many seconds, half of them each side.
 * @throws where the two answer differently, or with another status than they should
 */
export async function compare(
  stage: Stage,
  endpoint: Endpoint,
  seconds: number,
  numbers: Numbers,
): Promise<Comparison> {
  const next = (): Call => endpoint.call(numbers.next(endpoint), stage.cast)
  if (endpoint.kind === 'read') await requireSameAnswer(stage, next())
  const take = async (side: Side): Promise<Taken> => {
    const before = stage.clock?.() ?? 0
    const turn = await takeTurn(side, next, turnLength, connections)
    return { ...turn, cpu: stage.clock ? stage.clock() - before : null }
  }
  for (const side of [stage.service, stage.bare]) await takeTurn(side, next, warmUp, connections)
  const rounds: { service: Taken; bare: Taken }[] = []
  const count = Math.max(2, Math.round((seconds * 1000) / (2 * turnLength)))
  for (let i = 0; i < count; i++) {
    // Each side is the first one every other time.
    if (i % 2 === 0) {
      const service = await take(stage.service)
      rounds.push({ service, bare: await take(stage.bare) })
    } else {
      const bare = await take(stage.bare)
      rounds.push({ service: await take(stage.service), bare })
    }
  }
  const service = speedOf(rounds.map((round) => round.service))
  const bare = speedOf(rounds.map((round) => round.bare))
  return {
    service,
    bare,
    ratio: median(rounds.map((round) => timeOf(round.service) / timeOf(round.bare))),
    cpuRatio: service.cpu !== null && bare.cpu ? service.cpu / bare.cpu : null,
  }
}

/** Numbers the calls of each endpoint, over all passes. */
export class Numbers {
  readonly #used = new Map<string, number>()

  next({ name }: Endpoint): number {
    const number = this.#used.get(name) ?? 0
    this.#used.set(name, number + 1)
    return number
  }
}

async function requireSameAnswer({ service, bare }: Stage, call: Call): Promise<void> {
  const own = (side: Side, text: string) => text.replaceAll(side.origin.origin, '<origin>')
  const [one, other] = [own(service, await make(service, call)), own(bare, await make(bare, call))]
  if (one === other) return
  let at = 0
  while (one[at] === other[at]) at++
  const shown = [one, other].map((text) => text.slice(Math.max(0, at - 40), at + 80)).join('\n')
  throw new Error(`The bare Worker answers ${call.path} differently:\n${shown}`)
}

function timeOf({ requests, milliseconds }: Turn): number {
  return milliseconds / requests
}

function speedOf(turns: Taken[]): Speed {
  const latencies = turns.flatMap((turn) => turn.latencies)
  const cpu = turns.reduce((sum, turn) => sum + (turn.cpu ?? 0), 0)
  return {
    requestsPerSecond: 1000 / median(turns.map(timeOf)),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpu: turns[0]!.cpu === null ? null : cpu / latencies.length,
  }
}
