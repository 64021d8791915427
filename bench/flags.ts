// The flags of `npm run bench` and `npm run cost`: anything else is answered with what there is.
import { parseArgs } from 'node:util'

/** Something that the person who typed the command can mend. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export type BenchFlags = {
  people: number[]
  seconds: number
  /** A part of the names of what is measured; '' is everything. */
  only: string
  out: string
}

export const benchUsage = `npm run bench -- [flags]
  --people <numbers>   sizes of the crowd, separated by commas (1000; up to 1000000)
  --seconds <number>   how long each endpoint is measured, both sides together (3)
  --only <text>        only what has this in its name, such as plans, "POST /friends/", chat or
                       hostile; overhead is what there is around every request's work
  --out <file>         where the JSON goes (bench/results/<time>.json)`

/** @throws `UsageError` */
export function benchFlags(args: string[]): BenchFlags {
  const given = values(args, ['people', 'seconds', 'only', 'out'], benchUsage)
  const people = (given['people'] ?? '1000').split(',').map(Number)
  if (!people.every((size) => Number.isInteger(size) && size >= 200 && size <= 1_000_000)) {
    throw new UsageError(`--people takes whole numbers from 200 to 1000000.\n\n${benchUsage}`)
  }
  const seconds = Number(given['seconds'] ?? 3)
  if (!(seconds > 0 && seconds <= 600)) {
    throw new UsageError(`--seconds takes a number above 0, up to 600.\n\n${benchUsage}`)
  }
  const sorted = people.toSorted((a, b) => a - b)
  return { people: sorted, seconds, only: given['only'] ?? '', out: given['out'] ?? resultFile() }
}

export type CostFlags = { people: number; out: string | null }

export const costUsage = `npm run cost -- [flags]
  --people <number>    size of the crowd (1000)
  --out <file>         writes the counts and prices as JSON, too`

/** @throws `UsageError` */
export function costFlags(args: string[]): CostFlags {
  const given = values(args, ['people', 'out'], costUsage)
  const people = Number(given['people'] ?? 1000)
  if (!(Number.isInteger(people) && people >= 1000 && people <= 1_000_000)) {
    throw new UsageError(`--people takes a whole number from 1000 to 1000000.\n\n${costUsage}`)
  }
  return { people, out: given['out'] ?? null }
}

function values(
  args: string[],
  names: string[],
  usage: string,
): Record<string, string | undefined> {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}

function resultFile(): string {
  return `bench/results/${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.json`
}

/** Runs a command; what its caller can mend is said without a stack. */
export async function command(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error)
    process.exitCode = 1
  }
}
