// Keys that a body may not have: they change nothing.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { signUp } from '../support/people'
import { accountRow, join } from '../support/relations'
import { createWorld, type World } from '../support/world'

const world: World = createWorld()

/** What people are made of, under every name that a contract or the database has for it. */
const extra = {
  id: 1,
  pk: 1,
  user_id: 1,
  is_staff: true,
  is_superuser: true,
  is_42: true,
  is_connected: false,
  date_joined: '2000-01-01T00:00:00Z',
  created_time: '2000-01-01T00:00:00Z',
  joined_at: 1,
  joinedAt: 1,
  left_at: 1,
  leftAt: 1,
  online_until: 1,
  onlineUntil: 1,
  code_required: true,
  codeRequired: true,
  username_key: 'x',
  usernameKey: 'x',
  email_key: 'x',
  emailKey: 'x',
  url: 'x',
  friends: ['x'],
  token: 'x',
  pending_count: 99,
  constructor: { prototype: { isActive: false } },
  toString: 'x',
}

/** Each door with what it may change, and what of the rest would be somebody else's to change. */
const doors: [method: string, path: (id: number) => string, allowed: object, more: object][] = [
  [
    'PATCH',
    () => '/api/profile/update/',
    { first_name: 'Al' },
    {
      username: 'x',
      email: 'x@example.com',
      is_active: false,
      groups: [1],
      password: 'x'.repeat(9),
    },
  ],
  [
    'PUT',
    () => '/api/profile/update/',
    { first_name: 'Al' },
    { username: 'x', phone_number: '+12345678', avatar: 'x.png', password: 'x'.repeat(9) },
  ],
  [
    'POST',
    () => '/users/update/',
    {},
    { first_name: 'x', bio: 'x', is_active: false, groups: [1], password: 'x'.repeat(9) },
  ],
  [
    'PATCH',
    () => '/users/user_details/',
    { bio: 'Hi' },
    {
      first_name: 'x',
      email: 'x@example.com',
      phone_number: '+12345678',
      is_active: false,
      groups: [1],
      password: 'x'.repeat(9),
    },
  ],
  [
    'PATCH',
    (id) => `/users/${id}/`,
    { last_name: 'Ice' },
    { username: 'x', bio: 'x', password: 'x'.repeat(9), phone_number: '+12345678' },
  ],
]

const columns: Record<string, string> = {
  first_name: 'first_name',
  last_name: 'last_name',
  bio: 'bio',
}

describe.each(doors)('%s %s', (method, pathOf, allowed, more) => {
  it.each(['JSON', 'a form'])('takes what is its own and nothing else: %s', async (type) => {
    const alice = await signUp(world, 'alice')
    await join(alice, 'Parents')
    const before = await accountRow(alice)
    const body = { ...extra, ...more, ...allowed }
    const given =
      type === 'JSON'
        ? {
            // `__proto__` as a key of its own, which no object literal can say.
            raw: `{"__proto__": {"isActive": false, "groups": [1]}, ${JSON.stringify(body).slice(1)}`,
            headers: { 'content-type': 'application/json' },
          }
        : { form: { __proto__x: 'x', ...toText(body) } }
    const { status } = await world.call(method, pathOf(alice.id), { ...given, as: alice })
    const expected = Object.fromEntries(
      Object.entries(allowed).map(([key, to]) => [columns[key]!, to]),
    )
    expect([status, await accountRow(alice)]).toEqual([200, { ...before, ...expected }])
    const groups = await database
      .prepare('select group_id from memberships where user_id = ?')
      .bind(alice.id)
      .all()
    expect(groups.results).toEqual([{ group_id: 3 }])
    expect((await world.call('GET', '/api/profile/', { as: alice })).status).toBe(200)
  })
})

function toText(body: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([key, to]) => [key, typeof to === 'object' ? 'x' : String(to)]),
  )
}
