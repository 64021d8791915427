// Contract D, /users/friends/…: requests, friendships and groups in the envelope.
import { describe, expect, it } from 'vitest'
import { addStrangers, makePeople } from '../support/crowd'
import { labelEverybody } from '../support/labels'
import { malformedIds } from '../support/hostile'
import { type Person, setActive } from '../support/people'
import { seenByB } from '../support/friend-views'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const userNotFound = { code: 2, error: 'User not found' }
const requestNotFound = { code: 2, error: 'Request not found' }
const friendshipNotFound = { code: 2, error: 'Friendship not found' }
const noCredentials = { code: 1, error: 'Authentication credentials were not provided.' }

const ask = (as: Person, id: unknown) =>
  call('POST', '/users/friends/request/', { json: { id }, as })
const respond = (as: Person, id: number | string, response: unknown) =>
  call('POST', `/users/friends/respond/${id}/`, { json: { response }, as })
const end = (as: Person, id: number | string) =>
  call('DELETE', `/users/friends/delete/${id}/`, { as })
const label = (as: Person, id: number | string, group: unknown) =>
  call('PATCH', `/users/friends/group_update/${id}/`, { json: { group }, as })
const get = async (as: Person, word: string) =>
  (await call('GET', `/users/friends/${word}`, { as })).body

/** The id of the newest request that alice sent and bob has not answered. */
async function asked(alice: Person, bob: Person): Promise<number> {
  expect((await ask(alice, bob.id)).status).toBe(200)
  return (await get(alice, 'sent_requests/')).payload.pending.at(-1).id
}

async function befriend(alice: Person, bob: Person): Promise<void> {
  expect((await respond(bob, await asked(alice, bob), 'accept')).status).toBe(200)
}

/** A person as D's lists name one. */
const card = ({ id, username }: Person) => ({
  id,
  username,
  profile_picture: 'http://kith.test/media/avatars/default.png',
})

describe('POST /users/friends/request', () => {
  it('sends a request', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { status, body } = await ask(alice, bob.id)
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: { message: 'Friend request sent successfully', auto_accepted: false },
      },
    ])
  })

  it('accepts a crossed request', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await ask(alice, bob.id)
    const { status, body } = await ask(bob, String(alice.id))
    expect([status, body]).toEqual([
      200,
      { code: 0, payload: { message: 'Friend request accepted', auto_accepted: true } },
    ])
    expect(await seenByB(world, alice, bob)).toBe('friend')
  })

  it('refuses oneself, friends and a second request, each with its code', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await befriend(alice, bob)
    await ask(alice, carol.id)
    const self = await ask(alice, alice.id)
    expect([self.status, self.body]).toEqual([
      400,
      { code: 1, error: 'Cannot send friend request to yourself' },
    ])
    const friend = await ask(bob, alice.id)
    expect([friend.status, friend.body]).toEqual([
      400,
      { code: 3, error: 'Already friends with this user' },
    ])
    const again = await ask(alice, carol.id)
    expect([again.status, again.body]).toEqual([
      400,
      { code: 4, error: 'Friend request already sent' },
    ])
  })

  it('sends again after a rejection', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    await respond(bob, id, 'reject')
    expect(await asked(alice, bob)).toBe(id)
  })

  it('finds nobody under an unknown, impossible or deactivated id', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await setActive(carol, false)
    for (const id of [999_999, carol.id, 0, -1]) {
      const { status, body } = await ask(alice, id)
      expect([id, status, body]).toEqual([id, 404, userNotFound])
    }
  })

  it.each([
    [undefined, 'This field is required.'],
    [null, 'This field may not be null.'],
    ['x', 'A valid integer is required.'],
    [1.5, 'A valid integer is required.'],
    [true, 'A valid integer is required.'],
    [[1], 'A valid integer is required.'],
  ])('says what is wrong with the id %j', async (id, words) => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await ask(alice, id)
    expect([status, body]).toEqual([400, { code: 1, error: words, payload: { id: [words] } }])
  })

  it('is for people who are signed in, with the bare token of D’s clients', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const without = await call('POST', '/users/friends/request/', { json: { id: bob.id } })
    expect([without.status, without.body]).toEqual([401, noCredentials])
    const headers = { authorization: alice.access }
    const bare = await call('POST', '/users/friends/request/', { json: { id: bob.id }, headers })
    expect(bare.status).toBe(200)
  })
})

