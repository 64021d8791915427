// Pictures in a chat: stored before their message is, in the order in which they were sent.
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { startChat } from '../support/conversations'
import { database } from '../support/database'
import { equip, join, roomOf, useFreshIds } from '../support/sockets'
import { conversed } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

/** One red pixel. */
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const attachment = { data: pixel, format: 'png' }
const aPicture = expect.stringMatching(/^\/media\/chat\/[0-9a-f]{40}\.png$/)

const mediaOf = (id: number) =>
  database.prepare('select key from media where conversation_id = ?').bind(id).all()

describe('an attachment', () => {
  it('is a picture that everybody can fetch by the time the message is there', async () => {
    const { alice, bob, id } = await startChat(world)
    const [a, b] = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/chat/${id}/`, { as: bob }),
    ]
    a.send({ message: 'look', attachment, client_id: 'p' })
    a.send({ message: 'and now?', client_id: 'q' })
    const frames = await b.got(2)
    expect(frames).toMatchObject([
      { id: 1, text: 'look', attachment: aPicture, client_id: 'p' },
      { id: 2, text: 'and now?', attachment: null, client_id: 'q' },
    ])
    const file = await world.call('GET', frames[0].attachment)
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(await a.got(2)).toEqual(frames)
    // Sent again, it is neither stored nor answered twice.
    a.send({ message: 'look', attachment, client_id: 'p' })
    expect((await a.got(3))[2]).toEqual(frames[0])
    await expect.poll(async () => (await mediaOf(id)).results.length).toBe(1)
    const { body } = await world.call('GET', `/conversations/${id}/`, { as: bob })
    expect(body.message_set[1].attachment).toBe(frames[0].attachment)
  })

  it('is not stored where its sender has no room left for it', async () => {
    const { alice, id } = await startChat(world)
    await database
      .prepare('insert into usage (user_id, files) values (?, 209715200)')
      .bind(alice.id)
      .run()
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'look', attachment, client_id: 'p' })
    expect(await socket.got(1)).toEqual([
      { error: 'There is no room left: delete something first.', code: 'quota', client_id: 'p' },
    ])
    expect((await mediaOf(id)).results).toEqual([])
  })

  it('may be a data URL, as a browser makes it', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const data = `data:image/png;base64,${pixel}`
    socket.send({ message: 'look', attachment: { data, format: 'png' } })
    expect(await socket.got(1)).toMatchObject([{ id: 1, attachment: aPicture }])
  })

  it('needs a message beside it, and leaves no trace when it is refused', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ attachment })
    await roomOf(id).settle(true, Date.now(), conversed(id))
    socket.send({ message: 'look', attachment })
    expect(await socket.got(2)).toEqual([
      { error: 'message: This field is required.', code: 'bad_frame' },
      { error: 'This conversation is closed.', code: 'closed' },
    ])
    expect((await mediaOf(id)).results).toEqual([])
  })

  it('that cannot be stored leaves its message unsent', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const { media } = await runInDurableObject(roomOf(id), ({ context }) => context)
    const broken = { ...media, put: () => Promise.reject(new Error('R2 is down')) }
    await equip(roomOf(id), { media: broken })
    socket.send({ message: 'look', attachment, client_id: 'p' })
    socket.send({ message: 'next' })
    expect(await socket.got(2)).toMatchObject([
      {
        error: 'The message could not be stored. Send it again.',
        code: 'not_stored',
        client_id: 'p',
      },
      { id: 1, text: 'next' },
    ])
  })

  it('sent twice at once is stored once', async () => {
    const { alice, id } = await startChat(world)
    const sockets = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/chat/${id}/`, { as: alice }),
    ]
    for (const socket of sockets) socket.send({ message: 'look', attachment, client_id: 'p' })
    // The broadcast for both, and the first one's answer for whoever came second.
    await expect
      .poll(() => sockets.map(({ frames }) => frames.length).toSorted((a, b) => a - b))
      .toEqual([1, 2])
    const keys = new Set(sockets.flatMap(({ frames }) => frames.map((frame) => frame.attachment)))
    expect(keys.size).toBe(1)
    await expect
      .poll(async () => (await mediaOf(id)).results)
      .toEqual([{ key: [...keys][0].replace('/media/', '') }])
  })
})
