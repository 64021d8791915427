// The client's sockets against a real dev server, over a wire that breaks (crashes.test.ts kills the server):
// every message once and in order, every `send` settled, and an end where there is no point in coming back.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Chat, KithError, type Message } from '../../client/index'
import { brief, ClientChats, historyOf, timing } from './support/client-chats'
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

async function ended(chat: Chat): Promise<KithError> {
  const error = await chat.next('error')
  // What is sent afterwards is refused for the same reason.
  await expect(chat.send('too late')).rejects.toBe(error)
  return error
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

describe('a chat', () => {
  it('over a wire that is cut again and again has every message once, in order', async () => {
    const { alice, bob, id } = await chats.start()
    const sides = [chats.join(alice, id), chats.join(bob, id)]
    await Promise.all(sides.map(({ chat }) => chat.next('open')))
    const sent: Promise<Message>[] = []
    let cuts = 0
    for (let n = 0; n < 100; n++) {
      for (const [side, { chat }] of sides.entries()) sent.push(chat.send(`${side}:${n}`))
      await pause(Math.random() * 30)
      if (n % 8 !== 7) continue
      // In the middle of a reconnect too, but never where there is nothing to cut.
      while (proxy.cut() === 0) await pause(5)
      cuts++
      // What it comes back with may be over meanwhile.
      if (cuts === 5) await Promise.all([alice.expire(), bob.expire()])
    }
    const acknowledged = await Promise.all(sent)
    expect(cuts).toBeGreaterThanOrEqual(10)
    await expect.poll(() => sides.map(({ seen }) => seen.length)).toEqual([200, 200])
    const history = (await historyOf(alice, id)).map(brief)
    expect(history.map((line) => Number.parseInt(line, 10))).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 1),
    )
    for (const { seen } of sides) expect(seen.map(brief)).toEqual(history)
    expect(acknowledged.map(brief).toSorted()).toEqual(history.toSorted())
    for (const side of [0, 1]) {
      const own = history
        .map((line) => line.split(' ')[1]!)
        .filter((text) => text.startsWith(`${side}:`))
      expect(own).toEqual(Array.from({ length: 100 }, (_, n) => `${side}:${n}`))
    }
  })

  it('begins after the message that is known already, or with what is new', async () => {
    const { alice, bob, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    for (const text of ['one', 'two', 'three']) await chat.send(text)
    const [late, fresh] = [chats.join(bob, id, { after: 1 }), chats.join(bob, id)]
    await fresh.chat.next('open')
    await chat.send('four')
    await expect.poll(() => late.seen.map(brief)).toEqual(['2 two', '3 three', '4 four'])
    await expect.poll(() => fresh.seen.map(brief)).toEqual(['4 four'])
  })

  it('sends a message once, however often it is sent under one name', async () => {
    const { alice, id } = await chats.start()
    const { chat, seen } = chats.join(alice, id)
    const clientId = crypto.randomUUID()
    const same = await Promise.all([1, 2].map(() => chat.send('once', { clientId })))
    const again = await chat.send('once more', { clientId })
    expect([...same, again].map(brief)).toEqual(['1 once', '1 once', '1 once'])
    expect(seen.map(brief)).toEqual(['1 once'])
  })

  it('tells of typing and reading', async () => {
    const { alice, bob, id } = await chats.start()
    const [one, other] = [chats.join(alice, id).chat, chats.join(bob, id).chat]
    await Promise.all([one.next('open'), other.next('open')])
    const typing = other.next('typing')
    one.typing()
    expect(await typing).toEqual({ sender: expect.any(Number), realSender: alice.username })
    const message = other.next('message')
    await one.send('read me')
    const read = one.next('read')
    other.read((await message).id)
    expect(await read).toEqual({ id: 1, sender: expect.any(Number), realSender: bob.username })
  })

  it('says again after a cut what was read before', async () => {
    const { alice, bob, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    await chat.send('read me')
    const other = chats.join(bob, id, { after: 0 }).chat
    const { id: newest } = await other.next('message')
    proxy.cut()
    other.read(newest)
    const unread = async () => (await bob.kith.GET('/conversations')).at(0)?.unread
    await expect.poll(unread, { timeout: 10_000 }).toBe(0)
  })

  it('waits where it is told that it is too fast, and sends everything in the end', async () => {
    const { alice, id } = await chats.start()
    const { chat, seen } = chats.join(alice, id)
    const texts = Array.from({ length: 150 }, (_, n) => `message ${n}`)
    await Promise.all(texts.map((text) => chat.send(text)))
    expect(seen.map(({ text }) => text).toSorted()).toEqual(texts.toSorted())
  })

  it('rejects what the conversation does not take, and lives', async () => {
    const { alice, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    await expect(chat.send(' ')).rejects.toMatchObject({
      name: 'KithError',
      code: 'refused',
      message: 'message: This field may not be blank.',
    })
    await expect(chat.send('x'.repeat(20_000))).rejects.toMatchObject({ code: 'too_large' })
    expect(brief(await chat.send('good'))).toBe('1 good')
  })

  it('takes silence for a broken connection', async () => {
    const { alice, id } = await chats.start()
    const { chat } = chats.join(alice, id, { timing: { ...timing, pingEvery: 200, silence: 1000 } })
    await chat.next('open')
    const lost = chat.next('close')
    proxy.isFrozen = true
    const sending = chat.send('into the silence')
    expect(await lost).toMatchObject({ code: 4000, reason: 'Silence' })
    proxy.isFrozen = false
    expect(brief(await sending)).toBe('1 into the silence')
  })

  it('gives up on a conversation that does not exist', async () => {
    const alice = await chats.signUp('alice')
    const error = await ended(chats.join(alice, 999_999).chat)
    expect([error.code, error.status, error.message]).toEqual([
      'missing',
      404,
      'Conversation does not exist',
    ])
  })

  it('gives up when it is shut out', async () => {
    const { alice, bob, id } = await chats.start()
    const { id: bobId } = await bob.kith.GET('/users/profile')
    const { chat } = chats.join(bob, id)
    await chat.next('open')
    const shutOut = ended(chat)
    await alice.kith.POST('/users/blocks/{id}', { params: { path: { id: bobId } } })
    // Whoever writes learns at once that the socket is closing.
    const sending = chat.send('perhaps').catch((error: unknown) => error)
    const error = await shutOut
    expect(error.code).toBe('missing')
    expect(await sending).toBe(error)
  })

  it('gives up when the session ends', async () => {
    const { alice, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    await chat.next('open')
    const over = ended(chat)
    await alice.kith.signOut()
    void chat.send('perhaps').catch(() => {})
    const { code, status } = await over
    expect([code, status]).toEqual(['signed_out', 401])
  })

  it('ends when it is closed, which is no error', async () => {
    const { alice, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    await chat.next('open')
    const told: unknown[] = []
    chat.on('error', (error) => told.push(error))
    chat.on('close', (event) => told.push(event))
    proxy.isFrozen = true
    const sending = chat.send('never').catch((error: unknown) => error)
    chat.close()
    const error = await sending
    expect(error).toMatchObject({ name: 'KithError', code: 'closed' })
    // What is sent afterwards is refused for the same reason.
    await expect(chat.send('too late')).rejects.toBe(error)
    chat.close()
    expect(told).toEqual([])
  })
})

describe('one’s own events', () => {
  it('come from anywhere, also after a cut', async () => {
    const { alice, bob, id } = await chats.start()
    const { chat } = chats.join(alice, id)
    const events = bob.kith.events({ timing })
    chats.open.push(events)
    await events.next('open')
    const resumed = events.next('open')
    proxy.cut()
    expect(await resumed).toEqual({ isResumed: true })
    const told = events.next('message')
    const message = await chat.send('hello')
    expect(await told).toEqual({
      seq: 1,
      conversation_id: id,
      unread: 1,
      message_id: message.id,
      message: expect.objectContaining({ id: message.id, text: 'hello', sender: message.sender }),
    })
  })
})