describe('POST /users/friends/respond/:id', () => {
  it.each([
    ['accept', 'Friend request accepted', 'friend'],
    ['reject', 'Friend request rejected', 'nothing'],
  ])('takes %s, once', async (response, message, seen) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    const { status, body } = await respond(bob, id, response)
    expect([status, body]).toEqual([200, { code: 0, payload: { message } }])
    expect(await seenByB(world, alice, bob)).toBe(seen)
    for (const again of ['accept', 'reject']) {
      const { status, body } = await respond(bob, id, again)
      expect([status, body]).toEqual([404, requestNotFound])
    }
  })

  it('does not know a request that is unknown, malformed or not the caller’s to answer', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const id = await asked(alice, bob)
    for (const person of [alice, carol]) {
      const { status, body } = await respond(person, id, 'accept')
      expect([status, body]).toEqual([404, requestNotFound])
    }
    for (const unknown of [1_000_999_999, bob.id, ...malformedIds]) {
      const { status, body } = await respond(bob, unknown, 'accept')
      expect([unknown, status, body]).toEqual([unknown, 404, requestNotFound])
    }
    expect(await seenByB(world, bob, alice)).toBe('incoming')
  })

  it.each([[undefined], [null], [''], ['accepted'], ['ACCEPT'], [1], [['accept']]])(
    'refuses the response %j',
    async (response) => {
      const [alice, bob] = await makePeople(world, 'alice', 'bob')
      const id = await asked(alice, bob)
      const { status, body } = await respond(bob, id, response)
      expect([status, body]).toEqual([400, { code: 1, error: 'Invalid response type' }])
    },
  )
})

describe('DELETE /users/friends/delete/:id', () => {
  it.each(['alice', 'bob'])('removes both sides, for %s', async (who) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    const [one, other] = who === 'alice' ? [alice, bob] : [bob, alice]
    const { status, body } = await end(one, other.id)
    expect([status, body]).toEqual([
      200,
      { code: 0, payload: { message: 'Friend removed successfully' } },
    ])
    expect(await seenByB(world, alice, bob)).toBe('nothing')
    expect(await seenByB(world, bob, alice)).toBe('nothing')
  })

  it('finds no friendship with a stranger, with oneself, or where one only asked', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await ask(alice, carol.id)
    for (const id of [bob.id, alice.id, carol.id]) {
      const { status, body } = await end(alice, id)
      expect([status, body]).toEqual([
        404,
        { code: 2, error: 'Friendship asymmetric OR not found' },
      ])
    }
    expect(await seenByB(world, alice, carol)).toBe('outgoing')
  })

  it('finds nobody under an unknown, malformed or deactivated id', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await befriend(alice, carol)
    await setActive(carol, false)
    for (const id of [999_999, carol.id, ...malformedIds]) {
      const { status, body } = await end(alice, id)
      expect([id, status, body]).toEqual([id, 404, { code: 1, error: 'User not found' }])
    }
    await setActive(carol, true)
    expect(await seenByB(world, alice, carol)).toBe('friend')
  })
})

