// The pipeline, stage by stage: what a path that nobody answers costs with the first stages alone, one more
// at a time, and at last with the routes.
import { type Call, nowhere } from './endpoints.ts'
import { make, type Side } from './load.ts'
import { speedOf, takeTurns } from './measure.ts'
import type { Stage } from './stage.ts'

/** A stage's name, and the processor time of a request that goes as far, in microseconds. */
export type StageCost = { name: string; cpu: number | null }

/** Measures each stage for so many seconds. */
export async function measureStages(stage: Stage, seconds: number): Promise<StageCost[]> {
  const listed = await make(stage.staged, { method: 'GET', path: '/bench/stages', status: 200 })
  const names = ['an empty app', ...(JSON.parse(listed) as string[]), 'the routes']
  const sides: Record<string, Side> = { 'hello-world': stage.hello }
  for (const name of names) sides[name] = stage.staged
  const next = (name: string): Call => {
    if (name === 'hello-world') return { method: 'GET', path: '/', status: 200 }
    return callOf(names.indexOf(name))
  }
  const turns = await takeTurns(stage, sides, seconds * Object.keys(sides).length, next)
  return [...turns].map(([name, taken]) => {
    const { cpu } = speedOf(taken)
    return { name, cpu: cpu === null ? null : cpu * 1000 }
  })
}

function callOf(stages: number): Call {
  const call = nowhere.call(0, undefined as never)
  return { ...call, headers: { 'bench-stages': String(stages) } }
}
