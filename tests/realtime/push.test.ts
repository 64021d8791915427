// Pushes of a person's object: to whom no device listens, behind a last look, in quiet hours not, and once.
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Item } from '../../src/domain/base/context'
import { makePeople } from '../support/crowd'
import { database, withBatches } from '../support/database'
import { startChat } from '../support/conversations'
import { named, notePerson } from '../support/object-names'
import type { Person } from '../support/people'
import { answeringOutside, subscriptionOf } from '../support/push'
import { block } from '../support/relations'
import { join, personOf, type Socket, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const outside = answeringOutside()
const { call } = world
const [second, minute, hour] = [1000, 60_000, 60 * 60_000]

beforeEach(() => {
  outside.sent.length = 0
  outside.next = () => outside.answer(201)
})

/** An object's clock is so far ahead of the tests' that no alarm of its comes by itself. */
const ahead = 24 * hour

/** Sets the clock of somebody's object: so much ahead of today's. */
async function clockOf(person: Person, offset: number): Promise<void> {
  const began = Date.now()
  await runInDurableObject(personOf(person.id), (object) => {
    const context = { ...object.context, now: () => began + offset }
    object.context = outside.context(context)
  })
}

async function aDevice(person: Person): Promise<number> {
  const json = await subscriptionOf()
  const { status, body } = await call('POST', '/api/me/push-subscriptions/', { json, as: person })
  expect(status).toBe(201)
  return body.id
}

/** Two people, of whom the second has a device and an object whose clock is the test's. */
async function aliceAndBob(offset = ahead): Promise<[Person, Person]> {
  const [alice, bob] = await makePeople(world, 'alice', 'bob')
  for (const { id } of [alice, bob]) await notePerson(id)
  await aDevice(bob)
  await clockOf(bob, offset)
  return [alice, bob]
}

const ask = async (from: Person, to: Person) => {
  const { status, body } = await call('POST', `/api/friends/request/${to.id}/`, { as: from })
  expect(status).toBe(201)
  return Number(body.id)
}

/** What has happened by then is done: nobody waits for an alarm. */
async function look(person: Person, offset: number): Promise<number> {
  const before = outside.sent.length
  await clockOf(person, offset)
  await runDurableObjectAlarm(personOf(person.id))
  return outside.sent.length - before
}

/** Tells somebody's object of something, by itself. */
const tell = (person: Person, item: Omit<Item, 'at' | 'data'> & { data?: object }) =>
  runInDurableObject(personOf(person.id), ({ context }) =>
    context.people.deliver(named(person.id), [{ at: 0, data: {}, ...item } as Item]),
  )
const security = (key: string, topic = 'topic'): Omit<Item, 'at' | 'data'> => ({
  key,
  kind: 'account.security',
  push: { topic, urgency: 'high', ttl: 86_400 },
})
const settings = (json: object, as: Person) =>
  call('PATCH', '/api/me/notification-preferences/', { json, as })

describe('a friend request to somebody without a socket', () => {
  it('is pushed a second later, once, as its kind is', async () => {
    const [alice, bob] = await aliceAndBob()
    await ask(alice, bob)
    expect(await look(bob, ahead)).toBe(0)
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    const { url, headers } = outside.sent[0]!
    expect(url).toMatch(/^https:\/\/fcm\.googleapis\.com\/fcm\/send\/device-/)
    expect(headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: String(3 * 24 * 60 * 60),
      urgency: 'normal',
      topic: expect.stringMatching(/^[\w-]{24}$/),
    })
    expect(await look(bob, ahead + 10 * minute)).toBe(0)
  })

  it('calls no object where there is neither a socket nor a device', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await notePerson(bob.id)
    await ask(alice, bob)
    await runInDurableObject(personOf(bob.id), (_object, { storage }) => {
      expect(
        storage.sql.exec(`select name from sqlite_schema where name = 'log'`).toArray(),
      ).toEqual([])
    })
  })

  it('costs no trip and no statement more behind the answer than one that is not pushed', async () => {
    const [alice, bob] = await aliceAndBob()
    const [carol] = await makePeople(world, 'carol')
    await notePerson(carol.id)
    const without = await world.cost(() => ask(alice, carol))
    const pushed = await world.cost(() => ask(carol, bob))
    const { trips, statements, rowsWritten } = without
    expect(pushed).toEqual({ trips, statements, rowsWritten, rowsRead: expect.any(Number) })
    // The device, its session and what is switched off.
    expect(pushed.rowsRead - without.rowsRead).toBeLessThan(10)
  })

  it('costs one round trip behind the alarm, where the device is known to take pushes', async () => {
    const [alice, bob] = await aliceAndBob()
    await database
      .prepare('update push_targets set ok_at = ?')
      .bind(Date.now() + ahead)
      .run()
    await ask(alice, bob)
    await clockOf(bob, ahead + 2 * second)
    let trips = 0
    await runInDurableObject(personOf(bob.id), (object) => {
      const db = withBatches(object.context.db, (run) => {
        trips++
        return run()
      })
      object.context = { ...object.context, db }
    })
    await runDurableObjectAlarm(personOf(bob.id))
    expect([outside.sent.length, trips]).toEqual([1, 1])
  })
})

