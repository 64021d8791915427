// What the feed costs: one round trip each, and rows that grow with the page, not with the number of accounts or with how
// much else is in the feed.
import { beforeAll, describe, expect, it } from 'vitest'
import { growTo } from '../support/crowd-of-accounts'
import { database } from '../support/database'
import { type Person, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const feed = '/api/notifications/'
const preferences = '/api/me/notification-preferences/'

/** What is asked, and how many rows it reads at most: per line one of the feed, of actors, plans and blocks. */
const requests: [name: string, most: number, json?: object][] = [
  [`GET ${feed}`, 51 * 20],
  [`GET ${feed}?limit=200&cursor=250`, 201 * 20],
  [`GET ${feed}?limit=5`, 6 * 20],
  [`GET ${feed}?unread=true&limit=10`, 11 * 20],
  [`GET ${feed}counts/`, 101 * 20],
  [`POST ${feed}seen/`, 102 * 20, { up_to: 200 }],
  [`POST ${feed}read/`, 102 * 20, { ids: [1, 2, 3] }],
  [`POST ${feed}read/`, 102 * 20, { up_to: 3 }],
  [`GET ${preferences}`, 20],
  [`PATCH ${preferences}`, 20, { kinds: { 'rsvp.changed': { push: false } } }],
]
const nameOf = (place: number) => `${place}: ${requests[place]![0]}`

/** 300 lines: invitations to plans of as many people, of whom some have answered together. */
async function fillFeed({ id }: Person): Promise<void> {
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)`
  const planId = `printf('%024x', i)`
  const run = (sql: string, ...values: number[]) =>
    database
      .prepare(`${numbers} ${sql}`)
      .bind(...values)
      .run()
  await run(`insert into plans (id, creator_id, title, address1, city, state, zipcode, end_time, sort_time,
      created_at, updated_at, visibility) select ${planId}, 3 * i + 1, 'Tea', '', '', '', '', 1, 1, 0, 0, 'everyone' from n`)
  await run(
    `insert into notifications (user_id, position, event_id, kind, group_key, actor_id, actors, count, data,
      created_at, updated_at) select ?1, i, i, 'plan.invited', 'plan:' || ${planId} || ':invited', 3 * i + 1,
      json_array(3 * i + 1, 3 * i + 2, 3 * i + 3), 1, json_object('plan_id', ${planId}), 4e12, 4e12 from n`,
    id,
  )
}

describe('with 1,000 and with 20,000 accounts', () => {
  let alice: Person
  const costs: number[][] = []

  beforeAll(async () => {
    alice = await signUp(world, 'alice')
    await growTo(1000)
    await fillFeed(alice)
    costs.push(await ask())
    await growTo(20_000)
    costs.push(await ask())
  }, 60_000)

  /** The rows that each reads; all of them in one round trip. */
  async function ask(): Promise<number[]> {
    const read: number[] = []
    for (const [name, , json] of requests) {
      const [method, path] = name.split(' ') as [string, string]
      const { trips, rowsRead } = await world.cost(async () => {
        const given = json ? { json } : {}
        const { status } = await world.call(method, path, { as: alice, ...given })
        expect([name, status]).toEqual([name, 200])
      })
      expect([name, trips]).toEqual([name, 1])
      read.push(rowsRead)
    }
    return read
  }

  it.each(requests.map((_, place) => [nameOf(place), place] as const))(
    '%s reads as many rows, in one round trip',
    (_name, place) => {
      const [small, large] = costs as [number[], number[]]
      expect(large[place]).toBeLessThanOrEqual(small[place]! + 5)
      expect(large[place]).toBeLessThanOrEqual(requests[place]![1])
      expect(large[place]).toBeGreaterThan(0)
    },
  )
})
