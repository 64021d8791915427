// The database fails at each round trip of every route in turn: before the batch is done, after it, when
// only its answer is lost, and by giving no answer at all. `FAULTS_FULL=1` tries every combination, else each way where it matters most.
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app'
import { runDueJobs } from '../../src/domain/base/jobs'
import { tellDue } from '../../src/domain/notifications'
import { logLinesOf } from '../support/log-lines'
import type { Answer } from '../support/world'
import { createFaultyWorld, type Fault } from './doubles'
import { brokenInvariants, difference, expectHonest, oneOf, rowsNow } from './outcome'
import { isReading, nameOf, type Row, rows, send } from './requests'
import { prepareStages, setStage, type Stage } from './stage'

const isFull = env.FAULTS_FULL === '1'
const { world, faults } = createFaultyWorld()
const { database } = faults

beforeAll(() => prepareStages(world))

/** Lets the timer come round, without letting the time pass for tokens. */
async function finishJobs() {
  const { now } = world.clock
  world.clock.advance(120_000)
  await world.run((ctx) => Promise.all([runDueJobs(ctx), tellDue(ctx)]))
  world.clock.now = now
}

async function begin(row: Row) {
  const stage = await setStage(world)
  await row.before?.(world, stage)
  return { stage, before: await rowsNow() }
}

/** Sends a row's request while the database fails so. */
async function sendFaulty(row: Row, stage: Stage, kind: Fault['kind'], at: number) {
  let answer: Answer
  const { faults: lines } = await logLinesOf(async () => {
    database.tell(kind, at)
    answer = await send(world, row, stage)
    database.heal()
  })
  return { answer: answer!, lines }
}

/** Which failures are tried: how, and at which round trip. */
function failures(trips: number): [Fault['kind'], number][] {
  const each = Array.from({ length: trips }, (_, i) => i + 1)
  const [refused, lost] = isFull ? [each, each] : [each.slice(0, 1), each.slice(0, 2)]
  return [
    ...refused.map((at) => ['refused', at] as ['refused', number]),
    ...refused.map((at) => ['hangs', at] as ['hangs', number]),
    ...lost.map((at) => ['lost', at] as ['lost', number]),
  ]
}

const named = (some: Row[]) => some.map((row) => ({ name: nameOf(row), row }))

describe.each(named(rows.filter((row) => !isReading(row))))('$name', ({ name, row }) => {
  it('is done wholly or not at all', async () => {
    const usual = await begin(row)
    database.heal()
    const { status, text } = await send(world, row, usual.stage)
    const trips = database.asked
    expect([status < 400, text]).toEqual([true, text])
    await finishJobs()
    const all = difference(usual.before, await rowsNow())

    const refused = new Map<number, number>()
    for (const [kind, at] of failures(trips)) {
      const how = `${name}: ${kind} at ${at}`
      const { stage, before } = await begin(row)
      const { answer, lines } = await sendFaulty(row, stage, kind, at)
      expectHonest(answer, lines, how, 'database')
      if (kind === 'refused') refused.set(at, answer.status)
      // Silence is answered like a refusal.
      const expectedStatus = kind === 'hangs' ? refused.get(at) : answer.status
      expect([how, answer.status]).toEqual([how, expectedStatus])
      await finishJobs()
      const done = difference(before, await rowsNow())
      const isAcknowledged = answer.status < 400 && !row.isAfterwards
      const allowed = isAcknowledged ? [all] : ['nothing', all, ...(row.leaves ?? [])]
      expect([how, done]).toEqual([how, oneOf(allowed)])
      expect([how, await brokenInvariants()]).toEqual([how, []])

      // The client, which has heard nothing, asks again.
      const again = await send(world, row, stage)
      const expected = done === all ? (row.again ?? status) : status
      expect([how, again.status, again.text]).toEqual([how, expected, again.text])
      await finishJobs()
      const isTwice = row.isRepeated && done !== 'nothing'
      const inTheEnd = difference(before, await rowsNow())
      expect([how, inTheEnd]).toEqual([how, isTwice ? inTheEnd : all])
      expect([how, await brokenInvariants()]).toEqual([how, []])
    }
  })
})

describe('what only reads', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage(world)
  })

  it.each(named(rows.filter(isReading)))('$name says that it failed', async ({ name, row }) => {
    await row.before?.(world, stage)
    database.heal()
    const { status, text } = await send(world, row, stage)
    expect([status < 400, text]).toEqual([true, text])
    const trips = database.asked
    for (let at = 1; at <= trips; at++) {
      for (const kind of ['refused', 'hangs'] as const) {
        const { answer, lines } = await sendFaulty(row, stage, kind, at)
        expect([name, kind, answer.status]).toEqual([name, kind, 503])
        expectHonest(answer, lines, name, 'database')
      }
    }
  })
})

describe('the rows above', () => {
  it('are there for every route', () => {
    const routes = createApp().routes.filter(({ method }) => method !== 'ALL')
    const known = new Set(rows.map(({ route }) => route))
    const names = new Set(routes.map(({ method, path }) => `${method} ${path}`))
    expect([...names].filter((name) => !known.has(name))).toEqual([])
    expect([...known].filter((name) => !names.has(name))).toEqual([])
  })
})