describe('GET /users/friends/groups', () => {
  it('has Default first, and the others in the order of their first use', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    expect(await get(alice, 'groups/')).toEqual({ code: 0, payload: { groups: ['Default'] } })
    await befriend(alice, bob)
    await befriend(alice, carol)
    await label(alice, bob.id, 'Work')
    await label(alice, carol.id, 'Art')
    const both = { code: 0, payload: { groups: ['Default', 'Work', 'Art'] } }
    expect(await get(alice, 'groups/')).toEqual(both)
    await label(alice, bob.id, 'Default')
    expect(await get(alice, 'groups/')).toEqual({
      code: 0,
      payload: { groups: ['Default', 'Art'] },
    })
    await label(alice, bob.id, 'Work')
    expect(await get(alice, 'groups/')).toEqual(both)
    expect(await get(bob, 'groups/')).toEqual({ code: 0, payload: { groups: ['Default'] } })
  })

  it('loses a label with the last friend who had it', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    await label(alice, bob.id, 'Work')
    await end(bob, alice.id)
    expect((await get(alice, 'groups/')).payload.groups).toEqual(['Default'])
  })

  it('pages', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(alice, carol)
    await label(alice, bob.id, 'Work')
    await label(alice, carol.id, 'Art')
    let next: string | undefined = '/users/friends/groups/?limit=1'
    const pages: string[][] = []
    while (next) {
      const { body, headers } = await call('GET', next, { as: alice })
      pages.push(body.payload.groups)
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(pages).toEqual([['Default'], ['Work'], ['Art']])
  })
})

describe('PATCH /users/friends/group_update/:id', () => {
  it('gives a friend a label of the caller’s own', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    const { status, body } = await label(alice, bob.id, ' Close Friends ')
    expect([status, body]).toEqual([
      200,
      { code: 0, payload: { message: 'Friend group updated', group: 'Close Friends' } },
    ])
  })

  it('finds no friendship with strangers and nobody', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await befriend(alice, carol)
    await setActive(carol, false)
    for (const id of [bob.id, alice.id, carol.id, 999_999, ...malformedIds]) {
      const { status, body } = await label(alice, id, 'Work')
      expect([id, status, body]).toEqual([id, 404, friendshipNotFound])
    }
    expect((await get(alice, 'groups/')).payload.groups).toEqual(['Default'])
  })

  it('takes 50 characters and not one more', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    expect((await label(alice, bob.id, '👋'.repeat(50))).status).toBe(200)
    const { status, body } = await label(alice, bob.id, 'x'.repeat(51))
    expect([status, body]).toEqual([400, { code: 1, error: 'Group name too long' }])
  })

  it('takes 200 different ones and not one more, of which those that nobody has make room', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await befriend(alice, bob)
    await befriend(alice, carol)
    await labelEverybody(alice, await addStrangers(world, 199))
    expect((await label(alice, bob.id, 'Last')).status).toBe(200)
    const { status, body } = await label(alice, carol.id, 'One more')
    expect([status, body]).toEqual([400, { code: 3, error: 'Too many groups' }])
    const { groups } = (await get(alice, 'groups/')).payload
    expect([groups.length, groups.at(-1)]).toEqual([201, 'Last'])
    for (const known of ['Default', 'Last', 'Label 7']) {
      expect([known, (await label(alice, carol.id, known)).status]).toEqual([known, 200])
    }
    expect((await label(alice, bob.id, 'Default')).status).toBe(200)
    expect((await label(alice, carol.id, 'One more')).status).toBe(200)
    expect((await get(alice, 'groups/')).payload.groups.slice(-2)).toEqual([
      'Label 198',
      'One more',
    ])
  })

  it.each([
    [undefined, 'This field is required.'],
    [null, 'This field may not be null.'],
    ['  ', 'This field may not be blank.'],
    [['Work'], 'Not a valid string.'],
  ])('says what is wrong with the label %j', async (group, words) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await befriend(alice, bob)
    const { status, body } = await label(alice, bob.id, group)
    expect([status, body]).toEqual([400, { code: 1, error: words, payload: { group: [words] } }])
  })
})

