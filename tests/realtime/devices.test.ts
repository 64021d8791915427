// Three devices of one person that come and go while things happen and the object sleeps: each ends with
// everything, once and in one order.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, expect, it } from 'vitest'
import { isLong } from '../support/long'
import { named } from '../support/object-names'
import { type Person, signUp } from '../support/people'
import { join, personOf, type Socket, until, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

/** The same numbers each time (mulberry32). */
function chances(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A device: what it has heard, over however many sockets. */
class Device {
  readonly heard: number[] = []
  readonly hellos: boolean[] = []
  #socket: Socket | null = null

  constructor(private readonly person: Person) {}

  get isThere(): boolean {
    return this.#socket !== null
  }

  get last(): number {
    return this.#of('seq').at(-1) ?? this.heard.at(-1) ?? 0
  }

  async come(): Promise<void> {
    const after = this.hellos.length === 0 ? 'now' : this.last
    this.#socket = await join(world, `/ws/me/?after=${after}`, { as: this.person })
    await this.#socket.got(1)
  }

  /** What is on its way is lost. */
  go(): void {
    this.hellos.push(this.#socket!.frames.find(({ type }) => type === 'hello').is_resumed)
    this.heard.push(...this.#of('seq'))
    this.#socket!.close()
    this.#socket = null
  }

  #of(key: string): number[] {
    const told = (this.#socket?.frames ?? []).filter(({ type }) => type === 'event')
    return told.map((frame) => frame[key])
  }
}

it('three devices end with everything, in one order, however they come and go', async () => {
  const [total, chance] = [isLong ? 2000 : 200, chances(13)]
  const alice = await signUp(world, 'alice')
  const devices = [new Device(alice), new Device(alice), new Device(alice)]
  for (const device of devices) await device.come()
  for (let n = 1; n <= total;) {
    const count = Math.min(1 + Math.floor(chance() * 8), total - n + 1)
    const items = Array.from({ length: count }, (_, i) => {
      return { key: `e${n + i}`, kind: 'moon.full', at: Date.now(), data: {} }
    })
    n += count
    const telling = runInDurableObject(personOf(alice.id), ({ context }) =>
      context.people.deliver(named(alice.id), items),
    )
    // While it is being told, some come and some go.
    const moves = devices.map(async (device) => {
      if (!device.isThere) return chance() < 0.5 ? device.come() : undefined
      if (chance() < 0.2) device.go()
    })
    await Promise.all([telling, ...moves])
    if (chance() < 0.1) await evictDurableObject(personOf(alice.id))
  }
  for (const device of devices) {
    if (!device.isThere) await device.come()
    await until(
      () => device.last === total,
      () => `${device.last} of ${total}`,
    )
    device.go()
    expect(device.heard).toEqual(Array.from({ length: total }, (_, i) => i + 1))
    expect(device.hellos.length).toBeGreaterThan(3)
    expect(device.hellos).toEqual([false, ...device.hellos.slice(1).map(() => true)])
  }
})
