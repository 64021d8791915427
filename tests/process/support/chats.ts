// Conversations of two on a dev server, and what must hold of everybody's view of one.
import { expect } from 'vitest'
import { ChatClient, pause } from './chat-client'

export type Person = { username: string; access: string }
type Message = { id: number; text: string }

export class Chats {
  readonly #server: { port: number; origin: string }

  constructor(server: { port: number; origin: string }) {
    this.#server = server
  }

  /** A call that goes well. */
  async call(method: string, path: string, json?: unknown, as?: Person): Promise<any> {
    const answer = await fetch(this.#server.origin + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(as ? { authorization: `Bearer ${as.access}` } : {}),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  /** Alice and Bob, both new, in a conversation, and how to join it through some port. */
  async start() {
    const [alice, bob] = [await this.#signUp('alice'), await this.#signUp('bob')]
    const partner = { username: bob.username }
    const started = await this.call('POST', '/conversations/start/', partner, alice)
    const id = started.conversation_id as number
    const client = (person: Person, port = () => this.#server.port) =>
      new ChatClient(() => `ws://127.0.0.1:${port()}/ws/chat/${id}/`, person.access)
    return { alice, bob, id, client }
  }

  /** The whole history, oldest first. */
  async historyOf(id: number, person: Person): Promise<Message[]> {
    const all: Message[] = []
    for (let before = ''; ; before = `&before=${all.at(-1)!.id}`) {
      const path = `/conversations/${id}/?limit=500${before}`
      const { message_set } = await this.call('GET', path, undefined, person)
      all.push(...message_set)
      if (message_set.length < 500) return all.toReversed()
    }
  }

  async #signUp(name: string): Promise<Person> {
    const username = `${name}-${crypto.randomUUID()}`
    const password = `${name} has a password`
    const { access } = await this.call('POST', '/accounts/signup/', { username, password })
    return { username, access }
  }
}

const brief = (messages: Message[]) => messages.map(({ id, text }) => `${id} ${text}`)

/** What must hold of every client and the history. */
export function expectOneTruth(clients: ChatClient[], history: Message[]): void {
  expect(history.map(({ id }) => id)).toEqual(history.map((_, i) => i + 1))
  expect(new Set(history.map(({ text }) => text)).size).toBe(history.length)
  const byText = new Map(history.map(({ id, text }) => [text, id]))
  for (const client of clients) {
    expect(client.faults).toEqual([])
    expect(brief(client.seen)).toEqual(brief(history))
    for (const [text, id] of client.acknowledged) expect(byText.get(text)).toBe(id)
  }
}

/** Waits until each has seen so many messages. */
export async function allSeen(clients: ChatClient[], count: number): Promise<void> {
  const until = Date.now() + 30_000
  while (clients.some(({ seen }) => seen.length < count)) {
    if (Date.now() > until) {
      throw new Error(`seen ${clients.map(({ seen }) => seen.length).join()} of ${count}`)
    }
    await pause(20)
  }
}
