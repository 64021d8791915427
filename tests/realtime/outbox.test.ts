// What a room tells the database: all of it in the end, whatever the database does in the meantime.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { feedConversation } from '../../src/domain/chat/feed'
import type { StoredMessage } from '../../src/domain/base/context'
import { startChat } from '../support/conversations'
import { serviceDatabase, withBatches } from '../support/database'
import { block } from '../support/relations'
import { equip, join, roomOf, until, useFreshIds } from '../support/sockets'
import { conversed, roomName } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

const brokenDatabase = withBatches(serviceDatabase, () =>
  Promise.reject(new Error('the database is down')),
)

const inbox = async (as: { access: string }) =>
  (await world.call('GET', '/conversations/', { as })).body

/** The room's outbox and its alarm. */
async function due(id: number) {
  return runInDurableObject(roomOf(id), async (_room, { storage }) => ({
    rows: storage.sql.exec('select version, attempts, due_at from outbox').toArray(),
    alarm: await storage.getAlarm(),
  }))
}

/** Half of a wait is left to chance. */
function expectAbout(wait: number, longest: number): void {
  expect(wait).toBeGreaterThanOrEqual(longest / 2)
  expect(wait).toBeLessThanOrEqual(longest)
}

describe('the outbox', () => {
  it('delivers everything once the database is back, however long that took', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const begun = Date.now()
    let now = begun
    await equip(roomOf(id), { db: brokenDatabase, now: () => now })
    for (let n = 1; n <= 10; n++) socket.send({ message: `${n}` })
    await socket.got(10)
    const waits: number[] = []
    for (let tries = 1; tries <= 12; tries++) {
      const { rows, alarm } = await due(id)
      now = Math.max(now, rows[0]!['due_at'] as number)
      expect(alarm).not.toBe(null)
      await runInDurableObject(roomOf(id), (room) => room.alarm())
      const after = await due(id)
      expect(after.rows).toMatchObject([{ attempts: tries }])
      waits.push((after.rows[0]!['due_at'] as number) - now)
    }
    for (const [n, longest] of [500, 1000, 2000, 4000].entries()) expectAbout(waits[n]!, longest)
    expectAbout(waits.at(-1)!, 60_000)
    expect(await inbox(bob)).toMatchObject([{ last_message: null, unread: 0 }])
    // A restart on top of it.
    await evictDurableObject(roomOf(id))
    now += 60_000
    await equip(roomOf(id), { now: () => now })
    await runInDurableObject(roomOf(id), (room) => room.alarm())
    expect(await inbox(bob)).toMatchObject([{ last_message: { id: 10, text: '10' }, unread: 10 }])
    expect((await due(id)).rows).toEqual([])
  })

  it('tells nobody of a message whose sender a block parts from them by then', async () => {
    const { alice, bob, id } = await startChat(world)
    const told: number[] = []
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const { people } = await runInDurableObject(roomOf(id), (room) => room.context)
    let now = Date.now()
    await equip(roomOf(id), {
      now: () => now,
      people: { ...people, deliver: ({ id: userId }) => Promise.resolve(void told.push(userId)) },
    })
    socket.send({ message: 'are you there?' })
    await socket.got(1)
    await block(bob, alice)
    now += 1000
    await runInDurableObject(roomOf(id), (room) => room.alarm())
    expect((await due(id)).rows).toEqual([])
    expect(told).toEqual([])
  })

  it('keeps what came while the database was being told', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    let isAsked = false
    const gate = { isOpen: false }
    const slow = withBatches(serviceDatabase, async (run) => {
      isAsked = true
      while (!gate.isOpen) await scheduler.wait(5)
      return run()
    })
    await equip(roomOf(id), { db: slow })
    socket.send({ message: 'first' })
    await until(
      () => isAsked,
      () => 'the database was not told',
    )
    socket.send({ message: 'meanwhile' })
    await socket.got(2)
    gate.isOpen = true
    await expect
      .poll(async () => (await inbox(bob))[0])
      .toMatchObject({
        last_message: { id: 2, text: 'meanwhile' },
        unread: 2,
      })
    await expect.poll(async () => (await due(id)).rows).toEqual([])
  })

  it('knows whose conversation it is although nobody has ever joined', async () => {
    const { alice, bob, id } = await startChat(world)
    await roomOf(id).systemMessage({ key: 'ended-1', event: 'friendship.ended' }, conversed(id))
    for (const person of [alice, bob]) {
      await expect
        .poll(async () => (await inbox(person))[0])
        .toMatchObject({
          last_message: { id: 1, kind: 'system', sender: null, realSender: '' },
          unread: 1,
        })
    }
  })
})

describe('a feed', () => {
  it('changes nothing when it comes twice or late', async () => {
    const { alice, bob, id } = await startChat(world)
    const context = await runInDurableObject(roomOf(id), (room) => room.context)
    const message = (messageId: number): StoredMessage => ({
      id: messageId,
      senderId: alice.id,
      clientId: null,
      kind: 'text',
      text: `message ${messageId}`,
      attachment: null,
      sentAt: world.clock.now + messageId,
    })
    const feed = (messageId: number, readUpTo: number) => ({
      conversation: { id, name: roomName(id) },
      lastMessage: message(messageId),
      members: [
        { userId: alice.id, readUpTo: 0, unread: 0 },
        { userId: bob.id, readUpTo, unread: messageId - readUpTo },
      ],
    })
    const settled = { last_message: { id: 3, text: 'message 3' }, unread: 1 }
    await feedConversation(context, feed(1, 0))
    await feedConversation(context, feed(3, 2))
    expect(await inbox(bob)).toMatchObject([settled])
    await feedConversation(context, feed(3, 2))
    await feedConversation(context, feed(2, 0))
    await feedConversation(context, feed(3, 1))
    expect(await inbox(bob)).toMatchObject([settled])
  })
})
