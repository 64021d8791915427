// A conversation's room through real sockets: what is sent, to whom, in which order, and what lasts.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChatRoom } from '../../src/realtime/room/chat-room'
import { startChat } from '../support/conversations'
import { aTime } from '../support/golden'
import type { Person } from '../support/people'
import { block } from '../support/relations'
import { equip, fill, join, roomOf, type Socket, useFreshIds } from '../support/sockets'
import { conversed } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const chatMessages = { most: 100_000, window: 5000 }

async function history(as: Person, id: number, query = ''): Promise<any[]> {
  const { body } = await world.call('GET', `/conversations/${id}/${query}`, { as })
  return body.message_set
}

const textsOf = (frames: any[]) => frames.map(({ id, text }) => [id, text])

describe('a message', () => {
  it('reaches every socket of both members, its sender included, as it was stored', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const sockets = [
      await join(world, path, { as: alice }),
      await join(world, path, { as: alice }),
      await join(world, path, { as: bob }),
    ]
    sockets[0]!.send({ message: ' Hello ', client_id: 'a1' })
    const message = {
      id: 1,
      text: 'Hello',
      attachment: null,
      timestamp: aTime,
      sender: alice.id,
      realSender: alice.username,
      kind: 'text',
    }
    for (const socket of sockets) {
      expect(await socket.got(1)).toEqual([{ ...message, client_id: 'a1' }])
    }
    expect(await history(bob, id)).toEqual([message])
  })

  it('is stored when its sender leaves right behind it, however busy the room is', async () => {
    const { alice, bob, id } = await startChat(world)
    await join(world, `/ws/chat/${id}/`, { as: alice })
    await runInDurableObject(roomOf(id), (room, state) => {
      const socket = state.getWebSockets()[0]!
      room.webSocketMessage(socket, '{"message": "first"}')
      room.webSocketMessage(socket, '{"message": "second"}')
      room.webSocketClose(socket, 1000)
    })
    await expect
      .poll(async () => (await history(bob, id)).map(({ text }) => text))
      .toEqual(['second', 'first'])
  })

  it.each([
    ['session has ended', (room: ChatRoom, { id }: Person) => room.drop(id, 'all')],
    [
      'access has ended',
      (room: ChatRoom, _alice: Person, id: number) => room.disconnect(conversed(id)),
    ],
  ])('that still waits is not stored once the %s, left or not', async (_what, end) => {
    const { alice, bob, id } = await startChat(world)
    for (let n = 0; n < 2; n++) await join(world, `/ws/chat/${id}/`, { as: alice })
    await runInDurableObject(roomOf(id), async (room, state) => {
      const [left, right] = state.getWebSockets() as [WebSocket, WebSocket]
      room.webSocketMessage(left, '{"message": "first"}')
      room.webSocketMessage(left, '{"message": "second"}')
      room.webSocketMessage(right, '{"message": "third"}')
      room.webSocketClose(left, 1000)
      end(room, alice, id)
      await state.storage.sync()
      for (let turn = 0; turn < 5; turn++) await scheduler.wait(0)
    })
    expect((await history(bob, id)).map(({ text }) => text)).toEqual(['first'])
  })

  it('needs no client_id, and takes a number for text', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 42 })
    socket.send({ message: 42, client_id: null })
    const frames = await socket.got(2)
    expect(frames.map((frame) => [frame.id, frame.text, frame.client_id])).toEqual([
      [1, '42', null],
      [2, '42', null],
    ])
  })

  it('is the same for all when many sockets of both send at once', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const sockets: Socket[] = []
    for (const person of [alice, bob]) {
      for (let n = 0; n < 6; n++) sockets.push(await join(world, path, { as: person }))
    }
    await equip(roomOf(id), await faster(id))
    const senders = [0, 1, 2, 3, 6, 7, 8, 9]
    const each = 60
    for (let n = 0; n < each; n++) {
      for (const s of senders) sockets[s]!.send({ message: `${s}:${n}`, client_id: `${s}:${n}` })
    }
    const total = senders.length * each
    const [first, ...others] = await Promise.all(sockets.map((socket) => socket.got(total)))
    for (const frames of others) expect(frames).toEqual(first)
    expect(first!.map((frame) => frame.id)).toEqual(Array.from({ length: total }, (_, i) => i + 1))
    for (const s of senders) {
      const own = first!.filter(({ text }) => text.startsWith(`${s}:`)).map(({ text }) => text)
      expect(own).toEqual(Array.from({ length: each }, (_, n) => `${s}:${n}`))
    }
    const stored = await history(alice, id, `?limit=500`)
    expect(textsOf(stored.toReversed())).toEqual(textsOf(first!))
  })
})

