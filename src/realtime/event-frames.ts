// The frames of a person's own socket (`/ws/me`; docs/contract.md has them all).
import type { PersonEvent } from '../domain/context'
import { messageFrame } from './frames'

/** An event as its JSON text. */
export function eventFrame(event: PersonEvent): string {
  return JSON.stringify({ type: event.type, ...bodyOf(event) })
}

function bodyOf(event: PersonEvent): Record<string, unknown> {
  switch (event.type) {
    case 'friend_request':
      return { id: event.requestId, user_id: event.userId, username: event.username }
    case 'friend_request_answered':
      return {
        id: event.requestId,
        user_id: event.userId,
        username: event.username,
        status: event.status,
      }
    case 'presence':
      return {
        user_id: event.userId,
        username: event.username,
        is_connected: event.isConnected,
      }
    case 'message':
      return {
        conversation_id: event.conversationId,
        unread: event.unread,
        message: JSON.parse(messageFrame(event.message, event.senderName)) as unknown,
      }
    case 'rsvp':
      return {
        id: event.rsvpId,
        plan_id: event.planId,
        user_id: event.userId,
        username: event.username,
        status: event.status,
      }
  }
}
