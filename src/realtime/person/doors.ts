// Who of a person's sockets is let in, wherever it is: none of a session that has ended or is kept out, and no more
// than a person may have.
import type { Context } from '../../domain/base/context'
import { barredFor } from '../sockets/frame-guard'
import type { Entry, Place, Registry } from './registry'
import type { PersonsRooms } from './rooms'

/** When somebody has too many sockets, another handshake may be tried after so long, in seconds. */
const fullFor = 10
/** A look around asks every room, so it is not for each of many handshakes: once in so long, in milliseconds. */
const lookEvery = 1000

/** What is needed of the person. */
type Surroundings = {
  registry: Registry
  rooms: PersonsRooms
  context: () => Context
}

/** Lets a person's sockets in, or says why not. */
export class Doors {
  #lookedAt = 0

  constructor(private readonly person: Surroundings) {}

  /** Where there are too many sockets, some may have died without a word. */
  async makeRoom(): Promise<void> {
    const now = this.person.context().now()
    if (!this.#isFull || Math.abs(now - this.#lookedAt) < lookEvery) return
    this.#lookedAt = now
    await this.person.rooms.takeStock()
  }

  /** Writes a socket down that is let in. One step: a look around finds the socket with its place. */
  letIn(place: Place, signedInAt: number): Entry {
    const { context, registry } = this.person
    const barred = registry.barredFor(place.sessionId, context().now())
    if (barred > 0) return Math.ceil(barred / 1000)
    if (this.#isFull) return fullFor
    return registry.enter(place, signedInAt) ? 'in' : 'ended'
  }

  /** Keeps a session out for a while; answers until when, in milliseconds. */
  bar(sessionId: string): number {
    const until = this.person.context().now() + barredFor
    this.person.registry.bar(sessionId, until)
    return until
  }

  get #isFull(): boolean {
    const { context, registry } = this.person
    return registry.all.length >= context().rules.socketsPerPerson
  }
}
