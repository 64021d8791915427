// Lists are bounded in bytes, whatever stands in their records: a page ends at 1 MiB and says where it goes on.
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import type { Person } from '../support/people'
import { noteConversation } from '../support/object-names'
import { makePlan } from '../support/plans'
import { roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld()
const { call, clock } = world
const mebibyte = 1024 * 1024

const run = (sql: string, ...values: (string | number)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()

/** All pages of a list: each one's size and records, until there is no further Link. */
async function walk(path: string, as: Person, recordsIn = (body: any) => body as any[]) {
  const sizes: number[] = []
  const pages: any[][] = []
  for (let next: string | undefined = path; next;) {
    const answer = await call('GET', next, { as })
    expect(answer.status).toBe(200)
    sizes.push(answer.bytes.byteLength)
    pages.push(recordsIn(answer.body))
    next = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  return { sizes, pages, records: pages.flat() }
}

/** None is too big, and none but the last ends long before it had to. */
function expectWellFilled(sizes: number[], oneRecord: number): void {
  expect(sizes.length).toBeGreaterThan(1)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(mebibyte + 2)
  expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(mebibyte - oneRecord - 2)
}

const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < ?1)'

describe('a list ends at 1 MiB and goes on behind it', { timeout: 60_000 }, () => {
  it('of everybody, where 250 people with names of 150 letters are all friends', async () => {
    const [alice] = await makePeople(world, 'alice')
    const name = `'zz-' || substr('000' || i, -3) || hex(zeroblob(72))`
    await run(
      `${numbers} insert into users (username, username_key, joined_at) select ${name}, ${name}, 0 from n`,
      250,
    )
    const both = `from users one join users other where one.username like 'zz-%' and other.username like 'zz-%'`
    await run(`insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
      select one.id, other.id, 'accepted', 0, 0 ${both} and one.id < other.id`)
    const sides = `select min(sender_id, receiver_id), max(sender_id, receiver_id), 1, id, 0`
    await run(`insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      ${sides} from friend_requests where created_at = 0
      union all select receiver_id, sender_id, 1, id, 0 from friend_requests where created_at = 0`)
    const { sizes, records } = await walk('/users/user_list/?cursor=zz-', alice)
    expectWellFilled(sizes, 9000)
    expect(records).toHaveLength(250)
    const [first] = records
    expect([first.username.length, first.friends.length, first.friends_count]).toEqual([
      150, 50, 249,
    ])
  })

  it('of contacts with long notes', async () => {
    const [alice] = await makePeople(world, 'alice')
    await run(
      `${numbers} insert into contacts (owner_id, first_name, last_name, note, created_at, updated_at)
        select ?2, i, 'Yamada', replace(hex(zeroblob(5000)), '0', 'é'), 0, 0 from n`,
      120,
      alice.id,
    )
    const { sizes, records } = await walk('/friends/', alice)
    expectWellFilled(sizes, 21_000)
    expect(records.map(({ first_name }) => Number(first_name))).toEqual(
      Array.from({ length: 120 }, (_, i) => i + 1),
    )
  })

  it('of plans with long descriptions, back in time, each page in ascending order', async () => {
    const [alice] = await makePeople(world, 'alice')
    await run(
      `${numbers} insert into plans (id, creator_id, title, description, address1, city, state, zipcode,
          end_time, start_time, sort_time, created_at, updated_at)
        select printf('%024x', ?2 * 1000 + i), ?2, i, replace(hex(zeroblob(5000)), '0', 'x'), '', '', '', '',
          i, i, i, 0, 0 from n`,
      250,
      alice.id,
    )
    const { sizes, pages } = await walk('/api/plans/?mine=true', alice)
    expectWellFilled(sizes, 11_000)
    expect(pages.toReversed().flatMap((page) => page.map(({ title }) => Number(title)))).toEqual(
      Array.from({ length: 250 }, (_, i) => i + 1),
    )
  })

  it('of people with long names who are invited to a plan', async () => {
    const [alice] = await makePeople(world, 'alice')
    const plan = await makePlan(world, alice)
    const name = `'invited-' || substr('0000' || i, -4) || replace(hex(zeroblob(69)), '0', 'é')`
    await run(
      `${numbers} insert into users (username, username_key, joined_at) select ${name}, ${name}, 0 from n`,
      5500,
    )
    await run(
      `insert into plan_invites (plan_id, user_id, created_at)
        select ?1, id, 0 from users where username like 'invited-%'`,
      plan._id,
    )
    const path = `/api/plans/${plan._id}/invite/`
    const { sizes, records } = await walk(path, alice, ({ data }) => data)
    expectWellFilled(sizes, 400)
    expect(records.map(({ username }) => Number(username.slice(8, 12)))).toEqual(
      Array.from({ length: 5500 }, (_, i) => i + 1),
    )
    // Who takes one back is told the first of the others, and where to read on.
    const last = records.at(-1).user_id
    const left = await call('DELETE', `${path}${last}/`, { as: alice })
    expect(left.bytes.byteLength).toBe(sizes[0])
    expect(left.headers.get('link')).toMatch(
      new RegExp(`^<[^<>]*${path.slice(0, -1)}/?[?]cursor=\\d+>; rel="next"$`),
    )
  })

  it('of conversations whose last messages are long', async () => {
    const [alice] = await makePeople(world, 'alice')
    const text = 'é'.repeat(2000)
    const message = { id: 1, senderId: alice.id, clientId: null, kind: 'text', text, sentAt: 0 }
    await run(
      `${numbers} insert into users (username, username_key, joined_at)
        select 'talker-' || i, 'talker-' || i, 0 from n`,
      300,
    )
    await run(
      `insert into conversations (initiator_id, receiver_id, created_at, last_message_id, last_message)
        select ?1, id, 0, 1, ?2 from users where username like 'talker-%'`,
      alice.id,
      JSON.stringify({ ...message, attachment: null }),
    )
    await run(
      `insert into conversation_members (conversation_id, user_id, other_id, active_at)
        select id, initiator_id, receiver_id, receiver_id from conversations where initiator_id = ?1`,
      alice.id,
    )
    const { sizes, records } = await walk('/conversations/', alice)
    expectWellFilled(sizes, 5000)
    expect(new Set(records.map(({ receiver }) => receiver.username)).size).toBe(300)
  })

  it('of friends and of requests on either side, which are three in one answer', async () => {
    const [alice] = await makePeople(world, 'alice')
    await surround(alice, 12_000)
    const kinds = ['friends', 'incoming_requests', 'outgoing_requests'] as const
    const { sizes, pages } = await walk('/api/friends/', alice, (body) => [body])
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mebibyte + 200)
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(mebibyte - 400)
    for (const kind of kinds) {
      const ids = pages.flatMap(([body]) => body[kind].map((one: any) => Number(one.request_id)))
      expect([kind, ids.length, new Set(ids).size]).toEqual([kind, 4000, 4000])
      expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    }
    expect(new Set(pages.map(([body]) => body.current_user_id))).toEqual(
      new Set([String(alice.id)]),
    )
  })

  it('of requests that were received; the answered ones are on the first page alone', async () => {
    const [alice] = await makePeople(world, 'alice')
    await surround(alice, 12_000)
    const path = '/users/friends/received_requests/?count=5000'
    const { sizes, pages } = await walk(path, alice, ({ payload }) => [payload])
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mebibyte + 200)
    expect(pages.map(([payload]) => payload.recent.length)).toEqual(
      pages.map((_page, i) => (i === 0 ? 500 : 0)),
    )
    const waiting = pages.flatMap(([payload]) => payload.pending.map(({ id }: any) => id))
    expect([waiting.length, new Set(waiting).size]).toEqual([4000, 4000])
  })

  it('of messages, back by ?before=', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const told = await call('POST', '/users/add_friend/', {
      json: { friend_username: bob.username },
      as: alice,
    })
    expect(told.status).toBe(200)
    const [{ conversation_id: id }] = (await call('GET', '/conversations/', { as: alice })).body
    await noteConversation(id)
    await fillRoom(id, alice, 700)
    const { sizes, records } = await walk(
      `/conversations/${id}/?limit=500`,
      alice,
      ({ message_set }) => message_set,
    )
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(mebibyte + 1000)
    expect(records.map((message) => message.id)).toEqual(
      Array.from({ length: 700 }, (_, i) => 700 - i),
    )
  })
})

