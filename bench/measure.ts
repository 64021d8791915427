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
  /** The hello-world, where the endpoint is measured beside it, and the ratio of processor time to it. */
  hello?: Speed
  helloRatio?: number | null
}

const connections = 4
const turnLength = 250
const warmUp = 150

/** A turn with the processor time of the runtime meanwhile. */
export type Taken = Turn & { cpu: number | null }

/**
 * Measures for so many seconds, all sides together.
 * @throws where the two answer differently, or with another status than they should
 */
export async function compare(
  stage: Stage,
  endpoint: Endpoint,
  seconds: number,
  numbers: Numbers,
): Promise<Comparison> {
  const next = (): Call => endpoint.call(numbers.next(endpoint), stage.cast)
  if (endpoint.kind !== 'write') await requireSameAnswer(stage, next())
  const sides: Partial<Record<SideName, Side>> = {
    service: stage.service,
    bare: stage.bare,
    ...(endpoint.isBesideHello ? { hello: stage.hello } : {}),
  }
  const turns = await takeTurns(stage, sides, seconds, (name) =>
    name === 'hello' ? hello : next(),
  )
  const service = speedOf(turns.get('service')!)
  const bare = speedOf(turns.get('bare')!)
  const beside = turns.has('hello') ? speedOf(turns.get('hello')!) : null
  const ratios = turns
    .get('service')!
    .map((turn, i) => timeOf(turn) / timeOf(turns.get('bare')![i]!))
  return {
    service,
    bare,
    ratio: median(ratios),
    cpuRatio: quotient(service.cpu, bare.cpu),
    ...(beside ? { hello: beside, helloRatio: quotient(service.cpu, beside.cpu) } : {}),
  }
}

type SideName = 'service' | 'bare' | 'hello'
const hello: Call = { method: 'GET', path: '/', status: 200 }

const quotient = (one: number | null, other: number | null) =>
  one !== null && other ? one / other : null

/** Turns of each side for so many seconds in all, each of them the first one every other time. */
export async function takeTurns<N extends string>(
  { clock }: Pick<Stage, 'clock'>,
  sides: Partial<Record<N, Side>>,
  seconds: number,
  next: (name: N) => Call,
): Promise<Map<N, Taken[]>> {
  const all = Object.entries(sides) as [N, Side][]
  const take = async ([name, side]: [N, Side]): Promise<Taken> => {
    const before = clock?.() ?? 0
    const turn = await takeTurn(side, () => next(name), turnLength, connections)
    return { ...turn, cpu: clock ? clock() - before : null }
  }
  const turns = new Map<N, Taken[]>(all.map(([name]) => [name, []]))
  for (const [name, side] of all) await takeTurn(side, () => next(name), warmUp, connections)
  const rounds = Math.max(2, Math.round((seconds * 1000) / (all.length * turnLength)))
  for (let i = 0; i < rounds; i++) {
    for (const one of i % 2 === 0 ? all : all.toReversed()) turns.get(one[0])!.push(await take(one))
  }
  return turns
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

/** What some turns of one side come to. */
export function speedOf(turns: Taken[]): Speed {
  const latencies = turns.flatMap((turn) => turn.latencies)
  const cpu = turns.reduce((sum, turn) => sum + (turn.cpu ?? 0), 0)
  return {
    requestsPerSecond: 1000 / median(turns.map(timeOf)),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpu: turns[0]!.cpu === null ? null : cpu / latencies.length,
  }
}
