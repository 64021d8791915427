// What the members of a conversation are told of, by its room.
import type { EventKind } from '../base/events'

/** Somebody wrote: told by the room, with the newest message and what is unread. */
export const messageCreated = {
  kind: 'message.created',
  group: null,
  channels: ['socket', 'push', 'webhook'],
  subject: 'conversation',
  isUrgent: true,
} as const satisfies EventKind
