// Contract B, Friend Requests: asking, answering, listing, removing.
import { describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { noCredentials } from '../support/golden'
import { malformedIds } from '../support/hostile'
import type { Person } from '../support/people'
import { setActive } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

/** Friend requests are numbered apart from accounts. */
const aRequestId = expect.stringMatching(/^1\d{9}$/)

const request = (from: Person, to: { id: number | string }) =>
  call('POST', `/api/friends/request/${to.id}/`, { as: from })
const respond = (as: Person, id: string, action: unknown) =>
  call('POST', `/api/friends/respond/${id}/`, { json: { action }, as })
const remove = (as: Person, id: string | number) =>
  call('DELETE', `/api/friends/remove/${id}/`, { as })
const list = async (as: Person) => (await call('GET', '/api/friends/', { as })).body

/** The id of alice's request to bob, which waits. */
async function asked(alice: Person, bob: Person): Promise<string> {
  const { status, body } = await request(alice, bob)
  expect(status).toBe(201)
  return body.id
}

describe('POST /api/friends/request/:id', () => {
  it('makes a request that waits', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { status, body } = await request(alice, bob)
    expect([status, body]).toEqual([
      201,
      { id: aRequestId, sender: `${alice.id}`, receiver: `${bob.id}`, status: 'pending' },
    ])
  })

  it('answers the same without the final slash', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { status } = await call('POST', `/api/friends/request/${bob.id}`, { as: alice })
    expect(status).toBe(201)
  })

  it('refuses a request to oneself', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body } = await request(alice, alice)
    expect([status, body]).toEqual([400, { detail: 'Cannot send request to yourself' }])
  })

  it('refuses a second request', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await asked(alice, bob)
    const { status, body } = await request(alice, bob)
    expect([status, body]).toEqual([400, { detail: 'Friend request already exists' }])
  })

  it('refuses a request to a friend, from either side', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await respond(bob, await asked(alice, bob), 'accept')
    const refused = [400, { detail: 'Friend request already exists or already friends' }]
    const again = await request(alice, bob)
    expect([again.status, again.body]).toEqual(refused)
    const back = await request(bob, alice)
    expect([back.status, back.body]).toEqual(refused)
  })

  it('accepts a crossed request', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    const { status, body } = await request(bob, alice)
    expect([status, body]).toEqual([
      200,
      { id, sender: `${alice.id}`, receiver: `${bob.id}`, status: 'accepted' },
    ])
  })

  it('opens a rejected request again', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    await respond(bob, id, 'reject')
    const { status, body } = await request(alice, bob)
    expect([status, body]).toEqual([
      201,
      { id, sender: `${alice.id}`, receiver: `${bob.id}`, status: 'pending' },
    ])
  })

  it('lets the one who rejected ask in turn', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    await respond(bob, id, 'reject')
    const { status, body } = await request(bob, alice)
    expect([status, body]).toEqual([
      201,
      { id: aRequestId, sender: `${bob.id}`, receiver: `${alice.id}`, status: 'pending' },
    ])
    expect(body.id).not.toBe(id)
    const crossed = await request(alice, bob)
    expect([crossed.status, crossed.body.status]).toEqual([200, 'accepted'])
  })

  it('finds nobody under an unknown, malformed or deactivated id', async () => {
    const [alice, carol] = await makePeople(world, 'alice', 'carol')
    await setActive(carol, false)
    for (const id of [999_999, carol.id, ...malformedIds]) {
      const { status, body } = await request(alice, { id })
      expect([id, status, body]).toEqual([id, 404, { detail: 'Not found.' }])
    }
  })

  it('is for people who are signed in', async () => {
    const { status, body } = await call('POST', '/api/friends/request/1/')
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('POST /api/friends/respond/:id', () => {
  it.each([
    ['accept', 'accepted'],
    ['reject', 'rejected'],
  ])('takes %s, and again', async (action, status) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    const first = await respond(bob, id, action)
    expect([first.status, first.body]).toEqual([200, { id, status }])
    const again = await respond(bob, id, action)
    expect([again.status, again.body]).toEqual([200, { id, status }])
  })

  it('does not turn an answer round', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const accepted = await asked(alice, bob)
    const rejected = await asked(alice, carol)
    await respond(bob, accepted, 'accept')
    await respond(carol, rejected, 'reject')
    const refused = [400, { detail: 'Friend request already answered' }]
    const late = await respond(bob, accepted, 'reject')
    expect([late.status, late.body]).toEqual(refused)
    const regret = await respond(carol, rejected, 'accept')
    expect([regret.status, regret.body]).toEqual(refused)
  })

  it.each([[undefined], [null], [''], ['Accept'], ['delete'], [true], [['accept']]])(
    'refuses the action %j before it looks for the request',
    async (action) => {
      const [alice] = await makePeople(world, 'alice')
      const { status, body } = await respond(alice, '1000999999', action)
      expect([status, body]).toEqual([400, { detail: 'Invalid action' }])
    },
  )

  it('is for the receiver alone', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const id = await asked(alice, bob)
    for (const person of [alice, carol]) {
      const { status, body } = await respond(person, id, 'accept')
      expect([status, body]).toEqual([403, { detail: 'Not authorized' }])
    }
    expect((await list(bob)).friends).toEqual([])
  })

  it('finds no request under an unknown or malformed id, nor one of somebody who was deactivated', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    await setActive(alice, false)
    for (const unknown of ['1000999999', String(bob.id), id, ...malformedIds]) {
      const { status, body } = await respond(bob, unknown, 'accept')
      expect([unknown, status, body]).toEqual([unknown, 404, { detail: 'Not found.' }])
    }
    await setActive(alice, true)
    expect((await respond(bob, id, 'accept')).status).toBe(200)
  })

  it('takes a form too', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    const form = { action: 'accept' }
    const { body } = await call('POST', `/api/friends/respond/${id}`, { form, as: bob })
    expect(body).toEqual({ id, status: 'accepted' })
  })
})

