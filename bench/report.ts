// What `npm run bench` prints.
import { hostileBudget } from './hostile.ts'
import type { Comparison } from './measure.ts'
import type { Results, SizeResults } from './run.ts'
import type { StageCost } from './stages.ts'
import { short, table } from './table.ts'

/** Reads are held to this ratio. */
export const readBudget = 1.3

export function endpointsOf({ people, endpoints }: SizeResults): string {
  const heads = [
    '',
    'req/s',
    'p50 ms',
    'p99 ms',
    'bare req/s',
    'ratio',
    'CPU ratio',
    '× hello',
    'trips',
  ]
  const rows = endpoints.map(({ name, service, bare, ratio, cpuRatio, helloRatio, counts }) => [
    name,
    short(service.requestsPerSecond, 0),
    short(service.p50),
    short(service.p99),
    short(bare.requestsPerSecond, 0),
    short(ratio),
    short(cpuRatio),
    helloRatio === undefined ? '' : short(helloRatio),
    short(counts.trips, 1),
    short(counts.rowsRead, 0),
    short(counts.rowsWritten, 0),
  ])
  const title = `\n${people.toLocaleString('en')} people`
  return rows.length === 0
    ? title
    : `${title}\n\n${table([...heads, 'rows read', 'written'], rows)}`
}

/** What each stage of the pipeline adds, in microseconds of processor time; '' where it was not measured. */
export function stagesOf(stages: readonly StageCost[]): string {
  if (stages.length === 0) return ''
  const rows = stages.map(({ name, cpu }, i) => {
    const before = stages[i - 1]?.cpu
    const added = cpu === null || before === undefined || before === null ? null : cpu - before
    return [name, short(cpu, 0), short(added, 0)]
  })
  return `\nThe pipeline, stage by stage\n\n${table(['', 'CPU µs', 'added'], rows)}`
}

export function chatOf({ chat }: SizeResults): string {
  const heads = ['rooms × sockets', 'delivered/s', 'bare', 'ratio', 'p50 ms', 'bare', 'p99 ms']
  const rows = chat.map((one) => [
    `${one.rooms} × ${one.sockets}`,
    short(one.service.delivered),
    short(one.bare.delivered),
    short(one.deliveredRatio),
    short(one.service.p50),
    short(one.bare.p50),
    short(one.service.p99),
    short(one.bare.p99),
  ])
  return rows.length === 0 ? '' : `\nChat\n\n${table([...heads, 'bare'], rows)}`
}

/** Hostile requests beside ordinary ones, and which of them cost too much; '' where none was sent. */
export function hostileOf({ hostile }: SizeResults): string {
  if (hostile.length === 0) return ''
  const rows = hostile.map(({ name, ordinary, hostile, ratio, quiet }) => [
    name,
    short(ordinary),
    short(hostile),
    short(ratio),
    quiet === undefined ? '' : short(quiet),
  ])
  const heads = ['', 'ordinary ms', 'hostile ms', 'ratio', 'beside nothing ms']
  const above = hostile.filter(({ ratio }) => ratio > hostileBudget).map(({ name }) => name)
  const told =
    above.length === 0
      ? `All hostile requests are within ${hostileBudget} times an ordinary one.`
      : `Above ${hostileBudget} times an ordinary request: ${above.join(', ')}`
  return `\nHostile\n\n${table(heads, rows)}\n\n${told}`
}

/** What grows from the smallest size to the others; '' for a single size. */
export function growthOf({ sizes }: Results): string {
  const [first, ...others] = sizes
  if (!first || others.length === 0) return ''
  const of = (size: SizeResults) => size.people.toLocaleString('en')
  const heads = ['', `rows read at ${of(first)}`]
  for (const size of others) heads.push(`at ${of(size)}`, 'p50 ×', 'CPU ×')
  const rows = first.endpoints.map((endpoint) => {
    const later = others.flatMap((size) => {
      const same = size.endpoints.find(({ name }) => name === endpoint.name)!
      const [now, before] = [same.service, endpoint.service]
      const cpu = now.cpu !== null && before.cpu ? now.cpu / before.cpu : null
      return [short(same.counts.rowsRead, 0), short(now.p50 / before.p50), short(cpu)]
    })
    return [endpoint.name, short(endpoint.counts.rowsRead, 0), ...later]
  })
  return `\nGrowth\n\n${table(heads, rows)}`
}

/** The reads that took more than their budget, by the clock and by processor time. */
export function verdictOn({ sizes }: Results): string {
  const reads = sizes.flatMap(({ people, endpoints }) =>
    endpoints.filter(({ kind }) => kind === 'read').map((endpoint) => ({ people, ...endpoint })),
  )
  if (reads.length === 0) return ''
  const above = (of: (read: Comparison) => number | null) =>
    reads.flatMap((read) => {
      const ratio = of(read) ?? 0
      return ratio > readBudget ? [`${read.name} (${read.people}) ${short(ratio)}`] : []
    })
  const told = (by: string, list: string[]) =>
    list.length === 0
      ? `${by}, all ${reads.length} reads are within ${readBudget} times the bare Worker.`
      : `${by}, ${list.length} of ${reads.length} reads are above ${readBudget} times the bare Worker: ${list.join(', ')}`
  const lines = [
    `\n${told(
      'By the clock',
      above(({ ratio }) => ratio),
    )}`,
  ]
  if (reads.every(({ cpuRatio }) => cpuRatio !== null)) {
    lines.push(
      told(
        'By processor time',
        above(({ cpuRatio }) => cpuRatio),
      ),
    )
  }
  return lines.join('\n')
}
