// `tell`: a row in the batch that makes a change, told by the request that wrote it unless an older one of its
// stream still waits.
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import { statement, value } from '../../src/db/declare'
import { type EventKind, tell, telling, toldBy } from '../../src/domain/base/events'
import { eventKinds } from '../../src/domain/moving/nouns'
import { sweep } from '../../src/domain/moving/sweep'
import { database } from '../support/database'
import { createWorld } from '../support/world'

const poke: EventKind = { kind: 'poked', group: null, channels: ['socket'], subject: 'plan' }
const given = { who: value<string>(), key: value<string | null>(), ...telling }

const pokeAll = statement(given, (p) =>
  tell(poke, {
    ...p,
    stream: sql`'poke:' || value`,
    to: sql`json_array(value + 1)`,
    actor: sql`value`,
    data: sql`json_object('hard', json('true'))`,
    key: p.key,
    from: sql`from json_each(${p.who}) where value < 100`,
  }),
)

const world = createWorld()
const runners: string[] = []

const pokes = (who: number[], key: string | null = null) =>
  world.run(async (ctx) => {
    runners.push(ctx.runner)
    const told = pokeAll({ who: JSON.stringify(who), key, ...toldBy(ctx) })
    return (await runBatch(ctx.db, { told })).told
  })
const rows = async () => (await database.prepare('select * from events order by id').all()).results

beforeEach(async () => {
  runners.length = 0
  await database.prepare('delete from events').run()
})

describe('an event', () => {
  it('is one row, the business of its request for half a minute', async () => {
    const { now } = world.clock
    const told = await pokes([3])
    expect(await rows()).toEqual([
      {
        id: told[0]?.id,
        kind: 'poked',
        stream: 'poke:3',
        key: null,
        actor_id: 3,
        audience: '[4]',
        data: '{"hard":true}',
        words: '',
        cursor: 0,
        runner: runners[0],
        attempts: 0,
        due_at: now + 30_000,
        last_error: '',
        created_at: now,
        told_at: null,
      },
    ])
    expect(runners[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is not written where nothing has changed', async () => {
    expect([await pokes([100]), await rows()]).toEqual([[], []])
  })

  it('waits behind an older one of its stream, due at once, and behind none of another', async () => {
    const { now } = world.clock
    await pokes([3])
    await pokes([3, 4])
    expect((await rows()).map(({ stream, runner, due_at }) => [stream, runner, due_at])).toEqual([
      ['poke:3', runners[0], now + 30_000],
      ['poke:3', '', now],
      ['poke:4', runners[1], now + 30_000],
    ])
  })

  it('does not wait behind one that was told', async () => {
    await pokes([3])
    await database.prepare('update events set told_at = 1').run()
    await pokes([3])
    expect((await rows()).map(({ runner }) => runner)).toEqual(runners)
  })

  it('with a key is told once', async () => {
    expect((await pokes([3], 'poked:once')).length).toBe(1)
    expect(await pokes([3], 'poked:once')).toEqual([])
  })

  it('goes after 30 days, told or not', async () => {
    const old = world.clock.now
    await pokes([3])
    world.clock.advance(1)
    await pokes([4])
    world.clock.now = old + 30 * 24 * 60 * 60_000
    await world.run(sweep)
    expect((await rows()).map(({ stream }) => stream)).toEqual(['poke:4'])
  })
})

describe('the kinds of event', () => {
  it('are declared by their nouns, each once', () => {
    const kinds = eventKinds.toSorted((a, b) => a.kind.localeCompare(b.kind))
    expect(kinds.map(({ kind, group }) => [kind, group])).toEqual([
      ['account.created', null],
      ['account.deleted', null],
      ['account.security', 'id'],
      ['friend_request.answered', 'answer'],
      ['friend_request.received', 'request'],
      ['friendship.ended', null],
      ['message.created', null],
      ['plan.cancelled', 'cancelled'],
      ['plan.changed', 'changed'],
      ['plan.invited', 'invited'],
      ['rsvp.changed', 'answers'],
      ['rsvp.promoted', 'promoted'],
    ])
  })
})
