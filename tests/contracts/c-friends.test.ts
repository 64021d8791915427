// Contract C, friends: added at once, removed at once, listed as records.
import { describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { noCredentials, unknownToken } from '../support/golden'
import { type Person, sessionOf, setActive } from '../support/people'
import { seenByB } from '../support/friend-views'
import { addOpaqueToken } from '../support/tokens'
import { createWorld, type World } from '../support/world'

const world = createWorld()
const asking = createWorld({ env: { INSTANT_FRIENDS: 'off' } })

const add = (as: Person, username: unknown, { call }: World = world) =>
  call('POST', '/users/add_friend/', { json: { friend_username: username }, as })
const remove = (as: Person, username: unknown, { call }: World = world) =>
  call('POST', '/users/remove_friend/', { json: { friend_username: username }, as })
const list = async (as: Person, query = '') =>
  (await world.call('GET', `/users/friend_list/${query}`, { as })).body

const added = (person: Person) => [
  200,
  { success: true, message: `${person.username} added as friend.` },
]

describe('POST /users/add_friend', () => {
  it('makes both friends at once, with the opaque token of C’s clients', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const token = await addOpaqueToken(sessionOf(alice))
    const { status, body } = await world.call('POST', '/users/add_friend/', {
      json: { friend_username: bob.username },
      headers: { authorization: `Token ${token}` },
    })
    expect([status, body]).toEqual(added(bob))
    expect((await list(alice)).map(({ username }: Person) => username)).toEqual([bob.username])
    expect((await list(bob)).map(({ username }: Person) => username)).toEqual([alice.username])
  })

  it('is repeatable, from either side', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    for (const [one, other] of [
      [alice, bob],
      [alice, bob],
      [bob, alice],
    ] as const) {
      const { status, body } = await add(one, other.username)
      expect([status, body]).toEqual(added(other))
    }
    expect(await list(alice)).toHaveLength(1)
    expect(await list(bob)).toHaveLength(1)
  })

  it('finds a name without regard to case and answers with the name itself', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { status, body } = await add(alice, ` ${bob.username.toUpperCase()} `)
    expect([status, body]).toEqual(added(bob))
  })

  it.each(['alice', 'bob'])('accepts a request that %s had sent', async (sender) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const [from, to] = sender === 'alice' ? [alice, bob] : [bob, alice]
    const asked = await world.call('POST', `/api/friends/request/${to.id}/`, { as: from })
    await add(alice, bob.username)
    const { body } = await world.call('GET', '/api/friends/', { as: alice })
    expect(body).toEqual({
      current_user_id: `${alice.id}`,
      friends: [{ id: `${bob.id}`, request_id: asked.body.id, username: bob.username }],
      incoming_requests: [],
      outgoing_requests: [],
    })
  })

  it('leaves an accepted request behind, sent by who added', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob.username)
    const { body } = await world.call('GET', '/users/friends/received_requests/', { as: bob })
    expect(body.payload.recent).toEqual([
      {
        id: expect.any(Number),
        user: {
          id: alice.id,
          username: alice.username,
          profile_picture: 'http://kith.test/media/avatars/default.png',
        },
        status: 'accepted',
        last_updated: '2026-01-15T10:30:00Z',
        direction: 'from',
      },
    ])
  })

  it('asks once more after a rejection', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { body } = await world.call('POST', `/api/friends/request/${bob.id}/`, { as: alice })
    await world.call('POST', `/api/friends/respond/${body.id}/`, {
      json: { action: 'reject' },
      as: bob,
    })
    const again = await add(alice, bob.username)
    expect([again.status, again.body]).toEqual([
      200,
      { success: true, message: `Friend request sent to ${bob.username}.` },
    ])
    expect(await seenByB(world, bob, alice)).toBe('incoming')
  })

  it('finds nobody under an unknown or deactivated name', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await setActive(carol, false)
    for (const name of ['nobody.at.all', carol.username, 'x'.repeat(10_000), "' or 1=1 --", 7]) {
      const { status, body } = await add(alice, name)
      expect([status, body]).toEqual([404, { detail: 'No User matches the given query.' }])
    }
  })

  it('does not befriend oneself', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await add(alice, alice.username)
    expect([status, body]).toEqual([
      400,
      { friend_username: ['You cannot add yourself as a friend.'] },
    ])
    expect(await list(alice)).toEqual([])
  })

  it.each([
    [undefined, 'This field is required.'],
    [null, 'This field may not be null.'],
    [' ', 'This field may not be blank.'],
    [true, 'Not a valid string.'],
    [['bob'], 'Not a valid string.'],
  ])('says what is wrong with the name %j', async (name, words) => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await add(alice, name)
    expect([status, body]).toEqual([400, { friend_username: [words] }])
  })

  it('is for people who are signed in', async () => {
    const json = { friend_username: 'bob' }
    const without = await world.call('POST', '/users/add_friend/', { json })
    expect([without.status, without.body]).toEqual([401, noCredentials])
    const headers = { authorization: `Token ${'0'.repeat(40)}` }
    const unknown = await world.call('POST', '/users/add_friend/', { json, headers })
    expect([unknown.status, unknown.body]).toEqual([401, unknownToken])
  })
})

