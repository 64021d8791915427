// A person's own sockets (`/ws/me`): they only tell. What comes in is no `ping`, which the runtime answers, and
// says nothing; what must survive the object's sleep is in each socket's attachment.
import type { SocketOwner } from '../../domain/base/context'
import {
  badFrames,
  closeCodes,
  closeQuietly,
  isSilent,
  sendQuietly,
  tooBig,
} from '../sockets/closing'
import { frameFor } from './item-frames'
import type { Numbered } from './log'
import type { Ended } from './registry'

/** An own socket is closed at so many frames that say nothing, or at one of so many bytes. */
const framesMax = 10
const frameBytes = 1024

/** What an own socket carries through the object's sleep; `frames` are those it should not have sent. */
type Attachment = { socketId: string; sessionId: string; joinedAt: number; frames?: number }

/** Why a socket is closed. */
export type Close = { code: number; reason: string }

/** The runtime's side of hibernating sockets. */
type Runtime = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'getWebSocketAutoResponseTimestamp'
>

/** A person's own sockets. */
export class OwnSockets {
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
    for (const { socket } of this.all) sendQuietly(socket, frame)
  }

  /** Tells what happened, each socket in its own way. */
  tellItems(items: readonly Numbered[]): void {
    const { all } = this
    for (const item of items) {
      const frame = frameFor('bare', item)
      if (frame !== null) for (const { socket } of all) sendQuietly(socket, frame)
    }
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
    const lastPing = (socket: WebSocket) =>
      this.runtime.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
    return this.all
      .filter(({ socket, attachment }) => isSilent(lastPing(socket), attachment.joinedAt, now))
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
export function ownerIn(request: Request): SocketOwner {
  return JSON.parse(request.headers.get('x-owner') ?? 'null') as SocketOwner
}
