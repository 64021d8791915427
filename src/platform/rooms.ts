// The rooms of conversations: one Durable Object each, found by a name of its own.
import type { InTime, Named, Rooms } from '../domain/base/context'
import { DatabaseUnavailable, DomainError } from '../domain/base/errors'
import { objectName } from '../domain/base/object-names'

/** Rooms behind a binding. */
export function durableRooms(binding: Env['ROOMS'], inTime: InTime): Rooms {
  const roomOf = (conversation: Named) => binding.getByName(objectName(conversation))
  const asked = <T>(work: () => Promise<T>) => inTime('object', work)
  return {
    async join(admission, members) {
      const asked = encodeURIComponent(JSON.stringify({ admission, members }))
      const headers = { upgrade: 'websocket', 'x-admission': asked }
      const room = roomOf({ id: admission.conversationId, name: admission.room })
      const answer = await inTime('objectWithDatabase', () =>
        room.fetch('https://room.invalid/', { headers }),
      )
      if (answer.status === 404) throw new DomainError('conversation.missing')
      return upgradeOf(answer)
    },
    history: (conversation, page) => asked(() => roomOf(conversation).history(page, conversation)),
    systemMessage: (conversation, message) =>
      asked(() => roomOf(conversation).systemMessage(message, conversation)),
    open: (conversation, at) => asked(() => roomOf(conversation).settle(false, at, conversation)),
    close: (conversation, at) => asked(() => roomOf(conversation).settle(true, at, conversation)),
    disconnect: (conversation) => asked(() => roomOf(conversation).disconnect(conversation)),
    erase: (conversation) => asked(() => roomOf(conversation).erase(conversation)),
  }
}

/** The opened socket in an answer of our own, whose headers can still be set. */
export function upgradeOf(answer: Response): Response {
  if (answer.status === 401) throw new DomainError('credential.invalid')
  if (answer.status === 429) {
    const retryAfter = Number(answer.headers.get('retry-after'))
    throw new DomainError('tries.exceeded', { retryAfter })
  }
  // An object's own error would have lost its class on the way.
  if (answer.status === 503) throw new DatabaseUnavailable('an object could not ask it')
  if (!answer.webSocket) throw new Error(`an object answered a join with ${answer.status}`)
  return new Response(null, { status: 101, webSocket: answer.webSocket })
}
