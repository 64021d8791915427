// One relation, three contracts: each verb of each contract is walked, and after it all three views agree.
// Then what friendship brings with it: who has agreed, the conversation, and what its room is told.
import { describe, expect, it } from 'vitest'
import { runDueJobs } from '../../src/domain/base/jobs'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import { type Seen, seenByB, seenByC, seenByD } from '../support/friend-views'
import { type Person, setActive } from '../support/people'
import { type Answer, createWorld, type World } from '../support/world'

const world = createWorld()
const asking = createWorld({ env: { INSTANT_FRIENDS: 'off' } })

/** The verbs by contract; each acts for `alice` on `bob`. */
type Verb = (alice: Person, bob: Person) => Promise<Answer>

const post = (path: string, as: Person, json: object, { call }: World = world) =>
  call('POST', path, { as, json })

/** The request between two, as its id is found in B's lists. */
async function requestId(viewer: Person, other: Person): Promise<string> {
  const { body } = await world.call('GET', '/api/friends/', { as: viewer })
  const all = [...body.friends, ...body.incoming_requests, ...body.outgoing_requests]
  return all.find(({ id }) => id === String(other.id)).request_id
}

const ask: Record<string, Verb> = {
  'B request': (alice, bob) => post(`/api/friends/request/${bob.id}/`, alice, {}),
  'C add_friend that only asks': (alice, bob) =>
    post('/users/add_friend/', alice, { friend_username: bob.username }, asking),
  'D request': (alice, bob) => post('/users/friends/request/', alice, { id: bob.id }),
}

const respondB =
  (action: string): Verb =>
  async (alice, bob) =>
    post(`/api/friends/respond/${await requestId(alice, bob)}/`, alice, { action })
const respondD =
  (response: string): Verb =>
  async (alice, bob) =>
    post(`/users/friends/respond/${await requestId(alice, bob)}/`, alice, { response })
const addC: Verb = (alice, bob) =>
  post('/users/add_friend/', alice, { friend_username: bob.username })

const accept: Record<string, Verb> = {
  'B respond': respondB('accept'),
  'C add_friend': addC,
  'D respond': respondD('accept'),
  ...Object.fromEntries(
    Object.entries(ask).map(([name, verb]) => [`${name}, which crosses`, verb]),
  ),
}

const reject: Record<string, Verb> = {
  'B respond': respondB('reject'),
  'D respond': respondD('reject'),
}

const end: Record<string, Verb> = {
  'B remove by request': async (alice, bob) =>
    world.call('DELETE', `/api/friends/remove/${await requestId(alice, bob)}/`, { as: alice }),
  'B remove by person': (alice, bob) =>
    world.call('DELETE', `/api/friends/remove/${bob.id}/`, { as: alice }),
  'C remove_friend': (alice, bob) =>
    post('/users/remove_friend/', alice, { friend_username: bob.username }),
  'D delete': (alice, bob) =>
    world.call('DELETE', `/users/friends/delete/${bob.id}/`, { as: alice }),
  block: (alice, bob) => post(`/users/blocks/${bob.id}/`, alice, {}),
}

const takeBack: Record<string, Verb> = {
  'B remove by request': end['B remove by request']!,
  'B remove by person': end['B remove by person']!,
  'C remove_friend': end['C remove_friend']!,
  block: end['block']!,
}

const names = (verbs: Record<string, Verb>) => Object.keys(verbs)

/** Does it, and it must succeed. */
async function done(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer
  if (status >= 300) throw new Error(`${status}: ${text}`)
}

/** What each contract shows one person of another. */
async function viewsOf(viewer: Person, other: Person) {
  return {
    b: await seenByB(world, viewer, other),
    c: await seenByC(world, viewer, other),
    d: await seenByD(world, viewer, other),
  }
}

const agreeing = (seen: Seen) => ({
  b: seen,
  c: seen === 'friend' ? 'friend' : 'no friend',
  d: seen,
})

/** What each contract shows alice of bob, and bob of alice. */
async function views(alice: Person, bob: Person) {
  return { alice: await viewsOf(alice, bob), bob: await viewsOf(bob, alice) }
}

/** All three agree: alice sees bob like that, and bob sees alice as it mirrors. */
function allShow(seen: Seen) {
  const mirrored = { incoming: 'outgoing', outgoing: 'incoming' } as const
  return { alice: agreeing(seen), bob: agreeing(mirrored[seen as 'incoming'] ?? seen) }
}

const pair = () => makePeople(world, 'alice', 'bob')

