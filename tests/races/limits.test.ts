// Fifty at the same moment spend no more of a limit than there is, and take up no more room.
import { describe, expect, it } from 'vitest'
import { addStrangers, makePeople } from '../support/crowd'
import { database } from '../support/database'
import type { Person } from '../support/people'
import { gameNight } from '../support/plans'
import { befriend } from '../support/relations'
import { type Answer, createWorld } from '../support/world'

const fifty = Array.from({ length: 50 }, (_, n) => n)
const contact = { first_name: 'Hanako', last_name: 'Yamada' }

const allAtOnce = (ask: (n: number) => Promise<Answer>) => Promise.all(fifty.map(ask))
const tally = (answers: Answer[]) => {
  const statuses: Record<number, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return statuses
}
const countOf = (table: string, column: string, { id }: Person) =>
  database.prepare(`select count(*) as n from ${table} where ${column} = ?`).bind(id).first('n')

describe('fifty at the same moment', () => {
  it('ask no more people to be friends than the limit', async () => {
    const { call, ...world } = createWorld({ env: { LIMIT_FRIENDS_ASKED: '7/600' } })
    const [alice] = await makePeople({ call, ...world }, 'alice')
    const others = await addStrangers({ call, ...world }, 50)
    const answers = await allAtOnce((n) =>
      call('POST', `/api/friends/request/${others[n]!}/`, { as: alice }),
    )
    expect(tally(answers)).toEqual({ 201: 7, 429: 43 })
    expect(await countOf('friend_requests', 'sender_id', alice)).toBe(7)
  })

  it('make no more plans than the limit', async () => {
    const world = createWorld({ env: { LIMIT_PLANS: '7/600' } })
    const [alice] = await makePeople(world, 'alice')
    const answers = await allAtOnce(() =>
      world.call('POST', '/api/plans/add', { json: gameNight, as: alice }),
    )
    expect(tally(answers)).toEqual({ 201: 7, 429: 43 })
    expect(await countOf('plans', 'creator_id', alice)).toBe(7)
  })

  it('search no more often than the limit', async () => {
    const world = createWorld({ env: { LIMIT_SEARCHES: '7/600' } })
    const [alice] = await makePeople(world, 'alice')
    const answers = await allAtOnce(() =>
      world.call('GET', '/users/search_friends/?prefix=a', { as: alice }),
    )
    expect(tally(answers)).toEqual({ 200: 7, 429: 43 })
  })

  it('write no more contacts than there is room for', async () => {
    const world = createWorld({ env: { CONTACTS_MAX: '7' } })
    const [alice] = await makePeople(world, 'alice')
    const answers = await allAtOnce(() =>
      world.call('POST', '/friends/', { json: contact, as: alice }),
    )
    expect(tally(answers)).toEqual({ 201: 7, 403: 43 })
    expect(await countOf('contacts', 'owner_id', alice)).toBe(7)
  })

  it('invite no more people than the limit, two by two', async () => {
    const world = createWorld({ env: { LIMIT_INVITATIONS: '7/600' } })
    const [alice] = await makePeople(world, 'alice')
    const others = await addStrangers(world, 100)
    for (const id of others) await befriend(alice, { ...alice, id })
    const { body: plan } = await world.call('POST', '/api/plans/add', {
      json: gameNight,
      as: alice,
    })
    const answers = await allAtOnce((n) =>
      world.call('POST', `/api/plans/${plan._id}/invite`, {
        json: { user_ids: [others[2 * n], others[2 * n + 1]] },
        as: alice,
      }),
    )
    expect(tally(answers)).toEqual({ 200: 3, 429: 47 })
  })

  it('take no more other usernames than the limit', async () => {
    const world = createWorld({ env: { LIMIT_RENAMES: '7/600' } })
    const [alice] = await makePeople(world, 'alice')
    const answers = await allAtOnce((n) =>
      world.call('POST', '/users/update/', {
        json: { username: `${alice.username}-${n}` },
        as: alice,
      }),
    )
    expect(tally(answers)).toEqual({ 200: 7, 429: 43 })
  })

  it('download no more of everything than the limit', async () => {
    const world = createWorld({ env: { LIMIT_EXPORTS: '7/600' } })
    const [alice] = await makePeople(world, 'alice')
    const answers = await allAtOnce(() => world.call('GET', '/users/export/', { as: alice }))
    expect(tally(answers)).toEqual({ 200: 7, 429: 43 })
  })

  it('make no more accounts from one address than the limit', async () => {
    const world = createWorld({ env: { LIMIT_REGISTRATIONS: '3/3600' } })
    const answers = await Promise.all(
      fifty.slice(0, 10).map((n) =>
        world.call('POST', '/accounts/signup/', {
          json: { username: `racing-${n}`, password: 'testpass' },
          headers: { 'cf-connecting-ip': '198.51.100.77' },
        }),
      ),
    )
    expect(tally(answers)).toEqual({ 201: 3, 429: 7 })
  })
})
