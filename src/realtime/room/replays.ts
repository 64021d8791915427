// What a socket missed, sent page by page, oldest first, before anything new.
import type { Context, Named } from '../../domain/base/context'
import { membersOf } from '../../domain/chat'
import { closeQuietly, tryAgainLater } from '../sockets/closing'
import type { Connection, Connections } from './connections'
import type { RoomLog } from './log'
import type { MemberNames } from './names'
import type { RoomStore } from './store'

/** What is needed of the room. */
type Surroundings = {
  context: () => Context
  conversation: () => Named
  connections: Connections
  log: RoomLog
  names: MemberNames
  store: RoomStore
}

/** Sends sockets what they have missed. */
export class Replays {
  constructor(private readonly room: Surroundings) {}

  /** Those that were under way when the object went to sleep go on. */
  goOn(): void {
    for (const connection of this.room.connections.all) {
      if (connection.next !== null) void this.send(connection)
    }
  }

  /** Sends a connection what came later than it knows; then it is live. */
  async send(connection: Connection): Promise<void> {
    const { connections, log, names } = this.room
    if (!this.#knowsNames && !(await this.#learnNames())) {
      return closeQuietly(connection.socket, tryAgainLater, 'Try again later')
    }
    while (connections.has(connection) && !log.replayPage(connections, connection, names)) {
      await scheduler.wait(0)
    }
  }

  get #knowsNames(): boolean {
    return this.room.names.knowsAll(this.room.store.members.map(({ userId }) => userId))
  }

  /** Only a room that slept in the middle of a replay has to ask for them. */
  async #learnNames(): Promise<boolean> {
    try {
      this.room.names.learn(await membersOf(this.room.context(), this.room.conversation()))
      return true
    } catch (error) {
      this.room.context().report('room.names', error)
      return false
    }
  }
}
