// Who was rejected or removed can only ask, by whatever contract it happened, until the other side opens
// again; and nobody has a bell in a stranger's hand.
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { seenByB } from '../support/friend-views'
import { listening, type Person, sessionOf } from '../support/people'
import { conversed, noteConversation } from '../support/object-names'
import { roomOf, useFreshIds } from '../support/sockets'
import { forge } from '../support/tokens'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

/** Whose object was told of which kind of event. */
const told: [number, string | undefined][] = []
const world = createWorld({
  context: (context) => ({
    ...context,
    people: {
      ...context.people,
      deliver: async ({ id }, [item]) => void told.push([id, item?.kind]),
    },
  }),
})
const { call, clock } = world

const add = (as: Person, { username }: Person) =>
  call('POST', '/users/add_friend/', { json: { friend_username: username }, as })
const remove = (as: Person, { username }: Person) =>
  call('POST', '/users/remove_friend/', { json: { friend_username: username }, as })
const askB = async (as: Person, { id }: Person): Promise<string> =>
  (await call('POST', `/api/friends/request/${id}/`, { as })).body.id
const respondB = (as: Person, id: string, action: string) =>
  call('POST', `/api/friends/respond/${id}/`, { json: { action }, as })
const respondD = (as: Person, id: string, response: string) =>
  call('POST', `/users/friends/respond/${id}/`, { json: { response }, as })

const added = ({ username }: Person) => ({ success: true, message: `${username} added as friend.` })
const sent = ({ username }: Person) => ({
  success: true,
  message: `Friend request sent to ${username}.`,
})

/** Alice turns bob down, by one door or another. */
const refusals: Record<string, (alice: Person, bob: Person) => Promise<unknown>> = {
  'B: rejecting a request': async (alice, bob) => respondB(alice, await askB(bob, alice), 'reject'),
  'D: rejecting a request': async (alice, bob) => respondD(alice, await askB(bob, alice), 'reject'),
  'B: removing a request that waits': async (alice, bob) =>
    call('DELETE', `/api/friends/remove/${await askB(bob, alice)}/`, { as: alice }),
  'B: removing a friend': async (alice, bob) => {
    await add(bob, alice)
    return call('DELETE', `/api/friends/remove/${bob.id}/`, { as: alice })
  },
  'C: removing a friend': async (alice, bob) => {
    await add(bob, alice)
    return remove(alice, bob)
  },
  'D: deleting a friend': async (alice, bob) => {
    await add(bob, alice)
    return call('DELETE', `/users/friends/delete/${bob.id}/`, { as: alice })
  },
  'a block of a friend that was taken back': async (alice, bob) => {
    await add(bob, alice)
    await call('POST', `/users/blocks/${bob.id}/`, { as: alice })
    return call('DELETE', `/users/blocks/${bob.id}/`, { as: alice })
  },
}

/** Alice opens again. */
const openings: Record<string, (alice: Person, bob: Person) => Promise<unknown>> = {
  'asking (B)': (alice, bob) => askB(alice, bob),
  'asking (D)': (alice, bob) =>
    call('POST', '/users/friends/request/', { json: { id: bob.id }, as: alice }),
  'adding (C)': (alice, bob) => add(alice, bob),
  'accepting (B)': async (alice, bob) => respondB(alice, await askB(bob, alice), 'accept'),
  'accepting (D)': async (alice, bob) => respondD(alice, await askB(bob, alice), 'accept'),
}

const stored = async (refuser: Person, refused: Person) =>
  (
    await database
      .prepare('select created_at from refusals where refuser_id = ? and refused_id = ?')
      .bind(refuser.id, refused.id)
      .all()
  ).results

