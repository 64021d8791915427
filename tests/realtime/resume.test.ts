// A person's own socket that resumes: it begins where its device was, in numbered frames, each once.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Item } from '../../src/domain/base/context'
import { startChat } from '../support/conversations'
import { database, serviceDatabase, withBatches } from '../support/database'
import { aTime } from '../support/golden'
import { named } from '../support/object-names'
import { type Person, signUp } from '../support/people'
import { block } from '../support/relations'
import {
  equip,
  handshake,
  join,
  personOf,
  roomOf,
  type Socket,
  useFreshIds,
} from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const day = 24 * 60 * 60_000
/** What comes by itself. */
const soon = { timeout: 30_000 }

/** What is not about presence, which comes when it comes. */
const numbered = ({ frames }: Socket) => frames.filter(({ type }) => type !== 'presence')

const path = (after: number | 'now') => `/ws/me/?after=${after}`

/** Tells somebody of events that nobody wrote down: `e<n>`. */
async function tell(person: Person, items: Omit<Item, 'at'>[]): Promise<void> {
  await runInDurableObject(personOf(person.id), async ({ context }) => {
    await context.people.deliver(
      named(person.id),
      items.map((item) => ({ at: Date.now(), ...item })),
    )
  })
}

/** Of a kind that needs nothing to be there. */
const moon = (n: number): Omit<Item, 'at'> => ({ key: `e${n}`, kind: 'moon.full', data: { n } })
const moons = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => moon(from + i))
const moonFrame = (seq: number, n = seq) => {
  const rest = { kind: 'moon.full', actor: null, data: { n }, notification_id: null }
  return { type: 'event', seq, ...rest }
}
const hello = (seq: number, is_resumed: boolean) => ({ type: 'hello', seq, is_resumed })

async function helloOf(person: Person, after: number | 'now'): Promise<unknown> {
  const socket = await join(world, path(after), { as: person })
  await socket.got(1)
  socket.close()
  return numbered(socket)[0]
}

async function rest(person: Person, days: number): Promise<void> {
  await equip(personOf(person.id), { now: () => Date.now() + days * day })
}

async function makePlan(as: Person, title = 'Tea'): Promise<string> {
  const { body } = await world.call('POST', '/api/plans/add', {
    as,
    json: {
      title,
      location: { address1: '1 main st', city: 'Boston', state: 'MA', zipcode: '12345' },
      end_time: '2099-09-28 15:00:00',
    },
  })
  return body._id
}

