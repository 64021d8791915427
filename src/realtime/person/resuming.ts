// Own sockets that come back: each is told where it begins, then what it missed, then what is new. What it
// missed is read from the log, and today's names from the database, once.
import type { After, Context } from '../../domain/base/context'
import { awayAfter } from '../../domain/people'
import { type Missed, readMissed, type StillThere } from '../../domain/notifications'
import { tryAgainLater } from '../sockets/closing'
import type { Kept, PersonLog } from './log'
import type { Close, NewSocket, OwnSockets } from './own-sockets'
import type { KeyValues } from './registry'
import { helloFrame, resumedFrame, skippedFrame } from './resumed-frames'

/** What is needed of the person. */
type Surroundings = {
  storage: KeyValues
  log: PersonLog
  own: OwnSockets
  context: () => Context
  userId: () => number
  dismiss: (socket: WebSocket, close: Close) => void
  later: (work: Promise<void>) => void
}

/** Lets own sockets begin where their devices were. */
export class Resuming {
  constructor(private readonly person: Surroundings) {}

  /** Lets a socket in that begins behind a number, or now; a bare one (null) is told of what is new. */
  admit(socket: WebSocket, given: NewSocket, after: After): void {
    const { own, log } = this.person
    if (after === null) {
      own.admit(socket, given)
      return this.#seen()
    }
    const isResumed = this.#isResumed(after)
    this.#seen()
    const seq = isResumed && after !== 'now' ? after : log.last
    const isBehind = seq < log.last
    own.admit(socket, { ...given, behind: isBehind ? seq : null })
    own.send(socket, helloFrame(seq, isResumed))
    if (isBehind) this.#start(socket, seq)
  }

  /** An own socket is there: it is known to the database that what happens is to be told here. */
  seen(): void {
    if (this.person.own.all.length > 0) this.#seen()
  }

  #seen(): void {
    this.person.storage.put('last-own', this.person.context().now())
  }

  #isResumed(after: number | 'now'): boolean {
    const { log, storage, context } = this.person
    const now = context().now()
    const lastOwn = storage.get('last-own') as number | undefined
    // In any case: it makes what is gone on from.
    const goesOn = log.goesOnFrom(after === 'now' ? -1 : after, now)
    return goesOn && lastOwn !== undefined && now - lastOwn < awayAfter
  }

  /** Replays that were under way when the object went to sleep go on. */
  goOn(): void {
    for (const { socket, attachment } of this.person.own.all) {
      if (typeof attachment.behind === 'number') this.#start(socket, attachment.behind)
    }
  }

  /** From here on what is new waits for the replay. */
  #start(socket: WebSocket, seq: number): void {
    const { log, own, later } = this.person
    own.hold(socket)
    later(this.#replay(socket, log.after(seq)))
  }

  async #replay(socket: WebSocket, missed: readonly Kept[]): Promise<void> {
    const { context, dismiss, own, userId } = this.person
    try {
      const there = await readMissed(context(), userId(), missed satisfies readonly Missed[])
      own.catchUp(socket, framesOf(missed, there))
    } catch (error) {
      context().report('person.replay', error)
      dismiss(socket, { code: tryAgainLater, reason: 'Try again later' })
    }
  }
}

function framesOf(missed: readonly Kept[], there: readonly StillThere[]): string[] {
  const found = new Map(there.map((one) => [one.seq, one]))
  return missed.map((entry) => {
    const still = found.get(entry.seq)
    return still ? resumedFrame(itemOf(entry, still)) : skippedFrame(entry.seq)
  })
}

function itemOf({ actorId, ...entry }: Kept, { actorName, unread }: StillThere) {
  const actor = actorId === undefined ? {} : { actor: { id: actorId, name: actorName ?? '' } }
  return { key: '', ...entry, ...actor, unread }
}
