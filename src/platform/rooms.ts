// The rooms of conversations: one Durable Object each, named by the conversation's id.
import type { InTime, Rooms } from '../domain/context'
import { DatabaseUnavailable, DomainError } from '../domain/errors'

/** Rooms behind a binding. */
export function durableRooms(binding: Env['ROOMS'], inTime: InTime): Rooms {
  const room = (conversationId: number) => binding.getByName(String(conversationId))
  const asked = <T>(work: () => Promise<T>) => inTime('object', work)
  return {
    async join(seat) {
      const headers = { upgrade: 'websocket', 'x-seat': encodeURIComponent(JSON.stringify(seat)) }
      const answer = await inTime('objectWithDatabase', () =>
        room(seat.conversationId).fetch('https://room.invalid/', { headers }),
      )
      if (answer.status === 404) throw new DomainError('conversation.missing')
      return upgradeOf(answer)
    },
    history: (conversationId, page) => asked(() => room(conversationId).history(page)),
    systemMessage: (conversationId, message) =>
      asked(() => room(conversationId).systemMessage(message)),
    open: (conversationId, at) => asked(() => room(conversationId).settle(false, at)),
    close: (conversationId, at) => asked(() => room(conversationId).settle(true, at)),
    disconnect: (conversationId) => asked(() => room(conversationId).disconnect()),
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
