// What friendship costs in the database: one round trip for each request, and rows by the page, whatever
// the number of accounts, requests and friendships of others, or of one's own friends.
import { beforeAll, describe, expect, it } from 'vitest'
import { addStrangers, makePeople } from '../support/crowd'
import { database } from '../support/database'
import type { Person } from '../support/people'
import { type CallOptions, createWorld } from '../support/world'

// Work after the answer is no part of what a request waits for.
const world = createWorld({ context: (context) => ({ ...context, later: () => {} }) })

const run = (text: string, ...values: (number | string)[]) =>
  database
    .prepare(text)
    .bind(...values)
    .run()

/** Makes `others` friends of a person, by accepted requests that the person sent. */
async function befriend({ id }: Person, others: number[]): Promise<void> {
  const now = world.clock.now
  await run(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
      select ?1, value, 'accepted', ?2, ?2 from json_each(?3)`,
    id,
    now,
    JSON.stringify(others),
  )
  for (const [own, other] of [
    ['sender_id', 'receiver_id'],
    ['receiver_id', 'sender_id'],
  ]) {
    await run(
      `insert into friendships (user_id, friend_id, agreed, request_id, created_at)
        select ${own}, ${other}, 1, id, ?2 from friend_requests
        where sender_id = ?1 and status = 'accepted' and receiver_id in (select value from json_each(?3))`,
      id,
      now,
      JSON.stringify(others),
    )
  }
}

/** Requests of a person to others that wait, or were rejected. */
async function ask({ id }: Person, others: number[], status = 'pending'): Promise<void> {
  await run(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
      select ?1, value, ?4, ?2, ?2 from json_each(?3)`,
    id,
    world.clock.now,
    JSON.stringify(others),
    status,
  )
}

/** Strangers with a life of their own: each is a friend of the next, asks the one after and blocks a third. */
async function addNeighbours(count: number): Promise<number[]> {
  const ids = await addStrangers(world, count)
  const [first, last] = [ids[0]!, ids.at(-1)! - 3]
  await run(
    `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
      select id, id + 1, 'accepted', 0, 0 from users where id between ?1 and ?2
      union all select id, id + 2, 'pending', 0, 0 from users where id between ?1 and ?2`,
    first,
    last,
  )
  await run(
    `insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      select sender_id, receiver_id, 1, id, 0 from friend_requests
      where status = 'accepted' and sender_id between ?1 and ?2
      union all select receiver_id, sender_id, 1, id, 0 from friend_requests
      where status = 'accepted' and sender_id between ?1 and ?2`,
    first,
    last,
  )
  await run(
    `insert into blocks (blocker_id, blocked_id, created_at)
      select id, id + 3, 0 from users where id between ?1 and ?2`,
    first,
    last,
  )
  return ids
}

type Request = [method: string, path: string, given?: CallOptions]

/** What a request costs; it must succeed. */
async function costOf(as: Person, [method, path, given]: Request) {
  let status = 0
  const cost = await world.cost(async () => {
    ;({ status } = await world.call(method, path, { ...given, as }))
  })
  expect([path, status < 300]).toEqual([path, true])
  return cost
}

const lists: Request[] = [
  ['GET', '/api/friends/'],
  ['GET', '/users/friend_list/'],
  ['GET', '/users/friends/groups/'],
  ['GET', '/users/friends/received_requests/'],
  ['GET', '/users/friends/sent_requests/'],
  ['GET', '/users/blocks/'],
]

/** Verbs on `other`, in an order in which each succeeds. */
const verbs = ({ id, username }: Person): Request[] => [
  ['POST', `/api/friends/request/${id}/`],
  ['DELETE', `/api/friends/remove/${id}/`],
  ['POST', '/users/friends/request/', { json: { id } }],
  ['POST', '/users/add_friend/', { json: { friend_username: username } }],
  ['PATCH', `/users/friends/group_update/${id}/`, { json: { group: 'Work' } }],
  ['DELETE', `/users/friends/delete/${id}/`],
  ['POST', '/users/remove_friend/', { json: { friend_username: username } }],
  ['POST', `/users/blocks/${id}/`],
  ['DELETE', `/users/blocks/${id}/`],
]

async function costsOf(person: Person, requests: Request[]) {
  const costs = []
  for (const request of requests) {
    const { trips, rowsRead } = await costOf(person, request)
    costs.push({ request: `${request[0]} ${request[1].replace(/\d+/, 'ID')}`, trips, rowsRead })
  }
  return costs
}

