// Two people who write to each other over several sockets, reconnect with what they know, and send again.
import { ChatClient, pause } from '../chat-client'
import { Ledger } from './ledger'
import type { Storage } from './storage'
import { type Stage, type Writer } from './writer'

const atOnce = 20

export async function chatWriter({ service, one: alice, other: bob }: Stage): Promise<Writer> {
  const json = { username: bob.username }
  const started = await service.call('POST', '/conversations/start/', {
    json,
    as: alice,
    expect: [200, 201],
  })
  const id = started.body.conversation_id as number
  const url = () => `ws://127.0.0.1:${service.server.port}/ws/chat/${id}/`
  const clients = [alice, alice, bob].map(({ access }) => new ChatClient(url, access))
  await Promise.all(clients.map((client) => client.start()))
  const ledger = new Ledger()
  let sent = 0

  /** Every acknowledged message is in the room's log under the id that was told, and once. */
  function check({ roomOf }: Storage): string[] {
    const log = roomOf(id)?.messages ?? []
    const idOf = new Map(log.map((message) => [message.clientId, message.id]))
    const wrong = clients.flatMap(({ faults, acknowledged }) => {
      const lost = [...acknowledged].filter(([clientId, told]) => idOf.get(clientId) !== told)
      return [...faults, ...lost.map(([clientId, told]) => `message ${told} (${clientId}) is lost`)]
    })
    const texts = new Set(log.map(({ text }) => text))
    if (texts.size < log.length) wrong.push('a message is stored twice')
    return wrong
  }

  return {
    name: 'chat',
    ledger,
    async step() {
      for (const client of clients) if (client.pending < atOnce) client.send(`message ${++sent}`)
      await pause(20)
      ledger.acknowledged = clients.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
    },
    look: () => new Map(),
    check,
    async end() {
      await Promise.all(clients.map((client) => client.settled(30_000)))
      const until = Date.now() + 30_000
      while (clients.some(({ seen }) => seen.length < sent)) {
        if (Date.now() > until) throw new Error('not everybody has seen every message')
        await pause(20)
      }
      ledger.acknowledged = sent
      for (const client of clients) client.end()
    },
    atRest(storage) {
      const log = storage.roomOf(id)?.messages ?? []
      const heard = (messages: { id: number; text: string }[]) =>
        messages.map(({ id, text }) => `${id} ${text}`).join('\n')
      const isSame = clients.every(({ seen }) => heard(seen) === heard(log))
      return [
        ...(isSame ? [] : ['not everybody has heard what the room has stored']),
        ...(log.length === sent ? [] : [`${log.length} messages are stored, ${sent} were sent`]),
      ]
    },
  }
}
