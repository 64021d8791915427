// Work outside the database: whoever asks for it is not kept waiting by what others have asked for before.
import { describe, expect, it } from 'vitest'
import { addJob, runDueJobs, startJobs } from '../../src/domain/base/jobs'
import { runBatch } from '../../src/db/batch'
import { database } from '../support/database'
import { createWorld } from '../support/world'

const done: number[] = []
const world = createWorld({
  context: (context) => ({
    ...context,
    jobHandlers: { count: (_ctx, n: number) => Promise.resolve(void done.push(n)) },
  }),
})

const ask = (...numbers: number[]) =>
  world.run(async (ctx) => {
    await runBatch(
      ctx.db,
      numbers.map((n) => addJob(ctx, { kind: 'count', key: `${n}`, payload: n })),
    )
  })
const waiting = async () => (await database.prepare('select count(*) as n from jobs').first('n'))!

describe('jobs', () => {
  it('that are asked for now do not wait behind very many older ones', async () => {
    await ask(...Array.from({ length: 150 }, (_, n) => n))
    world.clock.advance(1)
    await ask(1000)
    await world.run(async (ctx) => startJobs(ctx))
    expect(done.splice(0)).toContain(1000)
  })

  it('that are many are done by one turn of the timer', async () => {
    await ask(...Array.from({ length: 150 }, (_, n) => n))
    const before = await waiting()
    expect(await world.run(runDueJobs)).toBe(before)
    expect(await waiting()).toBe(0)
  })
})
