// How a socket gets out of a room: by itself, sent away, or kept out for what it sent. Whoever is gone sends
// nothing more, what still waits to be stored included.
import type { Context } from '../../domain/base/context'
import { discardPicture } from '../../domain/media'
import { badFrames, closeCodes, closeQuietly } from '../sockets/closing'
import type { CommitQueue } from './commit-queue'
import type { Connection, Connections } from './connections'
import type { Waiting } from './log'
import type { Registered, Registrations } from './registrations'

/** What is needed of the room. */
type Surroundings = {
  context: () => Context
  connections: Connections
  registrations: Registrations
  commits: CommitQueue<Waiting>
  /** Lets something go on by itself. */
  later(work: Promise<unknown>): void
}

/** Lets sockets of a room go. */
export class Leaving {
  constructor(private readonly room: Surroundings) {}

  /** A socket that is gone by itself. */
  left(socket: WebSocket): void {
    const connection = this.room.connections.find(socket)
    if (!connection) return
    this.room.connections.dismiss(connection)
    this.room.registrations.leaveLater([connection])
  }

  dismiss(connections: readonly Connection[], code: number, reason: string): void {
    for (const one of connections) this.room.connections.dismiss(one, { code, reason })
    this.room.registrations.leaveLater(connections)
  }

  /** Sends those away who are meant, and forgets what they sent. */
  drop(isMeant: (one: Pick<Registered, 'admission'>) => boolean): void {
    const meant = this.room.connections.all.filter(isMeant)
    this.dismiss(meant, closeCodes.sessionEnded, 'Session ended')
    this.#forget(({ connection }) => isMeant(connection))
  }

  dropAll(): void {
    this.dismiss(this.room.connections.all, closeCodes.accessEnded, 'No longer open to you')
    this.#forget(() => true)
  }

  /** Nothing goes in or out any more; closed when the session is kept out, so that it cannot come back. */
  expel(connection: Connection): void {
    this.room.connections.dismiss(connection)
    const close = () => closeQuietly(connection.socket, badFrames, 'Too many bad frames')
    this.room.later(this.room.registrations.bar(connection).finally(close))
  }

  /** What still waits of those who may send no more, also of those who have left by themselves. */
  #forget(isMeant: (waiting: Waiting) => boolean): void {
    for (const { attachment } of this.room.commits.keep((waiting) => !isMeant(waiting))) {
      if (attachment !== null) this.discard(attachment)
    }
  }

  /** Removes a picture that came to nothing. */
  discard(key: string): void {
    const report = (error: unknown) => this.room.context().report('room.discard', error)
    this.room.later(discardPicture(this.room.context(), key).catch(report))
  }
}
