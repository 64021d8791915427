// The sockets of a room: who sits where, who has caught up, and who has stopped reading. What must survive
// the object's sleep is in each socket's attachment.
import type { Seat } from '../domain/base/context'
import { FrameGuard } from './frame-guard'
import { closeQuietly, isSilent, sendQuietly, tryAgainLater, unreadMax } from './sockets'

/** What a socket carries through the object's sleep. */
type Attachment = {
  id: string
  seat: Seat
  /** The id of the message that a replay comes to next; null when it is over. */
  next: number | null
  /** When its last frame came, to within `seenEvery`. */
  seenAt: number
}

/** A socket that was let in. */
export type Listener = Attachment & {
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

export class Audience {
  readonly #listeners = new Map<WebSocket, Listener>()

  constructor(private readonly runtime: Runtime) {
    for (const socket of runtime.getWebSockets()) {
      const attachment = socket.deserializeAttachment() as Attachment | null
      if (attachment) this.#listeners.set(socket, listenerOf(socket, attachment))
    }
  }

  get all(): Listener[] {
    return [...this.#listeners.values()]
  }

  find(socket: WebSocket): Listener | undefined {
    return this.#listeners.get(socket)
  }

  /** Whether a listener is still there. */
  has(listener: Listener): boolean {
    return this.#listeners.get(listener.socket) === listener
  }

  admit(socket: WebSocket, attachment: Attachment): Listener {
    this.runtime.acceptWebSocket(socket)
    const listener = listenerOf(socket, attachment)
    this.#listeners.set(socket, listener)
    this.#write(listener)
    return listener
  }

  /** From here on nothing goes in or out, whatever is still on its way. */
  dismiss(listener: Listener, close?: { code: number; reason: string }): void {
    this.#listeners.delete(listener.socket)
    try {
      listener.socket.serializeAttachment(null)
    } catch {
      // It is gone.
    }
    if (close) closeQuietly(listener.socket, close.code, close.reason)
  }

  /** Where a listener's replay has come to. */
  move(listener: Listener, next: number | null): void {
    listener.next = next
    if (this.has(listener)) this.#write(listener)
  }

  seen(listener: Listener, now: number): void {
    listener.unread = 0
    if (now - listener.seenAt < seenEvery) return
    listener.seenAt = now
    this.#write(listener)
  }

  /** To every socket that has caught up; the others come to it in their replay. */
  broadcast(frame: string): void {
    for (const listener of this.#listeners.values()) {
      if (listener.next === null) this.send(listener, frame)
    }
  }

  /** To those sockets of a person that asked for more than messages. */
  hint(userId: number, frame: string): void {
    for (const listener of this.#listeners.values()) {
      if (listener.seat.userId === userId && listener.seat.events) this.send(listener, frame)
    }
  }

  send(listener: Listener, frame: string): void {
    if (!this.has(listener)) return
    sendQuietly(listener.socket, frame)
    listener.unread += frame.length
    if (listener.unread > unreadMax) this.#checkReading(listener)
  }

  // What is sent to a socket that does not read stays in our memory, which everybody here shares. A ping
  // does not wake the object, so it is asked for only now.
  #checkReading(listener: Listener): void {
    const lastPing = this.#lastPing(listener)
    if (lastPing !== null && lastPing > listener.seenAt) {
      listener.seenAt = lastPing
      listener.unread = 0
      return
    }
    closeQuietly(listener.socket, tryAgainLater, 'Not reading')
  }

  /** Those who know `ping` and have not been heard of for too long. */
  silentAt(now: number): Listener[] {
    return this.all.filter((listener) => isSilent(this.#lastPing(listener), listener.seenAt, now))
  }

  /** Today's name of somebody who sits here or is talked to here. */
  nameOf(userId: number): string {
    for (const { seat } of this.#listeners.values()) {
      if (seat.userId === userId) return seat.username
      if (seat.otherId === userId) return seat.otherName
    }
    return ''
  }

  #lastPing({ socket }: Listener): number | null {
    return this.runtime.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
  }

  #write({ socket, id, seat, next, seenAt }: Listener): void {
    socket.serializeAttachment({ id, seat, next, seenAt } satisfies Attachment)
  }
}

function listenerOf(socket: WebSocket, attachment: Attachment): Listener {
  return { ...attachment, socket, unread: 0, guard: new FrameGuard() }
}