async function faster(id: number) {
  return runInDurableObject(roomOf(id), ({ context }) => ({
    rules: { ...context.rules, chatMessages, frames: chatMessages },
  }))
}

describe('a client_id', () => {
  it('is stored once however often it is sent: in parallel, after a reconnect, after a restart', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const sockets = await Promise.all(
      Array.from({ length: 5 }, () => join(world, path, { as: alice })),
    )
    const bobs = await join(world, path, { as: bob })
    for (const socket of sockets) {
      socket.send({ message: 'first', client_id: 'same' })
      socket.send({ message: 'second', client_id: 'same' })
    }
    // Each socket has the message once by itself and once per repetition of its own.
    const answers = (await Promise.all(sockets.map((socket) => socket.got(2)))).flat()
    await evictDurableObject(roomOf(id))
    const again = await join(world, path, { as: alice })
    again.send({ message: 'third', client_id: 'same' })
    answers.push(...(await again.got(1)))
    for (const answer of answers) expect(answer).toMatchObject({ id: 1, text: 'first' })
    // Somebody else's name for something else.
    bobs.send({ message: 'from bob', client_id: 'same' })
    expect(textsOf(await bobs.got(2))).toEqual([
      [1, 'first'],
      [2, 'from bob'],
    ])
    expect(textsOf(await history(alice, id))).toEqual([
      [2, 'from bob'],
      [1, 'first'],
    ])
  })

  it('is answered although its sender may send nothing new', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    for (let n = 1; n <= 20; n++) socket.send({ message: `${n}`, client_id: `${n}` })
    await socket.got(20)
    socket.send({ message: '7', client_id: '7' })
    socket.send({ message: '21', client_id: '21' })
    const frames = await socket.got(22)
    expect(frames[20]).toEqual(frames[6])
    expect(frames[21]).toEqual({
      error: 'You are sending too fast.',
      code: 'too_fast',
      retry_after: expect.any(Number),
      client_id: '21',
    })
  })
})

describe('?after=', () => {
  it('replays all that came later, before anything new', async () => {
    const { alice, bob, id } = await startChat(world)
    await fill(roomOf(id), { senderId: alice.id, count: 1200 })
    const a = await join(world, `/ws/chat/${id}/`, { as: alice })
    const b = await join(world, `/ws/chat/${id}/?after=100`, { as: bob })
    a.send({ message: 'new' })
    b.send({ message: 'c1200 again, by somebody else', client_id: 'c1200' })
    const frames = await b.got(1102)
    expect(frames.map((frame) => frame.id)).toEqual(Array.from({ length: 1102 }, (_, i) => i + 101))
    expect(frames[0]).toMatchObject({ id: 101, text: '101', client_id: 'c101', sender: alice.id })
    expect(frames.slice(1100)).toEqual(await a.got(2))
  })

  it('goes on where it was when the room falls asleep in the middle of it', async () => {
    const { alice, bob, id } = await startChat(world)
    await fill(roomOf(id), { senderId: alice.id, count: 1600 })
    const b = await join(world, `/ws/chat/${id}/?after=0`, { as: bob })
    await evictDurableObject(roomOf(id))
    const frames = await b.got(1600)
    expect(frames.map((frame) => frame.id)).toEqual(Array.from({ length: 1600 }, (_, i) => i + 1))
    expect(new Set(frames.map((frame) => frame.realSender))).toEqual(new Set([alice.username]))
  })

  it('names its senders as they are called by now', async () => {
    const { alice, bob, id } = await startChat(world)
    const a = await join(world, `/ws/chat/${id}/`, { as: alice })
    a.send({ message: 'hi' })
    await a.got(1)
    const json = { username: `${alice.username}-anew` }
    expect((await world.call('POST', '/users/update/', { json, as: alice })).status).toBe(200)
    const b = await join(world, `/ws/chat/${id}/?after=0`, { as: bob })
    expect(await b.got(1)).toMatchObject([{ id: 1, realSender: json.username }])
    expect((await a.got(1))[0]).toMatchObject({ realSender: alice.username })
  })

  it('gives nothing old to who does not ask', async () => {
    const { alice, bob, id } = await startChat(world)
    const a = await join(world, `/ws/chat/${id}/`, { as: alice })
    a.send({ message: 'old' })
    await a.got(1)
    const b = await join(world, `/ws/chat/${id}/`, { as: bob })
    a.send({ message: 'new' })
    expect(textsOf(await b.got(1))).toEqual([[2, 'new']])
  })
})

