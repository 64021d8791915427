// The connections of a room: whose each is, which have caught up, and which have stopped reading. What must survive
// the object's sleep is in each socket's attachment.
import type { Admission } from '../../domain/base/context'
import { FrameGuard } from '../sockets/frame-guard'
import {
  closeQuietly,
  isSilent,
  sendQuietly,
  silenceMax,
  tryAgainLater,
  unreadMax,
} from '../sockets/closing'

/** What a socket carries through the object's sleep. */
type Attachment = {
  id: string
  admission: Admission
  /** The id of the message that a replay comes to next; null when it is over. */
  next: number | null
  /** When its last frame came, to within `seenEvery`. */
  seenAt: number
}

/** A socket that was let in, until it is gone or sent away. */
export type Connection = Attachment & {
  socket: WebSocket
  /** Characters sent since it last gave a sign of life. */
  unread: number
  guard: FrameGuard
}

/** The runtime's side of hibernating sockets. */
type Runtime = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'getWebSocketAutoResponseTimestamp'
>

/** A frame is written down as a sign of life at most so often, in milliseconds. */
const seenEvery = 15_000

/** The sockets of a room that were let in and are not sent away. */
export class Connections {
  readonly #connections = new Map<WebSocket, Connection>()

  constructor(private readonly runtime: Runtime) {
    for (const socket of runtime.getWebSockets()) {
      const attachment = socket.deserializeAttachment() as Attachment | null
      if (attachment) this.#connections.set(socket, connectionOf(socket, attachment))
    }
  }

  get all(): Connection[] {
    return [...this.#connections.values()]
  }

  find(socket: WebSocket): Connection | undefined {
    return this.#connections.get(socket)
  }

  /** Whether a connection is still there. */
  has(connection: Connection): boolean {
    return this.#connections.get(connection.socket) === connection
  }

  admit(socket: WebSocket, attachment: Attachment): Connection {
    this.runtime.acceptWebSocket(socket)
    const connection = connectionOf(socket, attachment)
    this.#connections.set(socket, connection)
    this.#write(connection)
    return connection
  }

  /** From here on nothing goes in or out, whatever is still on its way. */
  dismiss(connection: Connection, close?: { code: number; reason: string }): void {
    this.#connections.delete(connection.socket)
    try {
      connection.socket.serializeAttachment(null)
    } catch {
      // It is gone.
    }
    if (close) closeQuietly(connection.socket, close.code, close.reason)
  }

  /** Where a connection's replay has come to. */
  move(connection: Connection, next: number | null): void {
    connection.next = next
    if (this.has(connection)) this.#write(connection)
  }

  seen(connection: Connection, now: number): void {
    connection.unread = 0
    if (now - connection.seenAt < seenEvery) return
    connection.seenAt = now
    this.#write(connection)
  }

  /** To every socket that has caught up; the others come to it in their replay. */
  broadcast(frame: string): void {
    for (const connection of this.#connections.values()) {
      if (connection.next === null) this.send(connection, frame)
    }
  }

  /** To the others' sockets that asked for more than messages. */
  hintOthers(userId: number, frame: string): void {
    for (const connection of this.#connections.values()) {
      const { admission } = connection
      if (admission.userId !== userId && admission.events) this.send(connection, frame)
    }
  }

  send(connection: Connection, frame: string): void {
    if (!this.has(connection)) return
    sendQuietly(connection.socket, frame)
    connection.unread += frame.length
    if (connection.unread > unreadMax) this.#checkReading(connection)
  }

  // What is sent to a socket that does not read stays in our memory, which everybody here shares. A ping
  // does not wake the object, so it is asked for only now.
  #checkReading(connection: Connection): void {
    const lastPing = this.#lastPing(connection)
    if (lastPing !== null && lastPing > connection.seenAt) {
      connection.seenAt = lastPing
      connection.unread = 0
      return
    }
    closeQuietly(connection.socket, tryAgainLater, 'Not reading')
  }

  /** Those who know `ping` and have not been heard of for too long. */
  silentAt(now: number): Connection[] {
    return this.all.filter((connection) =>
      isSilent(this.#lastPing(connection), connection.seenAt, now),
    )
  }

  /** The members of whom a socket has just given a sign of life: what is sent here is seen. */
  hereAt(now: number): Set<number> {
    const isAlive = (connection: Connection) =>
      now - Math.max(connection.seenAt, this.#lastPing(connection) ?? 0) < silenceMax
    return new Set(this.all.filter(isAlive).map(({ admission }) => admission.userId))
  }

  #lastPing({ socket }: Connection): number | null {
    return this.runtime.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
  }

  #write({ socket, id, admission, next, seenAt }: Connection): void {
    socket.serializeAttachment({ id, admission, next, seenAt } satisfies Attachment)
  }
}

function connectionOf(socket: WebSocket, attachment: Attachment): Connection {
  return { ...attachment, socket, unread: 0, guard: new FrameGuard() }
}