describe('all three contracts show at once', () => {
  it.each(names(ask))('a request that waits, after %s', async (name) => {
    const [alice, bob] = await pair()
    await done(ask[name]!(alice, bob))
    expect(await views(alice, bob)).toEqual(allShow('outgoing'))
  })

  it.each(names(accept))('friends, after %s', async (name) => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(bob, alice))
    await done(accept[name]!(alice, bob))
    expect(await views(alice, bob)).toEqual(allShow('friend'))
  })

  it('friends, after C add_friend of a stranger', async () => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    expect(await views(alice, bob)).toEqual(allShow('friend'))
  })

  it('friends, after C add_friend of somebody whom one had asked', async () => {
    const [alice, bob] = await pair()
    await done(ask['D request']!(alice, bob))
    await done(addC(alice, bob))
    expect(await views(alice, bob)).toEqual(allShow('friend'))
  })

  it.each(names(reject))(
    'nothing, after a rejection by %s; asked again, it waits',
    async (name) => {
      const [alice, bob] = await pair()
      await done(ask['D request']!(bob, alice))
      await done(reject[name]!(alice, bob))
      expect(await views(alice, bob)).toEqual(allShow('nothing'))
      for (const again of names(ask)) {
        await done(ask[again]!(bob, alice))
        expect(await views(alice, bob)).toEqual(allShow('incoming'))
        await done(reject[name]!(alice, bob))
      }
    },
  )

  it.each(names(takeBack))('nothing, after a request was taken back by %s', async (name) => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(alice, bob))
    await done(takeBack[name]!(alice, bob))
    expect(await views(alice, bob)).toEqual(allShow('nothing'))
  })

  it.each(names(end))('nothing, after the end by %s, of either side', async (name) => {
    for (const side of [0, 1]) {
      const [alice, bob] = await pair()
      await done(addC(alice, bob))
      await done(side === 0 ? end[name]!(alice, bob) : end[name]!(bob, alice))
      expect(await views(alice, bob)).toEqual(allShow('nothing'))
    }
  })

  it.each(names(end).filter((name) => name !== 'block'))(
    'friends anew, after the end by %s',
    async (name) => {
      const [alice, bob] = await pair()
      await done(addC(alice, bob))
      await done(end[name]!(alice, bob))
      await done(ask['D request']!(alice, bob))
      expect(await views(alice, bob)).toEqual(allShow('outgoing'))
      await done(accept['B respond']!(bob, alice))
      expect(await views(alice, bob)).toEqual(allShow('friend'))
    },
  )

  it('a friendship again, when a deactivated friend comes back', async () => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    await setActive(bob, false)
    expect(await viewsOf(alice, bob)).toEqual(agreeing('nothing'))
    await setActive(bob, true)
    expect(await views(alice, bob)).toEqual(allShow('friend'))
  })
})

/** Which of the two has agreed to the friendship. */
async function agreed(alice: Person, bob: Person): Promise<{ alice: boolean; bob: boolean }> {
  const { results } = await database
    .prepare(
      `select user_id, agreed from friendships
      where (user_id = ?1 and friend_id = ?2) or (user_id = ?2 and friend_id = ?1)`,
    )
    .bind(alice.id, bob.id)
    .all<{ user_id: number; agreed: number }>()
  const of = ({ id }: Person) => results.find(({ user_id }) => user_id === id)?.agreed === 1
  expect(results).toHaveLength(2)
  return { alice: of(alice), bob: of(bob) }
}

const both = { alice: true, bob: true }

describe('who has agreed to a friendship', () => {
  it.each(names(accept))('is both, where one asked and the other did %s', async (name) => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(bob, alice))
    await done(accept[name]!(alice, bob))
    expect(await agreed(alice, bob)).toEqual(both)
  })

  it('is only who added, where the other did nothing', async () => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    expect(await agreed(alice, bob)).toEqual({ alice: true, bob: false })
    await done(addC(alice, bob))
    expect(await agreed(alice, bob)).toEqual({ alice: true, bob: false })
  })

  it('is only who asked and added, where the other did nothing', async () => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(alice, bob))
    await done(addC(alice, bob))
    expect(await agreed(alice, bob)).toEqual({ alice: true, bob: false })
  })

  it.each([
    ['adds in turn', (alice: Person, bob: Person) => addC(bob, alice)],
    [
      'adds in turn where that only asks',
      (alice: Person, bob: Person) =>
        post('/users/add_friend/', bob, { friend_username: alice.username }, asking),
    ],
    [
      'gives a label',
      (alice: Person, bob: Person) =>
        world.call('PATCH', `/users/friends/group_update/${alice.id}/`, {
          json: { group: 'Default' },
          as: bob,
        }),
    ],
  ])('is both, once who was added %s', async (_name, agree) => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    await done(agree(alice, bob))
    expect(await agreed(alice, bob)).toEqual(both)
  })

  it('is not who was added, because of a request that is refused', async () => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    await ask['B request']!(bob, alice)
    expect(await agreed(alice, bob)).toEqual({ alice: true, bob: false })
  })
})

