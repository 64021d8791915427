// What a person's object is told of an event.
import type { Context, Item, Named } from '../base/context'
import { topicOf } from '../push'
import { urgentKinds } from './kinds'
import type { Facts, Reader } from './pages'

/** An event as one of its audience hears of it. */
export function itemOf(ctx: Context, event: Facts & Reader): Item {
  const { id, kind, at, actorId, actorName, notificationId } = event
  const push = pushOfEvent(ctx, event)
  return {
    key: `e${id}`,
    kind,
    at,
    data: JSON.parse(event.data) as Item['data'],
    ...(actorId !== null && actorName !== null ? { actor: { id: actorId, name: actorName } } : {}),
    ...(notificationId !== null ? { notificationId } : {}),
    ...(push ? { push } : {}),
  }
}

function pushOfEvent(ctx: Context, { kind, userId, groupKey, isPushWanted }: Facts & Reader) {
  if (!isPushWanted || userId === null || groupKey === null) return null
  return pushOf(ctx, { userId, kind, group: groupKey })
}

const day = 24 * 60 * 60

/** How a kind of event is pushed to somebody: the newest of its `group` alone. */
export function pushOf(
  ctx: Context,
  { userId, kind, group }: { userId: number; kind: string; group: string },
): NonNullable<Item['push']> {
  const isUrgent = urgentKinds.has(kind)
  const topic = topicOf(ctx, userId, group)
  return { topic, urgency: isUrgent ? 'high' : 'normal', ttl: isUrgent ? day : 3 * day }
}

/** Whose object is to be called; null where nobody is to be told. */
export function namedIn({ userId, object }: Reader): Named | null {
  return userId === null ? null : { id: userId, name: object ?? '' }
}

/** Nothing is to come of a call. */
export const isInVain = ({ isAway, isPushWanted }: Reader): boolean => !isPushWanted && isAway === 1