describe('devices that listen', () => {
  const ping = async (socket: Socket) => {
    const { length } = socket.frames
    socket.raw('ping')
    await expect.poll(() => socket.frames.slice(length)).toContain('pong')
  }
  const heard = async (socket: Socket) => {
    await expect.poll(() => socket.frames.map(({ type }) => type)).toContain('friend_request')
  }

  it('and give a sign of life are pushed nothing, however many', async () => {
    // A second behind, so that a ping of this very millisecond comes after it.
    const [alice, bob] = await aliceAndBob(-second)
    const devices = [
      await join(world, '/ws/me/?after=now', { as: bob }),
      await join(world, '/ws/me/', { as: bob }),
    ]
    await ask(alice, bob)
    for (const device of devices) await heard(device)
    for (const device of devices) await ping(device)
    expect([await look(bob, 46 * second), await look(bob, 10 * minute)]).toEqual([0, 0])
  })

  it('and whose line is dead are pushed to, within 46 seconds', async () => {
    const [alice, bob] = await aliceAndBob(0)
    const device = await join(world, '/ws/me/?after=now', { as: bob })
    await ask(alice, bob)
    await heard(device)
    expect([await look(bob, 40 * second), await look(bob, 46 * second)]).toEqual([0, 1])
  })

  it('and are bare hold back nothing that they are not sent', async () => {
    const [, bob] = await aliceAndBob()
    const device = await join(world, '/ws/me/', { as: bob })
    await tell(bob, security('e1'))
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    device.close()
  })
})

