// What one account may do in a window of time, and how much it may have. Beyond it is 429 with
// `Retry-After`, or 403 where there is no room, and nothing is written.
import { describe, expect, it } from 'vitest'
import { makePeople } from '../support/crowd'
import { database } from '../support/database'
import type { Person } from '../support/people'
import { png } from '../support/pictures'
import { gameNight, makePlan, rsvpTo } from '../support/plans'
import { befriend } from '../support/relations'
import { type Answer, createWorld, type World } from '../support/world'

const throttled = (seconds: number) => ({
  detail: `Request was throttled. Expected available in ${seconds} seconds.`,
})
const throttledInD = (seconds: number) => ({ code: 2, error: throttled(seconds).detail })
const noRoom = { detail: 'There is no room left: delete something first.', code: 'quota_exceeded' }

const answerOf = ({ status, body, headers }: Answer) => [status, body, headers.get('retry-after')]
const countOf = async (table: string, column: string, { id }: Person) =>
  (await database
    .prepare(`select count(*) as n from ${table} where ${column} = ?`)
    .bind(id)
    .first<number>('n'))!

/** What a door has written of a person's; two where there is no table to count in. */
const written = ({ written }: Door, person: Person) => (written ? countOf(...written, person) : 2)

const picture = () => {
  const form = new FormData()
  form.append('profile_picture', new File([png()], 'me.png'))
  return form
}
const online = (people: Person[]) =>
  database
    .prepare('update users set online_until = 9e15 where id in (select value from json_each(?))')
    .bind(JSON.stringify(people.map(({ id }) => id)))
    .run()

type Door = {
  limit: string
  ask: (world: World, alice: Person, others: Person[], n: number) => Promise<Answer>
  good: number
  closed: unknown
  written: [table: string, column: string] | null
}

