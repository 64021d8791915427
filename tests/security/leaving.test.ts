// Leaving, through each door: what is left of somebody who had one of everything is what the inventory of
// docs/storage.md allows, in the database, in R2 and in KV; and every credential is dead at once.
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { claimsOf, inactiveUser, unknownToken } from '../support/golden'
import { type Everything, oneOfEverything } from '../support/one-of-everything'
import { type Person, sessionOf, signInAgain, signUp } from '../support/people'
import { allTables, personColumns } from '../support/person-columns'
import { join } from '../support/relations'
import { createWorld, type World } from '../support/world'

const world: World = createWorld()
const { call } = world

type Door = [name: string, leave: (leaver: Everything) => Promise<number>]

const doors: Door[] = [
  [
    'DELETE /users/delete_account/ (D)',
    async ({ person }) => (await call('DELETE', '/users/delete_account/', { as: person })).status,
  ],
  [
    'DELETE /users/delete_account/ with an opaque token',
    async ({ opaque }) => {
      const headers = { authorization: `Token ${opaque}` }
      return (await call('DELETE', '/users/delete_account/', { headers })).status
    },
  ],
  [
    'DELETE /users/<id>/ by oneself (E)',
    async ({ person }) => (await call('DELETE', `/users/${person.id}/`, { as: person })).status - 4,
  ],
  [
    'DELETE /users/<id>/ by an administrator (E)',
    async ({ person }) => {
      const root = await signUp(world, 'root')
      await join(root, 'Administrators')
      return (await call('DELETE', `/users/${person.id}/`, { as: root })).status - 4
    },
  ],
]

