// How long anything outside may take, with a clock that the test moves; and what objects do with each other.
import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InTime, Patience } from '../../src/domain/base/context'
import { deadlines, inTime, TooLate } from '../../src/platform/deadlines'
import { r2MediaStore } from '../../src/platform/media-store'
import { startChat } from '../support/conversations'
import { equip, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

const never = <T>() => new Promise<T>(() => {})

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is its own for each that is asked', () => {
    expect(deadlines).toEqual({
      kv: 250,
      kvWrite: 2000,
      room: 400,
      ending: 500,
      object: 2000,
      objectWithDatabase: 6000,
      d1: 4000,
      r2: 5000,
      mail: 7000,
      job: 25_000,
    })
  })

  it.each(Object.entries(deadlines) as [Patience, number][])(
    'of %s ends the waiting after %d ms and no sooner',
    async (patience, milliseconds) => {
      let outcome: unknown = 'waiting'
      const waiting = inTime(patience, never).catch((error: unknown) => (outcome = error))
      await vi.advanceTimersByTimeAsync(milliseconds - 1)
      expect(outcome).toBe('waiting')
      await vi.advanceTimersByTimeAsync(1)
      await waiting
      expect(outcome).toEqual(new TooLate(patience))
    },
  )

  it('changes neither an answer nor a failure that comes in time, and leaves no timer', async () => {
    expect(await inTime('kv', async () => 7)).toBe(7)
    await expect(inTime('kv', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('hears a failure that comes later, so that nobody else has to', async () => {
    // Unhandled, it would fail the run.
    const fails = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      throw new Error('late')
    }
    const waiting = inTime('kv', fails).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await waiting).toEqual(new TooLate('kv'))
  })
})

describe('a file', () => {
  const bytes = new Uint8Array(100_000).map((_, i) => i)
  const key = `chat/${'a'.repeat(40)}.png`
  const hasty: InTime = (patience, work) => {
    const after = async () => {
      for (let turn = 0; turn < 100; turn++) await scheduler.wait(0)
      throw new TooLate(patience)
    }
    return Promise.race([work(), after()])
  }

  it('comes whole and with its length, or in the part that was asked for', async () => {
    await env.MEDIA.put(key, bytes)
    const store = r2MediaStore(env.MEDIA, env.ASSETS, inTime)
    const read = async (part?: { offset: number; length: number }) =>
      new Response((await store.read(key, part))!.body).bytes()
    expect(await read()).toEqual(bytes)
    expect(await read({ offset: 70_000, length: 3 })).toEqual(bytes.slice(70_000, 70_003))
  })

  it('breaks off where R2 falls silent in the middle of it', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(bytes.slice(0, 10)),
    })
    const file = { size: 100, httpEtag: '"x"', httpMetadata: {}, body }
    const silent = { get: async () => file } as unknown as R2Bucket
    const store = r2MediaStore(silent, env.ASSETS, hasty)
    const reader = (await store.read(key))!.body!.getReader()
    expect((await reader.read()).value).toEqual(bytes.slice(0, 10))
    await expect(reader.read()).rejects.toThrow('r2: no answer within 5000 ms')
  })
})

describe('a room that does not answer a person’s object', () => {
  beforeAll(useFreshIds)
  const world = createWorld({ now: Date.now() })
  const silentRooms: InTime = (patience, work) =>
    patience === 'room' ? Promise.reject(new TooLate(patience)) : work()

  it('keeps no answer waiting, and is told again, later each time, until it has heard', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    let now = Date.now()
    const person = personOf(alice.id)
    await equip(person, { inTime: silentRooms, now: () => now })
    const json = { refresh: alice.refresh }
    const { status } = await world.call('POST', '/accounts/logout/', { json, as: alice })
    expect(status).toBe(200)
    const waits = await runInDurableObject(person, async (object, { storage }) => {
      const waits: number[] = []
      for (let attempt = 0; attempt < 9; attempt++) {
        const at = (await storage.getAlarm())!
        waits.push(at - now)
        now = at
        await storage.deleteAlarm()
        await object.alarm()
      }
      return waits
    })
    for (const [n, wait] of waits.entries()) {
      const longest = Math.min(5000 * 2 ** n, 300_000)
      expect(wait).toBeGreaterThanOrEqual(longest / 2)
      expect(wait).toBeLessThanOrEqual(longest)
    }
    expect(socket.closed).toBe(null)
    await equip(person, { inTime, now: () => now })
    await runInDurableObject(person, (object) => object.alarm())
    expect((await socket.gone()).code).toBe(4001)
    expect(await roomOf(id).socketsOf(alice.id)).toEqual([])
    // What went well is forgotten: the next failure begins anew.
    const retry = await runInDurableObject(person, (_o, { storage }) => storage.kv.get('retry'))
    expect(retry).toBe(undefined)
  })

  it('keeps its sockets in the count, and the others are let in', async () => {
    const { alice, id } = await startChat(world)
    await join(world, `/ws/chat/${id}/`, { as: alice })
    const { rules } = await runInDurableObject(personOf(alice.id), ({ context }) => context)
    await equip(personOf(alice.id), {
      inTime: silentRooms,
      rules: { ...rules, socketsPerPerson: 1 },
    })
    await expect(join(world, '/ws/me/', { as: alice })).rejects.toThrow('429')
    await equip(personOf(alice.id), { rules: { ...rules, socketsPerPerson: 2 } })
    await join(world, '/ws/me/', { as: alice })
  })
})
