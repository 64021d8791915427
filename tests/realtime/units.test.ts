// The pure parts of the realtime side, each by itself.
import { describe, expect, it } from 'vitest'
import { backoff } from '../../src/realtime/backoff'
import { CommitQueue } from '../../src/realtime/room/commit-queue'
import { errorFrame } from '../../src/realtime/room/frames'
import { readFrame } from '../../src/realtime/room/reading'
import { frameErrors } from '../../src/wire/errors/frame-errors'
import { Count, Rate } from '../../src/realtime/sockets/rate'
import { answerClose, isSilent } from '../../src/realtime/sockets/closing'
import { SocketQueues } from '../../src/realtime/sockets/queues'
import { type KeyValues, Registry } from '../../src/realtime/person/registry'

describe('CommitQueue', () => {
  /** A queue over a disk that is told when to have synced. */
  function createQueue() {
    const groups: number[][] = []
    const errors: unknown[] = []
    let settle: { resolve(): void; reject(error: unknown): void } | null = null
    const queue = new CommitQueue<number>({
      commit: (group) => groups.push(group),
      synced: () =>
        new Promise<void>((resolve, reject) => {
          settle = { resolve, reject }
        }),
      breathe: async () => {},
      failed: (error) => errors.push(error),
    })
    const tick = async () => {
      for (let n = 0; n < 10; n++) await Promise.resolve()
    }
    return {
      queue,
      groups,
      errors,
      sync: async () => {
        settle!.resolve()
        await tick()
      },
      fail: async () => {
        settle!.reject(new Error('disk'))
        await tick()
      },
    }
  }

  it('commits at once when nothing is under way', () => {
    const { queue, groups } = createQueue()
    queue.submit(1)
    expect(groups).toEqual([[1]])
  })

  it('gathers what comes while a commit is on its way, in order', async () => {
    const { queue, groups, sync } = createQueue()
    for (const n of [1, 2, 3]) queue.submit(n)
    expect(groups).toEqual([[1]])
    await sync()
    expect(groups).toEqual([[1], [2, 3]])
    queue.submit(4)
    await sync()
    await sync()
    queue.submit(5)
    expect(groups).toEqual([[1], [2, 3], [4], [5]])
  })

  it('forgets what waits and is no longer wanted', async () => {
    const { queue, groups, sync } = createQueue()
    for (const n of [1, 2, 3, 4]) queue.submit(n)
    queue.keep((n) => n % 2 === 0)
    await sync()
    expect(groups).toEqual([[1], [2, 4]])
  })

  it('goes on after a disk that failed', async () => {
    const { queue, groups, errors, fail } = createQueue()
    queue.submit(1)
    await fail()
    queue.submit(2)
    expect(groups).toEqual([[1], [2]])
    expect(errors).toEqual([new Error('disk')])
  })
})

describe('Rate', () => {
  it('lets so many pass within any window, each member by itself', () => {
    const rate = new Rate({ most: 2, window: 1000 })
    rate.count(1, 0)
    rate.count(1, 400)
    expect(rate.waitFor(1, 400)).toBe(600)
    expect(rate.waitFor(1, 999)).toBe(1)
    expect(rate.waitFor(2, 400)).toBe(0)
    expect(rate.waitFor(1, 1000)).toBe(0)
    rate.count(1, 1000)
    expect(rate.waitFor(1, 1000)).toBe(400)
  })

  it('makes who went far over it wait for as long as it takes', () => {
    const rate = new Rate({ most: 2, window: 1000 })
    for (const time of [0, 100, 200, 300]) rate.count(1, time)
    expect(rate.waitFor(1, 300)).toBe(900)
    expect(rate.waitFor(1, 1200)).toBe(0)
  })
})

