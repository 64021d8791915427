// A person's own socket: what happens to them, on every device, in typed frames.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Item, People } from '../../src/domain/base/context'
import { startChat } from '../support/conversations'
import { aTime } from '../support/golden'
import { type Person, signUp } from '../support/people'
import { equip, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { named } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

/** The port, as a verb of the domain has it. */
async function portOf(person: Person): Promise<People> {
  return runInDurableObject(personOf(person.id), ({ context }) => context.people)
}

/** What is not about presence, which comes when it comes. */
const events = (frames: any[]) => frames.filter(({ type }) => type !== 'presence')

describe('GET /ws/me', () => {
  it('tells every device of a message in a conversation, with what is unread', async () => {
    const { alice, bob, id } = await startChat(world)
    const devices = [
      await join(world, '/ws/me/', { as: bob }),
      await join(world, '/ws/me', { as: bob }),
    ]
    const own = await join(world, '/ws/me/', { as: alice })
    const chat = await join(world, `/ws/chat/${id}/`, { as: alice })
    chat.send({ message: 'are you there?', client_id: 'c1' })
    const event = {
      type: 'message',
      conversation_id: id,
      unread: 1,
      message: {
        id: 1,
        text: 'are you there?',
        attachment: null,
        timestamp: aTime,
        sender: alice.id,
        realSender: alice.username,
        kind: 'text',
        client_id: 'c1',
      },
    }
    for (const device of devices) expect(await device.got(1)).toEqual([event])
    expect(events(own.frames)).toEqual([])
  })

  it('tells each of two who write at the same time of the other', async () => {
    const { alice, bob, id } = await startChat(world)
    const [a, b] = [
      await join(world, '/ws/me/', { as: alice }),
      await join(world, '/ws/me/', { as: bob }),
    ]
    const chats = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/chat/${id}/`, { as: bob }),
    ]
    const now = Date.now()
    await equip(roomOf(id), { now: () => now })
    chats[0]!.send({ message: 'from alice' })
    await chats[0]!.got(1)
    chats[1]!.send({ message: 'from bob' })
    await chats[1]!.got(2)
    await equip(roomOf(id), { now: () => now + 1000 })
    await runInDurableObject(roomOf(id), (room) => room.alarm())
    expect(await a.got(1)).toMatchObject([{ unread: 1, message: { text: 'from bob' } }])
    expect(await b.got(1)).toMatchObject([{ unread: 1, message: { text: 'from alice' } }])
  })

  it('carries what the verbs of other nouns tell, asleep or awake', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const socket = await join(world, '/ws/me/', { as: alice })
    const port = await portOf(alice)
    const [planId, rsvpId] = ['0'.repeat(24), '1'.repeat(24)]
    const item = (key: string, kind: string, data: Item['data']): Item => {
      return { key, kind, at: Date.now(), actor: { id: bob.id, name: bob.username }, data }
    }
    const asked = item('e1', 'friend_request.received', { request_id: 1_000_000_007 })
    await port.deliver(named(alice.id), [asked])
    await evictDurableObject(personOf(alice.id))
    const answered = { request_id: 1_000_000_008, status: 'accepted' }
    const going = { plan_id: planId, rsvp_id: rsvpId, status: 'going' }
    await port.deliver(named(alice.id), [
      item('e2', 'friend_request.answered', answered),
      // Known already, without a frame of its own, or of a later version.
      asked,
      item('e3', 'rsvp.changed', { ...going, status: 'removed' }),
      item('e4', 'moon.full', {}),
      item('e5', 'rsvp.changed', going),
    ])
    const by = { user_id: bob.id, username: bob.username }
    expect(await socket.got(3)).toEqual([
      { type: 'friend_request', id: 1_000_000_007, ...by },
      { type: 'friend_request_answered', id: 1_000_000_008, status: 'accepted', ...by },
      { type: 'rsvp', id: rsvpId, plan_id: planId, status: 'going', ...by },
    ])
    // Nobody listens: nothing happens.
    await port.deliver(named(bob.id), [asked])
  })

  it('answers pings, and closes who stopped sending them', async () => {
    const alice: Person = await signUp(world, 'alice')
    const [silent, quiet] = [
      await join(world, '/ws/me/', { as: alice }),
      await join(world, '/ws/me/', { as: alice }),
    ]
    silent.raw('ping')
    silent.raw('what is not understood is not minded')
    expect(await silent.got(1)).toEqual(['pong'])
    await equip(personOf(alice.id), { now: () => Date.now() + 91_000 })
    await runInDurableObject(personOf(alice.id), (person) => person.alarm())
    expect(await silent.gone()).toEqual({ code: 4008, reason: 'Silent for too long' })
    expect(quiet.closed).toBe(null)
  })
})

describe('an own socket that hears more than 8 MiB', () => {
  /** Messages as a person's object hears of them, some 2 KB each. */
  const tellOf = (person: Person, from: number, count: number) =>
    runInDurableObject(personOf(person.id), (object) => {
      const items = Array.from({ length: count }, (_, i) => messageItem(from + i))
      object.deliver(items, person.id)
    })

  function messageItem(id: number): Item {
    const text = 'x'.repeat(1990)
    const rest = { clientId: null, kind: 'text', attachment: null, sentAt: 1000 } as const
    const message = { id, senderId: 1, text, ...rest }
    const data = { conversation_id: 1, message_id: id }
    const shown = { unread: id, message, senderName: 'alice' }
    return { key: `m1:${id}`, kind: 'message.created', at: 1000, data, shown }
  }

  it('without a sign of life is closed: what waits for it would be in the memory of all', async () => {
    const bob = await signUp(world, 'bob')
    const idle = await join(world, '/ws/me/', { as: bob })
    const resuming = await join(world, '/ws/me/?after=now', { as: bob })
    await tellOf(bob, 1, 4500)
    const notReading = { code: 1013, reason: 'Not reading' }
    expect([await idle.gone(), await resuming.gone()]).toEqual([notReading, notReading])
    expect(idle.frames.length).toBeLessThan(4500)
  })

  it('and pings is not', async () => {
    const bob = await signUp(world, 'bob')
    const own = await join(world, '/ws/me/', { as: bob })
    await tellOf(bob, 1, 3500)
    await own.got(3500)
    own.raw('ping')
    await own.got(3501)
    await tellOf(bob, 3501, 3500)
    expect((await own.got(7001)).at(-1)).toMatchObject({ type: 'message', unread: 7000 })
    expect(own.closed).toBe(null)
  })
})

describe('friend requests', () => {
  it('are told to the one who is asked, and their answer to the one who asked', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const [a, b] = [
      await join(world, '/ws/me/', { as: alice }),
      await join(world, '/ws/me/', { as: bob }),
    ]
    const asked = await world.call('POST', `/api/friends/request/${bob.id}/`, { as: alice })
    expect([asked.status, asked.body.status]).toEqual([201, 'pending'])
    const id = Number(asked.body.id)
    expect(events(await b.got(1))).toEqual([
      { type: 'friend_request', id, user_id: alice.id, username: alice.username },
    ])
    await world.call('POST', `/api/friends/respond/${id}/`, { json: { action: 'accept' }, as: bob })
    await expect
      .poll(() => events(a.frames))
      .toEqual([
        {
          type: 'friend_request_answered',
          id,
          user_id: bob.id,
          username: bob.username,
          status: 'accepted',
        },
      ])
  })
})

describe('answers to a plan', () => {
  it("are told to its creator, and changes of them, but not the creator's own", async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const made = await world.call('POST', '/api/plans/add', {
      as: alice,
      json: {
        title: 'Game Night',
        location: { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '12345' },
        end_time: '2025-09-28 15:00:00',
      },
    })
    const { _id: plan_id } = made.body
    const socket = await join(world, '/ws/me/', { as: alice })
    const answer = (as: Person) => world.call('POST', '/api/rsvp/add', { as, json: { plan_id } })
    expect((await answer(alice)).status).toBe(201)
    const { id } = (await answer(bob)).body
    await world.call('PATCH', `/api/rsvp/${id}`, { as: bob, json: { status: 'maybe' } })
    await socket.got(2)
    const by = { user_id: bob.id, username: bob.username }
    expect(events(socket.frames)).toEqual([
      { type: 'rsvp', id, plan_id, status: 'going', ...by },
      { type: 'rsvp', id, plan_id, status: 'maybe', ...by },
    ])
  })
})
