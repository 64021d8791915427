// Whom a block parts from the caller does not exist: each endpoint of friendship answers as it does for an
// account that never was, in status, body and headers.
import { describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { type Person, setActive } from '../support/people'
import { type CallOptions, createWorld } from '../support/world'

const world = createWorld()

/** Somebody as the caller can name them; `request` is one that the caller and they once had. */
type Target = { id: number; username: string; request: string }

const nobody: Target = { id: 987_654, username: 'nobody.at.all', request: '1000987654' }

type Attempt = (target: Target) => [method: string, path: string, given?: CallOptions]

const attempts: Attempt[] = [
  ({ id }) => ['POST', `/api/friends/request/${id}/`],
  ({ request }) => ['POST', `/api/friends/respond/${request}/`, { json: { action: 'accept' } }],
  ({ request }) => ['POST', `/api/friends/respond/${request}/`, { json: { action: 'reject' } }],
  ({ request }) => ['POST', `/api/friends/respond/${request}/`, { json: { action: 'x' } }],
  ({ id }) => ['DELETE', `/api/friends/remove/${id}/`],
  ({ request }) => ['DELETE', `/api/friends/remove/${request}/`],
  ({ username }) => ['POST', '/users/add_friend/', { json: { friend_username: username } }],
  ({ username }) => ['POST', '/users/remove_friend/', { json: { friend_username: username } }],
  ({ id }) => ['POST', '/users/friends/request/', { json: { id } }],
  ({ request }) => ['POST', `/users/friends/respond/${request}/`, { json: { response: 'accept' } }],
  ({ id }) => ['DELETE', `/users/friends/delete/${id}/`],
  ({ id }) => ['PATCH', `/users/friends/group_update/${id}/`, { json: { group: 'Work' } }],
  ({ id }) => ['POST', `/users/blocks/${id}/`],
  ({ id }) => ['DELETE', `/users/blocks/${id}/`],
]

/** Lists in which the other could turn up. */
const lists = [
  '/api/friends/',
  '/api/friends/list/',
  '/users/friend_list/',
  '/users/friends/received_requests/',
  '/users/friends/sent_requests/',
  '/users/friends/groups/',
  '/users/blocks/',
]

async function answerTo(caller: Person, attempt: ReturnType<Attempt>) {
  const [method, path, given] = attempt
  const { status, text, headers } = await world.call(method, path, { ...given, as: caller })
  const differing = new Set(['x-request-id', 'date'])
  return { status, text, headers: [...headers].filter(([name]) => !differing.has(name)) }
}

/** What the two had before: nothing open, but a request that the caller, or the other, rejected. */
async function rejectedRequest(from: Person, to: Person): Promise<string> {
  const { body } = await world.call('POST', `/api/friends/request/${to.id}/`, { as: from })
  const json = { action: 'reject' }
  await world.call('POST', `/api/friends/respond/${body.id}/`, { json, as: to })
  return body.id
}

const cases = attempts.map((attempt) => {
  const [method, path, given] = attempt({ id: 1, username: 'bob', request: 'REQUEST' })
  return [`${method} ${path.replace('/1/', '/ID/')} ${JSON.stringify(given?.json) ?? ''}`, attempt]
}) as [string, Attempt][]

describe.each(['sent', 'received'])('with a rejected request that the caller had %s', (side) => {
  async function blockedPair(): Promise<[Person, Target, Person]> {
    const [bob, alice] = await makePeople(world, 'bob', 'alice')
    const request = await (side === 'sent'
      ? rejectedRequest(bob, alice)
      : rejectedRequest(alice, bob))
    await world.call('POST', `/users/blocks/${bob.id}/`, { as: alice })
    return [bob, { id: alice.id, username: alice.username, request }, alice]
  }

  it.each(cases)('who blocks the caller is nobody: %s', async (_name, attempt) => {
    const [bob, alice] = await blockedPair()
    const answer = await answerTo(bob, attempt(alice))
    expect(answer).toEqual(await answerTo(bob, attempt(nobody)))
    expect(answer.status).toBeGreaterThanOrEqual(400)
  })

  it('is in no list', async () => {
    const [bob, alice] = await blockedPair()
    const [carol] = await makePeople(world, 'carol')
    for (const path of lists) {
      const { text } = await world.call('GET', path, { as: bob })
      expect(text).not.toContain(alice.username)
      const lonely = await answerTo(carol, ['GET', path])
      expect(text.replace(`"${bob.id}"`, `"${carol.id}"`)).toBe(lonely.text)
    }
  })

  it('nor is the blocked person there for who blocks, but in the list of blocks', async () => {
    const [bob, , alice] = await blockedPair()
    const target = { id: bob.id, username: bob.username, request: nobody.request }
    for (const [name, attempt] of cases) {
      if (name.includes('/users/blocks/')) continue
      expect([name, await answerTo(alice, attempt(target))]).toEqual([
        name,
        await answerTo(alice, attempt(nobody)),
      ])
    }
    for (const path of lists) {
      const { text } = await world.call('GET', path, { as: alice })
      expect([path, text.includes(bob.username)]).toEqual([path, path === '/users/blocks/'])
    }
  })

  it('after the unblocking everything is possible again', async () => {
    const [bob, { id, request }, alice] = await blockedPair()
    await world.call('DELETE', `/users/blocks/${bob.id}/`, { as: alice })
    const { body } = await world.call('GET', '/users/friends/received_requests/', { as: bob })
    expect(body.payload.recent.map((answered: any) => String(answered.id))).toEqual([request])
    expect((await answerTo(bob, ['POST', `/api/friends/request/${id}/`])).status).toBe(201)
  })
})

it('a third person’s request with somebody who blocks the caller is an unknown one', async () => {
  const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
  const asked = await world.call('POST', `/api/friends/request/${carol.id}/`, { as: alice })
  const remove = (id: string) => answerTo(bob, ['DELETE', `/api/friends/remove/${id}/`])
  expect((await remove(asked.body.id)).status).toBe(403)
  await world.call('POST', `/users/blocks/${bob.id}/`, { as: alice })
  expect(await remove(asked.body.id)).toEqual(await remove(nobody.request))
})

it('a friend’s record leaves out the name of who blocks the caller', async () => {
  const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
  for (const friend of [alice, bob]) {
    const json = { friend_username: carol.username }
    await world.call('POST', '/users/add_friend/', { json, as: friend })
  }
  const namesFor = async (viewer: Person) =>
    (await world.call('GET', '/users/friend_list/', { as: viewer })).body[0].friends
  expect(await namesFor(bob)).toEqual([alice.username, bob.username])
  await world.call('POST', `/users/blocks/${bob.id}/`, { as: alice })
  expect(await namesFor(bob)).toEqual([bob.username])
  expect(await namesFor(alice)).toEqual([alice.username])
})

it('a deactivated account is nobody, too', async () => {
  const [alice, bob] = await makePeople(world, 'alice', 'bob')
  const request = await rejectedRequest(alice, bob)
  await setActive(alice, false)
  const target = { id: alice.id, username: alice.username, request }
  for (const [name, attempt] of cases) {
    expect([name, await answerTo(bob, attempt(target))]).toEqual([
      name,
      await answerTo(bob, attempt(nobody)),
    ])
  }
})
