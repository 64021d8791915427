// What rooms and persons' objects are called, and whose they are: random names, never an id that a
// restored database hands out again; and each refuses whoever asks for somebody else's.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { runDueJobs } from '../../src/domain/base/jobs'
import { startChat, startWith } from '../support/conversations'
import { database } from '../support/database'
import { conversed, named } from '../support/object-names'
import { type Person, signUp } from '../support/people'
import { handshake, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const random = expect.stringMatching(/^[0-9a-f]{32}$/)

const row = (sql: string, ...values: unknown[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .first()

async function roomsOf({ id }: Person): Promise<string[]> {
  const { results } = await database
    .prepare('select room from conversations where ?1 in (initiator_id, receiver_id) order by id')
    .bind(id)
    .all<{ room: string }>()
  return results.map(({ room }) => room)
}

describe('the name of an object', () => {
  it('is 128 random bits for every new account and conversation', async () => {
    const { alice, bob, id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    const json = { friend_username: carol.username }
    await world.call('POST', '/users/add_friend/', { json, as: alice })
    const rooms = await roomsOf(alice)
    expect(rooms).toEqual([conversed(id).name, random])
    expect([named(alice.id), named(bob.id)]).toEqual([
      { id: alice.id, name: random },
      { id: bob.id, name: random },
    ])
    const all = [...rooms, named(alice.id).name, named(bob.id).name, named(carol.id).name]
    expect(new Set(all).size).toBe(5)
  })

  it('is the id as text where the row has none: what exists keeps its room', async () => {
    const { alice, bob, id } = await startChat(world)
    await database.prepare(`update conversations set room = '' where id = ?`).bind(id).run()
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'as before' })
    await socket.got(1)
    const old = env.ROOMS.getByName(String(id))
    const page = { before: null, limit: 10 }
    const kept = await old.history(page, { ...conversed(id), name: '' })
    expect(kept.map(({ text }) => text)).toEqual(['as before'])
    const { body } = await world.call('GET', `/conversations/${id}/`, { as: bob })
    expect(body.message_set).toMatchObject([{ text: 'as before' }])
  })
})

describe('a room', () => {
  it('refuses another conversation and others than its two members, asleep or not', async () => {
    const { id } = await startChat(world)
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    const theirs = await startWith(world, carol, dan)
    const page = { before: null, limit: 10 }
    await roomOf(id).history(page, conversed(id))
    // What a restored database might say: another conversation, or others, in the room of these two.
    const { room } = (await row('select room from conversations where id = ?', id))!
    const take = 'update conversations set room = ? where id = ?'
    await database.prepare(take).bind(room, theirs).run()
    for (const state of ['awake', 'asleep']) {
      if (state === 'asleep') await evictDurableObject(roomOf(id))
      expect((await handshake(world, `/ws/chat/${theirs}/`, { as: carol })).status).toBe(404)
      const others = { ...conversed(id), members: [carol.id, dan.id] as const }
      for (const asked of [conversed(theirs), others]) {
        const refused = `the room of ${id} was asked for ${asked.id}`
        await runInDurableObject(roomOf(id), (object) => {
          expect(() => object.history(page, asked)).toThrow(refused)
          expect(() => object.settle(true, 1, asked)).toThrow(refused)
          expect(() => object.disconnect(asked)).toThrow(refused)
          const message = { key: 'ended-1', event: 'friendship.ended' } as const
          expect(() => object.systemMessage(message, asked)).toThrow(refused)
        })
      }
    }
  })

  it('that a restored database does not know changes nothing in the conversation of its id', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const lost = roomOf(id)
    await database.prepare(`update conversations set room = 'another' where id = ?`).bind(id).run()
    socket.send({ message: 'for bob alone' })
    await socket.got(1)
    await runInDurableObject(lost, async (room, { storage }) => {
      room.context = { ...room.context, now: () => Date.now() + 60_000 }
      await room.alarm()
      expect(storage.sql.exec('select * from outbox').toArray()).toEqual([])
    })
    const { body } = await world.call('GET', '/conversations/', { as: bob })
    expect(body).toMatchObject([{ conversation_id: id, last_message: null, unread: 0 }])
  })
})

describe("a person's object", () => {
  it('refuses another account', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const socket = await join(world, '/ws/me/', { as: alice })
    const { object } = (await row('select object from users where id = ?', alice.id))!
    const take = 'update users set object = ? where id = ?'
    await database.prepare(take).bind(object, bob.id).run()
    expect((await handshake(world, '/ws/me/', { as: bob })).status).toBe(401)
    await evictDurableObject(personOf(alice.id))
    await runInDurableObject(personOf(alice.id), async (person) => {
      const refused = `person ${alice.id} was asked for ${bob.id}`
      const place = { room: 1, socketId: 'a', sessionId: 'b' }
      expect(await person.enter(place, Date.now() + 60_000, bob.id)).toBe('ended')
      expect(() => person.leave([place], bob.id)).toThrow(refused)
      const event = { type: 'presence', userId: 1, username: 'x', isConnected: true } as const
      expect(() => person.notify(event, bob.id)).toThrow(refused)
      await expect(person.endSessions('all', bob.id)).rejects.toThrow(refused)
      await expect(person.presenceChanged(bob.id)).rejects.toThrow(refused)
    })
    expect(socket.closed).toBeNull()
  })
})

describe('a job that the version before has queued', () => {
  it('finds the room by the id that is all it has', async () => {
    const { alice, id } = await startChat(world)
    const job = `insert into jobs (kind, key, payload, due_at, created_at) values
      ('room.close', 'room.close:old', json_object('conversationId', ?1, 'at', ?2), 0, 0),
      ('room.close', 'room.close:gone', json_object('conversationId', -1, 'at', ?2), 0, 0)`
    await database.prepare(job).bind(id, Date.now()).run()
    await world.run(runDueJobs)
    expect(await row('select 1 from jobs')).toBeNull()
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'hello?' })
    expect(await socket.got(1)).toEqual([{ error: 'This conversation is closed.', code: 'closed' }])
  })
})