const doors: Record<string, Door> = {
  'friend requests (B)': {
    limit: 'LIMIT_FRIENDS_ASKED',
    ask: ({ call }, alice, others, n) =>
      call('POST', `/api/friends/request/${others[n]!.id}/`, { as: alice }),
    good: 201,
    closed: throttled(600),
    written: ['friend_requests', 'sender_id'],
  },
  'friend requests (D)': {
    limit: 'LIMIT_FRIENDS_ASKED',
    ask: ({ call }, alice, others, n) =>
      call('POST', '/users/friends/request/', { json: { id: others[n]!.id }, as: alice }),
    good: 200,
    closed: throttledInD(600),
    written: ['friend_requests', 'sender_id'],
  },
  'instant friends (C)': {
    limit: 'LIMIT_FRIENDS_ASKED',
    ask: ({ call }, alice, others, n) =>
      call('POST', '/users/add_friend/', {
        json: { friend_username: others[n]!.username },
        as: alice,
      }),
    good: 200,
    closed: throttled(600),
    written: ['friendships', 'user_id'],
  },
  'conversations that are started': {
    limit: 'LIMIT_CONVERSATIONS_STARTED',
    ask: ({ call }, alice, others, n) =>
      call('POST', '/conversations/start/', { json: { username: others[n]!.username }, as: alice }),
    good: 201,
    closed: throttled(600),
    written: ['conversations', 'initiator_id'],
  },
  plans: {
    limit: 'LIMIT_PLANS',
    ask: ({ call }, alice) => call('POST', '/api/plans/add', { json: gameNight, as: alice }),
    good: 201,
    closed: throttled(600),
    written: ['plans', 'creator_id'],
  },
  'answers to plans': {
    limit: 'LIMIT_RSVPS',
    ask: async (world, alice, others, n) => {
      const { _id } = await makePlan(world, others[n]!, { visibility: 'everyone' })
      return world.call('POST', '/api/rsvp/add', { json: { plan_id: _id }, as: alice })
    },
    good: 201,
    closed: throttled(600),
    written: ['rsvps', 'user_id'],
  },
  contacts: {
    limit: 'LIMIT_CONTACTS',
    ask: ({ call }, alice) =>
      call('POST', '/friends/', { json: { first_name: 'Hanako', last_name: 'Yamada' }, as: alice }),
    good: 201,
    closed: throttled(600),
    written: ['contacts', 'owner_id'],
  },
  tickets: {
    limit: 'LIMIT_TICKETS',
    ask: ({ call }, alice) => call('POST', '/ws/ticket', { as: alice }),
    good: 201,
    closed: throttled(600),
    written: null,
  },
  'downloads of everything': {
    limit: 'LIMIT_EXPORTS',
    ask: ({ call }, alice) => call('GET', '/users/export/', { as: alice }),
    good: 200,
    closed: throttled(600),
    written: null,
  },
  'other usernames (C)': {
    limit: 'LIMIT_RENAMES',
    ask: ({ call }, alice, _others, n) =>
      call('POST', '/users/update/', { json: { username: `${alice.username}-${n}` }, as: alice }),
    good: 200,
    closed: throttled(600),
    written: null,
  },
  'other usernames (D)': {
    limit: 'LIMIT_RENAMES',
    ask: ({ call }, alice, _others, n) =>
      call('PATCH', '/users/user_details/', {
        json: { username: `${alice.username}-${n}` },
        as: alice,
      }),
    good: 200,
    closed: throttledInD(600),
    written: null,
  },
  uploads: {
    limit: 'LIMIT_UPLOADS',
    ask: ({ call }, alice) => call('PATCH', '/users/user_details/', { form: picture(), as: alice }),
    good: 200,
    closed: throttledInD(600),
    written: null,
  },
  'searches for a name': {
    limit: 'LIMIT_SEARCHES',
    ask: ({ call }, alice, others) =>
      call('GET', `/users/search_users/?username=${others[0]!.username}`, { as: alice }),
    good: 200,
    closed: throttledInD(600),
    written: null,
  },
  'searches among friends': {
    limit: 'LIMIT_SEARCHES',
    ask: ({ call }, alice) => call('GET', '/users/search_friends/?prefix=a', { as: alice }),
    good: 200,
    closed: throttledInD(600),
    written: null,
  },
}