describe('GET /users/friends/received_requests', () => {
  it('shows what waits, and what was answered either way, the newest first', async () => {
    const [alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
    const started = world.clock.now
    const waiting = await asked(bob, alice)
    const sent = await asked(alice, carol)
    const received = await asked(dan, alice)
    world.clock.advance(1000)
    await respond(carol, sent, 'reject')
    world.clock.advance(1000)
    await respond(alice, received, 'accept')
    const { status, body } = await call('GET', '/users/friends/received_requests/', { as: alice })
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: {
          pending: [
            { id: waiting, from_user: card(bob), last_updated: Math.floor(started / 1000) },
          ],
          recent: [
            {
              id: received,
              user: card(dan),
              status: 'accepted',
              last_updated: '2026-01-15T10:30:02Z',
              direction: 'from',
            },
            {
              id: sent,
              user: card(carol),
              status: 'rejected',
              last_updated: '2026-01-15T10:30:01Z',
              direction: 'to',
            },
          ],
        },
      },
    ])
  })

  it('has five recent ones, or as many as are asked for', async () => {
    const [alice, ...others] = await makePeople(world, 'alice', 'a', 'b', 'c', 'd', 'e', 'f')
    for (const other of others) {
      world.clock.advance(1000)
      await respond(alice, await asked(other, alice), 'reject')
    }
    const recent = async (query: string) =>
      (await get(alice, `received_requests/${query}`)).payload.recent.map(
        ({ user }: any) => user.id,
      )
    const newestFirst = others.map(({ id }) => id).toReversed()
    expect(await recent('')).toEqual(newestFirst.slice(0, 5))
    expect(await recent('?count=2')).toEqual(newestFirst.slice(0, 2))
    expect(await recent('?count=0')).toEqual([])
    expect(await recent('?count=99999')).toEqual(newestFirst)
  })

  it.each([
    ['x', 'A valid integer is required.'],
    ['-1', 'Ensure this value is greater than or equal to 0.'],
  ])('refuses the count %s', async (count, words) => {
    const [alice] = await makePeople(world, 'alice')
    expect(await get(alice, `received_requests/?count=${count}`)).toEqual({
      code: 1,
      error: words,
      payload: { count: [words] },
    })
  })

  it('leaves out who was deactivated', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await ask(bob, alice.id)
    await respond(alice, await asked(carol, alice), 'reject')
    await setActive(bob, false)
    await setActive(carol, false)
    expect(await get(alice, 'received_requests/')).toEqual({
      code: 0,
      payload: { pending: [], recent: [] },
    })
  })
})

describe('GET /users/friends/sent_requests', () => {
  it('shows what waits for others', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const first = await asked(alice, bob)
    const second = await asked(alice, carol)
    const last_updated = Math.floor(world.clock.now / 1000)
    const { status, body } = await call('GET', '/users/friends/sent_requests/', { as: alice })
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: {
          pending: [
            { id: first, to_user: card(bob), last_updated },
            { id: second, to_user: card(carol), last_updated },
          ],
        },
      },
    ])
  })

  it('pages, and leaves out who was deactivated', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await ask(alice, bob.id)
    await ask(alice, carol.id)
    const path = '/users/friends/sent_requests/?limit=1'
    const first = await call('GET', path, { as: alice })
    expect(first.body.payload.pending.map(({ to_user }: any) => to_user.id)).toEqual([bob.id])
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)![1]!
    const second = await call('GET', next, { as: alice })
    expect(second.body.payload.pending.map(({ to_user }: any) => to_user.id)).toEqual([carol.id])
    await setActive(bob, false)
    const without = await call('GET', path, { as: alice })
    expect(without.body.payload.pending.map(({ to_user }: any) => to_user.id)).toEqual([carol.id])
    expect(without.headers.get('link')).toBeNull()
  })
})

describe('a method that a path does not have', () => {
  it.each([
    ['GET', '/users/friends/request/', 'POST'],
    ['GET', '/users/friends/respond/7/', 'POST'],
    ['POST', '/users/friends/delete/7/', 'DELETE'],
    ['POST', '/users/friends/groups/', 'GET, HEAD'],
    ['PUT', '/users/friends/group_update/7', 'PATCH'],
    ['POST', '/users/friends/received_requests/', 'GET, HEAD'],
    ['DELETE', '/users/friends/sent_requests', 'GET, HEAD'],
    ['PUT', '/users/blocks/7/', 'POST, DELETE'],
    ['POST', '/users/blocks/', 'GET, HEAD'],
  ])('is refused in the envelope: %s %s', async (method, path, allowed) => {
    const { status, body, headers } = await call(method, path)
    expect([status, body, headers.get('allow')]).toEqual([
      405,
      { code: 2, error: `Method "${method}" not allowed.` },
      allowed,
    ])
  })
})
