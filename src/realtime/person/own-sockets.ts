// A person's own sockets (`/ws/me`): they only tell. What comes in is no `ping`, which the runtime answers, and
// says nothing; what must survive the object's sleep is in each socket's attachment.
import type { After, SocketOwner } from '../../domain/base/context'
import {
  badFrames,
  closeCodes,
  closeQuietly,
  isSilent,
  sendQuietly,
  tooBig,
  tryAgainLater,
  unreadMax,
} from '../sockets/closing'
import { bareFrame } from './item-frames'
import type { Numbered } from './log'
import type { Ended } from './registry'
import { resumedFrame } from './resumed-frames'

/** An own socket is closed at so many frames that say nothing, or at one of so many bytes. */
const framesMax = 10
const frameBytes = 1024

/** A socket that is let in. */
export type NewSocket = { socketId: string; sessionId: string; joinedAt: number }

/** What an own socket carries through the object's sleep. */
type Attachment = NewSocket & {
  /** Those it should not have sent. */
  frames?: number
  /** The number behind which its replay goes on; null where it has caught up. A bare socket has none. */
  behind?: number | null
}

/** Why a socket is closed. */
export type Close = { code: number; reason: string }

/** The runtime's side of hibernating sockets. */
type Runtime = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'getWebSocketAutoResponseTimestamp'
>

/** A person's own sockets. */
export class OwnSockets {
  /** What is new, for those that are still told what they missed. */
  readonly #waiting = new WeakMap<WebSocket, string[]>()
  /** Characters sent since the sign of life that was last looked at. */
  readonly #unread = new WeakMap<WebSocket, { size: number; sign: number }>()

  constructor(private readonly runtime: Runtime) {}

  admit(socket: WebSocket, attachment: Attachment): void {
    this.runtime.acceptWebSocket(socket)
    socket.serializeAttachment(attachment)
  }

  /** Those that are open and not sent away. */
  get all(): { socket: WebSocket; attachment: Attachment }[] {
    return this.runtime.getWebSockets().flatMap((socket) => {
      const attachment = attachmentOf(socket)
      return attachment ? [{ socket, attachment }] : []
    })
  }

  get ids(): string[] {
    return this.all.map(({ attachment }) => attachment.socketId)
  }

  /** Its id, unless it was sent away. */
  idOf(socket: WebSocket): string | null {
    return attachmentOf(socket)?.socketId ?? null
  }

  /** Tells how something is now. */
  tell(frame: string): void {
    for (const { socket } of this.all) this.#write(socket, frame)
  }

  /** The same, to those that resume alone. */
  tellResuming(frame: string): void {
    for (const { socket, attachment } of this.all) {
      if (attachment.behind !== undefined) this.#write(socket, frame)
    }
  }

  /** Tells what happened, each socket in its own way. Answers, for each item, with the ids of those that were told. */
  tellItems(items: readonly Numbered[]): string[][] {
    const { all } = this
    return items.map((item) => {
      if (all.length === 0) return []
      const [bare, resumed] = [bareFrame(item), resumedFrame(item)]
      return all.flatMap(({ socket, attachment }) => {
        const frame = attachment.behind === undefined ? bare : resumed
        if (frame === null) return []
        this.send(socket, frame)
        return [attachment.socketId]
      })
    })
  }

  /** When a socket has last sent `ping`, in milliseconds; null where it never did, or is gone. */
  lastSign(socketId: string): number | null {
    const found = this.all.find(({ attachment }) => attachment.socketId === socketId)
    return found ? this.#lastPing(found.socket) : null
  }

  #lastPing(socket: WebSocket): number | null {
    return this.runtime.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
  }

  /** Sends to a socket, or keeps it for when it has caught up. */
  send(socket: WebSocket, frame: string): void {
    const waiting = this.#waiting.get(socket)
    if (waiting) waiting.push(frame)
    else this.#write(socket, frame)
  }

  // As in a room: what is sent to a socket that does not read stays in the memory that all objects here share.
  #write(socket: WebSocket, frame: string): void {
    sendQuietly(socket, frame)
    const { size, sign } = this.#unread.get(socket) ?? { size: 0, sign: 0 }
    const unread = { size: size + frame.length, sign }
    this.#unread.set(socket, unread)
    if (unread.size > unreadMax) this.#checkReading(socket, sign)
  }

  #checkReading(socket: WebSocket, before: number): void {
    const sign = this.#lastPing(socket) ?? 0
    if (sign > before) this.#unread.set(socket, { size: 0, sign })
    else closeQuietly(socket, tryAgainLater, 'Not reading')
  }

  /** What is new waits until the socket has caught up. */
  hold(socket: WebSocket): void {
    this.#waiting.set(socket, [])
  }

  /** Sends what a socket missed, and what came meanwhile: from here on it is live. */
  catchUp(socket: WebSocket, missed: readonly string[]): void {
    const attachment = attachmentOf(socket)
    const waiting = this.#waiting.get(socket) ?? []
    this.#waiting.delete(socket)
    if (!attachment) return
    for (const frame of [...missed, ...waiting]) this.#write(socket, frame)
    socket.serializeAttachment({ ...attachment, behind: null } satisfies Attachment)
  }

  /** Counts a frame that says nothing; why its socket is to be closed, if it is. */
  hear(socket: WebSocket, data: string | ArrayBuffer): Close | null {
    const attachment = attachmentOf(socket)
    if (!attachment) return null
    if (bytesOf(data) > frameBytes) return { code: tooBig, reason: 'Frame too big' }
    const frames = (attachment.frames ?? 0) + 1
    if (frames >= framesMax) return { code: badFrames, reason: 'Too many bad frames' }
    socket.serializeAttachment({ ...attachment, frames } satisfies Attachment)
    return null
  }

  /** From here on nothing goes in or out. */
  dismiss(socket: WebSocket, { code, reason }: Close): void {
    socket.serializeAttachment(null)
    closeQuietly(socket, code, reason)
  }

  /** Closes those of sessions that have ended. */
  drop(ended: Ended): void {
    const close = { code: closeCodes.sessionEnded, reason: 'Session ended' }
    for (const { socket, attachment } of this.all) {
      if (ended === 'all' || ended.includes(attachment.sessionId)) this.dismiss(socket, close)
    }
  }

  /** Those who know `ping` and have not been heard of for too long. */
  silentAt(now: number): WebSocket[] {
    return this.all
      .filter(({ socket, attachment }) =>
        isSilent(this.#lastPing(socket), attachment.joinedAt, now),
      )
      .map(({ socket }) => socket)
  }
}

function attachmentOf(socket: WebSocket): Attachment | null {
  return socket.deserializeAttachment() as Attachment | null
}

function bytesOf(data: string | ArrayBuffer): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).byteLength : data.byteLength
}

/** Whose socket is asked for, as the Worker passes it. */
export function ownerIn(request: Request): SocketOwner & { after?: After } {
  return JSON.parse(request.headers.get('x-owner') ?? 'null') as ReturnType<typeof ownerIn>
}
