// Computing a password's hash holds up the whole isolate: between two of them everybody else has their turn.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { longestRest, paced } from '../../src/domain/accounts/passwords/pace'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

type Encode = (this: Uint8Array, how?: { alphabet?: string }) => string

const ten = Array.from({ length: 10 }, (_, n) => n)

/** Counts the turns that others get: each is a timer of their own. */
function othersTurns() {
  const turns = { count: 0, isOver: false }
  const next = () => {
    turns.count++
    if (!turns.isOver) setTimeout(next, 0)
  }
  setTimeout(next, 0)
  return turns
}

/** Holds up the isolate, as a hash does. */
function compute(milliseconds: number) {
  const end = Date.now() + milliseconds
  while (Date.now() < end);
}

afterEach(() => {
  vi.restoreAllMocks()
})

/** The steps from each to the next. */
const steps = (numbers: number[]) => numbers.slice(1).map((n, i) => n - numbers[i]!)

describe('computations that hold up the isolate', () => {
  it('that all come at the same moment leave a turn to the others between each two', async () => {
    const turns = othersTurns()
    const seen: number[] = []
    await Promise.all(ten.map(() => paced(() => seen.push(turns.count))))
    turns.isOver = true
    expect(seen.length).toBe(10)
    expect(steps(seen).every((turns) => turns > 0)).toBe(true)
  })

  it('leave them at least as long as each took, and no more than a quarter of a second', async () => {
    expect(longestRest).toBe(250)
    const [begun, ended]: [number[], number[]] = [[], []]
    const work = (milliseconds: number) => () => {
      begun.push(Date.now())
      compute(milliseconds)
      ended.push(Date.now())
    }
    await Promise.all([30, 30, 30, 30].map((milliseconds) => paced(work(milliseconds))))
    const [took, rests] = [begun.map((at, n) => ended[n]! - at), restsBetween(begun, ended)]
    expect(rests.length).toBe(3)
    // A clock of whole milliseconds.
    expect(rests.filter((rest, n) => rest < took[n]! - 1)).toEqual([])
  })

  it('have their turns in the order in which they came, however many come behind them', async () => {
    const order: number[] = []
    let came = 0
    const one = () => {
      const own = came++
      return paced(() => {
        order.push(own)
        compute(5)
      })
    }
    const oneAfterAnother = async () => {
      for (let turn = 0; turn < 6; turn++) await one()
    }
    await Promise.all([1, 2, 3].map(oneAfterAnother))
    expect(order).toEqual(Array.from({ length: 18 }, (_, n) => n))
  })

  it('wait for nobody who was broken off while waiting', async () => {
    vi.spyOn(scheduler, 'wait').mockImplementationOnce(() => new Promise(() => undefined))
    void paced(() => 'never computed')
    const computed = [1, 2, 3].map((n) => paced(() => n))
    expect(await Promise.all(computed)).toEqual([1, 2, 3])
  })

  it('have their turn at once where the clock was set back by an hour', async () => {
    await paced(() => compute(5))
    const now = Date.now.bind(Date)
    vi.spyOn(Date, 'now').mockImplementation(() => now() - 60 * 60_000)
    expect(await paced(() => 'computed')).toBe('computed')
  })

  it('are answered what they computed, and one that fails holds up nobody', async () => {
    const [one, failed, other] = await Promise.allSettled([
      paced(() => 1),
      paced(() => {
        throw new RangeError('too short')
      }),
      paced(() => 2),
    ])
    expect([one, other]).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'fulfilled', value: 2 },
    ])
    expect(failed).toEqual({ status: 'rejected', reason: new RangeError('too short') })
  })
})

describe('wrong sign-ins', () => {
  it('that all come at the same moment leave a turn to the others between each two hashes', async () => {
    const world = createWorld({ env: { LIMIT_PASSWORD_ADDRESS: '100/300' } })
    const { username } = await signUp(world, 'alice')
    const turns = othersTurns()
    const seen: number[] = []
    const toBase64 = Reflect.get(Uint8Array.prototype, 'toBase64') as Encode
    vi.spyOn(Uint8Array.prototype, 'toBase64').mockImplementation(function (this: Uint8Array, how) {
      // The tag of a hash, just computed; a signature is written in the other alphabet.
      if (this.length === 32 && how?.alphabet === undefined) seen.push(turns.count)
      return toBase64.call(this, how)
    })
    const answers = await Promise.all(
      ten.map((n) =>
        world.call('POST', '/accounts/login/', {
          json: { username, password: 'not the password' },
          headers: { 'cf-connecting-ip': `198.51.100.${n + 1}` },
        }),
      ),
    )
    turns.isOver = true
    expect(answers.map(({ status }) => status)).toEqual(ten.map(() => 401))
    expect(seen.length).toBe(10)
    expect(steps(seen).every((turns) => turns > 0)).toBe(true)
  })
})

/** From the end of each to the beginning of the next. */
function restsBetween(begun: number[], ended: number[]): number[] {
  return begun.slice(1).map((at, n) => at - ended[n]!)
}
