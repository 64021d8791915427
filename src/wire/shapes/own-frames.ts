// The shapes of the frames of an own socket that resumes (`/ws/me/?after=`): all but the first and states are
// numbered 1, 2, 3 … per person.
import * as z from 'zod'
import { Message } from './message'

/** The first of all: what follows comes after `seq`. */
export const HelloFrame = z
  .object({
    type: z.literal('hello'),
    seq: z.int(),
    is_resumed: z.boolean().meta({
      description: 'Nothing is missing. Where it is false, nothing is replayed: read lists anew.',
    }),
  })
  .meta({ id: 'HelloFrame' })

const seq = z.int().meta({ description: 'Counts 1, 2, 3 … per person.' })
const somebody = { user_id: z.int(), username: z.string() }
const line = {
  notification_id: z.int().nullable().meta({ description: 'Its line in the feed, or null.' }),
}

/** Somebody else wrote in a conversation. */
export const MessageFrame = z
  .object({
    type: z.literal('message'),
    seq,
    conversation_id: z.int(),
    unread: z.int(),
    message_id: z.int(),
    message: Message.nullable().meta({ description: 'Null in a replay.' }),
  })
  .meta({ id: 'MessageFrame' })

/** Somebody asks to be a friend. */
export const RequestFrame = z
  .object({ type: z.literal('friend_request'), seq, id: z.int(), ...somebody, ...line })
  .meta({ id: 'FriendRequestFrame' })

/** A friend request was answered. */
export const AnswerFrame = z
  .object({
    type: z.literal('friend_request_answered'),
    seq,
    id: z.int(),
    ...somebody,
    status: z.enum(['accepted', 'rejected']),
    ...line,
  })
  .meta({ id: 'FriendRequestAnsweredFrame' })

/** Somebody answered one's plan, changed the answer, or took it back (`removed`). */
export const RsvpFrame = z
  .object({
    type: z.literal('rsvp'),
    seq,
    id: z.string(),
    plan_id: z.string(),
    ...somebody,
    status: z.string(),
    ...line,
  })
  .meta({ id: 'RsvpFrame' })

/** Whatever else happened, by its kind; kinds are added. */
export const EventFrame = z
  .object({
    type: z.literal('event'),
    seq,
    kind: z.string(),
    actor: z.object({ id: z.int(), username: z.string() }).nullable(),
    data: z.record(z.string(), z.unknown()),
    ...line,
  })
  .meta({ id: 'EventFrame' })

/** What happened is not there any more for the person. */
export const SkippedFrame = z
  .object({ type: z.literal('skipped'), seq })
  .meta({ id: 'SkippedFrame' })

/** Another device of the person has changed something: read it anew. Not replayed. */
export const ChangedFrame = z
  .object({
    type: z.literal('changed'),
    what: z.enum(['notifications', 'notification_preferences', 'conversation']),
    conversation_id: z.int().optional(),
  })
  .meta({ id: 'ChangedFrame' })

/** A frame that has a number. */
export type NumberedFrame = z.output<
  | typeof MessageFrame
  | typeof RequestFrame
  | typeof AnswerFrame
  | typeof RsvpFrame
  | typeof EventFrame
  | typeof SkippedFrame
>