describe('what an account may do', () => {
  it('holds for an answer that is changed to and fro, of which a stranger is told each time', async () => {
    const world = createWorld({ env: { LIMIT_RSVPS: '3/600' } })
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const { _id } = await rsvpTo(
      world,
      await makePlan(world, bob, { visibility: 'everyone' }),
      alice,
    )
    const change = (status: string) =>
      world.call('PATCH', `/api/rsvp/${_id}`, { json: { status }, as: alice })
    expect([(await change('declined')).status, (await change('going')).status]).toEqual([200, 200])
    expect(answerOf(await change('declined'))).toEqual([429, throttled(600), '600'])
    expect(await countOf('events', 'actor_id', alice)).toBe(3)
    world.clock.advance(600_000)
    expect((await change('declined')).body.data.status).toBe('declined')
  })

  it.each(Object.entries(doors))('%s: as often as the setting says, then 429', async (_, door) => {
    const world = createWorld({ env: { [door.limit]: '2/600' } })
    const [alice, ...others] = await makePeople(world, 'alice', 'bob', 'carol', 'dan', 'erin')
    await online(others)
    const ask = (n: number) => door.ask(world, alice, others, n)
    expect([(await ask(0)).status, (await ask(1)).status]).toEqual([door.good, door.good])
    expect(answerOf(await ask(2))).toEqual([429, door.closed, '600'])
    expect(await written(door, alice)).toBe(2)
    world.clock.advance(600_000)
    expect((await ask(2)).status).toBe(door.good)
  })

  it('counts each account by itself', async () => {
    const world = createWorld({ env: { LIMIT_PLANS: '1/3600' } })
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    for (const person of [alice, bob]) await makePlan(world, person)
    expect(await countOf('plans', 'creator_id', bob)).toBe(1)
  })

  it('counts no friend request and no conversation that was there already', async () => {
    const world = createWorld({
      env: { LIMIT_FRIENDS_ASKED: '1/3600', LIMIT_CONVERSATIONS_STARTED: '1/3600' },
    })
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    await online([bob])
    const add = () =>
      world.call('POST', '/users/add_friend/', {
        json: { friend_username: bob.username },
        as: alice,
      })
    expect([(await add()).status, (await add()).status]).toEqual([200, 200])
    const start = () =>
      world.call('POST', '/conversations/start/', { json: { username: bob.username }, as: alice })
    expect([(await start()).status, (await start()).status]).toEqual([200, 200])
  })

  it('counts no username that is sent back as it is, and none that somebody else has', async () => {
    const world = createWorld({ env: { LIMIT_RENAMES: '1/600' } })
    const [alice, bob] = await makePeople(world, 'alice', 'bob')
    const call = (username: string) =>
      world.call('POST', '/users/update/', { json: { username }, as: alice })
    expect((await call(alice.username)).status).toBe(200)
    expect((await call(bob.username)).status).toBe(400)
    expect((await call(`${alice.username}-new`)).status).toBe(200)
    expect((await call(`${alice.username}-new`)).status).toBe(200)
    expect((await call(alice.username)).status).toBe(429)
  })

  it('counts invitations by the people who were not invited', async () => {
    const world = createWorld({ env: { LIMIT_INVITATIONS: '3/600' } })
    const [alice, ...friends] = await makePeople(world, 'alice', 'bob', 'carol', 'dan', 'erin')
    for (const friend of friends) await befriend(alice, friend)
    const plan = await makePlan(world, alice)
    const ids = friends.map(({ id }) => id)
    const invite = (user_ids: number[]) =>
      world.call('POST', `/api/plans/${plan._id}/invite`, { json: { user_ids }, as: alice })
    expect((await invite(ids.slice(0, 2))).status).toBe(200)
    expect((await invite(ids.slice(0, 2))).status).toBe(200)
    expect(answerOf(await invite(ids))).toEqual([429, throttled(600), '600'])
    expect((await invite(ids.slice(0, 3))).status).toBe(200)
  })

  it('says who is no longer signed in, not that there is nothing left', async () => {
    const world = createWorld({ env: { LIMIT_PLANS: '1/3600' } })
    const [alice] = await makePeople(world, 'alice')
    await makePlan(world, alice)
    await database
      .prepare('update sessions set ended_at = 1 where user_id = ?')
      .bind(alice.id)
      .run()
    const { status } = await world.call('POST', '/api/plans/add', { json: gameNight, as: alice })
    expect(status).toBe(401)
  })
})

