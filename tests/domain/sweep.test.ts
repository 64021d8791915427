// The sweep of every minute: until nothing is left that has expired, within a budget of rows.
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { savePicture } from '../../src/domain/media/media'
import { sweep, sweepBudget } from '../../src/domain/moving/sweep'
import { startChat } from '../support/conversations'
import { database } from '../support/database'
import { signUp } from '../support/people'
import * as file from '../support/pictures'
import { join, useFreshIds } from '../support/sockets'
import { sessionOf } from '../support/people'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const hour = 60 * 60_000

const run = (sql: string, ...values: unknown[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()
const count = async (from: string) =>
  (await database.prepare(`select count(*) as n from ${from}`).first('n')) as number
const many = (n: number) =>
  `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${n})`

describe('the sweep', () => {
  it('takes 20,000 rows at a time, until nothing is left, and no kind waits for another', async () => {
    const { now } = world.clock
    await run(
      `${many(25_000)} insert into counters (key, spent, expires_at) select 'old/' || i, 1, ? from n`,
      now,
    )
    await run(`insert into counters (key, spent, expires_at) values ('new', 1, ?)`, now + 1)
    await run(
      `${many(500)} insert into held_names (hash, held_until) select 'held-' || i, ? from n`,
      now,
    )
    await run(`insert into held_names (hash, held_until) values ('held', ?)`, now + 1)
    await world.run(sweep)
    expect(await count(`counters where key like 'old/%'`)).toBe(25_500 - sweepBudget)
    expect(await count('held_names')).toBe(1)
    await world.run(sweep)
    expect(await count(`counters where key like 'old/%'`)).toBe(0)
    expect(await count(`counters where key = 'new'`)).toBe(1)
  }, 120_000)

  it('costs three round trips where there is nothing to do', async () => {
    await world.run(sweep)
    expect((await world.cost(() => world.run(sweep))).trips).toBeLessThanOrEqual(3)
  })

  it('takes refresh tokens past their life, of sessions that go on', async () => {
    const alice = await signUp(world, 'alice')
    const { now } = world.clock
    const insert = `insert into refresh_tokens (jti, session_id, created_at, expires_at) values (?, ?, 0, ?)`
    await run(insert, 'past', sessionOf(alice), now)
    await run(insert, 'good', sessionOf(alice), now + 1)
    await world.run(sweep)
    expect(await count(`refresh_tokens where jti = 'past'`)).toBe(0)
    expect(await count(`refresh_tokens where jti = 'good'`)).toBe(1)
  })

  it('takes counters that were given back to nothing', async () => {
    const later = world.clock.now + hour
    await run(`insert into counters values ('given back', 0, ?1), ('spent', 1, ?1)`, later)
    await world.run(sweep)
    expect(await count(`counters where key = 'given back'`)).toBe(0)
    expect(await count(`counters where key = 'spent'`)).toBe(1)
  })
})

describe('a picture in a conversation', () => {
  const picture = (ownerId: number, conversationId: number) =>
    world.run((ctx) => savePicture(ctx, { ownerId, kind: 'chat', conversationId }, file.png()))
  const isThere = async (key: string) => [
    await count(`media where key = '${key}'`),
    (await env.MEDIA.head(key)) !== null,
  ]

  it('whose message never came is swept an hour later, and one that was sent is not', async () => {
    const { alice, id } = await startChat(world)
    const lost = await picture(alice.id, id)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    const data = file.png().toBase64()
    socket.send({ message: 'look', attachment: { data, format: 'png' } })
    const sent = (await socket.got(1))[0].attachment.slice('/media/'.length)
    for (let n = 0; n < 3; n++) socket.send({ message: `and ${n}` })
    await socket.got(4)
    world.clock.advance(hour - 1000)
    await world.run(sweep)
    expect([await isThere(lost), await isThere(sent)]).toEqual([
      [1, true],
      [1, true],
    ])
    world.clock.advance(60_000)
    await world.run(sweep)
    expect([await isThere(lost), await isThere(sent)]).toEqual([
      [0, false],
      [1, true],
    ])
    expect(await count('media where is_checked = 0')).toBe(0)
  })

  it('is looked at in the next minute where the jobs have left no calls for its room', async () => {
    const { alice, id } = await startChat(world)
    const lost = await picture(alice.id, id)
    const spent = createWorld({
      now: world.clock.now + 2 * hour,
      context: (context) => ({ ...context, budget: { isSpent: () => true } }),
    })
    await spent.run(sweep)
    expect([await isThere(lost), await count('media where is_checked = 0')]).toEqual([[1, true], 1])
    world.clock.advance(2 * hour)
    await world.run(sweep)
    expect(await isThere(lost)).toEqual([0, false])
  })

  it('is kept while its room does not answer, and after a week for good', async () => {
    const { alice, id } = await startChat(world)
    const key = await picture(alice.id, id)
    const silent = createWorld({
      now: world.clock.now + 2 * hour,
      context: (context) => ({
        ...context,
        rooms: { ...context.rooms, history: () => Promise.reject(new Error('no answer')) },
      }),
    })
    await silent.run(sweep)
    expect([await isThere(key), await count('media where is_checked = 0')]).toEqual([[1, true], 1])
    silent.clock.advance(7 * 24 * hour)
    await silent.run(sweep)
    expect([await isThere(key), await count('media where is_checked = 0')]).toEqual([[1, true], 0])
  })
})