describe('what was read', () => {
  it('or seen in the feed, on another device, is not pushed', async () => {
    for (const [path, json] of [
      ['read', { up_to: 1 }],
      ['seen', { up_to: 1 }],
    ] as const) {
      const [alice, bob] = await aliceAndBob()
      await ask(alice, bob)
      const { status } = await call('POST', `/api/notifications/${path}/`, { json, as: bob })
      expect([path, status]).toEqual([path, 200])
      expect([path, await look(bob, ahead + minute)]).toEqual([path, 0])
    }
  })

  it('in its conversation is not pushed, nor what comes while somebody is in the room', async () => {
    const { alice, bob, id } = await startChat(world)
    await aDevice(bob)
    await clockOf(bob, ahead)
    const waits = () =>
      runInDurableObject(personOf(bob.id), (_object, { storage }) => {
        const there = storage.sql
          .exec(`select 1 from sqlite_schema where name = 'pushes'`)
          .toArray()
        if (there.length === 0) return 0
        const sql = 'select topic from pushes where due_at is not null'
        return storage.sql.exec(sql).toArray().length
      })
    const unread = async () =>
      (await database
        .prepare(
          'select unread from conversation_members where conversation_id = ? and user_id = ?',
        )
        .bind(id, bob.id)
        .first<{ unread: number }>())!.unread
    const writer = await join(world, `/ws/chat/${id}/`, { as: alice })
    writer.send({ type: 'message', message: 'Tea?' })
    await expect.poll(waits, { timeout: 10_000 }).toBe(1)
    const reader = await join(world, `/ws/chat/${id}/?events=true`, { as: bob })
    reader.send({ type: 'read', id: 1 })
    await expect.poll(unread, { timeout: 10_000 }).toBe(0)
    expect([await look(bob, ahead + minute), await waits()]).toEqual([0, 0])
    writer.send({ type: 'message', message: 'Now?' })
    await expect.poll(unread, { timeout: 10_000 }).toBe(1)
    expect([await waits(), await look(bob, ahead + 2 * minute)]).toEqual([0, 0])
  })
})

describe('a push that waits', () => {
  /** It was tried once, in vain. */
  async function waiting(): Promise<[Person, Person]> {
    const [alice, bob] = await aliceAndBob()
    outside.next = () => outside.answer(503)
    await ask(alice, bob)
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    outside.next = () => outside.answer(201)
    return [alice, bob]
  }

  it('goes out after half a minute, two minutes and ten, and then no more', async () => {
    const [, bob] = await waiting()
    outside.next = () => outside.answer(503)
    const tries = []
    for (const after of [33, 155, 757, 3600, 7200]) {
      tries.push(await look(bob, ahead + after * second))
    }
    expect(tries).toEqual([1, 1, 1, 0, 0])
  })

  it('goes out where its service is there again', async () => {
    const [, bob] = await waiting()
    expect([await look(bob, ahead + 20 * second), await look(bob, ahead + 33 * second)]).toEqual([
      0, 1,
    ])
  })

  it.each([
    [
      'an ended session',
      (_alice: Person, bob: Person) =>
        database
          .prepare('update sessions set ended_at = ? where user_id = ?')
          .bind(Date.now(), bob.id)
          .run(),
    ],
    ['a new block', async (alice: Person, bob: Person) => block(bob, alice)],
    [
      'a line that was read',
      (_alice: Person, bob: Person) =>
        call('POST', '/api/notifications/read/', { json: { up_to: 1 }, as: bob }),
    ],
    [
      'a kind that was switched off',
      (_alice: Person, bob: Person) =>
        settings({ kinds: { 'friend_request.received': { push: false } } }, bob),
    ],
  ])('goes out no more for %s', async (_what, happens) => {
    const [alice, bob] = await waiting()
    await happens(alice, bob)
    expect(await look(bob, ahead + 33 * second)).toBe(0)
    expect(await look(bob, ahead + hour)).toBe(0)
  })

  it('to a device that is gone takes its target along', async () => {
    const [alice, bob] = await aliceAndBob()
    outside.next = () => outside.answer(410)
    await ask(alice, bob)
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    expect((await call('GET', '/api/me/push-subscriptions/', { as: bob })).body).toEqual([])
  })
})

describe('a push that went out', () => {
  it('goes out no second time where the database cannot be told of it', async () => {
    const [alice, bob] = await aliceAndBob()
    await ask(alice, bob)
    await clockOf(bob, ahead + 2 * second)
    let trips = 0
    await runInDurableObject(personOf(bob.id), (object) => {
      const db = withBatches(object.context.db, (run) => {
        if (++trips === 2) throw new Error('the database is gone')
        return run()
      })
      object.context = { ...object.context, db, report: () => {} }
    })
    await runDurableObjectAlarm(personOf(bob.id))
    expect([outside.sent.length, trips]).toEqual([1, 2])
    expect(await look(bob, ahead + 33 * second)).toBe(0)
    expect(await look(bob, ahead + hour)).toBe(0)
  })
})

