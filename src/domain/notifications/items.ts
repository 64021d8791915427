// What a person's object is told of an event.
import type { Item, Named } from '../base/context'
import type { Facts, Reader } from './pages'

/** An event as one of its audience hears of it. */
export function itemOf(event: Facts & Pick<Reader, 'notificationId'>): Item {
  const { id, kind, at, actorId, actorName, notificationId } = event
  return {
    key: `e${id}`,
    kind,
    at,
    data: JSON.parse(event.data) as Item['data'],
    ...(actorId !== null && actorName !== null ? { actor: { id: actorId, name: actorName } } : {}),
    ...(notificationId !== null ? { notificationId } : {}),
  }
}

/** Whose object is to be called; null where nobody is to be told. */
export function namedIn({ userId, object }: Reader): Named | null {
  return userId === null ? null : { id: userId, name: object ?? '' }
}
