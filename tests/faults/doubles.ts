// What stands outside the service, as doubles that fail when they are told to.
import { env } from 'cloudflare:workers'
import type { Context, InTime } from '../../src/domain/base/context'
import { TooLate } from '../../src/platform/deadlines'
import { database } from '../support/database'
import { fortyTwoDouble, profileOf } from '../support/fortytwo'
import { createWorld, type World } from '../support/world'

/** Words that only the inside knows: no answer may hold them. */
export const inside = 'Network connection lost. (the inside of the inside)'

/** What fails, and how often it was asked since it was last told what to do. */
export class Fault {
  /** 'lost': what was asked is done, and its answer lost. 'hangs': nothing is done, and no answer comes. */
  kind: 'refused' | 'lost' | 'hangs' = 'refused'
  /** The asking that fails, counted from 1; 0 is none, Infinity all. */
  at = 0
  asked = 0
  #hasHung = false

  /** Fails one asking. */
  tell(kind: Fault['kind'], at: number): void {
    this.kind = kind
    this.at = at
    this.asked = 0
  }

  heal(): void {
    this.tell('refused', 0)
  }

  /** Whether an asking has begun to hang since this was last asked. */
  takeHang(): boolean {
    const hasHung = this.#hasHung
    this.#hasHung = false
    return hasHung
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    this.asked++
    const fails = this.asked === this.at || this.at === Number.POSITIVE_INFINITY
    if (!fails) return work()
    if (this.kind === 'hangs') {
      this.#hasHung = true
      return new Promise(() => {})
    }
    if (this.kind === 'lost') await work()
    throw new Error(`D1_ERROR: ${inside}`)
  }
}

export const outsiders = ['database', 'kv', 'r2', 'mail', 'rooms', 'people'] as const
export type Outsider = (typeof outsiders)[number]

/** Strangers take whatever they are sent. */
const answer = {
  kind: 'answered',
  status: 201,
  retryAfter: null,
  body: new Uint8Array(0),
  ms: 1,
} as const

/** A service of which everything outside can be made to fail. */
export function createFaultyWorld(): { world: World; faults: Record<Outsider, Fault> } {
  const fortyTwo = fortyTwoDouble()
  fortyTwo.answer = { ok: true, got: profileOf('newcomer') }
  const faults = Object.fromEntries(outsiders.map((name) => [name, new Fault()])) as Record<
    Outsider,
    Fault
  >
  const world = createWorld({
    now: Date.now(),
    database: failing(database, faults.database, ['batch']),
    inTime: deadlineOf(Object.values(faults)),
    env: {
      SECURITY_CONTACT: 'security@example.org',
      BLACKLIST: failing(env.BLACKLIST, faults.kv),
      MEDIA: failing(env.MEDIA, faults.r2),
      EMAIL: { send: () => faults.mail.pass(async () => undefined) },
      ROOMS: { getByName: (name: string) => failing(env.ROOMS.getByName(name), faults.rooms) },
      PEOPLE: { getByName: (name: string) => failing(env.PEOPLE.getByName(name), faults.people) },
    },
    context: (context: Context) => ({
      ...context,
      wait: async () => undefined,
      outside: { mayAsk: () => true, send: async () => answer },
      providers: new Map([['42', fortyTwo]]),
    }),
  })
  return { world, faults }
}

/** For whatever hangs the deadline comes at once, and for nothing else. */
function deadlineOf(faults: Fault[]): InTime {
  return async (patience, work) => {
    const working = work()
    if (faults.some((fault) => fault.takeHang())) throw new TooLate(patience)
    return working
  }
}

/** An object whose methods fail as a fault says. */
function failing<T extends object>(target: T, fault: Fault, methods?: string[]): T {
  return new Proxy(target, {
    get(_target, name) {
      const member = (target as Record<PropertyKey, unknown>)[name]
      if (typeof member !== 'function') return member
      const call = (...given: unknown[]) =>
        (target as Record<PropertyKey, (...given: unknown[]) => unknown>)[name]!(...given)
      if (methods && !methods.includes(String(name))) return call
      return (...given: unknown[]) => fault.pass(async () => call(...given))
    },
  })
}