describe('the history', () => {
  it('is newest first, 50 by default, and goes back by ?before=', async () => {
    const { alice, bob, id } = await startChat(world)
    await fill(roomOf(id), { senderId: alice.id, count: 120 })
    const ids = async (query: string) => (await history(bob, id, query)).map((one) => one.id)
    const down = (from: number, to: number) =>
      Array.from({ length: from - to + 1 }, (_, i) => from - i)
    expect(await ids('')).toEqual(down(120, 71))
    expect(await ids('?before=71&limit=3')).toEqual([70, 69, 68])
    expect(await ids('?before=3')).toEqual([2, 1])
    expect(await ids('?before=1')).toEqual([])
  })
})

describe('the room', () => {
  it('sleeps between any two frames and nothing changes', async () => {
    const { alice, bob, id } = await startChat(world)
    const a = await join(world, `/ws/chat/${id}/?events=true`, { as: alice })
    const b = await join(world, `/ws/chat/${id}/`, { as: bob })
    // Its clock stands still, so that the pace is the same on a slow machine.
    const begun = Date.now()
    const sleep = async () => {
      await evictDurableObject(roomOf(id))
      await equip(roomOf(id), { now: () => begun })
    }
    for (let n = 1; n <= 5; n++) {
      await sleep()
      const socket = n % 2 ? a : b
      socket.send({ message: `message ${n}`, client_id: `c${n}` })
      await Promise.all([a.got(n), b.got(n)])
    }
    await sleep()
    a.send({ message: 'message 1', client_id: 'c1' })
    expect((await a.got(6))[5]).toEqual(a.frames[0])
    await sleep()
    b.send({ type: 'read', id: 5 })
    expect((await a.got(7))[6]).toEqual({
      type: 'read',
      id: 5,
      sender: bob.id,
      realSender: bob.username,
    })
    await sleep()
    // The pace is not forgotten either: three of alice's twenty are spent.
    for (let n = 1; n <= 17; n++) a.send({ message: `more ${n}` })
    await a.got(24)
    await sleep()
    a.send({ message: 'too much' })
    expect((await a.got(25))[24]).toMatchObject({
      error: 'You are sending too fast.',
      code: 'too_fast',
    })
    expect(textsOf(b.frames)).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => [n, `message ${n}`]),
      ...Array.from({ length: 17 }, (_, n) => [n + 6, `more ${n + 1}`]),
    ])
  })

  it('writes down a message of its own once per key', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const message = { key: 'ended-1', event: 'friendship.ended' } as const
    await roomOf(id).systemMessage(message, conversed(id))
    await evictDurableObject(roomOf(id))
    await roomOf(id).systemMessage(message, conversed(id))
    const stored = {
      id: 1,
      text: 'You are no longer friends.',
      attachment: null,
      timestamp: aTime,
      sender: null,
      realSender: '',
      kind: 'system',
    }
    expect(await socket.got(1)).toEqual([{ ...stored, client_id: 'ended-1' }])
    expect(await history(bob, id)).toEqual([stored])
  })

  it('takes no message while it is closed, and every one after it was opened again', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'before', client_id: 'b' })
    await socket.got(1)
    await roomOf(id).settle(true, 2000, conversed(id))
    // What is late changes nothing.
    await roomOf(id).settle(false, 1000, conversed(id))
    socket.send({ message: 'meanwhile', client_id: 'm' })
    socket.send({ message: 'before', client_id: 'b' })
    const frames = await socket.got(3)
    expect(frames[1]).toEqual({
      error: 'This conversation is closed.',
      code: 'closed',
      client_id: 'm',
    })
    expect(frames[2]).toEqual(frames[0])
    await roomOf(id).settle(false, 3000, conversed(id))
    socket.send({ message: 'after' })
    expect(textsOf([(await socket.got(4))[3]])).toEqual([[2, 'after']])
  })

  it('is opened again by the first who was let in after the reopening', async () => {
    const { alice, bob, id } = await startChat(world)
    await roomOf(id).settle(true, Date.now() - 60_000, conversed(id))
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'open again' })
    expect(textsOf(await socket.got(1))).toEqual([[1, 'open again']])
    await world.bindings.DB.batch([
      world.bindings.DB.prepare('update conversations set closed_at = ? where id = ?').bind(
        Date.now(),
        id,
      ),
    ])
    const late = await join(world, `/ws/chat/${id}/`, { as: bob })
    late.send({ message: 'too late' })
    expect(await late.got(1)).toEqual([{ error: 'This conversation is closed.', code: 'closed' }])
  })
})

