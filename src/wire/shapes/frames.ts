// The shapes of the live sockets' frames: what a room takes is checked with them, what the sockets send is
// typed by them, and /asyncapi.json describes them (docs/contract.md says what each does).
import * as z from 'zod'
import { integer, nullable, optional, text } from '../../domain/base/fields'
import { frameCodes } from '../errors/frame-errors'
import { ChatMessage } from './chat-message'

// ── In ───────────────────────────────────────────────────────────────────────────────────────────

/** The sender's own mark of a message: the same one again is the same message. */
export const clientIdField = optional(nullable(text({ max: 100 })))

/** A message to be sent. */
export const MessageIn = z
  .object({
    message: text({ max: 2000 }),
    client_id: clientIdField,
    // Looked at by the room itself: a frame is refused in words of its own for it.
    attachment: z
      .unknown()
      .optional()
      .meta({
        type: ['object', 'null'],
        description: 'A picture: its bytes in base64 (or a data URL), and its format as a word.',
        properties: { data: { type: 'string' }, format: { type: 'string' } },
        required: ['data', 'format'],
      }),
  })
  .meta({ id: 'MessageIn' })

/** Its sender types. */
export const TypingIn = z.object({ type: z.literal('typing') }).meta({ id: 'TypingIn' })

/** Its sender has read up to a message. */
export const ReadIn = z
  .object({ type: z.literal('read'), id: integer({ min: 0 }) })
  .meta({ id: 'ReadIn' })

// ── Out ──────────────────────────────────────────────────────────────────────────────────────────

/** A stored message; to its sender the acknowledgement. */
export const MessageOut = ChatMessage.extend({ client_id: z.string().nullable() }).meta({
  id: 'MessageOut',
})

/** Why a frame was not taken; the socket lives. `retry_after` in seconds. */
export const ErrorOut = z
  .object({
    error: z.string(),
    code: z.enum(frameCodes),
    retry_after: z.int().optional(),
    client_id: z.string().optional(),
  })
  .meta({ id: 'ErrorOut' })

const bySomebody = { sender: z.int(), realSender: z.string() }

/** Somebody else types. */
export const TypingOut = z
  .object({ type: z.literal('typing'), ...bySomebody })
  .meta({ id: 'TypingOut' })

/** Somebody else has read up to a message. */
export const ReadOut = z
  .object({ type: z.literal('read'), id: z.int(), ...bySomebody })
  .meta({ id: 'ReadOut' })

// ── Out, to a person's own socket ────────────────────────────────────────────────────────────────

const somebody = { user_id: z.int(), username: z.string() }

/** Somebody else wrote in a conversation. */
export const MessageEvent = z
  .object({
    type: z.literal('message'),
    conversation_id: z.int(),
    unread: z.int(),
    message: MessageOut,
  })
  .meta({ id: 'MessageEvent' })

/** Somebody asks to be a friend. */
export const RequestEvent = z
  .object({ type: z.literal('friend_request'), id: z.int(), ...somebody })
  .meta({ id: 'FriendRequestEvent' })

/** A friend request was answered. */
export const AnswerEvent = z
  .object({
    type: z.literal('friend_request_answered'),
    id: z.int(),
    ...somebody,
    status: z.enum(['accepted', 'rejected']),
  })
  .meta({ id: 'FriendRequestAnsweredEvent' })

/** A friend came or has gone. */
export const PresenceEvent = z
  .object({ type: z.literal('presence'), ...somebody, is_connected: z.boolean() })
  .meta({ id: 'PresenceEvent' })

/** Somebody answered one's plan. */
export const RsvpEvent = z
  .object({
    type: z.literal('rsvp'),
    id: z.string(),
    plan_id: z.string(),
    ...somebody,
    status: z.string(),
  })
  .meta({ id: 'RsvpEvent' })

/** Any event of a person's own socket. */
export type OwnEvent = z.output<
  | typeof MessageEvent
  | typeof RequestEvent
  | typeof AnswerEvent
  | typeof PresenceEvent
  | typeof RsvpEvent
>