describe('readFrame', () => {
  const limit = 16 * 1024
  const frame = (bytes: number) => {
    const empty = JSON.stringify({ message: 'x', padding: '' })
    return JSON.stringify({ message: 'x', padding: 'p'.repeat(bytes - empty.length) })
  }

  it('weighs a frame to the byte', () => {
    expect(readFrame(frame(limit)).kind).toBe('message')
    expect(readFrame(frame(limit + 1))).toEqual({ kind: 'close', code: 1009 })
    const wide = `{"message":"x","padding":"${'€'.repeat(5453)}"}`
    expect(new TextEncoder().encode(wide).length).toBe(limit + 3)
    expect(readFrame(wide)).toEqual({ kind: 'close', code: 1009 })
  })

  it('takes a long frame for its picture alone, whatever else stands in it', () => {
    const data = 'A'.repeat(limit)
    const picture = { data, format: 'png' }
    const numbers = Array.from({ length: limit }, () => '1.0').join()
    const tooLong = [
      `{"type":"typing","attachment":1,"junk":[${numbers}]}`,
      `{"type":"read","id":1,"attachment":{"data":"${data}","format":"png"}}`,
      `{"message":"x","attachment":[${numbers}]}`,
      `{"message":"x","attachment":{"data":[${numbers}],"format":"png"}}`,
      `{"message":"x","attachment":{"data":"","format":"png","junk":[${numbers}]}}`,
      JSON.stringify({ message: 'x', attachment: picture, padding: 'p'.repeat(limit) }),
    ]
    for (const sent of tooLong) expect(readFrame(sent)).toEqual({ kind: 'close', code: 1009 })
    const beside = JSON.stringify({ message: 'x', attachment: picture, padding: 'p'.repeat(1000) })
    // As encoders that escape slashes write it.
    const escaped = `{"message":1.0,"attachment":{"data":"${'\\/'.repeat(limit)}","format":"png"}}`
    expect([readFrame(beside), readFrame(escaped)]).toMatchObject([
      { kind: 'message', text: 'x' },
      { kind: 'message', text: '1.0' },
    ])
  })

  it('takes the type "message" for what has none', () => {
    const asked = { kind: 'message', text: 'x', clientId: '7', picture: null }
    expect(readFrame('{"type":"message","message":"x","client_id":7}')).toEqual(asked)
    expect(readFrame('{"message":"x","client_id":"7"}')).toEqual(asked)
  })

  it('keeps the digits of a number that stands for text', () => {
    const asked = { kind: 'message', text: '1.0', clientId: '9007199254740993', picture: null }
    expect(readFrame('{"message":1.0,"client_id":9007199254740993}')).toEqual(asked)
    expect(readFrame('{"message":true,"client_id":9007199254740993}')).toEqual({
      kind: 'refused',
      code: 'bad_frame',
      error: 'message: Not a valid string.',
      clientId: '9007199254740993',
    })
    expect(readFrame('{"message":"x","client_id":1e400}').kind).toBe('refused')
    expect(readFrame('{"type":"read","id":1.0}')).toEqual({ kind: 'read', id: 1 })
    expect(readFrame(`{"message":1.0,"x":${'['.repeat(6000)}${']'.repeat(6000)}}`)).toEqual({
      kind: 'refused',
      code: 'bad_frame',
      error: 'A frame must be JSON.',
      clientId: null,
    })
  })

  it('counts characters, not units of UTF-16', () => {
    const text = '🙂'.repeat(2000)
    expect(readFrame(JSON.stringify({ message: text }))).toMatchObject({ kind: 'message', text })
    expect(readFrame(JSON.stringify({ message: `${text}x` })).kind).toBe('refused')
  })
})

describe('errorFrame', () => {
  it('rounds the wait up to whole seconds', () => {
    const { tooFast } = frameErrors
    expect(JSON.parse(errorFrame(tooFast, 'c', 1))).toEqual({
      ...tooFast,
      retry_after: 1,
      client_id: 'c',
    })
    expect(JSON.parse(errorFrame(tooFast, null))).toEqual(tooFast)
  })
})

describe('backoff', () => {
  const waits = { first: 500, most: 60_000 }

  it('doubles up to a minute', () => {
    const longest = [0, 1, 2, 6, 7, 100].map((attempts) => backoff(waits, attempts, 1))
    expect(longest).toEqual([500, 1000, 2000, 32_000, 60_000, 60_000])
  })

  it('leaves half of the wait to chance', () => {
    expect([0, 0.5, 1].map((chance) => backoff(waits, 1, chance))).toEqual([500, 750, 1000])
    const some = Array.from({ length: 20 }, () => backoff(waits, 100))
    expect(new Set(some).size).toBeGreaterThan(1)
    for (const wait of some) {
      expect(wait).toBeGreaterThanOrEqual(30_000)
      expect(wait).toBeLessThan(60_000)
    }
  })
})

describe('Count', () => {
  it('begins anew when the window of its first is over, and when the clock went back', () => {
    const count = new Count()
    const limit = { most: 2, window: 1000 }
    const add = (now: number) => count.add(limit, now)
    expect([5000, 5500, 5999, 6000, 6001, 300].map(add)).toEqual([1, 2, 3, 1, 2, 1])
  })
})

