// Many who do something at once: whoever is told of it hears of each, once, in numbers without a gap.
import { beforeAll, describe, expect, it } from 'vitest'
import { signUp } from '../support/people'
import { makePlan, rsvpTo } from '../support/plans'
import { feedOf, logOf, untold } from '../support/news'
import { join, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

describe('fifty changes of ten answers at once', () => {
  it('are told to the creator one by one, and are one line of the feed', async () => {
    const alice = await signUp(world, 'alice')
    const plan = await makePlan(world, alice, { end_time: '2099-09-28 15:00:00' })
    const socket = await join(world, '/ws/me/?after=now', { as: alice })
    const numbered = () => socket.frames.filter(({ seq }) => seq !== undefined).slice(1)
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const person = await signUp(world, `guest${n}`)
        const { _id: id } = await rsvpTo(world, plan, person)
        return { person, id }
      }),
    )
    const changed = await Promise.all(
      answers.flatMap(({ person, id }) =>
        [1, 2, 3, 4, 5].map((guests) =>
          world.call('PATCH', `/api/rsvp/${id}`, { as: person, json: { guests } }),
        ),
      ),
    )
    expect(new Set(changed.map(({ status }) => status))).toEqual(new Set([200]))
    await expect.poll(() => numbered().length, { timeout: 30_000 }).toBe(60)
    await expect.poll(untold, { timeout: 30_000 }).toEqual([])
    expect(numbered().map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    const log = await logOf(alice)
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(new Set(log.map(({ key }) => key)).size).toBe(60)
    expect(await feedOf(alice)).toMatchObject([{ kind: 'rsvp.changed', count: 60 }])
    // The order is the same as in the log, for whoever comes later.
    const again = await join(world, '/ws/me/?after=0', { as: alice })
    await again.got(61)
    expect(again.frames.filter(({ seq }) => seq !== undefined).slice(1)).toEqual(numbered())
  })
})