describe('GET /ws/me', () => {
  it('takes a number or now, and nothing else', async () => {
    const alice = await signUp(world, 'alice')
    for (const after of ['', 'then', '-1', '1.5', 'NOW']) {
      const answer = await handshake(world, `/ws/me/?after=${after}`, { as: alice })
      expect([answer.status, await answer.json()]).toEqual([
        400,
        {
          after: [
            after === '-1'
              ? 'Ensure this value is greater than or equal to 0.'
              : 'A valid integer is required.',
          ],
        },
      ])
    }
    // Whose session is not good is told that.
    expect((await handshake(world, '/ws/me/?after=then')).status).toBe(401)
  })

  it('says where it begins, and numbers what follows', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const plan_id = await makePlan(alice)
    const [socket, bare] = [
      await join(world, path('now'), { as: alice }),
      await join(world, '/ws/me/', { as: alice }),
    ]
    const asked = await world.call('POST', `/api/friends/request/${alice.id}/`, { as: bob })
    await expect.poll(() => numbered(socket).length, soon).toBe(2)
    const { body: rsvp } = await world.call('POST', '/api/rsvp/add', { as: bob, json: { plan_id } })
    await expect.poll(() => numbered(socket).length, soon).toBe(3)
    await world.call('DELETE', `/api/rsvp/${rsvp.id}/delete`, { as: bob })
    await expect.poll(() => numbered(socket).length, soon).toBe(4)
    const by = { user_id: bob.id, username: bob.username }
    const id = expect.any(Number)
    const frames = numbered(socket)
    expect(frames).toEqual([
      hello(0, false),
      { type: 'friend_request', seq: 1, id: Number(asked.body.id), ...by, notification_id: id },
      { type: 'rsvp', seq: 2, id: rsvp.id, plan_id, ...by, status: 'going', notification_id: id },
      { type: 'rsvp', seq: 3, id: rsvp.id, plan_id, ...by, status: 'removed', notification_id: id },
    ])
    expect(Object.keys(frames[2])).toEqual([
      'type',
      'seq',
      'id',
      'plan_id',
      'user_id',
      'username',
      'status',
      'notification_id',
    ])
    // To the byte, as before.
    const somebody = `"user_id":${bob.id},"username":"${bob.username}"`
    expect(numbered(bare).map((frame) => JSON.stringify(frame))).toEqual([
      `{"type":"friend_request","id":${Number(asked.body.id)},${somebody}}`,
      `{"type":"rsvp","id":"${rsvp.id}","plan_id":"${plan_id}",${somebody},"status":"going"}`,
    ])
  })

  it('tells of a plan that has changed in an event of its kind', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const plan_id = await makePlan(alice)
    await world.call('POST', '/api/rsvp/add', { as: bob, json: { plan_id } })
    const socket = await join(world, path('now'), { as: bob })
    await world.call('PUT', `/api/plans/${plan_id}/edit`, { as: alice, json: { title: 'Coffee' } })
    await expect.poll(() => numbered(socket).length, soon).toBe(2)
    expect(numbered(socket)[1]).toEqual({
      type: 'event',
      seq: 1,
      kind: 'plan.changed',
      actor: { id: alice.id, username: alice.username },
      data: { plan_id, changed: ['title'] },
      notification_id: expect.any(Number),
    })
  })

  it('tells of a message in its new shape, and shows no text twice', async () => {
    const { alice, bob, id } = await startChat(world)
    const [socket, bare] = [
      await join(world, path('now'), { as: bob }),
      await join(world, '/ws/me/', { as: bob }),
    ]
    const chat = await join(world, `/ws/chat/${id}/`, { as: alice })
    chat.send({ message: 'are you there?', client_id: 'c1' })
    await expect.poll(() => numbered(socket).length, soon).toBe(2)
    const message = {
      id: 1,
      seq: 1,
      kind: 'text',
      sender: alice.id,
      text: 'are you there?',
      client_id: 'c1',
      sent_at: aTime,
      mentions: [],
      mention_all: false,
      event: null,
      reply_to: null,
      reactions: [],
      edited_at: null,
      deleted_at: null,
      deleted_by: null,
      expires_at: null,
      files: [],
    }
    const event = { type: 'message', seq: 1, conversation_id: id, unread: 1, message_id: 1 }
    expect(numbered(socket)).toEqual([hello(0, false), { ...event, message }])
    expect(Object.keys(numbered(socket)[1].message)).toEqual(Object.keys(message))
    const barely = JSON.stringify(numbered(bare)).replace(/"timestamp":"[^"]+"/, '"timestamp":"…"')
    const sender = `"sender":${alice.id},"realSender":"${alice.username}","kind":"text"`
    expect(barely).toBe(
      `[{"type":"message","conversation_id":${id},"unread":1,"message":{"id":1,"text":"are you there?",` +
        `"attachment":null,"timestamp":"…",${sender},"client_id":"c1"}}]`,
    )
    const again = await join(world, path(0), { as: bob })
    await again.got(2)
    expect(numbered(again)).toEqual([hello(0, true), { ...event, message: null }])
  })
})

