// Work outside the database: whoever asks for it is not kept waiting by what others have asked for before,
// and what fails comes again, later each time, until it is parked.
import { beforeEach, describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import { DatabaseUnavailable, MailRefused } from '../../src/domain/base/errors'
import { failureCode } from '../../src/domain/base/failures'
import { waitAfter } from '../../src/domain/base/job-runs'
import { addJob, kindsOf, type NewJob, runDueJobs, startJobs } from '../../src/domain/base/jobs'
import { jobKinds } from '../../src/domain/moving/nouns'
import { sweep } from '../../src/domain/moving/sweep'
import { counting, mostCalls, mostTime, newBudget } from '../../src/platform/budget'
import { TooLate } from '../../src/platform/deadlines'
import { database } from '../support/database'
import { createWorld } from '../support/world'

const never = 8_640_000_000_000_000
const [minute, hour, day] = [60_000, 60 * 60_000, 24 * 60 * 60_000]

const done: number[] = []
const attempts: number[] = []
const reports: string[] = []
let signal: AbortSignal | undefined
let isKnown = true
let budget: { isSpent(): boolean } | undefined

const kinds = {
  ...kindsOf({
    count: (_ctx, n: number) => Promise.resolve(void done.push(n)),
    fail: (_ctx, _n, { attempt }) => {
      attempts.push(attempt)
      return Promise.reject(new Error('broken'))
    },
    step: (ctx, n: number, { attempt }) => {
      attempts.push(attempt)
      return Promise.resolve(done.push(n) < 3 ? { again: ctx.now() + hour } : undefined)
    },
    hang: (_ctx, _n, turn) => {
      signal = turn.signal
      return new Promise(() => undefined)
    },
  }),
  'fail.thrice': { cap: 3, run: () => Promise.reject(new DatabaseUnavailable('away')) },
  'mail.thrice': { cap: 3, isGivenUp: true, run: () => Promise.reject(new Error('broken')) },
}

const world = createWorld({
  inTime: (patience, work) => (patience === 'job' ? Promise.race([work(), tooLate(work)]) : work()),
  context: (context) => ({
    ...context,
    jobKinds: isKnown ? kinds : {},
    budget: budget ?? context.budget,
    report: (event, error) => void reports.push(`${event}: ${String(error)}`),
  }),
})

/** The one job that hangs is late at once; the others are not. */
async function tooLate(work: () => Promise<unknown>): Promise<never> {
  void work
  await scheduler.wait(500)
  throw new TooLate('job')
}

const ask = (kind: string, numbers: number[], more: Partial<NewJob> = {}) =>
  world.run(async (ctx) => {
    const jobs = numbers.map((n) => addJob(ctx, { kind, key: `${n}`, payload: n, ...more }))
    await runBatch(ctx.db, { jobs })
  })
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)
const waiting = async () => (await database.prepare('select count(*) as n from jobs').first('n'))!
type Row = { attempts: number; due_at: number; last_error: string; parked_at: number | null }
const rows = async (): Promise<Row[]> => {
  const sql = 'select attempts, due_at, last_error, parked_at from jobs order by id'
  return (await database.prepare(sql).all<Row>()).results
}
const turn = () => world.run(runDueJobs)

beforeEach(async () => {
  for (const list of [done, attempts, reports]) list.length = 0
  isKnown = true
  budget = undefined
  await database.prepare('delete from jobs').run()
})

describe('jobs', () => {
  it('that are asked for now do not wait behind very many older ones', async () => {
    await ask('count', upTo(150))
    world.clock.advance(1)
    await ask('count', [1000])
    await world.run(async (ctx) => startJobs(ctx))
    expect(done).toContain(1000)
  })

  it('that are many are done by one turn of the timer', async () => {
    await ask('count', upTo(150))
    expect(await turn()).toBe(150)
    expect(await waiting()).toBe(0)
  })

  it('that say when to go on come again then, and no try is spent', async () => {
    await ask('step', [7])
    expect(await turn()).toBe(0)
    expect(await rows()).toEqual([
      { attempts: 0, due_at: world.clock.now + hour, last_error: '', parked_at: null },
    ])
    expect(await turn()).toBe(0)
    world.clock.advance(hour)
    await turn()
    world.clock.advance(hour)
    expect(await turn()).toBe(1)
    expect([done, attempts, await waiting()]).toEqual([[7, 7, 7], [1, 1, 1], 0])
  })

  it('that are late have failed, and are told to stop', async () => {
    await ask('hang', [1])
    expect(await turn()).toBe(0)
    expect(signal?.aborted).toBe(true)
    expect(await rows()).toMatchObject([{ attempts: 1, last_error: 'timeout', parked_at: null }])
  })
})