describe('a client that closes', () => {
  it('is answered with its own code', async () => {
    const { alice, id } = await startChat(world)
    for (const path of [`/ws/chat/${id}/`, '/ws/me/']) {
      const socket = await join(world, path, { as: alice })
      socket.close()
      expect((await socket.gone()).code).toBe(1000)
    }
  })
})

describe('typing and reading', () => {
  it('is told to the other side alone, and only to sockets that asked for it', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const a = await join(world, `${path}?events=true`, { as: alice })
    const b = await join(world, `${path}?events=true`, { as: bob })
    const plain = await join(world, path, { as: bob })
    a.send({ message: 'hello' })
    await Promise.all([b.got(1), plain.got(1)])
    a.send({ type: 'typing' })
    a.send({ type: 'read', id: 1 })
    // Never past the newest message, and never back.
    b.send({ type: 'read', id: 99 })
    b.send({ type: 'read', id: 0 })
    a.send({ message: 'bye' })
    const by = (person: Person) => ({ sender: person.id, realSender: person.username })
    expect((await b.got(4)).slice(1, 3)).toEqual([
      { type: 'typing', ...by(alice) },
      { type: 'read', id: 1, ...by(alice) },
    ])
    await a.got(3)
    expect(a.frames.filter(({ type }) => type)).toEqual([{ type: 'read', id: 1, ...by(bob) }])
    expect(textsOf(await plain.got(2))).toEqual([
      [1, 'hello'],
      [2, 'bye'],
    ])
  })
})

describe('what C’s own web client sends', () => {
  it('is a message whatever type it names, but for typing and reading', async () => {
    const { alice, bob, id } = await startChat(world)
    const a = await join(world, `/ws/chat/${id}/?events=true`, { as: alice })
    const b = await join(world, `/ws/chat/${id}/?events=true`, { as: bob })
    a.send({ type: 'chat_message', message: 'hi', sender: bob.username })
    a.send({ type: 'read', id: 1, message: 'not this' })
    a.send({ type: 'typing', message: 'nor this' })
    a.send({ type: null, message: 'no type' })
    const sender = { sender: alice.id, realSender: alice.username }
    const frames = [
      { id: 1, text: 'hi', kind: 'text', ...sender },
      { type: 'read', id: 1, ...sender },
      { type: 'typing', ...sender },
      { id: 2, text: 'no type', ...sender },
    ]
    expect(await b.got(4)).toMatchObject(frames)
    expect(textsOf(await a.got(2))).toEqual([
      [1, 'hi'],
      [2, 'no type'],
    ])
  })

  it.each(['false', '0', '', 'maybe', 'TRUEISH'])(
    'with events=%s is told of messages alone',
    async (events) => {
      const { alice, bob, id } = await startChat(world)
      const a = await join(world, `/ws/chat/${id}/`, { as: alice })
      const b = await join(world, `/ws/chat/${id}/?events=${events}`, { as: bob })
      a.send({ type: 'typing' })
      a.send({ message: 'hello' })
      expect(textsOf(await b.got(1))).toEqual([[1, 'hello']])
    },
  )
})