describe('POST /users/add_friend where INSTANT_FRIENDS is off', () => {
  const sent = (person: Person) => [
    200,
    { success: true, message: `Friend request sent to ${person.username}.` },
  ]

  it('asks, repeatably', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    for (let times = 0; times < 2; times++) {
      const { status, body } = await add(alice, bob.username, asking)
      expect([status, body]).toEqual(sent(bob))
    }
    expect(await list(alice)).toEqual([])
    expect(await seenByB(world, alice, bob)).toBe('outgoing')
  })

  it('accepts a crossed request, and leaves friends as they are', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob.username, asking)
    const crossed = await add(bob, alice.username, asking)
    expect([crossed.status, crossed.body]).toEqual(added(alice))
    const again = await add(alice, bob.username, asking)
    expect([again.status, again.body]).toEqual(added(bob))
  })

  it('takes the request back again', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob.username, asking)
    await remove(alice, bob.username, asking)
    expect(await seenByB(world, alice, bob)).toBe('nothing')
  })
})

describe('POST /users/remove_friend', () => {
  it.each(['alice', 'bob'])('ends the friendship on both sides, for %s', async (who) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob.username)
    const [one, other] = who === 'alice' ? [alice, bob] : [bob, alice]
    for (let times = 0; times < 2; times++) {
      const { status, body } = await remove(one, other.username)
      expect([status, body]).toEqual([
        200,
        { success: true, message: `${other.username} removed as friend.` },
      ])
    }
    expect([await list(alice), await list(bob)]).toEqual([[], []])
  })

  it('leaves a request of the other’s where it is', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await world.call('POST', `/api/friends/request/${alice.id}/`, { as: bob })
    await remove(alice, bob.username)
    expect(await seenByB(world, alice, bob)).toBe('incoming')
  })

  it('finds nobody under an unknown or deactivated name', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await add(alice, carol.username)
    await setActive(carol, false)
    for (const name of ['nobody.at.all', carol.username]) {
      const { status, body } = await remove(alice, name)
      expect([status, body]).toEqual([404, { detail: 'No User matches the given query.' }])
    }
    await setActive(carol, true)
    expect(await list(alice)).toHaveLength(1)
  })

  it('does not take oneself', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await remove(alice, alice.username)
    expect([status, body]).toEqual([
      400,
      { friend_username: ['You cannot remove yourself as a friend.'] },
    ])
  })

  it('needs a name', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await remove(alice, undefined)
    expect([status, body]).toEqual([400, { friend_username: ['This field is required.'] }])
  })
})

describe('GET /users/friend_list', () => {
  it('shows the records of one’s friends by username, the caller among their friends', async () => {
    const [alice, dan, bob] = await makePeople(world, 'alice', 'dan', 'bob')
    await add(alice, dan.username)
    await add(alice, bob.username)
    await add(dan, bob.username)
    const avatar = '/media/avatars/default.png'
    const { status, body } = await world.call('GET', '/users/friend_list/', { as: alice })
    expect([status, body]).toEqual([
      200,
      [
        {
          username: bob.username,
          is_connected: false,
          avatar,
          friends: [alice.username, dan.username],
          friends_count: 2,
        },
        {
          username: dan.username,
          is_connected: false,
          avatar,
          friends: [alice.username, bob.username],
          friends_count: 2,
        },
      ],
    ])
  })

  it('pages by username', async () => {
    const [alice, dan, bob, carol] = await makePeople(world, 'alice', 'dan', 'bob', 'carol')
    for (const friend of [dan, bob, carol]) await add(alice, friend.username)
    const first = await world.call('GET', '/users/friend_list/?limit=2', { as: alice })
    expect(first.body.map(({ username }: Person) => username)).toEqual([
      bob.username,
      carol.username,
    ])
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)![1]!
    const second = await world.call('GET', next, { as: alice })
    expect(second.body.map(({ username }: Person) => username)).toEqual([dan.username])
    expect(second.headers.get('link')).toBeNull()
  })

  it('leaves out who was deactivated', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await add(alice, bob.username)
    await setActive(bob, false)
    expect(await list(alice)).toEqual([])
  })
})
