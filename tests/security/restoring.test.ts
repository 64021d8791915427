// A backup of the database that is restored under the running service: rooms, persons' objects and files
// have gone on meanwhile, and nobody may come to read what is somebody else's by that.
import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { everyMinute } from '../../src/jobs'
import { backUp, restore, sayRestored } from '../support/backup'
import { startChat, startWith } from '../support/conversations'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { type Person, signUp } from '../support/people'
import { join, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const { call } = world
const minute = () => world.run(everyMinute)

afterEach(minute)

const unavailable = 'The service is not available at the moment. Try again in a few seconds.'

const statusOf = async (person: Person) =>
  (await call('GET', '/api/profile/', { as: person })).status

async function signIn({ username, password }: Person) {
  return call('POST', '/accounts/login/', { json: { username, password } })
}

const row = (sql: string, ...values: unknown[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .first()

async function write(one: Person, other: Person, text: string): Promise<number> {
  const id = await startWith(world, one, other)
  const socket = await join(world, `/ws/chat/${id}/`, { as: one })
  socket.send({ message: text })
  await socket.got(1)
  return id
}

const messagesIn = async (id: number, person: Person) =>
  (await call('GET', `/conversations/${id}/`, { as: person })).body.message_set

async function leave(person: Person): Promise<void> {
  const { status } = await call('DELETE', '/users/delete_account/', { as: person })
  expect(status).toBe(200)
}

describe('a restored database', () => {
  it('gives a new conversation a room of its own, even before anybody says that it was restored', async () => {
    await startChat(world)
    const backup = await backUp()
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    const theirs = await write(carol, dan, 'for dan alone')
    await restore(backup)
    const [erin, frank] = [await signUp(world, 'erin'), await signUp(world, 'frank')]
    expect([erin.id, frank.id]).toEqual([carol.id, dan.id])
    const id = await startWith(world, erin, frank)
    expect(id).toBe(theirs)
    expect(await messagesIn(id, erin)).toEqual([])
    const socket = await join(world, `/ws/chat/${id}/?after=0`, { as: frank })
    socket.send({ message: 'hello' })
    expect(await socket.got(1)).toMatchObject([{ id: 1, text: 'hello', sender: frank.id }])
    expect((await messagesIn(id, erin)).map(({ text }: any) => text)).toEqual(['hello'])
  })

  it('hands out no id again, once it was said that it was restored', async () => {
    const { alice } = await startChat(world)
    const backup = await backUp()
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    const theirs = await write(carol, dan, 'for dan alone')
    await restore(backup)
    await sayRestored(world.clock.now)
    await minute()
    const [erin, frank] = [await signUp(world, 'erin'), await signUp(world, 'frank')]
    expect(erin.id).toBe(alice.id + 1 + 10_000_001)
    const id = await startWith(world, erin, frank)
    expect(id).toBe(theirs + 10_000_000)
    const contact = await call('POST', '/friends/', {
      json: { first_name: 'c', last_name: 'd' },
      as: erin,
    })
    const tables = [
      'audit',
      'contacts',
      'conversation_links',
      'conversations',
      'events',
      'friend_labels',
      'friend_requests',
      'jobs',
      'notifications',
      'push_targets',
      'users',
      'webhook_deliveries',
      'webhook_endpoints',
    ]
    const { results } = await database
      .prepare('select name from sqlite_sequence where seq >= 10000000 order by name')
      .all<{ name: string }>()
    expect([contact.status, results.map(({ name }) => name)]).toEqual([201, tables])
  })

  it('takes no write until it is repaired, and is read all the time', async () => {
    const { alice, bob, id } = await startChat(world)
    await restore(await backUp())
    await sayRestored(world.clock.now)
    const before = await allRows()
    const json = { first_name: 'Carol', last_name: 'X' }
    const refused: [string, string, object | undefined, Person | undefined, unknown][] = [
      ['POST', '/friends/', json, alice, { detail: unavailable }],
      ['POST', '/conversations/start/', { username: bob.username }, alice, { detail: unavailable }],
      [
        'POST',
        '/users/add_friend/',
        { friend_username: bob.username },
        alice,
        { detail: unavailable },
      ],
      ['DELETE', '/users/delete_account/', undefined, alice, { code: 2, error: unavailable }],
      [
        'POST',
        '/accounts/login/',
        { username: bob.username, password: bob.password },
        undefined,
        { detail: unavailable },
      ],
      [
        'POST',
        '/accounts/signup/',
        { username: 'erin', password: 'erin has a password' },
        undefined,
        { detail: unavailable },
      ],
      [
        'POST',
        '/accounts/refresh/',
        { refresh: alice.refresh },
        undefined,
        { detail: unavailable },
      ],
    ]
    for (const [method, path, body, as, said] of refused) {
      const answer = await call(method, path, { ...(body ? { json: body } : {}), as })
      expect([path, answer.status, answer.body]).toEqual([path, 503, said])
      expect(answer.headers.get('retry-after')).toBe('5')
    }
    expect(await allRows()).toEqual(before)
    expect(await statusOf(alice)).toBe(200)
    expect((await call('GET', '/conversations/', { as: bob })).body).toHaveLength(1)
    expect(await messagesIn(id, bob)).toEqual([])
    await minute()
    expect((await signIn(alice)).status).toBe(200)
    expect(await row('select * from jobs')).toBeNull()
  })

  it('costs a write one look into an index, and no round trip', async () => {
    const alice = await signUp(world, 'alice')
    const json = { first_name: 'Carol', last_name: 'X' }
    const post = () => call('POST', '/friends/', { json, as: alice })
    await post()
    expect((await world.cost(post)).trips).toBe(1)
    const { results } = await database
      .prepare(`explain query plan select json_extract('{}', "key") from "jobs" where "key" = 'x'`)
      .all<{ detail: string }>()
    expect(results.map(({ detail }) => detail)).toEqual([
      'SEARCH jobs USING COVERING INDEX jobs_key_unique (key=?)',
    ])
  })

  it('has no session, code, ticket or calendar address that was good before', async () => {
    const alice = await signUp(world, 'alice')
    const { body } = await call('POST', '/api/calendar', { as: alice })
    const { pathname } = new URL(body.url)
    expect((await call('GET', pathname)).status).toBe(200)
    await call('POST', '/ws/ticket/', { as: alice })
    const insert = `insert into codes (user_id, hash, created_at, expires_at) values (?, 'x', 0, 9e15)`
    await database.prepare(insert).bind(alice.id).run()
    await restore(await backUp())
    await sayRestored(world.clock.now)
    await minute()
    expect([await statusOf(alice), (await call('GET', pathname)).status]).toEqual([401, 404])
    const json = { refresh: alice.refresh }
    expect((await call('POST', '/accounts/refresh/', { json })).status).toBe(401)
    for (const table of ['codes', 'tickets', 'calendar_feeds']) {
      expect(await row(`select * from ${table}`)).toBeNull()
    }
    const again = await signIn(alice)
    expect([again.status, await statusOf({ ...alice, ...again.body })]).toEqual([200, 200])
  })

  it('forgets again who has left since, and nobody who came under their id', async () => {
    const { alice, bob, id } = await startChat(world)
    await write(alice, bob, 'goodbye')
    const backup = await backUp()
    const carol = await signUp(world, 'carol')
    world.clock.advance(1000)
    await leave(alice)
    await leave(carol)
    for (const { id: left } of [alice, carol]) {
      expect(await env.MEDIA.head(`erased/${left}`)).not.toBeNull()
    }
    await restore(backup)
    const erin = await signUp(world, 'erin')
    expect(erin.id).toBe(carol.id)
    expect((await signIn(alice)).status).toBe(200)
    await sayRestored(world.clock.now)
    await minute()
    expect((await signIn(alice)).status).toBe(401)
    expect(
      await row('select username, email, is_active from users where id = ?', alice.id),
    ).toEqual({
      username: `deleted-${alice.id}`,
      email: '',
      is_active: 0,
    })
    expect((await signIn(erin)).status).toBe(200)
    const socket = await join(world, `/ws/chat/${id}/`, { as: (await signIn(bob)).body })
    socket.send({ message: 'are you there?' })
    expect(await socket.got(1)).toEqual([{ error: 'This conversation is closed.', code: 'closed' }])
    expect(await row('select * from jobs')).toBeNull()
  })

  it('stays unwritten while its repair fails, and is repaired once it can be', async () => {
    const alice = await signUp(world, 'alice')
    await sayRestored(world.clock.now)
    const failing = createWorld({
      now: world.clock.now,
      context: (context) => ({
        ...context,
        erasures: { ...context.erasures, list: () => Promise.reject(new Error('R2 is away')) },
      }),
    })
    await failing.run(everyMinute)
    expect((await signIn(alice)).status).toBe(503)
    await minute()
    expect((await signIn(alice)).status).toBe(200)
  })
})

describe('what tells who has left', () => {
  it('is not served', async () => {
    const alice = await signUp(world, 'alice')
    await leave(alice)
    expect((await call('GET', `/media/erased/${alice.id}`)).status).toBe(404)
  })
})
