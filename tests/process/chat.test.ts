// No acknowledged message is ever lost, doubled or reordered: seen from outside, against a real dev server
// whose clients are cut off and whose runtime is killed. `CHAT_FULL=1` runs the long forms.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatClient, pause, Wire } from './support/chat-client'
import { type DevServer, startDevServer } from './support/dev-server'

const isFull = process.env['CHAT_FULL'] === '1'

let server: DevServer
beforeAll(async () => {
  server = await startDevServer({ LIMIT_CHAT_MESSAGES: '1000000/5', LIMIT_FRAMES: '1000000/1' })
}, 90_000)
afterAll(() => server.stop())

type Person = { username: string; access: string }
let made = 0

async function call(method: string, path: string, json?: unknown, as?: Person): Promise<any> {
  const answer = await fetch(server.origin + path, {
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

async function signUp(name: string): Promise<Person> {
  const username = `${name}-${++made}`
  const password = `${name} has a password`
  const { access } = await call('POST', '/accounts/signup/', { username, password })
  return { username, access }
}

async function startChat() {
  const [alice, bob] = [await signUp('alice'), await signUp('bob')]
  const started = await call('POST', '/conversations/start/', { username: bob.username }, alice)
  const id = started.conversation_id as number
  const client = (person: Person, port = () => server.port) =>
    new ChatClient(() => `ws://127.0.0.1:${port()}/ws/chat/${id}/`, person.access)
  return { alice, bob, id, client }
}

/** The whole history, oldest first. */
async function historyOf(id: number, person: Person): Promise<{ id: number; text: string }[]> {
  const all: { id: number; text: string }[] = []
  for (let before = ''; ; before = `&before=${all.at(-1)!.id}`) {
    const path = `/conversations/${id}/?limit=500${before}`
    const { message_set } = await call('GET', path, undefined, person)
    all.push(...message_set)
    if (message_set.length < 500) return all.toReversed()
  }
}

const brief = (messages: { id: number; text: string }[]) =>
  messages.map(({ id, text }) => `${id} ${text}`)

/** What must hold of every client and the history. */
function expectOneTruth(clients: ChatClient[], history: { id: number; text: string }[]): void {
  expect(history.map(({ id }) => id)).toEqual(history.map((_, i) => i + 1))
  expect(new Set(history.map(({ text }) => text)).size).toBe(history.length)
  const byText = new Map(history.map(({ id, text }) => [text, id]))
  for (const client of clients) {
    expect(client.faults).toEqual([])
    expect(brief(client.seen)).toEqual(brief(history))
    for (const [text, id] of client.acknowledged) expect(byText.get(text)).toBe(id)
  }
}

async function allSeen(clients: ChatClient[], count: number): Promise<void> {
  const until = Date.now() + 30_000
  while (clients.some(({ seen }) => seen.length < count)) {
    if (Date.now() > until) {
      throw new Error(`seen ${clients.map(({ seen }) => seen.length).join()} of ${count}`)
    }
    await pause(20)
  }
}

describe('many sockets that send at once', () => {
  const each = isFull ? 500 : 100

  it('agree on one order with each other and the history', async () => {
    const { alice, bob, id, client } = await startChat()
    const clients = [alice, bob].flatMap((person) =>
      Array.from({ length: 6 }, () => client(person)),
    )
    await Promise.all(clients.map((one) => one.start()))
    const senders = clients.filter((_, i) => i % 6 < 4)
    for (let n = 0; n < each; n++) {
      for (const [i, one] of senders.entries()) one.send(`${i}:${n}`)
      if (n % 10 === 0) await pause(0)
    }
    await Promise.all(senders.map((one) => one.settled(60_000)))
    const total = each * senders.length
    await allSeen(clients, total)
    const history = await historyOf(id, alice)
    expect(history.length).toBe(total)
    expectOneTruth(clients, history)
    for (const i of senders.keys()) {
      const own = history.filter(({ text }) => text.startsWith(`${i}:`))
      expect(own.map(({ text }) => text)).toEqual(
        Array.from({ length: each }, (_, n) => `${i}:${n}`),
      )
    }
    for (const one of clients) one.end()
  }, 120_000)
})

describe('sockets that are cut at random', () => {
  const sends = 5000

  it('lose, double and reorder nothing', async () => {
    const { alice, bob, id, client } = await startChat()
    const wire = new Wire()
    await wire.open(server.port)
    const clients = [alice, alice, bob, bob].map((person) => client(person, () => wire.port))
    await Promise.all(clients.map((one) => one.start()))
    let cuts = 0
    for (let n = 0; n < sends; n++) {
      clients.at(n % 4)!.send(`${n % 4}:${n}`)
      // As fast as they are taken, not all at once.
      if (n % 100 === 0) {
        while (clients.some(({ pending }) => pending > 100)) await pause(5)
        cuts += wire.cut(0.15)
      }
    }
    await Promise.all(clients.map((one) => one.settled(60_000)))
    await allSeen(clients, sends)
    expect(cuts).toBeGreaterThan(20)
    const history = await historyOf(id, bob)
    expect(history.length).toBe(sends)
    expectOneTruth(clients, history)
    for (const one of clients) one.end()
    wire.close()
  }, 180_000)
})

describe('a runtime that is killed', () => {
  const kills = isFull ? 10 : 1

  it('has every acknowledged message afterwards, once, and knows what was sent before', async () => {
    const { alice, bob, id, client } = await startChat()
    const parallel = await repeated(Array.from({ length: 10 }, () => client(alice)))
    const clients = [client(alice), client(alice), client(bob)]
    await Promise.all(clients.map((one) => one.start()))
    let sent = 1
    const pumping = { on: true }
    const pump = (async () => {
      while (pumping.on) {
        for (const one of clients) if (one.pending < 50) one.send(`message ${++sent}`)
        await pause(1)
      }
    })()
    for (let n = 0; n < kills; n++) {
      const before = clients.reduce((sum, one) => sum + one.acknowledged.size, 0)
      const acknowledged = () => clients.reduce((sum, one) => sum + one.acknowledged.size, 0)
      while (acknowledged() < before + 300) await pause(5)
      await pause(Math.random() * 50)
      await server.crash()
    }
    pumping.on = false
    await pump
    await Promise.all(clients.map((one) => one.settled(60_000)))
    await allSeen(clients, sent)
    const again = await repeated([client(alice)])
    expect([...parallel, ...again]).toEqual(Array.from({ length: 11 }, () => [['the same', 1]]))
    const history = await historyOf(id, bob)
    expect(history.length).toBe(sent)
    expectOneTruth(clients, history)
    // The list knows as well, although the rooms were killed before they could tell.
    await expect
      .poll(async () => (await call('GET', '/conversations/', undefined, bob))[0].last_message?.id)
      .toBe(sent)
    for (const one of clients) one.end()
  }, 900_000)

  /** Sends one client_id through many sockets at once; answers with what each has acknowledged. */
  async function repeated(clients: ChatClient[]) {
    await Promise.all(clients.map((one) => one.start()))
    for (const one of clients) one.send('the same')
    await Promise.all(clients.map((one) => one.settled(20_000)))
    for (const one of clients) one.end()
    return clients.map((one) => [...one.acknowledged])
  }
})

describe('a client that never reads', () => {
  it('costs the other member nothing', async () => {
    const { alice, bob, id, client } = await startChat()
    const deaf = connect(server.port, '127.0.0.1')
    const handshake = [
      `GET /ws/chat/${id}/ HTTP/1.1`,
      `Host: 127.0.0.1:${server.port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${btoa('sixteen bytes..!')}`,
      `Authorization: Bearer ${bob.access}`,
    ]
    deaf.write(`${handshake.join('\r\n')}\r\n\r\n`)
    const head = await new Promise<string>((resolve) => {
      deaf.once('data', (data) => resolve(data.toString()))
    })
    expect(head).toMatch(/^HTTP\/1\.1 101 /)
    deaf.pause()
    deaf.on('error', () => {})
    const clients = [client(alice), client(alice), client(alice), client(alice)]
    await Promise.all(clients.map((one) => one.start()))
    const each = isFull ? 1500 : 200
    const padding = 'x'.repeat(80)
    for (let n = 0; n < each; n++) {
      for (const [i, one] of clients.entries()) one.send(`${i}:${n} ${padding}`)
      if (n % 10 === 0) await pause(0)
    }
    await Promise.all(clients.map((one) => one.settled(60_000)))
    await allSeen(clients, each * 4)
    expectOneTruth(clients, await historyOf(id, alice))
    for (const one of clients) one.end()
    deaf.destroy()
  }, 120_000)
})
