// No acknowledged message is ever lost, doubled or reordered: seen from outside, against a real dev server
// whose clients are cut off (crashes.test.ts kills its runtime). `CHAT_FULL=1` runs the long forms.
import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { pause, Wire } from './support/chat-client'
import { allSeen, Chats, expectOneTruth } from './support/chats'
import type { SharedServer } from './support/pool'
import { talkativeServer } from './support/shared-servers'

const isFull = process.env['CHAT_FULL'] === '1'

let server: SharedServer
let chats: Chats
beforeAll(async () => {
  server = await talkativeServer()
  chats = new Chats(server)
})

describe('many sockets that send at once', () => {
  const each = isFull ? 500 : 100

  it('agree on one order with each other and the history', async () => {
    const { alice, bob, id, client } = await chats.start()
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
    const history = await chats.historyOf(id, alice)
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
    const { alice, bob, id, client } = await chats.start()
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
    const history = await chats.historyOf(id, bob)
    expect(history.length).toBe(sends)
    expectOneTruth(clients, history)
    for (const one of clients) one.end()
    wire.close()
  }, 180_000)
})

describe('a client that never reads', () => {
  it('costs the other member nothing', async () => {
    const { alice, bob, id, client } = await chats.start()
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
    expectOneTruth(clients, await chats.historyOf(id, alice))
    for (const one of clients) one.end()
    deaf.destroy()
  }, 120_000)
})