async function acceptCost(alice: Person, bob: Person) {
  await world.call('POST', `/api/friends/request/${alice.id}/`, { as: bob })
  const { body } = await world.call('GET', '/users/friends/received_requests/', { as: alice })
  const id = body.payload.pending.at(-1).id
  const json = { action: 'accept' }
  return costOf(alice, ['POST', `/api/friends/respond/${id}/`, { json }])
}

describe('at 1,000 and at 20,000 accounts', () => {
  it('each list and each verb is one round trip that reads the same rows', async () => {
    // Some on each side of alice: the row that ends a range of an index is read as well.
    const few = await addNeighbours(950)
    const [alice] = await makePeople(world, 'alice')
    await befriend(alice, few.slice(0, 20))
    await ask(alice, few.slice(20, 40))
    const [bob, carol, dan] = await makePeople(world, 'bob', 'carol', 'dan')
    await addNeighbours(50)
    await costsOf(alice, verbs(dan))
    const before = [...(await costsOf(alice, lists)), ...(await costsOf(alice, verbs(bob)))]
    expect(before.map(({ trips }) => trips)).toEqual(before.map(() => 1))
    const accepted = await acceptCost(alice, bob)
    expect(accepted.trips).toBe(1)
    await world.call('DELETE', `/users/friends/delete/${bob.id}/`, { as: alice })

    await addNeighbours(19_000)
    expect([...(await costsOf(alice, lists)), ...(await costsOf(alice, verbs(carol)))]).toEqual(
      before,
    )
    expect((await acceptCost(alice, carol)).rowsRead).toBe(accepted.rowsRead)
  })
})

describe('for a person with 5,000 friends, and as many requests of each kind', () => {
  let popular: Person
  let friends: number[]

  beforeAll(async () => {
    friends = await addStrangers(world, 5000)
    ;[popular] = await makePeople(world, 'popular')
    await befriend(popular, friends)
    await ask(popular, await addStrangers(world, 5000))
    await ask(popular, await addStrangers(world, 5000), 'rejected')
    await run(
      `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
        select value, ?1, 'pending', 0, 0 from json_each(?2)`,
      popular.id,
      JSON.stringify(await addStrangers(world, 5000)),
    )
  })

  it('a verb reads no more rows than for anybody', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    expect(await costsOf(popular, verbs(bob))).toEqual(await costsOf(alice, verbs(carol)))
  })

  it('a page of the requests that were sent, or answered, reads rows by the page', async () => {
    const sent = await costOf(popular, ['GET', '/users/friends/sent_requests/?limit=50'])
    expect([sent.trips, sent.rowsRead < 150]).toEqual([1, true])
    const groups = await costOf(popular, ['GET', '/users/friends/groups/'])
    expect([groups.trips, groups.rowsRead < 10]).toEqual([1, true])
  })

  it('the requests that wait are read once each, and of the answered ones those that are shown', async () => {
    const { trips, rowsRead } = await costOf(popular, [
      'GET',
      '/users/friends/received_requests/?count=10',
    ])
    expect([trips, rowsRead < 2 * 5000 + 150]).toEqual([1, true])
  })

  it('a page of friends by name sorts the friends, and gathers names for its own rows alone', async () => {
    const page = await costOf(popular, ['GET', '/users/friend_list/?limit=50'])
    expect([page.trips, page.rowsRead < 3 * 5000 + 500]).toEqual([1, true])
  })

  it('the whole lists have all 5,000, in one round trip', async () => {
    // Three lists in one answer are more than 1 MiB: the requests that found no room are behind the Link.
    const first = await world.call('GET', '/api/friends/', { as: popular })
    const more = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')![1]!
    const second = await world.call('GET', more, { as: popular })
    const pages = [first.body, second.body]
    const lengths = (kind: string) => pages.map((body) => body[kind].length)
    const sum = (parts: number[]) => parts.reduce((one, other) => one + other)
    expect([lengths('friends'), second.headers.get('link')]).toEqual([[5000, 0], null])
    expect(sum(lengths('incoming_requests'))).toBe(5000)
    expect(sum(lengths('outgoing_requests'))).toBe(5000)
    const c = await world.call('GET', '/users/friend_list/', { as: popular })
    expect([c.body.length, c.headers.get('link')]).toEqual([5000, null])
    for (const path of ['/api/friends/', '/users/friend_list/']) {
      expect((await costOf(popular, ['GET', path])).trips).toBe(1)
    }
  })
})
