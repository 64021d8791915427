// Plans in the order of their coming, and those that one has answered: what apps show first.
import { beforeAll, describe, expect, it } from 'vitest'
import { befriend } from '../support/relations'
import { type Person, signUp } from '../support/people'
import { gameNight } from '../support/plans'
import { createWorld } from '../support/world'

const world = createWorld({ env: { LIMIT_PLANS: '1000/60' } })
const { call } = world

let [alice, bob, carol] = [] as unknown as [Person, Person, Person]
const ids: Record<string, string> = {}

/** A plan by its hour of one day. */
async function plan(of: Person, title: string, hour: number, more: object = {}): Promise<string> {
  const day = '2031-05-01'
  const two = (n: number) => String(n).padStart(2, '0')
  const json = {
    ...gameNight,
    title,
    start_time: `${day}T${two(hour)}:00:00Z`,
    end_time: `${day}T${two(hour)}:30:00Z`,
    ...more,
  }
  const { status, body } = await call('POST', '/api/plans/add', { as: of, json })
  expect(status).toBe(201)
  return (ids[title] = body.id)
}

const titles = async (query: string, as = alice) =>
  (await call('GET', `/api/plans?${query}`, { as })).body.map(({ title }: any) => title)

beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
  carol = await signUp(world, 'carol')
  await befriend(alice, bob)
  await plan(bob, 'noon', 12, { visibility: 'friends' })
  await plan(alice, 'morning', 8, { visibility: 'private' })
  await plan(bob, 'evening', 19, { visibility: 'friends', capacity: 1 })
  await plan(carol, 'hidden', 13, { visibility: 'private' })
  await plan(alice, 'night', 22, { visibility: 'private' })
})

describe('GET /api/plans', () => {
  const day = 'start_time=2031-05-01T00:00:00Z'

  it('begins with the next plan by order=soonest, in every scope', async () => {
    const all = ['morning', 'noon', 'evening', 'night']
    expect(await titles(`order=soonest&friends=true&${day}`)).toEqual(all)
    // Without it a page has the latest ones, in the same order.
    expect(await titles(`friends=true&limit=2&${day}`)).toEqual(all.slice(2))
    expect(await titles(`order=soonest&friends=true&limit=2&${day}`)).toEqual(all.slice(0, 2))
    expect(await titles('order=soonest&mine=true')).toEqual(['morning', 'night'])
    expect(await titles('order=soonest&friends=true&start_time=2031-05-01T12:00:00Z')).toEqual(
      all.slice(1),
    )
    expect(await titles(`order=soonest&friends=true&end_time=2031-05-01T12:30:00Z&${day}`)).toEqual(
      all.slice(0, 2),
    )
  })

  it('goes on in time, page by page, without a gap or a double while plans come', async () => {
    let path: string | undefined = `/api/plans?order=soonest&friends=true&limit=2&${day}`
    const seen: string[] = []
    while (path) {
      const { body, headers } = await call('GET', path, { as: alice })
      seen.push(...body.map(({ title }: any) => title))
      // One comes before the page that was read, and one behind it.
      if (seen.length === 2) {
        await plan(alice, 'dawn', 5, { visibility: 'private' })
        await plan(alice, 'tea', 16, { visibility: 'private' })
      }
      path = /<http:\/\/kith\.test([^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(['morning', 'noon', 'tea', 'evening', 'night'])
  })

  it('has those of one moment each once', async () => {
    for (const name of ['one', 'two', 'three']) {
      await plan(carol, name, 9, { visibility: 'private' })
    }
    let path: string | undefined = '/api/plans?order=soonest&mine=true&limit=1'
    const seen: string[] = []
    while (path) {
      const { body, headers } = await call('GET', path, { as: carol })
      seen.push(...body.map(({ title }: any) => title))
      path = /<http:\/\/kith\.test([^>]+)>/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen.toSorted()).toEqual(['hidden', 'one', 'three', 'two'])
    expect(seen.at(-1)).toBe('hidden')
  })

  it('is those that one has answered by answered=true, but not with no', async () => {
    const rsvp = (title: string, status: string, as = alice) =>
      call('POST', '/api/rsvp/add', { as, json: { plan_id: ids[title], status } })
    await rsvp('evening', 'going', bob)
    expect((await rsvp('evening', 'going')).body.data.status).toBe('waitlisted')
    await rsvp('noon', 'maybe')
    await rsvp('morning', 'declined')
    expect(await titles('answered=true&order=soonest')).toEqual(['noon', 'evening'])
    expect(await titles('answered=true&limit=1')).toEqual(['evening'])
    expect(await titles('answered=true&order=soonest&limit=1')).toEqual(['noon'])
    expect(await titles('answered=true&mine=true&order=soonest')).toEqual([
      'dawn',
      'morning',
      'tea',
      'night',
    ])
    expect(await titles('answered=false&mine=true&limit=1')).toEqual(['night'])
    const { trips } = await world.cost(() => titles('answered=true&order=soonest'))
    expect(trips).toBe(1)
  })

  it('leaves out what one no longer sees', async () => {
    await call('POST', `/users/blocks/${alice.id}`, { as: bob })
    expect(await titles('answered=true')).toEqual([])
  })

  it.each(['order=latest', 'order=SOONEST', 'answered=maybe'])(
    'knows no other words: %s',
    async (query) => {
      const { status, body } = await call('GET', `/api/plans?${query}`, { as: alice })
      const [name = '', word = ''] = query.split('=')
      const text =
        name === 'order' ? `"${word}" is not a valid choice.` : 'Must be a valid boolean.'
      expect([status, body]).toEqual([400, { [name]: [text] }])
    },
  )
})
