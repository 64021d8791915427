// The frames of a person's own socket (`/ws/me`; docs/contract.md has them all).
import type { PersonEvent } from '../../domain/base/context'
import type { OwnEvent } from '../../wire/shapes/frames'
import { messageOf } from '../room/frames'

/** An event as its JSON text. */
export function eventFrame(event: PersonEvent): string {
  return JSON.stringify(frameOf(event))
}

function frameOf(event: PersonEvent): OwnEvent {
  const { type } = event
  if (type === 'message') {
    return {
      type,
      conversation_id: event.conversationId,
      unread: event.unread,
      message: messageOf(event.message, event.senderName),
    }
  }
  const somebody = { user_id: event.userId, username: event.username }
  switch (type) {
    case 'friend_request':
      return { type, id: event.requestId, ...somebody }
    case 'friend_request_answered':
      return { type, id: event.requestId, ...somebody, status: event.status }
    case 'presence':
      return { type, ...somebody, is_connected: event.isConnected }
    case 'rsvp':
      return { type, id: event.rsvpId, plan_id: event.planId, ...somebody, status: event.status }
  }
}
