// `GET /users/export/`: everything that the service holds about a person, and nothing of anybody else's.
import { beforeAll, describe, expect, it } from 'vitest'
import { startChat } from '../support/conversations'
import { fixtures } from '../support/fixtures'
import { aTime } from '../support/golden'
import { oneOfEverything } from '../support/one-of-everything'
import { signUp } from '../support/people'
import { ask, refuse } from '../support/relations'
import { join, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })
const { call } = world

describe('GET /users/export', () => {
  it('is one JSON download of everything', async () => {
    const { marker, person, friend, avatarKey, chatKey, conversationId } =
      await oneOfEverything(world)
    const { status, headers, body } = await call('GET', '/users/export/', { as: person })
    expect([status, headers.get('content-disposition'), headers.get('cache-control')]).toEqual([
      200,
      'attachment; filename="kith-export.json"',
      'no-store',
    ])
    expect(body).toEqual({
      account: {
        id: person.id,
        username: person.username,
        email: `${person.username}@example.com`,
        has_password: true,
        first_name: marker,
        last_name: marker,
        bio: marker,
        phone_number: '+15550199',
        date_of_birth: '1990-01-01',
        avatar: avatarKey,
        code_required: false,
        joined_at: aTime,
        online_until: aTime,
      },
      identities: [{ provider: '42', subject: `42-${person.id}`, created_at: aTime }],
      groups: [{ id: 3, name: 'Parents' }],
      sessions: [
        {
          created_at: aTime,
          last_used_at: aTime,
          expires_at: aTime,
          ended_at: null,
          user_agent: 'tests',
        },
      ],
      codes: [{ created_at: aTime, expires_at: expect.any(String) }],
      familiar: expect.arrayContaining([{ kind: 'agent', seen_at: aTime }]),
      push_targets: [
        {
          kind: 'web',
          platform: 'web',
          host: 'fcm.googleapis.com',
          created_at: aTime,
          ok_at: null,
          failing_since: null,
          last_error: '',
        },
      ],
      contacts: [expect.objectContaining({ first_name: marker, last_name: marker, note: marker })],
      friends: [
        { user_id: friend.id, username: friend.username, label: marker, created_at: aTime },
      ],
      friend_requests: [
        expect.objectContaining({ sender_id: person.id, status: 'accepted' }),
        expect.objectContaining({ receiver_id: person.id, status: 'pending' }),
      ],
      friend_labels: [{ label: marker }],
      blocked: [{ user_id: expect.any(Number), username: expect.any(String), created_at: aTime }],
      refusals: [{ user_id: expect.any(Number), username: expect.any(String), created_at: aTime }],
      conversations: [
        {
          id: conversationId,
          initiator_id: person.id,
          receiver_id: friend.id,
          created_at: aTime,
          is_closed: false,
          active_at: aTime,
          unread: 0,
          read_up_to: 0,
          messages: [],
        },
      ],
      pictures: [
        expect.objectContaining({ path: avatarKey, kind: 'avatar' }),
        expect.objectContaining({ path: chatKey, kind: 'chat' }),
      ],
      plans: [expect.objectContaining({ creator_id: person.id, title: marker, end_time: aTime })],
      rsvps: [expect.objectContaining({ user_id: person.id, status: 'going', created_at: aTime })],
      plan_invitations: [{ plan_id: expect.any(String), created_at: aTime }],
      calendar_feeds: [{ created_at: aTime }],
      // What further nouns hold.
      ...Object.assign({}, ...fixtures.map(({ exported }) => exported)),
      webhook_endpoints: [
        {
          id: expect.any(Number),
          host: 'hooks.example.net',
          kinds: ['*'],
          description: '',
          state: 'disabled',
          created_at: aTime,
        },
      ],
    })
  })

  it('has no secret in it: no password, no hash, no id of a session', async () => {
    const { person, opaque } = await oneOfEverything(world)
    const { text } = await call('GET', '/users/export/', { as: person })
    const [, claims] = person.access.split('.')
    const sid = JSON.parse(atob(claims!.replaceAll('-', '+').replaceAll('_', '/'))).sid as string
    for (const secret of ['argon2', sid, opaque, `feed-${person.id}`, `ticket-${person.id}`]) {
      expect(text).not.toContain(secret)
    }
  })

  it("has nothing of others', and takes one round trip", async () => {
    await oneOfEverything(world)
    const bob = await signUp(world, 'bob')
    let body: Record<string, unknown[]> = {}
    const { trips } = await world.cost(async () => {
      ;({ body } = await call('GET', '/users/export/', { as: bob }))
    })
    const { account, sessions, familiar, ...rest } = body
    expect([trips, account, sessions!.length, familiar!.length <= 2]).toEqual([
      1,
      expect.objectContaining({ id: bob.id, email: '' }),
      1,
      true,
    ])
    expect(Object.values(rest).every((rows) => rows.length === 0)).toBe(true)
  })

  it('has what the person wrote in conversations, and not what the other did', async () => {
    const { alice, bob, id } = await startChat(world)
    const [a, b] = [
      await join(world, `/ws/chat/${id}/`, { as: alice }),
      await join(world, `/ws/chat/${id}/`, { as: bob }),
    ]
    a.send({ message: 'hello', client_id: 'c1' })
    await b.got(1)
    b.send({ message: 'hello yourself', client_id: 'c2' })
    await a.got(2)
    a.send({ message: 'how are you?', client_id: 'c3' })
    await b.got(3)
    const { body } = await call('GET', '/users/export/', { as: alice })
    expect(body.conversations.map((held: any) => [held.id, held.messages])).toEqual([
      [
        id,
        [
          { id: 1, text: 'hello', attachment: null, sent_at: aTime },
          { id: 3, text: 'how are you?', attachment: null, sent_at: aTime },
        ],
      ],
    ])
  })

  it('is to a blocked person as if the other account did not exist', async () => {
    const { person, friend, conversationId } = await oneOfEverything(world)
    await refuse(friend, person)
    await ask(friend, person, 'rejected')
    await call('POST', `/users/blocks/${person.id}/`, { as: friend })
    const blocked = await call('GET', '/users/export/', { as: friend })
    const { body, text } = await call('GET', '/users/export/', { as: person })
    expect(text).not.toContain(friend.username)
    expect([body.friends, body.conversations, body.rsvps, body.plan_invitations]).toEqual([
      [],
      [],
      [],
      [],
    ])
    const requests = body.friend_requests.map((held: any) => [held.sender_id, held.receiver_id])
    expect(requests.flat()).not.toContain(friend.id)
    expect(body.pictures.map(({ kind }: any) => kind)).toEqual(['avatar'])
    // To who blocks neither.
    expect([blocked.body.conversations, blocked.body.refusals]).toEqual([[], []])
    await call('DELETE', `/users/blocks/${person.id}/`, { as: friend })
    const after = (await call('GET', '/users/export/', { as: person })).body
    expect(after.conversations).toEqual([
      {
        id: conversationId,
        initiator_id: person.id,
        receiver_id: friend.id,
        created_at: aTime,
        is_closed: true,
        active_at: aTime,
        unread: 0,
        read_up_to: 0,
        messages: [],
      },
    ])
    expect(after.pictures.map(({ kind }: any) => kind)).toEqual(['avatar', 'chat'])
  })

  it('has whom one refused, and not who refused oneself', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await refuse(alice, bob)
    const exports = []
    for (const as of [alice, bob]) exports.push((await call('GET', '/users/export/', { as })).body)
    expect(exports.map(({ refusals }) => refusals)).toEqual([
      [{ user_id: bob.id, username: bob.username, created_at: aTime }],
      [],
    ])
  })
})
