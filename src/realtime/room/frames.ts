// The frames that a live chat sends (docs/contract.md has them all), as their JSON text.
import type * as z from 'zod'
import type { Admission, StoredMessage } from '../../domain/base/context'
import type { FrameError } from '../../wire/errors/frame-errors'
import { chatMessageView } from '../../wire/shapes/chat-message'
import type { ErrorOut, MessageOut, ReadOut, TypingOut } from '../../wire/shapes/frames'

/** A stored message, the same for every socket; the sender's own is the acknowledgement. */
export function messageFrame(message: StoredMessage, senderName: string): string {
  return JSON.stringify(messageOf(message, senderName))
}

/** The same as an object, for a frame that holds it. */
export function messageOf(message: StoredMessage, senderName: string): z.output<typeof MessageOut> {
  return { ...chatMessageView({ ...message, senderName }), client_id: message.clientId }
}

/** Why a frame was not taken; `retryAfter` in milliseconds. */
export function errorFrame(
  { error, code }: FrameError,
  clientId: string | null,
  retryAfter?: number,
): string {
  const frame: z.output<typeof ErrorOut> = {
    error,
    code,
    ...(retryAfter === undefined ? {} : { retry_after: Math.ceil(retryAfter / 1000) }),
    ...(clientId === null ? {} : { client_id: clientId }),
  }
  return JSON.stringify(frame)
}

/** Somebody types; for the others. */
export function typingFrame(by: Admission): string {
  const frame: z.output<typeof TypingOut> = {
    type: 'typing',
    sender: by.userId,
    realSender: by.username,
  }
  return JSON.stringify(frame)
}

/** Somebody has read up to the message with that id; for the others. */
export function readMarkFrame(by: Admission, id: number): string {
  const frame: z.output<typeof ReadOut> = {
    type: 'read',
    id,
    sender: by.userId,
    realSender: by.username,
  }
  return JSON.stringify(frame)
}