describe('who was refused', () => {
  it.each(Object.keys(refusals))('can only ask, after %s', async (door) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await refusals[door]!(alice, bob)
    for (let times = 0; times < 2; times++) {
      const { status, body } = await add(bob, alice)
      expect([status, body]).toEqual([200, sent(alice)])
    }
    expect(await seenByB(world, alice, bob)).toBe('incoming')
    expect(await stored(alice, bob)).toEqual([{ created_at: clock.now }])
  })

  it.each(Object.keys(openings))('may add at once again, after the other’s %s', async (door) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await refusals['C: removing a friend']!(alice, bob)
    await openings[door]!(alice, bob)
    expect(await stored(alice, bob)).toEqual([])
    expect((await add(bob, alice)).body).toEqual(added(alice))
    await remove(bob, alice)
    expect((await add(bob, alice)).body).toEqual(added(alice))
  })

  it('is not who refused: these still add at once', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await refusals['C: removing a friend']!(alice, bob)
    expect((await add(alice, bob)).body).toEqual(added(bob))
  })

  it('is nobody, where nothing was turned down', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await remove(alice, bob)
    await call('DELETE', `/users/friends/delete/${bob.id}/`, { as: alice })
    const id = await askB(alice, bob)
    for (const other of [alice, carol]) await respondB(other, id, 'reject')
    await remove(alice, bob)
    await call('POST', `/users/blocks/${bob.id}/`, { as: alice })
    const all = await database
      .prepare('select * from refusals where ?1 in (refuser_id, refused_id)')
      .bind(bob.id)
      .all()
    expect(all.results).toEqual([])
  })

  it('does not get round it by removing the rejected request', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await askB(bob, alice)
    await respondB(alice, id, 'reject')
    expect((await call('DELETE', `/api/friends/remove/${id}/`, { as: bob })).status).toBe(204)
    expect((await add(bob, alice)).body).toEqual(sent(alice))
  })

  it('is not opened by an acceptance that fails', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await askB(bob, alice)
    await respondB(alice, id, 'reject')
    expect((await respondB(alice, id, 'accept')).status).toBe(400)
    expect((await add(bob, alice)).body).toEqual(sent(alice))
  })

  it('is forgotten when either of the two leaves', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await refusals['C: removing a friend']!(alice, bob)
    await refusals['C: removing a friend']!(bob, carol)
    await call('DELETE', '/users/delete_account/', { as: bob })
    expect([await stored(alice, bob), await stored(bob, carol)]).toEqual([[], []])
  })
})

/** The same person with an access token of now. */
async function signedInAnew(person: Person): Promise<Person> {
  const iat = Math.floor(clock.now / 1000)
  const claims = { exp: iat + 900, iat, jti: 'a'.repeat(32), user_id: person.id }
  const sid = sessionOf(person)
  return { ...person, access: await forge({ token_type: 'access', ...claims, sid }) }
}

describe('a stranger’s bell', () => {
  const eventsFor = ({ id }: Person) => told.filter(([whom]) => whom === id).map(([, kind]) => kind)

  it('rings once an hour, however often somebody adds and removes', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice, bob)
    const inTurn = async (who = alice) => {
      for (let times = 0; times < 5; times++) {
        await add(who, bob)
        clock.advance(1000)
        await remove(who, bob)
        clock.advance(1000)
      }
    }
    await inTurn()
    expect(eventsFor(bob)).toEqual(['friend_request.answered'])
    clock.advance(60 * 60_000)
    await inTurn(await signedInAnew(alice))
    expect(eventsFor(bob)).toEqual(['friend_request.answered', 'friend_request.answered'])
  })

  it('rings for each request and each answer', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await listening(alice, bob)
    await refusals['C: removing a friend']!(bob, alice)
    told.length = 0
    for (let times = 0; times < 3; times++) {
      await add(alice, bob)
      await remove(alice, bob)
    }
    await add(alice, bob)
    await add(bob, alice)
    expect(eventsFor(bob)).toEqual(Array.from({ length: 4 }, () => 'friend_request.received'))
    expect(eventsFor(alice)).toEqual(['friend_request.answered'])
  })

  it('writes one message of its own an hour into the conversation', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const inTurn = async () => {
      for (let times = 0; times < 3; times++) {
        await add(alice, bob)
        clock.advance(1000)
        await remove(alice, bob)
        clock.advance(1000)
      }
    }
    await inTurn()
    const { id } = (await database
      .prepare('select id from conversations where initiator_id = ?')
      .bind(alice.id)
      .first<{ id: number }>())!
    await noteConversation(id)
    const messages = () =>
      runInDurableObject(roomOf(id), (room) =>
        room.history({ before: null, limit: 9 }, conversed(id)).map(({ text }) => text),
      )
    expect(await messages()).toEqual(['You are no longer friends.'])
    await runInDurableObject(roomOf(id), (room) => {
      room.context = { ...room.context, now: () => Date.now() + 60 * 60_000 }
    })
    await inTurn()
    expect(await messages()).toEqual(['You are no longer friends.', 'You are no longer friends.'])
  })
})
