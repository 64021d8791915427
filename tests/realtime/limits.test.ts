// What one socket, one session and one person may do at the live side: beyond it they are held back, and
// nobody else notices.
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { Leftovers } from '../../src/realtime/sockets/frame-guard'
import { startChat } from '../support/conversations'
import { type Person, signUp } from '../support/people'
import { equip, handshake, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

async function refusalOf(path: string, as: Person) {
  const answer = await handshake(world, path, { as })
  return [answer.status, answer.headers.get('retry-after'), await answer.json()]
}

const throttled = (seconds: number) => [
  429,
  String(seconds),
  { detail: `Request was throttled. Expected available in ${seconds} seconds.` },
]

/** Two who talk, in a room and with a person's object whose time stands still. */
async function chatAt(now: number) {
  const { alice, bob, id } = await startChat(world)
  const path = `/ws/chat/${id}/`
  const a = await join(world, path, { as: alice })
  const b = await join(world, path, { as: bob })
  const setTime = async (time: number) => {
    await equip(roomOf(id), { now: () => time })
    await equip(personOf(alice.id), { now: () => time })
  }
  await setTime(now)
  return { alice, bob, id, path, a, b, setTime }
}

const tooFast = { error: 'You are sending too fast.', code: 'too_fast', retry_after: 1 }
const notJson = { error: 'A frame must be JSON.', code: 'bad_frame' }

describe('bad frames', () => {
  it('close the socket with 1008 at the 31st within 10 seconds, and cost the others nothing', async () => {
    const { a, b, path, bob } = await chatAt(Date.now())
    for (let n = 0; n < 5000; n++) a.raw('{"message":')
    b.send({ message: 'still here' })
    expect(await b.got(1)).toMatchObject([{ id: 1, text: 'still here' }])
    expect(await a.gone()).toEqual({ code: 1008, reason: 'Too many bad frames' })
    expect(a.frames.filter((frame) => frame.error)).toEqual(
      Array.from({ length: 30 }, () => notJson),
    )
    expect((await handshake(world, path, { as: bob })).status).toBe(101)
  })

  it('keep their session out for 30 seconds, at every socket, and another session not', async () => {
    const now = Date.now()
    const { alice, a, path, setTime } = await chatAt(now)
    for (let n = 0; n < 31; n++) a.raw('junk')
    expect((await a.gone()).code).toBe(1008)
    expect(await refusalOf(path, alice)).toEqual(throttled(30))
    await setTime(now + 20_500)
    expect(await refusalOf('/ws/me/', alice)).toEqual(throttled(10))
    const json = { username: alice.username, password: alice.password }
    const other = (await world.call('POST', '/accounts/login/', { json })).body
    expect((await handshake(world, path, { as: other })).status).toBe(101)
    await setTime(now + 30_000)
    expect((await handshake(world, path, { as: alice })).status).toBe(101)
  })

  it('are forgiven when they come slowly', async () => {
    const now = Date.now()
    const { a, setTime } = await chatAt(now)
    for (let n = 0; n < 30; n++) a.raw('junk')
    await a.got(30)
    await setTime(now + 10_000)
    for (let n = 0; n < 30; n++) a.raw('junk')
    a.send({ message: 'sorry' })
    expect((await a.got(61))[60]).toMatchObject({ id: 1, text: 'sorry' })
  })

  it('are pictures that are none, too', async () => {
    const { a } = await chatAt(Date.now())
    const attachment = { data: btoa('no picture'), format: 'png' }
    for (let n = 0; n < 31; n++) a.send({ message: 'look', attachment })
    expect((await a.gone()).code).toBe(1008)
  })
})

describe('frames that come too fast', () => {
  it('are dropped unread from the 61st of a second on, and only the first of them is answered', async () => {
    const now = Date.now()
    const { a, b, setTime } = await chatAt(now)
    for (let n = 0; n < 60; n++) a.send({ type: 'typing' })
    for (let n = 0; n < 100; n++) a.raw('{"message":')
    a.send({ message: 'lost' })
    await a.got(1)
    b.send({ message: 'one' })
    await b.got(1)
    expect(await a.got(2)).toEqual([tooFast, expect.objectContaining({ text: 'one' })])
    await setTime(now + 1000)
    a.send({ message: 'two' })
    expect(await b.got(2)).toMatchObject([{ text: 'one' }, { id: 2, text: 'two' }])
    expect(a.closed).toBe(null)
  })
})

describe('a flood', () => {
  it('of ten times as many closes the socket with 1008, and keeps its session out', async () => {
    const { alice, a, b, path } = await chatAt(Date.now())
    for (let n = 0; n < 601; n++) a.send({ type: 'typing' })
    expect(await a.gone()).toEqual({ code: 1008, reason: 'Too many bad frames' })
    expect(a.frames).toEqual([tooFast])
    expect(await refusalOf(path, alice)).toEqual(throttled(30))
    expect(b.closed).toBe(null)
  })

  it('that goes on behind its close is cut off, and the others come back', async () => {
    const now = Date.now()
    const leftovers = new Leftovers()
    const [deaf, slow] = [{}, {}]
    const send = (socket: object, count: number, time: number) =>
      Array.from({ length: count }, () => leftovers.isFlood(socket, time)).includes(true)
    // What was under way when it was closed, and a few that are late.
    expect([send(deaf, 5000, now), send(slow, 1, now)]).toEqual([false, false])
    expect(send(slow, 900, now + 60_000)).toBe(false)
    expect([send(deaf, 1, now + 3000), send(deaf, 1, now + 3001)]).toEqual([false, true])
  })
})

describe('a person', () => {
  it('has at most so many sockets, and the next is asked to come back in 10 seconds', async () => {
    const { alice, id, path } = await chatAt(Date.now())
    await limitSockets(alice, 3)
    const own = await join(world, '/ws/me/', { as: alice })
    await join(world, path, { as: alice })
    expect(await refusalOf(path, alice)).toEqual(throttled(10))
    expect(await refusalOf('/ws/me/', alice)).toEqual(throttled(10))
    own.close()
    await own.gone()
    await expect.poll(() => placesOf(alice)).toBe(2)
    expect((await handshake(world, path, { as: alice })).status).toBe(101)
    expect((await roomOf(id).socketsOf(alice.id)).length).toBe(3)
  })

  it('is not held to sockets that have died without a word', async () => {
    const { alice, path } = await chatAt(Date.now())
    await limitSockets(alice, 3)
    await runInDurableObject(personOf(alice.id), (_person, { storage }) => {
      for (const room of [0, 7])
        storage.kv.put(`at:${room}:dead`, { room, socketId: 'dead', sessionId: 'gone' })
    })
    expect((await handshake(world, path, { as: alice })).status).toBe(101)
    expect(await placesOf(alice)).toBe(2)
  })

  it('has 20 where nothing is set', async () => {
    const alice = await signUp(world, 'alice')
    for (let n = 0; n < 20; n++) await join(world, '/ws/me/', { as: alice })
    expect(await refusalOf('/ws/me/', alice)).toEqual(throttled(10))
  })
})

async function limitSockets(person: Person, socketsPerPerson: number): Promise<void> {
  const { rules } = await runInDurableObject(personOf(person.id), ({ context }) => ({
    rules: { ...context.rules, socketsPerPerson },
  }))
  await equip(personOf(person.id), { rules })
}

const placesOf = (person: Person) =>
  runInDurableObject(
    personOf(person.id),
    (_person, { storage }) => [...storage.kv.list({ prefix: 'at:' })].length,
  )

describe('a person’s own socket', () => {
  it('is closed with 1008 at the tenth frame that is no ping', async () => {
    const alice = await signUp(world, 'alice')
    const socket = await join(world, '/ws/me/', { as: alice })
    for (let n = 0; n < 9; n++) socket.raw('hello')
    for (let n = 0; n < 20; n++) socket.raw('ping')
    await socket.got(20)
    expect(socket.closed).toBe(null)
    socket.raw('{}')
    expect(await socket.gone()).toEqual({ code: 1008, reason: 'Too many bad frames' })
    await expect.poll(() => placesOf(alice)).toBe(0)
  })

  it.each([
    ['text', 'é'.repeat(513)],
    ['bytes', new Uint8Array(1025).buffer],
  ])('is closed with 1009 at a frame of more than 1 KiB, of %s', async (_what, data) => {
    const alice = await signUp(world, 'alice')
    const socket = await join(world, '/ws/me/', { as: alice })
    socket.raw('é'.repeat(512))
    socket.raw(data)
    expect(await socket.gone()).toEqual({ code: 1009, reason: 'Frame too big' })
  })
})