describe('a device that comes back', () => {
  it('hears all that it missed, in order, and then what is new', async () => {
    const alice = await signUp(world, 'alice')
    expect(await helloOf(alice, 'now')).toEqual(hello(0, false))
    await tell(alice, moons(1, 5))
    await evictDurableObject(personOf(alice.id))
    const socket = await join(world, path(2), { as: alice })
    await socket.got(4)
    await tell(alice, [moon(6)])
    await socket.got(5)
    expect(numbered(socket)).toEqual([hello(2, true), ...[3, 4, 5, 6].map((n) => moonFrame(n))])
    expect(await helloOf(alice, 6)).toEqual(hello(6, true))
  })

  it('is resumed unless something is missing, and never told otherwise', async () => {
    const alice = await signUp(world, 'alice')
    await helloOf(alice, 'now')
    await tell(alice, moons(1, 1003))
    const hellos = []
    for (const after of ['now', 0, 2, 3, 1003, 1004] as const)
      hellos.push(await helloOf(alice, after))
    expect(hellos).toEqual([
      hello(1003, false),
      hello(1003, false),
      hello(1003, false),
      hello(3, true),
      hello(1003, true),
      hello(1003, false),
    ])
  })

  it('is not resumed from before what is too old, nor after seven days without a socket', async () => {
    const alice = await signUp(world, 'alice')
    await helloOf(alice, 'now')
    await tell(alice, [moon(1)])
    await rest(alice, 4)
    expect(await helloOf(alice, 0)).toEqual(hello(0, true))
    await tell(alice, [moon(2)])
    await rest(alice, 7.5)
    expect([await helloOf(alice, 0), await helloOf(alice, 1)]).toEqual([
      hello(2, false),
      hello(1, true),
    ])
    await rest(alice, 14.4)
    expect(await helloOf(alice, 2)).toEqual(hello(2, true))
    await rest(alice, 21.5)
    expect(await helloOf(alice, 2)).toEqual(hello(2, false))
    // It is there again.
    expect(await helloOf(alice, 2)).toEqual(hello(2, true))
  })

  it('is kept from what was before its account was closed', async () => {
    const alice = await signUp(world, 'alice')
    await helloOf(alice, 'now')
    await tell(alice, moons(1, 3))
    await runInDurableObject(personOf(alice.id), (person) => person.endSessions('all', alice.id, 0))
    expect(await helloOf(alice, 3)).toEqual(hello(4, false))
    expect(await helloOf(alice, 4)).toEqual(hello(4, true))
    await tell(alice, [moon(5)])
    const socket = await join(world, path(4), { as: alice })
    await socket.got(2)
    expect(numbered(socket)).toEqual([hello(4, true), moonFrame(5)])
  })

  it('hears today’s names, and of what is not there any more that it is skipped', async () => {
    const [alice, bob, carol, dan] = [
      await signUp(world, 'alice'),
      await signUp(world, 'bob'),
      await signUp(world, 'carol'),
      await signUp(world, 'dan'),
    ]
    const plan_id = await makePlan(alice)
    expect(await helloOf(alice, 'now')).toEqual(hello(0, false))
    const rsvps: string[] = []
    for (const person of [bob, carol, dan]) {
      const { body } = await world.call('POST', '/api/rsvp/add', { as: person, json: { plan_id } })
      rsvps.push(body.id)
    }
    await tell(alice, [
      {
        key: 'm999999999:1',
        kind: 'message.created',
        actor: { id: carol.id, name: 'carol' },
        data: { conversation_id: 999_999_999, message_id: 1 },
      },
    ])
    await block(bob, alice)
    const rename = 'update users set username = ?, username_key = ? where id = ?'
    const name = `carola-${carol.id}`
    await database.prepare(rename).bind(name, name, carol.id).run()
    await world.call('DELETE', '/users/delete_account/', { as: dan, json: { password: 'x' } })
    await database.prepare('update users set is_active = 0 where id = ?').bind(dan.id).run()
    const socket = await join(world, path(0), { as: alice })
    await socket.got(5)
    expect(numbered(socket)).toMatchObject([
      hello(0, true),
      { type: 'skipped', seq: 1 },
      { type: 'rsvp', seq: 2, id: rsvps[1], user_id: carol.id, username: name, status: 'going' },
      { type: 'skipped', seq: 3 },
      { type: 'skipped', seq: 4 },
    ])
    expect(Object.keys(numbered(socket)[1])).toEqual(['type', 'seq'])
  })
})

describe('a replay', () => {
  /** Makes the object's database wait, until told. */
  async function slowDatabase(person: Person) {
    const gate = { isOpen: false, asked: 0 }
    const db = withBatches(serviceDatabase, async (run) => {
      gate.asked++
      while (!gate.isOpen) await scheduler.wait(5)
      return run()
    })
    await equip(personOf(person.id), { db })
    return gate
  }

  async function missed(count: number): Promise<Person> {
    const alice = await signUp(world, 'alice')
    await helloOf(alice, 'now')
    await tell(alice, moons(1, count))
    return alice
  }

  it('asks the database once, and loses nothing of what happens meanwhile', async () => {
    const alice = await missed(200)
    const bare = await join(world, '/ws/me/', { as: alice })
    await runInDurableObject(personOf(alice.id), () => {})
    const gate = await slowDatabase(alice)
    const socket = await join(world, path(0), { as: alice })
    await expect.poll(() => gate.asked, soon).toBeGreaterThan(0)
    const before = gate.asked
    for (let n = 201; n <= 210; n++) await tell(alice, [moon(n)])
    expect(numbered(socket)).toEqual([hello(0, true)])
    gate.isOpen = true
    await socket.got(211)
    expect(gate.asked).toBe(before)
    expect(numbered(socket)).toEqual([
      hello(0, true),
      ...moons(1, 210).map((_, i) => moonFrame(i + 1)),
    ])
    expect(numbered(bare)).toEqual([])
  })

  it('goes on when the object has slept', async () => {
    const alice = await missed(50)
    const socket = await join(world, path(50), { as: alice })
    await socket.got(1)
    // As a sleep right behind the hello leaves it.
    await runInDurableObject(personOf(alice.id), (_person, state) => {
      for (const own of state.getWebSockets()) {
        own.serializeAttachment({ ...own.deserializeAttachment(), behind: 10 })
      }
    })
    await tell(alice, [moon(51)])
    await evictDurableObject(personOf(alice.id))
    await tell(alice, [moon(52)])
    await expect.poll(() => numbered(socket).at(-1), soon).toEqual(moonFrame(52))
    const seqs = Array.from({ length: 42 }, (_, i) => 11 + i)
    // (It was live for the 51st, and does not know that any more.)
    expect(numbered(socket)).toEqual([
      hello(50, true),
      moonFrame(51),
      ...seqs.map((seq) => moonFrame(seq)),
    ])
  })

  it('closes without a database, and is had by coming back', async () => {
    const alice = await missed(3)
    const broken = withBatches(serviceDatabase, () => Promise.reject(new Error('down')))
    await equip(personOf(alice.id), { db: broken })
    const socket = await join(world, path(1), { as: alice })
    expect(await socket.gone()).toEqual({ code: 1013, reason: 'Try again later' })
    expect(numbered(socket)).toEqual([hello(1, true)])
    await equip(personOf(alice.id), { db: serviceDatabase })
    const again = await join(world, path(1), { as: alice })
    await again.got(3)
    expect(numbered(again)).toEqual([hello(1, true), moonFrame(2), moonFrame(3)])
  })

  it('ends with its session', async () => {
    const alice = await missed(3)
    const gate = await slowDatabase(alice)
    const socket = await join(world, path(1), { as: alice })
    await socket.got(1)
    await runInDurableObject(personOf(alice.id), (person) => person.endSessions('all', alice.id))
    gate.isOpen = true
    expect(await socket.gone()).toEqual({ code: 4001, reason: 'Session ended' })
    expect(numbered(socket)).toEqual([hello(1, true)])
  })
})

