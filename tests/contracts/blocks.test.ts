// Blocks: the routes, what a block ends, and what it leaves.
import { describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { seenByB } from '../support/friend-views'
import { malformedIds } from '../support/hostile'
import { type Person, setActive } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const userNotFound = { code: 2, error: 'User not found' }
const oneself = { code: 1, error: 'You cannot block yourself' }

const block = (as: Person, id: number | string) => call('POST', `/users/blocks/${id}/`, { as })
const unblock = (as: Person, id: number | string) => call('DELETE', `/users/blocks/${id}/`, { as })
const blocked = async (as: Person, query = '') =>
  (await call('GET', `/users/blocks/${query}`, { as })).body.payload.blocks
const add = (as: Person, { username }: Person) =>
  call('POST', '/users/add_friend/', { json: { friend_username: username }, as })
const ask = (as: Person, { id }: Person) => call('POST', `/api/friends/request/${id}/`, { as })

/** When the conversation of two was closed: null for an open one. */
async function closedAt(one: Person, other: Person): Promise<number | null> {
  const row = await database
    .prepare(
      `select closed_at from conversations join conversation_members on conversation_id = id
      where user_id = ? and other_id = ?`,
    )
    .bind(one.id, other.id)
    .first<{ closed_at: number | null }>()
  return row!.closed_at
}

describe('POST /users/blocks/:id', () => {
  it('blocks, repeatably', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    for (let times = 0; times < 2; times++) {
      const { status, body } = await block(alice, bob.id)
      expect([status, body]).toEqual([200, { code: 0, payload: { message: 'User blocked' } }])
    }
    expect(await blocked(alice)).toHaveLength(1)
  })

  it('ends the friendship and closes the conversation', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob)
    expect(await closedAt(alice, bob)).toBeNull()
    await block(bob, alice.id)
    expect(await seenByB(world, alice, bob)).toBe('nothing')
    expect(await seenByB(world, bob, alice)).toBe('nothing')
    expect(await closedAt(alice, bob)).toBe(world.clock.now)
    const { results } = await database
      .prepare('select * from friendships where user_id in (?1, ?2) or friend_id in (?1, ?2)')
      .bind(alice.id, bob.id)
      .all()
    expect(results).toEqual([])
  })

  it.each(['alice', 'bob'])('ends a request that waits, sent by %s', async (sender) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await (sender === 'alice' ? ask(alice, bob) : ask(bob, alice))
    await block(alice, bob.id)
    await unblock(alice, bob.id)
    expect(await seenByB(world, alice, bob)).toBe('nothing')
    expect(await seenByB(world, bob, alice)).toBe('nothing')
  })

  it('refuses oneself', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await block(alice, alice.id)
    expect([status, body]).toEqual([400, oneself])
  })

  it('finds nobody under an unknown, malformed or deactivated id', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await setActive(carol, false)
    for (const id of [999_999, carol.id, ...malformedIds]) {
      const { status, body } = await block(alice, id)
      expect([id, status, body]).toEqual([id, 404, userNotFound])
    }
  })

  it('ends nothing with a friend who is deactivated, and so not there to be blocked', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob)
    await setActive(bob, false)
    await block(alice, bob.id)
    await setActive(bob, true)
    expect(await seenByB(world, alice, bob)).toBe('friend')
    expect(await closedAt(alice, bob)).toBeNull()
  })

  it('does not find who blocks the caller', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await block(alice, bob.id)
    const { status, body } = await block(bob, alice.id)
    expect([status, body]).toEqual([404, userNotFound])
    await unblock(alice, bob.id)
    expect(await blocked(bob)).toEqual([])
    expect((await block(bob, alice.id)).status).toBe(200)
  })

  it('puts both out of their room before it answers, and tells the room that it is closed', async () => {
    const told: unknown[] = []
    const listening = createWorld({
      context: (context) => ({
        ...context,
        rooms: {
          ...context.rooms,
          close: async ({ id }, at) => void told.push(['close', id, at]),
          disconnect: async ({ id }) => void told.push(['disconnect', id]),
        },
      }),
    })
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob)
    await listening.call('POST', `/users/blocks/${bob.id}/`, { as: alice })
    const id = expect.any(Number)
    expect(told).toEqual([
      ['disconnect', id],
      ['close', id, listening.clock.now],
      ['disconnect', id],
    ])
  })

  it('is for people who are signed in', async () => {
    const { status, body } = await call('POST', '/users/blocks/1/')
    expect([status, body]).toEqual([
      401,
      { code: 1, error: 'Authentication credentials were not provided.' },
    ])
  })
})

describe('DELETE /users/blocks/:id', () => {
  const unblocked = [200, { code: 0, payload: { message: 'User unblocked' } }]

  it('unblocks, repeatably', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await block(alice, bob.id)
    for (let times = 0; times < 2; times++) {
      const { status, body } = await unblock(alice, bob.id)
      expect([status, body]).toEqual(unblocked)
    }
    expect(await blocked(alice)).toEqual([])
    expect((await ask(bob, alice)).status).toBe(201)
  })

  it('takes back nothing that the block ended', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob)
    await block(alice, bob.id)
    await unblock(alice, bob.id)
    expect(await seenByB(world, alice, bob)).toBe('nothing')
    expect(await closedAt(alice, bob)).toBe(world.clock.now)
  })

  it('does not end a block of the other’s', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await block(alice, bob.id)
    const { status, body } = await unblock(bob, alice.id)
    expect([status, body]).toEqual([404, userNotFound])
    expect(await blocked(alice)).toHaveLength(1)
  })

  it('takes back a block of somebody who was deactivated since', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await block(alice, bob.id)
    await setActive(bob, false)
    const { status, body } = await unblock(alice, bob.id)
    expect([status, body]).toEqual(unblocked)
  })

  it('refuses oneself, and finds nobody under an unknown or malformed id', async () => {
    const [alice] = await makePeople(world, 'alice')
    const self = await unblock(alice, alice.id)
    expect([self.status, self.body]).toEqual([400, oneself])
    for (const id of [999_999, ...malformedIds]) {
      const { status, body } = await unblock(alice, id)
      expect([id, status, body]).toEqual([id, 404, userNotFound])
    }
  })
})

describe('GET /users/blocks', () => {
  it('lists whom one blocks, by id', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await block(alice, carol.id)
    await block(alice, bob.id)
    const { status, body } = await call('GET', '/users/blocks/', { as: alice })
    const entry = ({ id, username }: Person) => ({
      id,
      username,
      profile_picture: 'http://kith.test/media/avatars/default.png',
      blocked_at: '2026-01-15T10:30:00Z',
    })
    expect([status, body]).toEqual([
      200,
      { code: 0, payload: { blocks: [entry(bob), entry(carol)] } },
    ])
    expect(await blocked(bob)).toEqual([])
  })

  it('pages, and leaves out who was deactivated', async () => {
    const [alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
    for (const person of [bob, carol, dan]) await block(alice, person.id)
    await setActive(carol, false)
    const first = await call('GET', '/users/blocks?limit=1', { as: alice })
    expect(first.body.payload.blocks.map(({ id }: Person) => id)).toEqual([bob.id])
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)![1]!
    const second = await call('GET', next, { as: alice })
    expect(second.body.payload.blocks.map(({ id }: Person) => id)).toEqual([dan.id])
    expect(second.headers.get('link')).toBeNull()
  })
})
