// `kith.events()` against a real dev server, over a wire that breaks: it resumes by itself, tells each event
// once, and says when what is shown is to be read anew.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Emitter } from '../../client/emitter'
import type { PersonEventMap } from '../../client/events'
import { ClientChats } from './support/client-chats'
import type { SharedServer } from './support/pool'
import { Proxy } from './support/proxy'
import { strictServer } from './support/shared-servers'

let server: SharedServer
let proxy: Proxy
let chats: ClientChats
beforeAll(async () => {
  server = await strictServer()
})
beforeEach(async () => {
  proxy = await Proxy.to(server.port)
  chats = new ClientChats(proxy, server.jwtSecret)
})
afterEach(() => chats.close())

const timing = { pause: 5, pauseMax: 50 }
const soon = { timeout: 30_000 }

/** Collects what is told, but for states. */
function collect(events: Emitter<PersonEventMap>) {
  const told: unknown[] = []
  const names = [
    'open',
    'message',
    'friend_request',
    'friend_request_answered',
    'rsvp',
    'event',
  ] as const
  for (const name of names) events.on(name, (event) => told.push([name, event]))
  return told
}

describe('one’s own events', () => {
  it('go on where they were after a cut, each once, and nothing is to be read anew', async () => {
    const { alice, bob, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    const events = bob.kith.events({ timing })
    chats.open.push(events)
    const told = collect(events)
    await events.next('open')
    const first = await chat.send('hello')
    await expect.poll(() => told.length, soon).toBe(2)
    const closed = events.next('close')
    proxy.breaks = (request) => (request.includes('/ws/') ? 'before' : null)
    proxy.cut()
    await closed
    const { id: bobId } = await bob.kith.GET('/api/profile')
    await alice.kith.POST('/api/friends/request/{id}', { params: { path: { id: bobId } } })
    proxy.breaks = () => null
    await expect.poll(() => told.length, soon).toBe(4)
    proxy.cut()
    await expect.poll(() => told.length, soon).toBe(5)
    const line = { notification_id: expect.any(Number) }
    expect(told).toEqual([
      ['open', { isResumed: false }],
      [
        'message',
        {
          seq: 1,
          conversation_id: id,
          unread: 1,
          message_id: 1,
          message: expect.objectContaining({
            id: 1,
            seq: 1,
            text: 'hello',
            client_id: first.client_id,
          }),
        },
      ],
      ['open', { isResumed: true }],
      [
        'friend_request',
        {
          seq: 2,
          id: expect.any(Number),
          user_id: expect.any(Number),
          username: alice.username,
          ...line,
        },
      ],
      ['open', { isResumed: true }],
    ])
  })
})