describe('isSilent', () => {
  it('asks only those who know ping', () => {
    expect(isSilent(null, 0, 1_000_000)).toBe(false)
    expect(isSilent(1000, 0, 90_999)).toBe(false)
    expect(isSilent(1000, 0, 91_000)).toBe(true)
    expect(isSilent(1000, 50_000, 91_000)).toBe(false)
  })
})

describe('SocketQueues', () => {
  it('keeps the order of one socket and holds up no other', async () => {
    const queues = new SocketQueues()
    const [one, other] = [{}, {}]
    const done: string[] = []
    let release = () => {}
    const slow = new Promise<void>((resolve) => (release = resolve))
    queues.add(one, 10, async () => {
      await slow
      done.push('slow')
    })
    queues.add(one, 10, async () => void done.push('after it'))
    queues.add(other, 10, async () => void done.push('other'))
    expect([queues.isBusy(one), queues.isBusy({})]).toEqual([true, false])
    await expect.poll(() => done).toEqual(['other'])
    release()
    await expect.poll(() => done).toEqual(['other', 'slow', 'after it'])
    await expect.poll(() => queues.isBusy(one)).toBe(false)
  })

  it('refuses what would be too much to hold', () => {
    const queues = new SocketQueues()
    const socket = {}
    const nothing = async () => {}
    expect(queues.add(socket, 3 * 1024 * 1024, nothing)).toBe(true)
    expect(queues.add(socket, 2 * 1024 * 1024, nothing)).toBe(false)
    expect(queues.add(socket, 1024 * 1024, nothing)).toBe(true)
  })
})

describe('Registry', () => {
  function createStorage(): KeyValues {
    const values = new Map<string, unknown>()
    return {
      get: (key) => values.get(key),
      put: (key, value) => void values.set(key, value),
      delete: (key) => values.delete(key),
      list: <T>({ prefix }: { prefix: string }) =>
        [...values].filter(([key]) => key.startsWith(prefix)) as [string, T][],
    }
  }
  const place = (room: number, sessionId: string) => ({
    room,
    socketId: `${room}-${sessionId}`,
    sessionId,
  })

  it('finds the sockets of sessions that end, and refuses those that come later', () => {
    const registry = new Registry(createStorage())
    const [first, second, other] = [place(1, 's1'), place(2, 's1'), place(1, 's2')]
    for (const one of [first, second, other]) expect(registry.enter(one, 10)).toBe(true)
    expect(registry.end(['s1'], 20, 100)).toEqual([first, second])
    expect(registry.enter(place(3, 's1'), 10)).toBe(false)
    expect(registry.stranded).toEqual([first, second])
    registry.leave([first, second])
    expect(registry.all).toEqual([other])
  })

  it('remembers an end until the tokens have expired', () => {
    const registry = new Registry(createStorage())
    registry.end(['s1'], 20, 100)
    registry.end(['s2'], 30, 110)
    expect(registry.forget(99)).toBe(100)
    expect(registry.forget(100)).toBe(110)
    expect(registry.enter(place(1, 's1'), 10)).toBe(true)
    expect(registry.enter(place(1, 's2'), 10)).toBe(false)
    expect(registry.forget(110)).toBe(null)
  })

  it('ends all that had begun by then', () => {
    const registry = new Registry(createStorage())
    registry.enter(place(1, 's1'), 10)
    registry.enter(place(2, 's2'), 20)
    expect(registry.end('all', 30, 100)).toHaveLength(2)
    expect(registry.enter(place(1, 's3'), 30)).toBe(false)
    expect(registry.enter(place(1, 's4'), 31)).toBe(true)
    // Those that could not be closed are found again; who came later is not meant.
    expect(registry.stranded).toEqual([place(1, 's1'), place(2, 's2')])
  })
})

describe('the answer to a close', () => {
  /** How the other side of a real pair sees it. */
  async function seen(code: number): Promise<number> {
    const { 0: near, 1: far } = new WebSocketPair()
    near.accept()
    far.accept()
    const closed = new Promise<CloseEvent>((resolve) => near.addEventListener('close', resolve))
    answerClose(far, code)
    return (await closed).code
  }

  it.each([1000, 1001, 1011, 3000, 4001, 4999])('has the code that was sent, %d', async (code) => {
    expect(await seen(code)).toBe(code)
  })

  it.each([0, 999, 1004, 1005, 1006, 1015, 5000, 65_535])(
    'is one also to %d, which nobody may send',
    async (code) => {
      expect(await seen(code)).toBe(1000)
    },
  )
})