/** The conversation of two with both its sides, or null. */
async function conversationOf(alice: Person, bob: Person) {
  const { results } = await database
    .prepare(
      `select initiator_id, receiver_id, closed_at, user_id, other_id
      from conversations join conversation_members on conversation_id = id
      where user_id in (?1, ?2) and other_id in (?1, ?2) order by user_id`,
    )
    .bind(alice.id, bob.id)
    .all()
  return results
}

const conversation = (alice: Person, bob: Person, closed_at: number | null = null) => {
  const both = { initiator_id: alice.id, receiver_id: bob.id, closed_at }
  return [
    { ...both, user_id: alice.id, other_id: bob.id },
    { ...both, user_id: bob.id, other_id: alice.id },
  ]
}

describe('the conversation of two', () => {
  it.each(names(accept))('opens, from who asked, when they become friends by %s', async (name) => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(alice, bob))
    expect(await conversationOf(alice, bob)).toEqual([])
    await done(accept[name]!(bob, alice))
    expect(await conversationOf(alice, bob)).toEqual(conversation(alice, bob))
  })

  it('does not open by a rejection', async () => {
    const [alice, bob] = await pair()
    await done(ask['B request']!(alice, bob))
    await done(reject['D respond']!(bob, alice))
    expect(await conversationOf(alice, bob)).toEqual([])
  })

  it.each(names(end))('is closed by %s, and opens when they are friends again', async (name) => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    await done(end[name]!(bob, alice))
    expect(await conversationOf(alice, bob)).toEqual(conversation(alice, bob, world.clock.now))
    if (name === 'block') await world.call('DELETE', `/users/blocks/${alice.id}/`, { as: bob })
    await done(addC(bob, alice))
    expect(await conversationOf(alice, bob)).toEqual(conversation(alice, bob))
  })

  it('stays open when somebody who was no friend is removed', async () => {
    const [alice, bob] = await pair()
    await done(addC(alice, bob))
    await done(end['D delete']!(alice, bob))
    await database
      .prepare('update conversations set closed_at = null where initiator_id = ?')
      .bind(alice.id)
      .run()
    await done(end['C remove_friend']!(alice, bob))
    expect(await conversationOf(alice, bob)).toEqual(conversation(alice, bob))
  })
})

describe('the room of a conversation', () => {
  const told: unknown[] = []
  const listening = createWorld({
    context: (context) => ({
      ...context,
      rooms: {
        ...context.rooms,
        systemMessage: async ({ id }, message) => void told.push(['says', id, message]),
        open: async ({ id }, at) => void told.push(['open', id, at]),
        close: async ({ id }, at) => void told.push(['close', id, at]),
        disconnect: async ({ id }) => void told.push(['disconnect', id]),
      },
    }),
  })
  const add = (alice: Person, bob: Person) =>
    done(post('/users/add_friend/', alice, { friend_username: bob.username }, listening))

  it('is told of an end, once, and of a new beginning', async () => {
    const [alice, bob] = await pair()
    await add(alice, bob)
    expect(told.splice(0)).toEqual([])
    const ended = listening.clock.now
    for (let times = 0; times < 2; times++) {
      const json = { friend_username: bob.username }
      await done(post('/users/remove_friend/', alice, json, listening))
    }
    const id = expect.any(Number)
    expect(told.splice(0)).toEqual([
      ['says', id, { key: `ended-${ended}`, event: 'friendship.ended' }],
      ['close', id, ended],
    ])
    const begun = listening.clock.advance(1000)
    await add(alice, bob)
    await add(bob, alice)
    expect(told.splice(0)).toEqual([['open', id, begun]])
  })

  it('is told by the timer, when it could not be told at once', async () => {
    let isDown = true
    const failing = createWorld({
      context: (context) => ({
        ...context,
        rooms: {
          ...context.rooms,
          systemMessage: async (_id, message) => {
            if (isDown) throw new Error('the room does not answer')
            told.push(message)
          },
        },
      }),
    })
    const [alice, bob] = await pair()
    await add(alice, bob)
    await done(post('/users/remove_friend/', alice, { friend_username: bob.username }, failing))
    expect(told.splice(0)).toEqual([])
    isDown = false
    const ended = failing.clock.now
    failing.clock.advance(60_000)
    await failing.run(runDueJobs)
    expect(told.splice(0)).toEqual([{ key: `ended-${ended}`, event: 'friendship.ended' }])
  })
})
