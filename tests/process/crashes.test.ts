// A real dev server whose runtime is killed under chats: what was acknowledged is there afterwards, once, and
// the client goes on where it was. `CHAT_FULL=1` runs the long form.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ChatClient, pause } from './support/chat-client'
import { allSeen, Chats, expectOneTruth } from './support/chats'
import { brief, ClientChats, historyOf, timing } from './support/client-chats'
import { type DevServer, startDevServer } from './support/dev-server'
import { Proxy } from './support/proxy'
import type { PersonEvents } from '../../client/events'

const isFull = process.env['CHAT_FULL'] === '1'

let server: DevServer
beforeAll(async () => {
  server = await startDevServer({ LIMIT_CHAT_MESSAGES: '1000000/5', LIMIT_FRAMES: '1000000/1' })
}, 90_000)
afterAll(() => server.stop())

describe('a runtime that is killed', () => {
  const kills = isFull ? 10 : 1

  it('has every acknowledged message afterwards, once, and knows what was sent before', async () => {
    const chats = new Chats(server)
    const { alice, bob, id, client } = await chats.start()
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
    const history = await chats.historyOf(id, bob)
    expect(history.length).toBe(sent)
    expectOneTruth(clients, history)
    // The list knows as well, although the rooms were killed before they could tell.
    await expect
      .poll(
        async () =>
          (await chats.call('GET', '/conversations/', undefined, bob))[0].last_message?.id,
      )
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

describe('a chat of the client', () => {
  it('goes on where it was when the server comes back, also where its token is over', async () => {
    const chats = new ClientChats(await Proxy.to(server.port), server.jwtSecret)
    onTestFinished(() => chats.close())
    const { alice, bob, id } = await chats.start()
    const [one, other] = [chats.join(alice, id), chats.join(bob, id)]
    await Promise.all([one.chat.next('open'), other.chat.next('open')])
    await one.chat.send('before')
    const lost = one.chat.next('close')
    await Promise.all([alice.expire(), bob.expire()])
    const crashed = server.crash()
    await lost
    const sending = [one.chat.send('while it is down'), other.chat.send('likewise')]
    await crashed
    await Promise.all(sending)
    await expect.poll(() => [one.seen.length, other.seen.length]).toEqual([3, 3])
    expect(one.seen).toEqual(other.seen)
    expect((await historyOf(bob, id)).map(brief)).toEqual(one.seen.map(brief))
  })
})

describe('one’s own events', () => {
  const [kills, eachSends] = isFull ? [5, 250] : [1, 6]

  /** What a device hears: by number the conversation and message; and whether it ever had to read anew. */
  function listen(events: PersonEvents) {
    const heard: string[] = []
    const opens: boolean[] = []
    events.on('open', ({ isResumed }) => opens.push(isResumed))
    events.on('message', (event) => {
      heard.push(`${event.seq}: ${event.conversation_id}, ${event.message_id}`)
    })
    return { events, heard, opens }
  }

  it('are heard by three devices, once and in one order, however often the runtime is killed', async () => {
    const chats = new ClientChats(await Proxy.to(server.port), server.jwtSecret)
    onTestFinished(() => chats.close())
    const bob = await chats.signUp('bob')
    const others = await Promise.all(
      Array.from({ length: isFull ? 8 : 3 }, async (_, n) => {
        const person = await chats.signUp(`friend${n}`)
        const body = { username: bob.username }
        const { conversation_id: id } = await person.kith.POST('/conversations/start', { body })
        return { id, ...chats.join(person, id) }
      }),
    )
    const devices = Array.from({ length: 3 }, () => listen(bob.kith.events({ timing })))
    chats.open.push(...devices.map(({ events }) => events))
    await expect
      .poll(() => devices.map(({ opens }) => opens), { timeout: 60_000 })
      .toEqual([[false], [false], [false]])
    const sending = others.map(async ({ chat }) => {
      // One is told at a time: each is to be an event of its own.
      for (let n = 1; n <= eachSends; n++) {
        await chat.send(`message ${n}`)
        await pause(300)
      }
    })
    const heard = () => Math.min(...devices.map((device) => device.heard.length))
    for (let n = 1; n <= kills; n++) {
      const before = heard()
      await expect.poll(heard, { timeout: 60_000 }).toBeGreaterThan(before)
      await pause(Math.random() * 300)
      await server.crash()
    }
    await Promise.all(sending)
    const lasts = others.map(({ id }) => `${id}, ${eachSends}`).toSorted()
    const endOf = (lines: string[]) =>
      lasts.filter((last) => lines.some((line) => line.endsWith(`: ${last}`)))
    await expect
      .poll(() => devices.map((device) => endOf(device.heard)), { timeout: 60_000 })
      .toEqual(devices.map(() => lasts))
    const [first = [], ...rest] = devices.map((device) => device.heard)
    expect(first.map((line) => Number.parseInt(line, 10))).toEqual(first.map((_, i) => i + 1))
    for (const other of rest) expect(other).toEqual(first)
    for (const { opens } of devices) expect(new Set(opens.slice(1))).toEqual(new Set([true]))
  }, 900_000)
})
