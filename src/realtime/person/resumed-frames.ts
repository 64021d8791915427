// What a resuming own socket hears: everything that happened to its person, numbered.
import type * as z from 'zod'
import type { Changed, Item } from '../../domain/base/context'
import type { NumberedFrame, ChangedFrame, HelloFrame } from '../../wire/shapes/own-frames'
import { messageView } from '../../wire/shapes/message'

/** An item with its number; of a message in a replay, what is unread. */
export type Numbered = Item & { seq: number; unread?: number | null }

/** Where the socket begins: what follows comes after `seq`. */
export function helloFrame(seq: number, isResumed: boolean): string {
  const frame: z.output<typeof HelloFrame> = { type: 'hello', seq, is_resumed: isResumed }
  return JSON.stringify(frame)
}

/** Something happened that is not there any more for the person. */
export function skippedFrame(seq: number): string {
  const frame: NumberedFrame = { type: 'skipped', seq }
  return JSON.stringify(frame)
}

/** Something is to be read anew. */
export function changedFrame(changed: Changed): string {
  const { what } = changed
  const frame: z.output<typeof ChangedFrame> =
    what === 'conversation'
      ? { type: 'changed', what, conversation_id: changed.conversationId }
      : { type: 'changed', what }
  return JSON.stringify(frame)
}

/** What happened, by its kind; one that has no frame of its own is an `event`. */
export function resumedFrame(item: Numbered): string {
  const frame = byKind[item.kind] ?? eventOf
  return JSON.stringify(frame(item))
}

type Facts = Record<string, never>
const by = ({ actor }: Item) => ({ user_id: actor?.id ?? 0, username: actor?.name ?? '' })
const line = ({ notificationId }: Item) => ({ notification_id: notificationId ?? null })

const byKind: Partial<Record<string, (item: Numbered) => NumberedFrame>> = {
  'friend_request.received'(item) {
    const { request_id: id } = item.data as Facts
    return { type: 'friend_request', seq: item.seq, id: id!, ...by(item), ...line(item) }
  },
  'friend_request.answered'(item) {
    const { request_id: id, status } = item.data as Facts
    const rest = { ...by(item), status: status!, ...line(item) }
    return { type: 'friend_request_answered', seq: item.seq, id: id!, ...rest }
  },
  'rsvp.changed'(item) {
    const { rsvp_id: id, plan_id, status } = item.data as Facts
    const rest = { ...by(item), status: status!, ...line(item) }
    return { type: 'rsvp', seq: item.seq, id: id!, plan_id: plan_id!, ...rest }
  },
  'message.created'({ seq, data, shown, unread }) {
    const { conversation_id, message_id } = data as Facts
    return {
      type: 'message',
      seq,
      conversation_id: conversation_id!,
      unread: shown?.unread ?? unread ?? 0,
      message_id: message_id!,
      message: shown ? messageView(shown.message) : null,
    }
  },
}

function eventOf(item: Numbered): NumberedFrame {
  const { seq, kind, actor } = item
  const told = actor ? { id: actor.id, username: actor.name } : null
  return { type: 'event', seq, kind, actor: told, data: toldData(item.data), ...line(item) }
}

/** What has changed is told as a list. */
function toldData(data: Item['data']): Record<string, unknown> {
  const { changed } = data
  if (typeof changed !== 'object' || changed === null) return { ...data }
  return { ...data, changed: Object.keys(changed) }
}
