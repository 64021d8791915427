// `GET /users/export/`: everything that the service holds about a person, and nothing of anybody else's.
import { beforeAll, describe, expect, it } from 'vitest'
import { startChat } from '../support/conversations'
import { aTime } from '../support/golden'
import { oneOfEverything } from '../support/one-of-everything'
import { signUp } from '../support/people'
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
      conversations: [
        {
          id: conversationId,
          initiator_id: person.id,
          receiver_id: friend.id,
          created_at: aTime,
          closed_at: null,
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
})