describe('a job that fails', () => {
  it('comes again after half a minute, then after twice as long, up to an hour, a fifth more or less', async () => {
    await ask('fail', [1])
    for (const wait of [0.5, 1, 2, 4, 8, 16, 32, 60, 60]) {
      await turn()
      const [row] = await rows()
      const waited = row!.due_at - world.clock.now
      expect(waited).toBeGreaterThanOrEqual(Math.max(wait * minute * 0.8, 26_000))
      expect(waited).toBeLessThanOrEqual(wait * minute * 1.2)
      world.clock.now = row!.due_at
    }
    expect(attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(await rows()).toMatchObject([{ attempts: 9, last_error: 'fault', parked_at: null }])
  })

  it('waits a fifth more or less, evenly over the whole band, whatever the try', () => {
    const draws = upTo(1000).map((n) => (n + 0.5) / 1000)
    const middles = [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60].map((minutes) => minutes * minute)
    for (const [attempts, middle] of middles.entries()) {
      // What is at work is not due again before its deadline is over.
      const least = Math.max(middle * 0.8, 26_000)
      const waits = draws.map((chance) => waitAfter(attempts, chance))
      expect(waits.filter((wait) => wait < least || wait > middle * 1.2)).toEqual([])
      expect(new Set(waits).size).toBeGreaterThan(600)
      expect([waits.at(0), waits.at(-1)]).toEqual([
        Math.ceil(Math.max(middle * (0.8 + 0.4 * draws.at(0)!), least)),
        Math.ceil(middle * (0.8 + 0.4 * draws.at(-1)!)),
      ])
    }
  })

  it('is parked after its last try, says so in the log, and is never due', async () => {
    await ask('fail.thrice', [1])
    for (const _ of upTo(3)) {
      await turn()
      world.clock.advance(2 * hour)
    }
    const parkedAt = world.clock.now - 2 * hour
    const parked = { attempts: 3, due_at: never, last_error: 'unavailable', parked_at: parkedAt }
    expect(await rows()).toEqual([parked])
    expect(reports.at(-1)).toBe('job.fail.thrice.parked: unavailable')
    world.clock.advance(20 * day)
    await turn()
    expect(await rows()).toEqual([parked])
  })

  it('and was parked is unparked by whoever asks for it anew', async () => {
    await ask('fail.thrice', [1])
    for (const _ of upTo(3)) {
      await turn()
      world.clock.advance(2 * hour)
    }
    await ask('fail.thrice', [1])
    const { now } = world.clock
    expect(await rows()).toEqual([{ attempts: 0, due_at: now, last_error: '', parked_at: null }])
  })

  it('is given up after its last try where it is a mail', async () => {
    await ask('mail.thrice', [1])
    for (const _ of upTo(3)) {
      expect(await waiting()).toBe(1)
      await turn()
      world.clock.advance(2 * hour)
    }
    expect(await waiting()).toBe(0)
  })

  it('and is parked goes after 30 days; the repair of a restored database does not', async () => {
    const insert = `insert into jobs (kind, key, payload, due_at, created_at, parked_at) values (?1, ?1, '1', ?, 0, ?)`
    const long = world.clock.now - 30 * day
    for (const [key, due, parkedAt] of [
      ['old', never, long],
      ['new', never, long + 1],
      ['restore.repair', never, null],
      ['strange', world.clock.now + 1, long],
    ] as const) {
      await database.prepare(insert).bind(key, due, parkedAt).run()
    }
    await world.run(sweep)
    const { results } = await database.prepare('select key from jobs order by id').all()
    expect(results).toEqual([{ key: 'new' }, { key: 'restore.repair' }, { key: 'strange' }])
  })
})

describe('a job of another version', () => {
  it('is looked at each hour, without a try, and done by who knows it', async () => {
    isKnown = false
    await ask('count', [5])
    const began = world.clock.now
    await turn()
    expect(await rows()).toEqual([
      { attempts: 0, due_at: began + hour, last_error: 'no_handler', parked_at: began + 7 * day },
    ])
    isKnown = true
    world.clock.advance(hour)
    expect([await turn(), done, await waiting()]).toEqual([1, [5], 0])
  })

  it('is parked after a week', async () => {
    isKnown = false
    await ask('count', [5])
    const end = world.clock.now + 7 * day
    for (let hours = 0; hours <= 7 * 24; hours += 24) {
      await turn()
      world.clock.advance(day)
    }
    expect(await rows()).toEqual([
      { attempts: 0, due_at: never, last_error: 'no_handler', parked_at: end },
    ])
  })
})

describe('the lanes', () => {
  it('do not wait for each other: of the second, 40 are done by a turn', async () => {
    await ask('count', upTo(60), { lane: 1 })
    await ask('count', [100, 101])
    expect(await turn()).toBe(42)
    expect(done).toEqual(expect.arrayContaining([100, 101]))
    expect(await waiting()).toBe(20)
  })

  it('get 20 and 5 tries from an answer', async () => {
    await ask('count', upTo(30))
    await ask(
      'count',
      upTo(30).map((n) => 100 + n),
      { lane: 1 },
    )
    await world.run(async (ctx) => startJobs(ctx))
    expect([done.filter((n) => n < 100).length, done.filter((n) => n >= 100).length]).toEqual([
      20, 5,
    ])
  })
})

describe('the budget of an invocation', () => {
  it('ends the turn, and what it did not touch is due at once', async () => {
    await ask('count', upTo(60))
    budget = { isSpent: () => done.length >= 20 }
    expect(await turn()).toBe(20)
    budget = undefined
    expect([await turn(), await waiting()]).toEqual([40, 0])
  })

  it('is 800 calls, however they end, and a job is none', async () => {
    const counted = newBudget(() => 0)
    const inTime = counting(counted, (_patience, work) => work())
    for (const n of upTo(mostCalls - 1)) {
      await inTime('d1', () => (n % 2 ? Promise.resolve() : Promise.reject(new Error()))).catch(
        () => undefined,
      )
    }
    await inTime('job', () => Promise.resolve())
    expect(counted.isSpent()).toBe(false)
    await inTime('object', () => Promise.resolve())
    expect(counted.isSpent()).toBe(true)
  })

  it('is 20 seconds', () => {
    let now = 5
    const timed = newBudget(() => now)
    now += mostTime - 1
    expect(timed.isSpent()).toBe(false)
    now++
    expect(timed.isSpent()).toBe(true)
  })
})

describe('the kinds', () => {
  it('are tried a week and parked, or eight hours and given up where they are mail', () => {
    const facts = Object.entries(jobKinds).map(([kind, { cap, isGivenUp = false }]) => ({
      kind,
      cap,
      isGivenUp,
    }))
    const isMail = (kind: string) => kind.startsWith('mail.')
    expect(facts.filter(({ kind }) => isMail(kind)).length).toBe(5)
    for (const { kind, ...rest } of facts) {
      expect([kind, rest]).toEqual([
        kind,
        isMail(kind) ? { cap: 15, isGivenUp: true } : { cap: 180, isGivenUp: false },
      ])
    }
  })
})

describe('a failure', () => {
  it.each([
    [new TooLate('r2'), 'timeout'],
    [new DatabaseUnavailable(new TooLate('d1')), 'unavailable'],
    [new MailRefused('no such mailbox'), 'refused'],
    [Object.assign(new Error('busy'), { status: 503 }), 'status_503'],
    [new Error('Network connection lost.'), 'unreachable'],
    [Object.assign(new Error('moved'), { retryable: true }), 'unreachable'],
    [new TypeError('x is not a function'), 'fault'],
    ['a text', 'fault'],
  ])('%s has the code %s', (error, code) => {
    expect(failureCode(error)).toBe(code)
  })
})