describe('a bad frame', () => {
  it('is answered, and the socket lives', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.raw('{"message":')
    socket.raw('[]')
    socket.raw('null')
    socket.raw(new Uint8Array([1, 2, 3]).buffer)
    socket.send({})
    socket.send({ message: null })
    socket.send({ message: '  ' })
    socket.send({ message: true, client_id: 'x' })
    socket.send({ message: { text: 'hi' } })
    socket.send({ message: 'y'.repeat(2001) })
    socket.send({ message: 'hi', client_id: ['x'] })
    socket.send({ type: 'dance' })
    socket.send({ type: 'read' })
    socket.send({ type: 'read', id: 'soon' })
    socket.send({ message: 'hi', attachment: 'data' })
    socket.send({ message: 'hi', attachment: { data: '%%%', format: 'png' } })
    socket.send({ message: 'hi', attachment: { data: btoa('no picture'), format: 'png' } })
    socket.send({ message: 'fine' })
    const frames = await socket.got(18)
    expect(frames.slice(0, 17)).toEqual([
      { error: 'A frame must be JSON.', code: 'bad_frame' },
      { error: 'A frame must be a JSON object.', code: 'bad_frame' },
      { error: 'A frame must be a JSON object.', code: 'bad_frame' },
      { error: 'A frame must be text.', code: 'bad_frame' },
      { error: 'message: This field is required.', code: 'bad_frame' },
      { error: 'message: This field may not be null.', code: 'bad_frame' },
      { error: 'message: This field may not be blank.', code: 'bad_frame' },
      { error: 'message: Not a valid string.', code: 'bad_frame', client_id: 'x' },
      { error: 'message: Not a valid string.', code: 'bad_frame' },
      { error: 'message: Ensure this field has no more than 2000 characters.', code: 'bad_frame' },
      { error: 'client_id: Not a valid string.', code: 'bad_frame' },
      { error: 'Unknown type of frame.', code: 'bad_frame' },
      { error: 'This field is required.', code: 'bad_frame' },
      { error: 'A valid integer is required.', code: 'bad_frame' },
      { error: 'An attachment needs data (base64) and format.', code: 'bad_attachment' },
      { error: 'An attachment needs data (base64) and format.', code: 'bad_attachment' },
      {
        error:
          'Upload a valid image. The file you uploaded was either not an image or a corrupted image.',
        code: 'bad_attachment',
      },
    ])
    expect(frames[17]).toMatchObject({ id: 1, text: 'fine' })
  })

  it('closes the socket with 1009 when it is too big', async () => {
    const { alice, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const frames: [string | ArrayBuffer, string][] = [
      ['x'.repeat(16 * 1024 + 1), 'text'],
      [JSON.stringify({ message: 'é'.repeat(8200) }), 'text that weighs more than it is long'],
      [new ArrayBuffer(16 * 1024 + 1), 'bytes'],
      [
        JSON.stringify({
          message: 'x',
          attachment: { format: 'png', data: 'A'.repeat(2 * 1024 * 1024) },
        }),
        'an attachment',
      ],
    ]
    for (const [frame, kind] of frames) {
      const socket = await join(world, path, { as: alice })
      socket.raw(frame)
      expect([kind, (await socket.gone()).code]).toEqual([kind, 1009])
    }
    const socket = await join(world, path, { as: alice })
    socket.raw(JSON.stringify({ message: 'x', padding: 'x'.repeat(16_000) }))
    expect(await socket.got(1)).toMatchObject([{ id: 1 }])
  })
})

