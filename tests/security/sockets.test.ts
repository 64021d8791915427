// Whose access has ended hears and says nothing any more from the answer that ended it on, in whatever
// state the objects are; and a socket that is just being opened does not slip past the end.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { startChat, startWith } from '../support/conversations'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { block } from '../support/relations'
import { handshake, join, personOf, roomOf, useFreshIds } from '../support/sockets'
import { conversed } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

async function signOut(person: Person): Promise<void> {
  const json = { refresh: person.refresh }
  const { status } = await world.call('POST', '/accounts/logout', { json, as: person })
  expect(status).toBe(200)
}

async function signInAgain(person: Person): Promise<Person> {
  const json = { username: person.username, password: person.password }
  const { body } = await world.call('POST', '/accounts/login', { json })
  return { ...person, ...body }
}

async function textsIn(id: number): Promise<string[]> {
  return (await roomOf(id).history({ before: null, limit: 100 }, conversed(id))).map(
    ({ text }) => text,
  )
}

/** A world that holds a join between the check in the database and the room, until it is released. */
function slowJoins() {
  let arrive = () => {}
  let release = () => {}
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const held = new Promise<void>((resolve) => (release = resolve))
  const slow = createWorld({
    now: Date.now(),
    context: (context) => ({
      ...context,
      rooms: {
        ...context.rooms,
        async join(admission, members) {
          arrive()
          await held
          return context.rooms.join(admission, members)
        },
      },
    }),
  })
  return { slow, arrived, release: () => release() }
}

describe('a session that has ended', () => {
  for (const state of ['awake', 'asleep'] as const) {
    it(`closes its sockets in every room before the answer, the room being ${state}`, async () => {
      const { alice, bob, id } = await startChat(world)
      const carol = await signUp(world, 'carol')
      const second = await startWith(world, alice, carol)
      const other = await signInAgain(alice)
      const mine = [
        await join(world, `/ws/chat/${id}/`, { as: alice }),
        await join(world, `/ws/chat/${second}/`, { as: alice }),
        await join(world, '/ws/me/', { as: alice }),
      ]
      const others = [
        await join(world, `/ws/chat/${id}/`, { as: other }),
        await join(world, `/ws/chat/${second}/`, { as: carol }),
      ]
      const bobs = await join(world, `/ws/chat/${id}/`, { as: bob })
      if (state === 'asleep') {
        await evictDurableObject(roomOf(id))
        await evictDurableObject(roomOf(second))
        await evictDurableObject(personOf(alice.id))
      }
      await signOut(alice)
      // Sent by a client that has not seen the close yet.
      for (const socket of mine) {
        try {
          socket.send({ message: 'still me' })
        } catch {
          // It has.
        }
      }
      bobs.send({ message: 'for those who are here' })
      others[1]!.send({ message: 'here too' })
      await Promise.all([bobs.got(1), ...others.map((socket) => socket.got(1))])
      for (const socket of mine) {
        expect(await socket.gone()).toEqual({ code: 4001, reason: 'Session ended' })
        expect(socket.frames).toEqual([])
      }
      expect(await textsIn(id)).toEqual(['for those who are here'])
      expect(await textsIn(second)).toEqual(['here too'])
      expect((await handshake(world, `/ws/chat/${id}/`, { as: alice })).status).toBe(401)
    })
  }

  it('takes what was sent but not stored with it', async () => {
    const { alice, bob, id } = await startChat(world)
    const a = await join(world, `/ws/chat/${id}/`, { as: alice })
    const b = await join(world, `/ws/chat/${id}/`, { as: bob })
    for (let n = 0; n < 10; n++) a.send({ message: `${n}` })
    await signOut(alice)
    await a.gone()
    const heard = (await textsIn(id)).length
    await b.got(heard)
    b.send({ message: 'last' })
    expect((await b.got(heard + 1)).map((frame) => frame.id)).toEqual(
      Array.from({ length: heard + 1 }, (_, i) => i + 1),
    )
    // Nothing came in after the answer.
    expect((await textsIn(id)).length).toBe(heard + 1)
  })

  it('cannot be joined with an admission that was found good before the end', async () => {
    const { alice, id } = await startChat(world)
    const { slow, arrived, release } = slowJoins()
    const joining = handshake(slow, `/ws/chat/${id}/`, { as: alice })
    await arrived
    await signOut(alice)
    await evictDurableObject(personOf(alice.id))
    release()
    expect((await joining).status).toBe(401)
    expect(await roomOf(id).socketsOf(alice.id)).toEqual([])
  })

  it('cannot be joined while the end is on its way', async () => {
    // Both orders of the last moment: many joins race one sign-out.
    for (let round = 0; round < 5; round++) {
      const { alice, bob, id } = await startChat(world)
      const joins = Array.from({ length: 6 }, async () => {
        try {
          return await join(world, `/ws/chat/${id}/`, { as: alice })
        } catch {
          return null
        }
      })
      await signOut(alice)
      const b = await join(world, `/ws/chat/${id}/`, { as: bob })
      b.send({ message: 'private' })
      await b.got(1)
      for (const socket of await Promise.all(joins)) {
        if (!socket) continue
        await socket.gone()
        expect(socket.frames).toEqual([])
      }
      expect(await roomOf(id).socketsOf(alice.id)).toEqual([])
    }
  })

  it('that nobody told of loses its sockets when the person’s object looks after them', async () => {
    const { alice, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    await database
      .prepare('update sessions set ended_at = ? where user_id = ?')
      .bind(Date.now(), alice.id)
      .run()
    await runInDurableObject(personOf(alice.id), async (person) => {
      person.context = { ...person.context, now: () => Date.now() + 9 * 60_000 }
      await person.alarm()
    })
    expect((await socket.gone()).code).toBe(4001)
  })
})

describe('an account that goes', () => {
  it('loses all its sockets, and those that are being opened', async () => {
    const { alice, id } = await startChat(world)
    const again = await signInAgain(alice)
    const sockets = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/me/`, { as: again }),
    ]
    const before = Date.now()
    await database.prepare('update users set is_active = 0 where id = ?').bind(alice.id).run()
    await personOf(alice.id).endSessions('all', alice.id)
    for (const socket of sockets) expect((await socket.gone()).code).toBe(4001)
    const place = { room: id, socketId: 'late', sessionId: 'of before' }
    expect(await personOf(alice.id).enter(place, before, alice.id)).toBe('ended')
    expect(await personOf(alice.id).enter(place, Date.now() + 60_000, alice.id)).toBe('in')
  })
})

describe('a block', () => {
  it('is not slipped past by a join that was found good before it', async () => {
    const { alice, bob, id } = await startChat(world)
    const { slow, arrived, release } = slowJoins()
    const joining = handshake(slow, `/ws/chat/${id}/`, { as: bob })
    await arrived
    await block(alice, bob)
    await roomOf(id).disconnect(conversed(id))
    await evictDurableObject(roomOf(id))
    release()
    expect((await joining).status).toBe(404)
    expect(await roomOf(id).socketsOf(bob.id)).toEqual([])
  })
})