describe('a fault of our own', () => {
  it('is not held against the device: nothing says that it fails', async () => {
    const [alice, bob] = await aliceAndBob()
    await ask(alice, bob)
    await clockOf(bob, ahead + 2 * second)
    await runInDurableObject(personOf(bob.id), (object) => {
      const { seal: _lost, ...keys } = object.context.keys
      object.context = { ...object.context, keys, report: () => {} }
    })
    await runDurableObjectAlarm(personOf(bob.id))
    expect(outside.sent.length).toBe(0)
    const row = await database.prepare('select failing_since, last_error from push_targets').first()
    expect(row).toEqual({ failing_since: null, last_error: '' })
  })
})

describe('a topic', () => {
  it('is pushed once a minute, also where more of it comes while it goes out', async () => {
    const [, bob] = await aliceAndBob()
    await tell(bob, security('e1'))
    const meanwhile: Item = { ...security('e2'), at: 0, data: {} }
    await runInDurableObject(personOf(bob.id), (object) => {
      outside.next = () => {
        object.deliver([meanwhile], bob.id)
        return outside.answer(201)
      }
    })
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    expect(await look(bob, ahead + 30 * second)).toBe(0)
    outside.next = () => outside.answer(201)
    expect(await look(bob, ahead + 63 * second)).toBe(1)
    expect(await look(bob, ahead + hour)).toBe(0)
  })

  it('is pushed once a minute, the newest of it', async () => {
    const [, bob] = await aliceAndBob()
    await tell(bob, security('e1'))
    expect(await look(bob, ahead + 2 * second)).toBe(1)
    await tell(bob, security('e2'))
    await tell(bob, security('e3'))
    expect(await look(bob, ahead + 30 * second)).toBe(0)
    expect(await look(bob, ahead + 63 * second)).toBe(1)
    expect(await look(bob, ahead + hour)).toBe(0)
  })

  it('and all others together are pushed as often as LIMIT_PUSHES says', async () => {
    const [, bob] = await aliceAndBob()
    await runInDurableObject(personOf(bob.id), (object) => {
      const { rules } = object.context
      const push = { ...rules.push, limit: { most: 2, window: hour } }
      object.context = { ...object.context, rules: { ...rules, push } }
    })
    for (const n of [1, 2, 3]) await tell(bob, security(`e${n}`, `topic ${n}`))
    expect(await look(bob, ahead + 2 * second)).toBe(2)
    await tell(bob, security('e4', 'topic 4'))
    expect(await look(bob, ahead + 2 * hour)).toBe(1)
  })
})

describe('quiet hours', () => {
  // Each of Europe/Berlin's clock changes of 2027, at midnight before it; it ends at seven.
  it.each([
    ['forward', '2027-03-27T23:00:00Z', 6],
    ['back', '2027-10-30T22:00:00Z', 8],
  ])(
    'hold a push back, one per topic, in the night in which the clock goes %s',
    async (_way, at, hours) => {
      const offset = Date.parse(at) - Date.now()
      const [alice, bob] = await aliceAndBob(offset)
      await database
        .prepare('update sessions set expires_at = ? where user_id = ?')
        .bind(Date.parse(at) + 24 * hour, bob.id)
        .run()
      const quiet_hours = { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' }
      expect((await settings({ quiet_hours }, bob)).status).toBe(200)
      await ask(alice, bob)
      await tell(bob, security('e1', 'safety'))
      // What is about the account's safety goes at once.
      expect(await look(bob, offset + 2 * second)).toBe(1)
      expect(await look(bob, offset + hours * hour - minute)).toBe(0)
      expect(await look(bob, offset + hours * hour + second)).toBe(1)
      expect(await look(bob, offset + hours * hour + hour)).toBe(0)
    },
  )
})
