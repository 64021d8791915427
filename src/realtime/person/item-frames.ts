// What a bare own socket hears of what happened to its person: the five frames of old and nothing else.
import type { Item, PersonEvent } from '../../domain/base/context'
import type { KindBy } from '../../domain/notifications'
import { eventFrame } from './event-frames'

/** An item's frame for a bare socket; null where such a one hears nothing of it. */
export function bareFrame(item: Item): string | null {
  const event = barely[item.kind as KindBy<'socket'>]?.(item)
  return event ? eventFrame(event) : null
}

type Facts = Record<string, never>
const by = ({ actor }: Item) => ({ userId: actor?.id ?? 0, username: actor?.name ?? '' })

/** By kind; a kind of a later version is none of these. */
const barely: Record<KindBy<'socket'>, (item: Item) => PersonEvent | null> = {
  'friend_request.received'(item) {
    const { request_id: requestId } = item.data as Facts
    return { type: 'friend_request', requestId: requestId!, ...by(item) }
  },
  'friend_request.answered'(item) {
    const { request_id: requestId, status } = item.data as Facts
    return { type: 'friend_request_answered', requestId: requestId!, ...by(item), status: status! }
  },
  'rsvp.changed'(item) {
    const { plan_id: planId, rsvp_id: rsvpId, status } = item.data as Facts
    if (status === 'removed') return null
    return { type: 'rsvp', planId: planId!, rsvpId: rsvpId!, ...by(item), status: status! }
  },
  'account.security': () => null,
  'rsvp.promoted': () => null,
  'plan.invited': () => null,
  'plan.changed': () => null,
  'plan.cancelled': () => null,
  'message.created'({ data, shown }) {
    if (!shown) return null
    const { conversation_id: conversationId } = data as Facts
    return { type: 'message', conversationId: conversationId!, ...shown }
  },
}