describe('how much an account may have', () => {
  const contact = { first_name: 'Hanako', last_name: 'Yamada' }

  it('is so many contacts; who deletes one has room again', async () => {
    const world = createWorld({ env: { CONTACTS_MAX: '2' } })
    const [alice] = await makePeople(world, 'alice')
    const add = () => world.call('POST', '/friends/', { json: contact, as: alice })
    const { body: first } = await add()
    await add()
    expect(answerOf(await add())).toEqual([403, noRoom, null])
    await world.call('DELETE', `/friends/${first.id}/`, { as: alice })
    expect((await add()).status).toBe(201)
  })

  it('is so many bytes of text, contacts and plans together, also by an edit', async () => {
    const world = createWorld({ env: { TEXT_QUOTA_BYTES: '350' } })
    const [alice] = await makePeople(world, 'alice')
    const { body: one } = await world.call('POST', '/friends/', {
      // Two bytes each.
      json: { ...contact, note: 'é'.repeat(100) },
      as: alice,
    })
    await makePlan(world, alice)
    const edit = (note: string) =>
      world.call('PATCH', `/friends/${one.id}/`, { json: { note }, as: alice })
    expect(answerOf(await edit('é'.repeat(150)))).toEqual([403, noRoom, null])
    const plan = { ...gameNight, description: 'x'.repeat(200) }
    expect(answerOf(await world.call('POST', '/api/plans/add', { json: plan, as: alice }))).toEqual(
      [403, noRoom, null],
    )
    expect((await edit('short')).status).toBe(200)
    expect((await world.call('POST', '/api/plans/add', { json: plan, as: alice })).status).toBe(201)
  })

  it('is so many bytes of pictures', async () => {
    const size = png().length
    const world = createWorld({ env: { FILES_QUOTA_BYTES: String(size) } })
    const [alice] = await makePeople(world, 'alice')
    const show = () => world.call('PATCH', '/users/user_details/', { form: picture(), as: alice })
    expect((await show()).status).toBe(200)
    const full = { code: 2, error: noRoom.detail }
    expect(answerOf(await show())).toEqual([403, full, null])
    expect(await countOf('media', 'owner_id', alice)).toBe(1)
  })

  it('is summed in one row, which follows what is written, edited and deleted', async () => {
    const world = createWorld()
    const [alice] = await makePeople(world, 'alice')
    const usage = () =>
      database
        .prepare('select files, texts, contacts from usage where user_id = ?')
        .bind(alice.id)
        .first()
    const { body: one } = await world.call('POST', '/friends/', {
      json: { ...contact, note: 'é' },
      as: alice,
    })
    expect(await usage()).toEqual({ files: 0, texts: 14, contacts: 1 })
    await world.call('PATCH', `/friends/${one.id}/`, { json: { note: 'longer' }, as: alice })
    expect(await usage()).toEqual({ files: 0, texts: 18, contacts: 1 })
    await world.call('PATCH', '/users/user_details/', { json: { bio: 'hello' }, as: alice })
    expect(await usage()).toEqual({ files: 0, texts: 23, contacts: 1 })
    await world.call('PATCH', '/users/user_details/', { form: picture(), as: alice })
    expect(await usage()).toMatchObject({ texts: 23, files: expect.any(Number) })
    await world.call('DELETE', `/friends/${one.id}/`, { as: alice })
    expect(await usage()).toMatchObject({ texts: 5, contacts: 0 })
    await world.call('DELETE', `/users/${alice.id}/`, { as: alice })
    expect(await usage()).toBeNull()
  })
})

describe('accounts made from one address', () => {
  let made = 0
  const signUp = (world: World, address: string) =>
    world.call('POST', '/accounts/signup/', {
      json: { username: `registered-${++made}`, password: 'testpass' },
      headers: { 'cf-connecting-ip': address },
    })

  it('are so many in a window, whatever the door', async () => {
    const world = createWorld({ env: { LIMIT_REGISTRATIONS: '2/3600' } })
    const [one, other] = ['198.51.100.1', '198.51.100.2']
    expect((await signUp(world, one)).status).toBe(201)
    const json = { username: `registered-${++made}`, password: 'a good password', groups: [3] }
    const headers = { 'cf-connecting-ip': one }
    expect((await world.call('POST', '/api/register/', { json, headers })).status).toBe(201)
    expect(answerOf(await signUp(world, one))).toEqual([429, throttled(3600), '3600'])
    expect((await signUp(world, other)).status).toBe(201)
    world.clock.advance(3_600_000)
    expect((await signUp(world, one)).status).toBe(201)
  })

  it('are four times as many from a /48 as from one /64 in it', async () => {
    const world = createWorld({ env: { LIMIT_REGISTRATIONS: '1/3600' } })
    const addresses = [1, 2, 3, 4, 5].map((n) => `2001:db8:7:${n}::1`)
    const answers = []
    for (const address of addresses) answers.push((await signUp(world, address)).status)
    expect(answers).toEqual([201, 201, 201, 201, 429])
    expect((await signUp(world, '2001:db8:8:1::1')).status).toBe(201)
  })
})