let crowds = 0

/** As many people with names of 150 letters: a third friends, a third who ask, a third who are asked. */
async function surround({ id }: Person, howMany: number): Promise<void> {
  const crowd = `around-${++crowds}-`
  const name = `?2 || printf('%06d', i) || hex(zeroblob(67))`
  await run(
    `${numbers} insert into users (username, username_key, joined_at) select ${name}, ${name}, 0 from n`,
    howMany,
    crowd,
  )
  const others = `from users where username like ?2 || '%'`
  const request = (sender: string, receiver: string, status: string, rest: number) =>
    run(
      `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
        select ${sender}, ${receiver}, '${status}', 0, 0 ${others} and id % 3 = ${rest}`,
      id,
      crowd,
    )
  await request('?1', 'id', 'accepted', 0)
  await request('id', '?1', 'pending', 1)
  await request('?1', 'id', 'pending', 2)
  await run(
    `insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      select sender_id, receiver_id, 1, id, 0 from friend_requests
      where sender_id = ?1 and status = 'accepted'`,
    id,
  )
}

/** Writes long messages into a room's own storage. */
async function fillRoom(id: number, { id: sender }: Person, howMany: number): Promise<void> {
  await runInDurableObject(roomOf(id), (_room, { storage }) => {
    storage.sql.exec(
      `${numbers} insert into messages (sender_id, client_id, kind, text, attachment, sent_at)
        select ?2, null, 'text', replace(hex(zeroblob(1000)), '0', 'é'), null, ?3 from n`,
      howMany,
      sender,
      clock.now,
    )
  })
}