describe.each(['/api/friends/', '/api/friends/list/', '/api/friends'])('GET %s', (path) => {
  it('shows friends and the requests that wait, by id', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const [dan, erin] = await makePeople(world, 'dan', 'erin')
    const friends = [await asked(bob, alice), await asked(alice, erin)]
    await respond(alice, friends[0]!, 'accept')
    await respond(erin, friends[1]!, 'accept')
    const incoming = await asked(carol, alice)
    const outgoing = await asked(alice, dan)
    const { status, body } = await call('GET', path, { as: alice })
    expect([status, body]).toEqual([
      200,
      {
        current_user_id: `${alice.id}`,
        friends: [
          { id: `${bob.id}`, request_id: friends[0], username: bob.username },
          { id: `${erin.id}`, request_id: friends[1], username: erin.username },
        ],
        incoming_requests: [
          {
            id: `${carol.id}`,
            request_id: incoming,
            username: carol.username,
            status: 'pending',
          },
        ],
        outgoing_requests: [
          { id: `${dan.id}`, request_id: outgoing, username: dan.username, status: 'pending' },
        ],
      },
    ])
  })

  it('is empty for somebody new', async () => {
    const [alice] = await makePeople(world, 'alice')
    expect((await call('GET', path, { as: alice })).body).toEqual({
      current_user_id: `${alice.id}`,
      friends: [],
      incoming_requests: [],
      outgoing_requests: [],
    })
  })

  it('leaves out who was deactivated', async () => {
    const [alice, bob, carol, dan] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
    await respond(bob, await asked(alice, bob), 'accept')
    await asked(alice, carol)
    await asked(dan, alice)
    for (const person of [bob, carol, dan]) await setActive(person, false)
    expect((await call('GET', path, { as: alice })).body).toEqual({
      current_user_id: `${alice.id}`,
      friends: [],
      incoming_requests: [],
      outgoing_requests: [],
    })
  })
})

describe('DELETE /api/friends/remove/:id', () => {
  it.each(['alice', 'bob'])('ends a friendship by its request, for %s', async (who) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    await respond(bob, id, 'accept')
    const one = who === 'alice' ? alice : bob
    const { status, text } = await remove(one, id)
    expect([status, text]).toEqual([204, ''])
    expect((await list(alice)).friends).toEqual([])
    expect((await list(bob)).friends).toEqual([])
    const again = await remove(one, id)
    expect([again.status, again.body]).toEqual([404, { detail: 'Not found.' }])
  })

  it.each(['alice', 'bob'])('takes back a request that waits, for %s', async (who) => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const id = await asked(alice, bob)
    expect((await remove(who === 'alice' ? alice : bob, id)).status).toBe(204)
    expect((await list(alice)).outgoing_requests).toEqual([])
    expect((await list(bob)).incoming_requests).toEqual([])
    expect((await respond(bob, id, 'accept')).status).toBe(404)
  })

  it("ends a friendship or a request by the other person's id", async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await respond(bob, await asked(alice, bob), 'accept')
    expect((await remove(bob, alice.id)).status).toBe(204)
    await asked(alice, bob)
    expect((await remove(alice, bob.id)).status).toBe(204)
    await asked(alice, bob)
    expect((await remove(bob, alice.id)).status).toBe(204)
    const nothing = await remove(bob, alice.id)
    expect([nothing.status, nothing.body]).toEqual([404, { detail: 'Not found.' }])
  })

  it('removes a rejected request, and with an old one no friendship', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const old = await asked(alice, bob)
    await respond(bob, old, 'reject')
    await respond(alice, await asked(bob, alice), 'accept')
    expect((await remove(alice, old)).status).toBe(204)
    expect((await list(alice)).friends).toHaveLength(1)
    expect((await remove(alice, old)).status).toBe(404)
  })

  it('refuses outsiders', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    const waiting = await asked(alice, bob)
    const refused = [403, { detail: 'Not authorized' }]
    const early = await remove(carol, waiting)
    expect([early.status, early.body]).toEqual(refused)
    await respond(bob, waiting, 'accept')
    const late = await remove(carol, waiting)
    expect([late.status, late.body]).toEqual(refused)
    expect((await list(alice)).friends).toHaveLength(1)
  })

  it('finds nothing under an unknown or malformed id', async () => {
    const [alice] = await makePeople(world, 'alice')
    for (const id of ['1000999999', '999999', ...malformedIds]) {
      const { status, body } = await remove(alice, id)
      expect([id, status, body]).toEqual([id, 404, { detail: 'Not found.' }])
    }
  })

  it('says which method it takes', async () => {
    const [alice] = await makePeople(world, 'alice')
    const { status, body, headers } = await call('GET', '/api/friends/remove/1/', { as: alice })
    expect([status, body, headers.get('allow')]).toEqual([
      405,
      { detail: 'Method "GET" not allowed.' },
      'DELETE',
    ])
  })
})
