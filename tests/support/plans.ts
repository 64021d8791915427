// Plans and who stands how to whom, for the tests of contract B's plans. Friendships and blocks are
// written as rows: the routes that make them are another noun's.
import { env } from 'cloudflare:workers'
import type { Person } from './people'
import { beginning, type World } from './world'

/** The document's own plan. */
export const gameNight = {
  title: 'Game Night',
  description: 'Lots of fun and laughters with friends.',
  location: {
    name: "John's house",
    address1: '1 main st',
    city: 'Boston',
    state: 'MA',
    zipcode: '12345',
  },
  start_time: '2025-09-28 12:00:00',
  end_time: '2025-09-28 15:00:00',
}

/** Makes a plan, the document's own unless told otherwise; answers with it. */
export async function makePlan(world: World, creator: Person, more: object = {}) {
  const json = { ...gameNight, ...more }
  const { status, body, text } = await world.call('POST', '/api/plans/add', { json, as: creator })
  if (status !== 201) throw new Error(`the plan answered ${status}: ${text}`)
  return body
}

/** Answers to a plan; answers with the RSVP. */
export async function rsvpTo(world: World, plan: { _id: string }, person: Person, more = {}) {
  const json = { plan_id: plan._id, ...more }
  const { status, body, text } = await world.call('POST', '/api/rsvp/add', { json, as: person })
  if (status !== 201) throw new Error(`the RSVP answered ${status}: ${text}`)
  return body.data
}

type Rows = [sql: string, ...values: unknown[]][]

async function write(rows: Rows): Promise<void> {
  await env.DB.batch(rows.map(([sql, ...values]) => env.DB.prepare(sql).bind(...values)))
}

/** Makes two people friends; each side agreed unless told otherwise. */
export async function befriend(one: Person, other: Person, agreed = { one: 1, other: 1 }) {
  const row = `insert into friendships (user_id, friend_id, agreed, request_id, created_at)
    values (?, ?, ?, (select max(id) from friend_requests), ?)`
  await write([
    [
      `insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
        values (?, ?, 'accepted', ?, ?)`,
      one.id,
      other.id,
      beginning,
      beginning,
    ],
    [row, one.id, other.id, agreed.one, beginning],
    [row, other.id, one.id, agreed.other, beginning],
  ])
}

/** Ends a friendship. */
export async function part(one: Person, other: Person): Promise<void> {
  const row = 'delete from friendships where user_id = ? and friend_id = ?'
  await write([
    [row, one.id, other.id],
    [row, other.id, one.id],
  ])
}

/** One blocks the other, which ends their friendship. */
export async function block(blocker: Person, blocked: Person): Promise<void> {
  await part(blocker, blocked)
  await write([
    [
      'insert into blocks (blocker_id, blocked_id, created_at) values (?, ?, ?)',
      blocker.id,
      blocked.id,
      beginning,
    ],
  ])
}

export async function unblock(blocker: Person, blocked: Person): Promise<void> {
  await write([
    ['delete from blocks where blocker_id = ? and blocked_id = ?', blocker.id, blocked.id],
  ])
}