describe('ping', () => {
  it('is answered without waking the room', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    await evictDurableObject(roomOf(id))
    socket.raw('ping')
    expect(await socket.got(1)).toEqual(['pong'])
  })

  it('makes its socket one that is closed after 90 seconds of silence; others are not', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const [silent, quiet, busy] = [
      await join(world, path, { as: alice }),
      await join(world, path, { as: alice }),
      await join(world, path, { as: bob }),
    ]
    for (const socket of [silent, busy]) {
      socket.raw('ping')
      await socket.got(1)
    }
    const at = (later: number) => ({ now: () => Date.now() + later })
    await equip(roomOf(id), at(80_000))
    await runInDurableObject(roomOf(id), (room) => room.alarm())
    busy.send({ message: 'still here' })
    await Promise.all([busy.got(2), silent.got(2)])
    await equip(roomOf(id), at(95_000))
    await runInDurableObject(roomOf(id), (room) => room.alarm())
    expect(await silent.gone()).toEqual({ code: 4008, reason: 'Silent for too long' })
    busy.send({ message: 'and here' })
    expect(textsOf(await quiet.got(2))).toEqual([
      [1, 'still here'],
      [2, 'and here'],
    ])
    expect([busy.closed, quiet.closed]).toEqual([null, null])
  })
})

describe('too fast', () => {
  it('holds back one member, not the other, and only for as long as it says', async () => {
    const { alice, bob, id } = await startChat(world)
    const [a, b] = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/chat/${id}/`, { as: bob }),
    ]
    const begun = Date.now()
    await equip(roomOf(id), { now: () => begun })
    for (let n = 1; n <= 21; n++) a.send({ message: `${n}` })
    expect((await a.got(21))[20]).toEqual({
      error: 'You are sending too fast.',
      code: 'too_fast',
      retry_after: 5,
    })
    b.send({ message: 'not me' })
    expect((await b.got(21))[20]).toMatchObject({ id: 21, text: 'not me' })
    await equip(roomOf(id), { now: () => begun + 5000 })
    a.send({ message: 'again' })
    expect((await a.got(23))[22]).toMatchObject({ id: 22, text: 'again' })
  })
})

describe('a client that never reads', () => {
  it('is closed when too much waits for it, and the other member loses nothing', async () => {
    const { alice, bob, id } = await startChat(world)
    const path = `/ws/chat/${id}/`
    const count = 4500
    await fill(roomOf(id), { senderId: alice.id, count, text: 'x'.repeat(1990) })
    const a = await join(world, path, { as: alice })
    const idle = await join(world, `${path}?after=0`, { as: bob })
    a.send({ message: 'is anybody there?' })
    expect(textsOf(await a.got(1))).toEqual([[count + 1, 'is anybody there?']])
    expect(await idle.gone()).toEqual({ code: 1013, reason: 'Not reading' })
    expect(a.closed).toBe(null)
    // What was not read is there for who comes back.
    const { id: last } = idle.frames.at(-1)
    const back = await join(world, `${path}?after=${last}`, { as: bob })
    const rest = await back.got(count + 1 - last)
    expect(rest.map((frame) => frame.id)).toEqual(
      Array.from({ length: count + 1 - last }, (_, i) => last + 1 + i),
    )
  })
})

describe('blocks', () => {
  it('keep a conversation from both, and give it back', async () => {
    const { alice, bob, id } = await startChat(world)
    const open = await join(world, `/ws/chat/${id}/`, { as: bob })
    await block(alice, bob)
    await roomOf(id).disconnect(conversed(id))
    expect(await open.gone()).toEqual({ code: 4003, reason: 'No longer open to you' })
    for (const person of [alice, bob]) {
      const { status, body } = await world.call('GET', `/conversations/${id}/`, { as: person })
      expect([status, body]).toEqual([404, { message: 'Conversation does not exist' }])
      await expect(join(world, `/ws/chat/${id}/`, { as: person })).rejects.toThrow('404')
      expect((await world.call('GET', '/conversations/', { as: person })).body).toEqual([])
    }
    await world.bindings.DB.batch([
      world.bindings.DB.prepare('delete from blocks where blocker_id = ?').bind(alice.id),
    ])
    const { body } = await world.call('GET', '/conversations/', { as: bob })
    expect(body.map((one: any) => one.conversation_id)).toEqual([id])
  })
})