describe('what is to be read anew', () => {
  it('is said to devices that resume, of whoever has changed it', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const [socket, bare] = [
      await join(world, path('now'), { as: alice }),
      await join(world, '/ws/me/', { as: alice }),
    ]
    const quiet = {
      json: { quiet_hours: { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' } },
    }
    for (const as of [alice, bob]) {
      const { status } = await world.call('PATCH', '/api/me/notification-preferences/', {
        ...quiet,
        as,
      })
      expect(status).toBe(200)
    }
    await expect.poll(() => numbered(socket).length, soon).toBe(2)
    expect(numbered(socket)[1]).toEqual({ type: 'changed', what: 'notification_preferences' })
    expect(numbered(bare)).toEqual([])
  })
})

describe('a room', () => {
  const due = (id: number) =>
    runInDurableObject(roomOf(id), (_room, { storage }) =>
      storage.sql.exec('select attempts from outbox').toArray(),
    )

  /** Lets the room's alarm ring. */
  const ring = (id: number) => runInDurableObject(roomOf(id), (room) => room.alarm())

  it('keeps the trace of a message until the other was told, and no longer than a day', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, path('now'), { as: bob })
    const chat = await join(world, `/ws/chat/${id}/`, { as: alice })
    const { people } = await runInDurableObject(roomOf(id), (room) => room.context)
    let now = Date.now()
    const broken = { ...people, deliver: () => Promise.reject(new Error('broken')) }
    await equip(roomOf(id), { now: () => now, people: broken })
    chat.send({ message: 'first' })
    await chat.got(1)
    now += 1000
    await ring(id)
    expect(await due(id)).toEqual([{ attempts: 1 }])
    // The database knows at once.
    const { body } = await world.call('GET', '/conversations/', { as: bob })
    expect(body).toMatchObject([{ unread: 1, last_message: { text: 'first' } }])
    now += 60_000
    await equip(roomOf(id), { people })
    await ring(id)
    expect(await due(id)).toEqual([])
    await socket.got(2)
    expect(numbered(socket)).toMatchObject([
      { type: 'hello' },
      { seq: 1, message: { text: 'first' } },
    ])

    await equip(roomOf(id), { people: broken })
    chat.send({ message: 'second' })
    await chat.got(2)
    now += 1000
    await ring(id)
    now += day
    await ring(id)
    expect(await due(id)).toEqual([])
  })

  it('says of whom it tells who is in it, by a sign of life', async () => {
    const { alice, bob, id } = await startChat(world)
    await join(world, '/ws/me/', { as: bob })
    const chat = await join(world, `/ws/chat/${id}/`, { as: alice })
    await join(world, `/ws/chat/${id}/`, { as: bob })
    const here: unknown[] = []
    const { people } = await runInDurableObject(roomOf(id), (room) => room.context)
    let now = Date.now()
    const deliver = async (_person: unknown, [item]: readonly Item[]) => void here.push(item!.here)
    await equip(roomOf(id), { now: () => now, people: { ...people, deliver } })
    for (const wait of [1000, 91_000]) {
      now += wait
      chat.send({ message: 'hello' })
      await expect.poll(() => due(id), soon).toHaveLength(1)
      now += 1000
      await ring(id)
    }
    expect(here).toEqual([true, undefined])
  })
})
