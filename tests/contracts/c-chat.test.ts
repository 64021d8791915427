// Contract C's chat: conversations over HTTP, clause by clause. What goes through the sockets is tested in
// tests/realtime/.
import { beforeAll, describe, expect, it } from 'vitest'
import { opaqueTokenOf, startChat, startWith } from '../support/conversations'
import { database } from '../support/database'
import { aTime, anId } from '../support/golden'
import { signUp } from '../support/people'
import { befriend, block } from '../support/relations'
import { handshake, join, roomOf, useFreshIds } from '../support/sockets'
import { conversed } from '../support/object-names'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const { call } = world

const record = (person: { username: string }, friends: string[] = [], isConnected = true) => ({
  username: person.username,
  is_connected: isConnected,
  avatar: '/media/avatars/default.png',
  friends,
  friends_count: friends.length,
})

describe('POST /conversations/start', () => {
  it('starts a conversation with somebody who is connected', async () => {
    const [jimenetz, manoli] = [await signUp(world, 'jimenetz'), await signUp(world, 'manoli')]
    const carmentxu = await signUp(world, 'carmentxu')
    await befriend(jimenetz, carmentxu)
    const { status, body } = await call('POST', '/conversations/start/', {
      json: { username: manoli.username },
      headers: { authorization: `Token ${await opaqueTokenOf(jimenetz)}` },
    })
    expect([status, body]).toEqual([
      201,
      {
        conversation_id: anId,
        initiator: record(jimenetz, [carmentxu.username]),
        receiver: record(manoli),
      },
    ])
  })

  it('answers 200 with the one that is there, from either side, whoever is connected', async () => {
    const { alice, bob, id } = await startChat(world)
    await database.prepare('update users set online_until = 0 where id = ?').bind(alice.id).run()
    for (const [person, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const json = { username: other.username.toUpperCase() }
      const { status, body } = await call('POST', '/conversations/start', { json, as: person })
      expect([status, body]).toEqual([
        200,
        {
          conversation_id: id,
          initiator: record(alice, [], false),
          receiver: record(bob),
        },
      ])
    }
  })

  it('says who cannot be chatted with', async () => {
    const [alice, bob, carol] = [
      await signUp(world, 'alice'),
      await signUp(world, 'bob'),
      await signUp(world, 'carol'),
    ]
    await database.prepare('update users set online_until = 0 where id = ?').bind(bob.id).run()
    await block(carol, alice)
    const start = async (username: unknown) => {
      const { status, body } = await call('POST', '/conversations/start/', {
        json: { username },
        as: alice,
      })
      return [status, body]
    }
    expect(await start(alice.username)).toEqual([400, { message: 'You cannot chat with yourself' }])
    const nobody = [404, { message: 'You cannot chat with a non existent user' }]
    expect(await start('nobody-at-all')).toEqual(nobody)
    expect(await start(carol.username)).toEqual(nobody)
    expect(await start(bob.username)).toEqual([400, { message: 'User is not connected' }])
    expect(await start(undefined)).toEqual([400, { username: ['This field is required.'] }])
    expect((await call('GET', '/conversations/', { as: alice })).body).toEqual([])
  })

  it('opens a closed one again, and its room with it', async () => {
    const { alice, bob, id } = await startChat(world)
    const closedAt = world.clock.now - 1000
    await database
      .prepare('update conversations set closed_at = ? where id = ?')
      .bind(closedAt, id)
      .run()
    await roomOf(id).settle(true, closedAt, conversed(id))
    const socket = await join(world, `/ws/chat/${id}/`, { as: bob })
    socket.send({ message: 'hello?' })
    expect(await socket.got(1)).toEqual([{ error: 'This conversation is closed.', code: 'closed' }])
    expect(await startWith(world, bob, alice)).toBe(id)
    socket.send({ message: 'hello!' })
    expect((await socket.got(2))[1]).toMatchObject({ id: 1, text: 'hello!' })
    const row = await database
      .prepare('select closed_at from conversations where id = ?')
      .bind(id)
      .first()
    expect(row).toEqual({ closed_at: null })
  })

  it('makes one conversation of many parallel starts from both sides', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const starts = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        call('POST', '/conversations/start/', {
          json: { username: (i % 2 ? alice : bob).username },
          as: i % 2 ? bob : alice,
        }),
      ),
    )
    expect(new Set(starts.map(({ body }) => body.conversation_id)).size).toBe(1)
    expect(starts.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array(9).fill(200),
      201,
    ])
    expect((await call('GET', '/conversations/', { as: alice })).body.length).toBe(1)
  })
})

