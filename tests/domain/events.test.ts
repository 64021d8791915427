// One event per change of a request or an RSVP, written with it: none for what is refused or changes nothing,
// however many try at once.
import { beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/domain/base/actor'
import { answerRequest } from '../../src/domain/friends/answering'
import { addFriend, askFriend } from '../../src/domain/friends/asking'
import { addRsvp, changeRsvp } from '../../src/domain/plans/answering'
import { removeOwnRsvp, removeRsvp } from '../../src/domain/plans/withdrawing'
import type { Context } from '../../src/domain/base/context'
import { database } from '../support/database'
import { type Person, sessionOf, signUp } from '../support/people'
import { makePlan } from '../support/plans'
import { block } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const instant = createWorld({
  context: (context) => ({ ...context, rules: { ...context.rules, instantFriends: true } }),
})
const asking = createWorld({
  context: (context) => ({ ...context, rules: { ...context.rules, instantFriends: false } }),
})

const as = ({ id, ...person }: Person): Caller => ({
  userId: id,
  sessionId: sessionOf({ id, ...person }),
  tokenHash: null,
})
const two = async () => [await signUp(world, 'alice'), await signUp(world, 'bob')] as const

type Row = { kind: string; stream: string; actor_id: number; audience: string; data: string }
const news = async () => {
  const sql = 'select kind, stream, actor_id, audience, data from events order by id'
  const { results } = await database.prepare(sql).all<Row>()
  return results.map(({ kind, stream, actor_id: actor, audience, data }) => ({
    kind,
    stream,
    actor,
    to: JSON.parse(audience) as number[],
    data: JSON.parse(data) as Record<string, unknown>,
  }))
}
const pairOf = (one: Person, other: Person) =>
  `pair:${Math.min(one.id, other.id)}:${Math.max(one.id, other.id)}`
const settled = (work: Promise<unknown>[]) => Promise.allSettled(work)
const fifty = <T>(work: () => Promise<T>) => settled(Array.from({ length: 50 }, work))
const goes = { status: 'going', guests: 0 } as const

beforeEach(async () => {
  await database.prepare('delete from events').run()
})

describe('a friend request', () => {
  const ask = (from: Person, to: Person) => asking.run((ctx) => askFriend(ctx, as(from), to.id))
  const answer = (by: Person, id: number, what: 'accepted' | 'rejected') =>
    asking.run((ctx) => answerRequest(ctx, as(by), id, what))

  it('is told to who is asked, and its answer to who has asked', async () => {
    const [alice, bob] = await two()
    const { id } = await ask(alice, bob)
    await answer(bob, id, 'accepted')
    const stream = pairOf(alice, bob)
    expect(await news()).toEqual([
      {
        kind: 'friend_request.received',
        stream,
        actor: alice.id,
        to: [bob.id],
        data: { request_id: id },
      },
      {
        kind: 'friend_request.answered',
        stream,
        actor: bob.id,
        to: [alice.id],
        data: { request_id: id, status: 'accepted' },
      },
    ])
  })

  it('that is rejected and made anew is told each time', async () => {
    const [alice, bob] = await two()
    const { id } = await ask(alice, bob)
    await answer(bob, id, 'rejected')
    await ask(alice, bob)
    expect((await news()).map(({ kind, data }) => [kind, data['status']])).toEqual([
      ['friend_request.received', undefined],
      ['friend_request.answered', 'rejected'],
      ['friend_request.received', undefined],
    ])
  })

  it('that crosses another one is its answer', async () => {
    const [alice, bob] = await two()
    await ask(alice, bob)
    await ask(bob, alice)
    expect((await news()).map(({ kind, actor, to }) => [kind, actor, to])).toEqual([
      ['friend_request.received', alice.id, [bob.id]],
      ['friend_request.answered', bob.id, [alice.id]],
    ])
  })

  it('that is repeated, refused or nobody’s to answer is not told', async () => {
    const [alice, bob] = await two()
    const carol = await signUp(world, 'carol')
    await block(carol, alice)
    const { id } = await ask(alice, bob)
    await settled([
      ask(alice, bob),
      ask(alice, alice),
      ask(alice, carol),
      answer(alice, id, 'accepted'),
    ])
    await answer(bob, id, 'accepted')
    await settled([answer(bob, id, 'accepted'), answer(bob, id, 'rejected'), ask(alice, bob)])
    expect((await news()).length).toBe(2)
  })

  it('fifty times at once, and answered fifty times at once, is two events', async () => {
    const [alice, bob] = await two()
    await fifty(() => ask(alice, bob))
    const id = (await news())[0]!.data['request_id'] as number
    await fifty(() => answer(bob, id, 'accepted'))
    expect((await news()).map(({ kind }) => kind)).toEqual([
      'friend_request.received',
      'friend_request.answered',
    ])
  })
})

describe('an instant add', () => {
  const add = (from: Person, to: Person) =>
    instant.run((ctx) => addFriend(ctx, as(from), to.username))

  it('is told once an hour, however often', async () => {
    const [alice, bob] = await two()
    await add(alice, bob)
    await add(alice, bob)
    expect((await news()).map(({ kind, actor, to }) => [kind, actor, to])).toEqual([
      ['friend_request.answered', alice.id, [bob.id]],
    ])
    const end = () =>
      instant.call('POST', '/users/remove_friend/', { json: { username: bob.username }, as: alice })
    await end()
    await add(alice, bob)
    expect((await news()).length).toBe(1)
  })
})

describe('an RSVP', () => {
  const run = <T>(work: (ctx: Context) => Promise<T>) => world.run(work)

  it('is told to the plan’s creator: added, changed, taken back', async () => {
    const [alice, bob] = await two()
    const plan = await makePlan(world, alice)
    const { id } = await run((ctx) => addRsvp(ctx, as(bob), plan._id, goes))
    await run((ctx) => changeRsvp(ctx, as(bob), id, { status: 'maybe' }))
    await run((ctx) => changeRsvp(ctx, as(bob), id, { guests: 2 }))
    await run((ctx) => removeRsvp(ctx, as(bob), id))
    const about = (status: string) => ({
      kind: 'rsvp.changed',
      stream: `plan:${plan._id}`,
      actor: bob.id,
      to: [alice.id],
      data: { plan_id: plan._id, rsvp_id: id, status },
    })
    expect(await news()).toEqual([about('going'), about('maybe'), about('maybe'), about('removed')])
  })

  it('that waits for a place says so', async () => {
    const [alice, bob] = await two()
    const carol = await signUp(world, 'carol')
    const plan = await makePlan(world, alice, { capacity: 1 })
    await run((ctx) => addRsvp(ctx, as(bob), plan._id, goes))
    const { id } = await run((ctx) => addRsvp(ctx, as(carol), plan._id, goes))
    await run((ctx) => removeOwnRsvp(ctx, as(carol), plan._id))
    expect((await news()).map(({ actor, data }) => [actor, data['status']])).toEqual([
      [bob.id, 'going'],
      [carol.id, 'waitlisted'],
      [carol.id, 'removed'],
    ])
    expect(id).toMatch(/^[0-9a-f]{24}$/)
  })

  it('of the creator, or taken back by the creator, is not told', async () => {
    const [alice, bob] = await two()
    const plan = await makePlan(world, alice)
    await run((ctx) => addRsvp(ctx, as(alice), plan._id, goes))
    await run((ctx) => removeOwnRsvp(ctx, as(alice), plan._id))
    const { id } = await run((ctx) => addRsvp(ctx, as(bob), plan._id, goes))
    await run((ctx) => removeRsvp(ctx, as(alice), id))
    expect((await news()).map(({ actor }) => actor)).toEqual([bob.id])
  })

  it('that is refused, or says the same again, is not told', async () => {
    const [alice, bob] = await two()
    const plan = await makePlan(world, alice, { capacity: 2 })
    const { id } = await run((ctx) => addRsvp(ctx, as(bob), plan._id, goes))
    await run((ctx) => changeRsvp(ctx, as(bob), id, { status: 'going', guests: 0 }))
    await settled([
      run((ctx) => addRsvp(ctx, as(bob), plan._id, goes)),
      run((ctx) => changeRsvp(ctx, as(bob), id, { guests: 5 })),
      run((ctx) => changeRsvp(ctx, as(alice), id, { status: 'maybe' })),
    ])
    expect((await news()).length).toBe(1)
  })

  it('fifty times at once is one event, and taken back fifty times at once another', async () => {
    const [alice, bob] = await two()
    const plan = await makePlan(world, alice)
    await fifty(() => run((ctx) => addRsvp(ctx, as(bob), plan._id, goes)))
    await fifty(() => run((ctx) => removeOwnRsvp(ctx, as(bob), plan._id)))
    expect((await news()).map(({ data }) => data['status'])).toEqual(['going', 'removed'])
  })
})
