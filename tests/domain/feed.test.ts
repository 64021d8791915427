// The feed under chance: its list and its counts agree whatever becomes of people, plans and lines.
import { beforeAll, describe, expect, it } from 'vitest'
import { sweep } from '../../src/domain/moving/sweep'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { addNotice, feedOf } from '../support/news'
import type { Person } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { block, unblock } from '../support/relations'
import { useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ env: { LIMIT_RSVPS: '100000/60', LIMIT_PLANS: '100000/60' } })
const { call, clock } = world
const path = '/api/notifications/'

const run = (sql: string, ...values: (string | number)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** All of somebody's feed, by small pages. */
async function walk(as: Person, query = ''): Promise<any[]> {
  const lines: any[] = []
  for (let next: string | undefined = `${path}?limit=2${query}`; next;) {
    const { status, body, headers } = await call('GET', next, { as })
    expect(status).toBe(200)
    lines.push(...body)
    next = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
  }
  return lines
}

/** What the counts have to be, by the list. */
async function countsByList(as: Person) {
  const lines = await walk(as)
  const [unseen, unread] = [
    lines.filter(({ is_seen }) => !is_seen).length,
    lines.filter(({ is_read }) => !is_read).length,
  ]
  const newest = lines[0]?.position ?? 0
  return { unseen, unread, conversations: 0, badge: unseen, newest }
}

describe('the list and the counts', () => {
  const seeds = [1, 2, 3]

  it.each(seeds)(
    'agree, whoever blocks, hides, reads and removes in whatever order (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      const random = randomFrom(seed)
      const pick = <T>(items: readonly T[]): T => items[random(items.length)]!
      const [alice, ...others] = await makePeople(world, 'alice', 'bob', 'carol', 'dan')
      const times = { start_time: '2027-01-01 00:00:00', end_time: '2027-01-02 00:00:00' }
      const own: any[] = []
      const theirs: any[] = []
      for (const other of others) {
        own.push(await makePlan(world, alice, times))
        const plan = await makePlan(world, other, times)
        await rsvpTo(world, plan, alice)
        theirs.push({ ...plan, by: other })
      }
      const answers = new Map<string, string>()
      const answer = async (as: Person, plan: { _id: string }) => {
        const key = `${as.id}:${plan._id}`
        const id = answers.get(key)
        const json = { status: pick(['going', 'maybe', 'declined']) }
        if (id) await call('PATCH', `/api/rsvp/${id}/`, { json, as })
        const made = id
          ? null
          : await call('POST', '/api/rsvp/add', { json: { plan_id: plan._id, ...json }, as })
        if (made?.status === 201) answers.set(key, made.body.id)
      }
      const blocked = new Set<Person>()
      const steps: (() => Promise<unknown>)[] = [
        () => answer(pick(others), pick(own)),
        () => answer(pick(others), pick(own)),
        async () => {
          const { _id, by } = pick(theirs)
          await call('PATCH', `/api/plans/${_id}/edit`, {
            json: { title: `Tea ${random(1000)}` },
            as: by,
          })
        },
        async () => {
          const visibility = pick(['private', 'everyone'])
          await run('update plans set visibility = ? where id = ?', visibility, pick(theirs)._id)
        },
        async () => {
          const other = pick(others)
          await (blocked.delete(other)
            ? unblock(alice, other)
            : (blocked.add(other), block(alice, other)))
        },
        async () => {
          const other = pick(others)
          const path = `/api/friends/request/${other.id}/`
          const { status, body } = await call('POST', path, { as: alice })
          if (status === 201 && random(2) === 0) {
            await call('DELETE', `/api/friends/remove/${body.id}/`, { as: alice })
          }
        },
        () => call('POST', `/api/friends/request/${alice.id}/`, { as: pick(others) }),
        () => call('POST', `${path}seen/`, { json: { up_to: random(30) }, as: alice }),
        () => call('POST', `${path}read/`, { json: { up_to: random(30) }, as: alice }),
        async () => {
          const line = pick(await feedOf(alice))
          if (line) await call('POST', `${path}read/`, { json: { ids: [line.id] }, as: alice })
        },
        async () => {
          const line = pick(await feedOf(alice))
          if (line) await call('DELETE', `${path}${line.id}/`, { as: alice })
        },
        async () => {
          if (random(4) === 0) await call('DELETE', `${path}?up_to=${random(10)}`, { as: alice })
        },
      ]
      const seen = new Set<string>()
      for (let step = 0; step < 60; step++) {
        clock.advance(1000)
        await pick(steps)()
        const counts = await countsByList(alice)
        expect((await call('GET', `${path}counts/`, { as: alice })).body).toEqual(counts)
        expect((await walk(alice, '&unread=true')).length).toBe(counts.unread)
        seen.add(JSON.stringify(counts))
      }
      // It was no walk in an empty room.
      expect(seen.size).toBeGreaterThan(15)
    },
  )

  it('have what comes late, behind all that was seen', async () => {
    const [alice, bob, carol] = await makePeople(world, 'alice', 'bob', 'carol')
    await addNotice(alice, { position: 40, actor: bob })
    await call('POST', `${path}seen/`, { json: { up_to: 40 }, as: alice })
    // The line goes, the mark stays.
    await run('delete from notifications where user_id = ?', alice.id)
    await call('POST', `/api/friends/request/${alice.id}/`, { as: carol })
    expect(await walk(alice)).toMatchObject([{ position: 41, is_seen: false }])
  })
})

describe('lines and settings', () => {
  it('go 90 days after their newest event', async () => {
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const day = 24 * 60 * 60_000
    for (const [position, days] of [
      [1, 90],
      [2, 89],
    ] as const) {
      await addNotice(alice, { position, actor: bob })
      await run(
        'update notifications set updated_at = ? where user_id = ? and position = ?',
        clock.now - days * day,
        alice.id,
        position,
      )
    }
    await world.run(sweep)
    expect((await feedOf(alice)).map(({ position }) => position)).toEqual([2])
  })
})
