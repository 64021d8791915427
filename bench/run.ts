// `npm run bench`: the service beside a bare Worker that does the least for the same answers.
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname, resolve } from 'node:path'
import { root } from './build.ts'
import { type ChatComparison, compareChat, shapes } from './chat.ts'
import { countCall } from './count.ts'
import type { Counts } from './counts.ts'
import { chosen, compared, type Endpoint, overhead } from './endpoints.ts'
import { benchFlags, type BenchFlags, benchUsage, command, UsageError } from './flags.ts'
import { compareHostile, type HostileComparison } from './hostile.ts'
import { compare, type Comparison, Numbers } from './measure.ts'
import { progress } from './progress.ts'
import { chatOf, endpointsOf, growthOf, hostileOf, stagesOf, verdictOn } from './report.ts'
import { bundles, setStage, type Stage } from './stage.ts'
import { measureStages, type StageCost } from './stages.ts'

export type SizeResults = {
  people: number
  endpoints: (Comparison & Pick<Endpoint, 'name' | 'kind'> & { counts: Counts })[]
  stages: StageCost[]
  chat: ChatComparison[]
  hostile: HostileComparison[]
}
export type Results = { at: string; machine: string; seconds: number; sizes: SizeResults[] }

async function bench(flags: BenchFlags): Promise<void> {
  const endpoints = chosen(flags.only)
  const withStages = overhead.includes(flags.only)
  const withChat = 'chat'.includes(flags.only)
  const withHostile = 'hostile'.includes(flags.only)
  if (endpoints.length === 0 && !withStages && !withChat && !withHostile) {
    const names = [...compared.map(({ name }) => name), overhead, 'chat', 'hostile'].join('\n  ')
    throw new UsageError(`Nothing has "${flags.only}" in its name:\n  ${names}\n\n${benchUsage}`)
  }
  const built = await bundles()
  const results: Results = {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
    seconds: flags.seconds,
    sizes: [],
  }
  for (const people of flags.people) {
    const stage = await setStage(built, people)
    try {
      const size = await measure(stage, endpoints, flags.seconds)
      results.sizes.push(size)
      progress('')
      console.log(endpointsOf(size))
      if (withStages) size.stages.push(...(await measureStages(stage, flags.seconds)))
      console.log(stagesOf(size.stages))
      for (const shape of withChat ? shapes : []) {
        size.chat.push(await compareChat(stage, shape, 3 * flags.seconds))
      }
      progress('')
      console.log(chatOf(size))
      if (withHostile) size.hostile.push(...(await compareHostile(stage)))
      console.log(hostileOf(size))
    } finally {
      await stage.close()
    }
  }
  for (const text of [growthOf(results), verdictOn(results)]) if (text) console.log(text)
  const file = resolve(root, flags.out)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`)
  console.log(`\nAll of it: ${flags.out}`)
}

async function measure(stage: Stage, endpoints: Endpoint[], seconds: number): Promise<SizeResults> {
  const numbers = new Numbers()
  const { crowd } = stage.cast
  const results: SizeResults = { people: crowd, endpoints: [], stages: [], chat: [], hostile: [] }
  for (const [i, endpoint] of endpoints.entries()) {
    progress(`${crowd} people: measuring, ${i + 1} of ${endpoints.length}: ${endpoint.name}`)
    const counts = await countCall(stage, endpoint, numbers)
    const comparison = await compare(stage, endpoint, seconds, numbers)
    const { name, kind } = endpoint
    results.endpoints.push({ name, kind, ...comparison, counts })
  }
  return results
}

await command(() => bench(benchFlags(process.argv.slice(2))))