describe.each(doors)('%s', (name, leave) => {
  it('leaves in the database what the inventory names, and nothing else', async () => {
    const everything = await oneOfEverything(world)
    const { marker, person, friend, chatKey, conversationId } = everything
    const { id } = person
    expect(Object.keys(await rowsAbout(person)).toSorted()).toEqual(tablesAboutPeople)
    expect(await leave(everything)).toBe(200)
    // Who acted, what and on whom stays: ids alone.
    const { audit = [], webhook_endpoints: hooks = [], ...left } = await rowsAbout(person)
    // A team's webhook outlives its maker.
    expect(hooks.length).toBe(1)
    expect(audit.length).toBe(name.includes('administrator') ? 1 : 0)
    expect(left).toEqual({
      users: [
        {
          id,
          username: `deleted-${id}`,
          username_key: `deleted-${id}`,
          email: '',
          email_key: '',
          password: '',
          first_name: '',
          last_name: '',
          bio: '',
          phone_number: '',
          date_of_birth: null,
          avatar: '',
          is_active: 0,
          code_required: 0,
          joined_at: world.clock.now,
          left_at: world.clock.now,
          online_until: 0,
          listens_until: 0,
          // The name of an object that tells nothing.
          object: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ],
      conversations: [expect.objectContaining({ id: conversationId, closed_at: world.clock.now })],
      conversation_members: [
        expect.objectContaining({ user_id: id, other_id: friend.id }),
        expect.objectContaining({ user_id: friend.id, other_id: id }),
      ],
      media: [expect.objectContaining({ key: chatKey, kind: 'chat' })],
    })
    expect(JSON.stringify(await allRows())).not.toContain(person.username)
    const texts = Object.entries(await allRows()).filter(([, rows]) =>
      JSON.stringify(rows).includes(marker),
    )
    expect(texts.map(([table]) => table)).toEqual([])
  })

  it('removes the picture, but not those of the conversation', async () => {
    const everything = await oneOfEverything(world)
    expect(await env.MEDIA.head(everything.avatarKey)).not.toBeNull()
    await leave(everything)
    expect(await env.MEDIA.head(everything.avatarKey)).toBeNull()
    expect(await env.MEDIA.head(everything.chatKey)).not.toBeNull()
    expect(await database.prepare('select count(*) as jobs from jobs').first()).toEqual({ jobs: 0 })
  })

  it('kills every credential at once', async () => {
    const everything = await oneOfEverything(world)
    const { person, opaque } = everything
    const second = await signInAgain(world, person)
    await leave(everything)
    for (const { access } of [person, second]) {
      const forms: Record<string, string>[] = [
        { authorization: `Bearer ${access}` },
        { authorization: access },
        { cookie: `access_token=${access}` },
      ]
      for (const headers of forms) {
        const { status, body } = await call('GET', '/api/profile/', { headers })
        expect([status, body]).toEqual([401, inactiveUser])
      }
      const write = await call('PATCH', '/api/profile/update/', { json: {}, as: { access } })
      expect([write.status, write.body]).toEqual([401, inactiveUser])
    }
    const token = { authorization: `Token ${opaque}` }
    const { status, body } = await call('GET', '/api/profile/', { headers: token })
    expect([status, body]).toEqual([401, unknownToken])
    for (const { refresh } of [person, second]) {
      const refreshed = await call('POST', '/accounts/refresh/', { json: { refresh } })
      expect(refreshed.status).toBe(401)
      expect(await env.BLACKLIST.get(`refresh:${String(claimsOf(refresh)['jti'])}`)).toBe('1')
    }
    await expect(signInAgain(world, person)).rejects.toThrow('answered 401')
  })

  it('closes the rooms, and leaves nobody of that name to others', async () => {
    const everything = await oneOfEverything(world)
    const { person, friend } = everything
    await leave(everything)
    const get = async (path: string) => (await call('GET', path, { as: friend })).status
    expect(await get(`/api/users/${person.id}/`)).toBe(404)
    expect(await get(`/users/${person.id}/`)).toBe(404)
    expect(await get(`/users/user_info/${person.id}/`)).toBe(404)
    expect(await get(`/users/search_users/?username=${person.username}`)).toBe(404)
    expect(await get(`/users/search_users/?username=deleted-${person.id}`)).toBe(404)
    const friends = await call('GET', '/users/search_friends/', { as: friend })
    expect(friends.body.payload.friends).toEqual([])
  })

  it('frees the name and the address for others', async () => {
    const everything = await oneOfEverything(world)
    await leave(everything)
    const { username } = everything.person
    const json = { username, password: 'another person altogether' }
    expect((await call('POST', '/accounts/signup/', { json })).status).toBe(201)
  })
})

describe('what lies outside the database', () => {
  it('is tried again until it is done', async () => {
    const broken = { down: true }
    const failing = createWorld({
      context: (context) => ({
        ...context,
        media: {
          ...context.media,
          remove: async (keys) => {
            if (broken.down) throw new Error('R2 does not answer')
            await context.media.remove(keys)
          },
        },
      }),
    })
    const { person, avatarKey } = await oneOfEverything(failing)
    const { status } = await failing.call('DELETE', '/users/delete_account/', { as: person })
    expect([status, await env.MEDIA.head(avatarKey)]).toEqual([200, expect.anything()])
    broken.down = false
    failing.clock.advance(60_000)
    // Whatever asks for a job runs those that are due.
    const bob = await signUp(failing, 'bob')
    await failing.call('POST', '/users/update/', { json: { avatar: 'a.png' }, as: bob })
    expect(await env.MEDIA.head(avatarKey)).toBeNull()
  })

  it('is told the rooms of all conversations', async () => {
    const closed: number[] = []
    const watched = createWorld({
      context: (context) => ({
        ...context,
        rooms: { ...context.rooms, close: async ({ id }) => void closed.push(id) },
      }),
    })
    const { person, conversationId } = await oneOfEverything(watched)
    await watched.call('DELETE', '/users/delete_account/', { as: person })
    expect(closed).toEqual([conversationId])
  })
})

const columns = personColumns(allTables)

/** Every table that can hold something about a person by its account's id or its sessions'. */
const tablesAboutPeople = [
  ...new Set([
    'users',
    // By the session.
    'opaque_tokens',
    'refresh_tokens',
    'tickets',
    // Kept, at least some of it.
    'conversations',
    'conversation_members',
    'media',
    'webhook_endpoints',
    ...columns.filter(({ kept }) => kept === undefined).map(({ table }) => table),
  ]),
].toSorted()

/** Whether a row names an account; of what has happened, `events`, ids alone are kept for a while. */
const names = (table: string, row: Record<string, unknown>, id: number) =>
  table !== 'events' && columns.some((one) => one.table === table && row[one.column] === id)

async function rowsAbout(person: Person): Promise<Record<string, unknown[]>> {
  const sessionId = sessionOf(person)
  const about = Object.entries(await allRows()).map(([table, rows]) => [
    table,
    (rows as Record<string, unknown>[]).filter(
      (row) =>
        (table === 'users' && row['id'] === person.id) ||
        row['session_id'] === sessionId ||
        names(table, row, person.id),
    ),
  ])
  return Object.fromEntries(about.filter(([, rows]) => rows!.length > 0))
}