describe('GET /conversations', () => {
  it('lists the caller’s conversations, newest activity first', async () => {
    const { alice: jimenetz, bob: manoli, id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    world.clock.advance(1000)
    const later = await startWith(world, carol, jimenetz)
    const conversation = {
      conversation_id: id,
      initiator: record(jimenetz),
      receiver: record(manoli),
      last_message: null,
      unread: 0,
    }
    const other = {
      ...conversation,
      conversation_id: later,
      initiator: record(carol),
      receiver: record(jimenetz),
    }
    const list = async (query = '', as = jimenetz) => call('GET', `/conversations/${query}`, { as })
    expect((await list()).body).toEqual([other, conversation])
    expect((await list('', manoli)).body).toEqual([conversation])
    const first = await list('?limit=1')
    expect(first.body).toEqual([other])
    const [, next] = /<http:\/\/kith\.test\/conversations\/(.*)>; rel="next"/.exec(
      first.headers.get('link')!,
    )!
    const second = await list(next)
    expect([second.body, second.headers.get('link')]).toEqual([[conversation], null])
    expect((await list('?cursor=7')).body).toEqual({ cursor: ['Invalid cursor'] })
  })

  it('shows the last message and what is unread, as soon as the room has told', async () => {
    const { alice, bob, id } = await startChat(world)
    const socket = await join(world, `/ws/chat/${id}/`, { as: alice })
    socket.send({ message: 'one' })
    socket.send({ message: 'two' })
    await socket.got(2)
    const last_message = {
      id: 2,
      text: 'two',
      attachment: null,
      timestamp: aTime,
      sender: alice.id,
      realSender: alice.username,
      kind: 'text',
    }
    await expect
      .poll(async () => (await call('GET', '/conversations/', { as: bob })).body)
      .toMatchObject([{ last_message, unread: 2 }])
    expect((await call('GET', '/conversations/', { as: alice })).body).toMatchObject([
      { last_message, unread: 0 },
    ])
    const bobs = await join(world, `/ws/chat/${id}/`, { as: bob })
    bobs.send({ type: 'read', id: 1 })
    await expect
      .poll(async () => (await call('GET', '/conversations/', { as: bob })).body[0].unread)
      .toBe(1)
  })

  it('costs one round trip, and rows for what it shows alone, with 500 conversations', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const base = alice.id + 1_000_000
    const many = (count: number, sql: string) =>
      database.prepare(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) ${sql}`,
      )
    await database.batch([
      many(
        500,
        `insert into users (id, username, username_key, joined_at)
         select ${base} + i, 'many-' || i, 'many-' || i, 0 from n`,
      ),
      many(
        500,
        `insert into conversations (id, initiator_id, receiver_id, created_at)
         select ${base} + i, ${alice.id}, ${base} + i, 0 from n`,
      ),
      many(
        500,
        `insert into conversation_members (conversation_id, user_id, other_id, active_at)
         select ${base} + i, ${alice.id}, ${base} + i, i from n
         union all select ${base} + i, ${base} + i, ${alice.id}, i from n`,
      ),
    ])
    const one = await world.cost(() => call('GET', '/conversations/?limit=1', { as: alice }))
    let count = 0
    const all = await world.cost(async () => {
      const { body } = await call('GET', '/conversations/', { as: alice })
      count = body.length
    })
    expect([count, all.trips]).toEqual([500, 1])
    expect(one.rowsRead).toBeLessThan(40)
    expect(all.rowsRead).toBeLessThan(500 * 10)
    // Other people's conversations cost nothing.
    const bobs = await world.cost(() => call('GET', '/conversations/', { as: bob }))
    expect([bobs.trips, bobs.rowsRead < 20]).toEqual([1, true])
  })
})

describe('GET /conversations/:id', () => {
  it('answers a member with the conversation and its messages, newest first', async () => {
    const { alice: jimenetz, bob: manoli, id } = await startChat(world)
    const get = async () => (await call('GET', `/conversations/${id}/`, { as: manoli })).body
    const conversation = {
      conversation_id: id,
      initiator: record(jimenetz),
      receiver: record(manoli),
      unread: 0,
      message_set: [],
    }
    expect(await get()).toEqual(conversation)
    const socket = await join(world, `/ws/chat/${id}/`, { as: manoli })
    socket.send({ message: 'kaixo' })
    await socket.got(1)
    expect(await get()).toEqual({
      ...conversation,
      message_set: [
        {
          id: 1,
          text: 'kaixo',
          attachment: null,
          timestamp: aTime,
          sender: manoli.id,
          realSender: manoli.username,
          kind: 'text',
        },
      ],
    })
  })

  it('does not exist for anybody else', async () => {
    const { id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    const missing = [404, { message: 'Conversation does not exist' }]
    for (const path of [id, id + 10_000, 0, -1, 'x', '9'.repeat(30)]) {
      const { status, body } = await call('GET', `/conversations/${path}/`, { as: carol })
      expect([path, status, body]).toEqual([path, ...missing])
    }
    expect((await call('GET', `/conversations/${id}/`)).status).toBe(401)
    expect((await call('DELETE', `/conversations/${id}/`, { as: carol })).body).toEqual({
      detail: 'Method "DELETE" not allowed.',
    })
  })
})

describe('POST /ws/ticket', () => {
  it('gives a ticket that opens one socket within 30 seconds', async () => {
    const { alice, id } = await startChat(world)
    const ticket = async () => {
      const { status, body } = await call('POST', '/ws/ticket/', { as: alice })
      expect([status, body]).toEqual([201, { ticket: expect.stringMatching(/^[0-9a-f]{40}$/) }])
      return body.ticket as string
    }
    const path = `/ws/chat/${id}/?ticket=`
    const first = await ticket()
    await join(world, path + first)
    expect((await handshake(world, path + first)).status).toBe(401)
    const second = await ticket()
    await join(world, `/ws/me/?ticket=${second}`)
    const late = await ticket()
    world.clock.advance(30_000)
    expect((await handshake(world, path + late)).status).toBe(401)
    expect((await handshake(world, `${path}${'0'.repeat(40)}`, { as: alice })).status).toBe(401)
    expect((await call('POST', '/ws/ticket/')).status).toBe(401)
  })
})

describe('GET /ws/chat/:id', () => {
  it('takes contract C’s token in the header, as its document has it', async () => {
    const { alice, id } = await startChat(world)
    const authorization = `Token ${await opaqueTokenOf(alice)}`
    const socket = await join(world, `/ws/chat/${id}/`, { headers: { authorization } })
    socket.send({ message: 'hi' })
    expect(await socket.got(1)).toMatchObject([{ id: 1, sender: alice.id }])
  })

  it('takes contract C’s token in the address, as its web client sends it', async () => {
    const { alice, id } = await startChat(world)
    const token = await opaqueTokenOf(alice)
    await join(world, `/ws/chat/${id}/?token=${token}`)
    expect((await handshake(world, `/ws/me/?token=${token}`)).status).toBe(401)
    expect((await call('GET', `/conversations/${id}/?token=${token}`)).status).toBe(401)
    const strict = createWorld({ now: Date.now(), env: { WS_TOKEN_IN_URL: 'off' } })
    expect((await handshake(strict, `/ws/chat/${id}/?token=${token}`)).status).toBe(401)
  })

  it('is refused before the upgrade', async () => {
    const { alice, bob, id } = await startChat(world)
    const carol = await signUp(world, 'carol')
    const refusal = async (path: string, options: Parameters<typeof handshake>[2]) => {
      const answer = await handshake(world, path, options)
      return [answer.status, await answer.json()]
    }
    const path = `/ws/chat/${id}/`
    expect(await refusal(path, {})).toEqual([
      401,
      { detail: 'Authentication credentials were not provided.' },
    ])
    expect(await refusal(path, { headers: { authorization: `Token ${'0'.repeat(40)}` } })).toEqual([
      401,
      { detail: 'Invalid token.' },
    ])
    expect(await refusal(path, { as: carol })).toEqual([
      404,
      { message: 'Conversation does not exist' },
    ])
    expect(await refusal('/ws/chat/none/', { as: alice })).toEqual([
      404,
      { message: 'Conversation does not exist' },
    ])
    expect(await refusal(`${path}?after=soon`, { as: alice })).toEqual([
      400,
      { after: ['A valid integer is required.'] },
    ])
    for (const plain of [path, '/ws/me/']) {
      const { status, headers, body } = await call('GET', plain, { as: bob })
      expect([status, headers.get('upgrade'), body]).toEqual([
        426,
        'websocket',
        { detail: 'A WebSocket handshake is needed here.' },
      ])
    }
  })

  it('takes a cookie only from pages that may use it', async () => {
    const { alice, id } = await startChat(world)
    const listed = createWorld({
      now: Date.now(),
      env: { CORS_ORIGINS: 'https://app.example.org' },
    })
    const cookie = `access_token=${alice.access}`
    const status = async (headers: Record<string, string>) =>
      (await handshake(listed, `/ws/chat/${id}/`, { headers })).status
    expect(await status({ cookie, origin: 'https://app.example.org' })).toBe(101)
    expect(await status({ cookie, origin: 'http://kith.test' })).toBe(101)
    expect(await status({ cookie, origin: 'https://evil.example.org' })).toBe(403)
    expect(await status({ cookie, origin: 'null' })).toBe(403)
    expect(await status({ cookie })).toBe(403)
    const authorization = `Bearer ${alice.access}`
    expect(await status({ authorization, cookie, origin: 'https://evil.example.org' })).toBe(101)
    expect(await status({ authorization: 'Bearer x', cookie, origin: 'http://kith.test' })).toBe(
      401,
    )
  })
})
