// Contract E: user administration and permission groups.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { inactiveUser } from '../support/golden'
import { type Person, setActive, signInAgain, signUp } from '../support/people'
import { accountRow, block, join, setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const origin = 'http://kith.test'
const noUser = { detail: 'No User matches the given query.' }
const denied = { detail: 'You do not have permission to perform this action.' }

const view = (person: Person, more: object = {}) => ({
  url: `${origin}/users/${person.id}/`,
  id: person.id,
  username: person.username,
  first_name: '',
  last_name: '',
  email: '',
  is_active: true,
  groups: [],
  ...more,
})

async function administrator(name = 'root'): Promise<Person> {
  const person = await signUp(world, name)
  await join(person, 'Administrators')
  return person
}

describe('GET /users', () => {
  it('lists everybody, the newest first, with links', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await join(bob, 'Parents')
    await join(bob, 'Staff')
    for (const path of ['/users', '/users/']) {
      const { status, body } = await call('GET', path, { as: alice })
      expect(status).toBe(200)
      expect(body.slice(0, 2)).toEqual([
        view(bob, { groups: [`${origin}/groups/2/`, `${origin}/groups/3/`] }),
        view(alice),
      ])
    }
  })

  it('shows addresses to staff, and to everybody the own one', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const emailOf = ({ username }: Person) => `${username}@example.com`
    for (const person of [alice, bob]) await setEmail(person, emailOf(person))
    const emails = async (as: Person) =>
      (await call('GET', `/users?cursor=${bob.id + 1}&limit=2`, { as })).body.map(
        ({ email }: { email: string }) => email,
      )
    expect(await emails(alice)).toEqual(['', emailOf(alice)])
    await join(alice, 'Staff')
    expect(await emails(alice)).toEqual([emailOf(bob), emailOf(alice)])
  })

  it('has deactivated accounts, but none that left or is behind a block', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    await block(bob, alice)
    await setActive(carol, false)
    await call('DELETE', '/users/delete_account/', { as: dan })
    const list = async (as: Person) =>
      (await call('GET', '/users', { as })).body.slice(0, 3).map(({ id }: Person) => id)
    expect((await list(alice)).slice(0, 2)).toEqual([carol.id, alice.id])
    await join(alice, 'Staff')
    expect(await list(alice)).toEqual([carol.id, bob.id, alice.id])
    const seen = await call('GET', `/users/${carol.id}/`, { as: alice })
    expect(seen.body).toEqual(view(carol, { is_active: false }))
  })

  it('goes on where the Link leads', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const first = await call('GET', `/users?limit=1`, { as: alice })
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    expect(next).toBe(`${origin}/users?limit=1&cursor=${bob.id}`)
    expect((await call('GET', next, { as: alice })).body).toEqual([view(alice)])
  })

  it('works with the cookie, as the clients of contract E send it', async () => {
    const alice = await signUp(world, 'alice')
    const headers = { cookie: `access_token=${alice.access}` }
    expect((await call('GET', '/users?limit=1', { headers })).body).toEqual([view(alice)])
  })
})

describe('GET /users/:id{[0-9]+}', () => {
  it('shows one account', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    for (const path of [`/users/${bob.id}/`, `/users/${bob.id}`]) {
      const { status, body } = await call('GET', path, { as: alice })
      expect([status, body]).toEqual([200, view(bob)])
    }
  })

  it('knows nobody of an unknown id, who left, or behind a block', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const carol = await signUp(world, 'carol')
    await block(alice, bob)
    await call('DELETE', '/users/delete_account/', { as: carol })
    for (const id of [999_999_999, '9'.repeat(30), bob.id, carol.id]) {
      const { status, body } = await call('GET', `/users/${id}/`, { as: alice })
      expect([id, status, body]).toEqual([id, 404, noUser])
    }
  })
})

describe('PATCH /users/:id{[0-9]+}', () => {
  it('lets an administrator change everything of the example', async () => {
    const [root, bob] = [await administrator(), await signUp(world, 'bob')]
    const json = {
      first_name: 'new_first_name',
      last_name: 'new_last_name',
      email: `new_${bob.username}@kinderly.com`,
      is_active: false,
    }
    const { status, body } = await call('PATCH', `/users/${bob.id}/`, { json, as: root })
    expect([status, body]).toEqual([200, view(bob, json)])
    expect((await call('GET', '/users', { as: bob })).body).toEqual(inactiveUser)
    await call('PATCH', `/users/${bob.id}/`, { json: { is_active: true }, as: root })
    // The sessions ended for good.
    expect((await call('GET', '/users', { as: bob })).status).toBe(401)
    const again = await signInAgain(world, bob)
    expect((await call('GET', '/users', { as: again })).status).toBe(200)
  })

  it('lets people change their own names and address', async () => {
    const alice = await signUp(world, 'alice')
    const json = { first_name: 'Al', email: `${alice.username}@example.com` }
    const { status, body } = await call('PATCH', `/users/${alice.id}/`, { json, as: alice })
    expect([status, body]).toEqual([200, view(alice, json)])
    const form = { last_name: 'Ice', email: '' }
    const next = await call('PATCH', `/users/${alice.id}`, { form, as: alice })
    expect(next.body).toEqual(view(alice, { first_name: 'Al', last_name: 'Ice' }))
  })

  it('takes groups as ids and as links', async () => {
    const [root, bob] = [await administrator(), await signUp(world, 'bob')]
    const patch = async (groups: unknown) =>
      (await call('PATCH', `/users/${bob.id}/`, { json: { groups }, as: root })).body
    const links = (...ids: number[]) => ids.map((id) => `${origin}/groups/${id}/`)
    expect(await patch([3, `${origin}/groups/2/`])).toEqual(view(bob, { groups: links(2, 3) }))
    expect(await patch(['/groups/3', '1', 1])).toEqual(view(bob, { groups: links(1, 3) }))
    expect(await patch([])).toEqual(view(bob))
    expect(await patch([77])).toEqual({ groups: ['Invalid pk "77" - object does not exist.'] })
    expect(await patch([3, 'x', true])).toEqual({
      groups: ['Invalid hyperlink - No URL match.', 'A valid integer is required.'],
    })
    expect(await patch(3)).toEqual({ groups: ['Expected a list of items but got type "int".'] })
    expect(await patch(null)).toEqual({ groups: ['This field may not be null.'] })
  })

  it('keeps what only administrators change, but takes what is so already', async () => {
    const alice = await signUp(world, 'alice')
    await join(alice, 'Parents')
    const patch = (json: object, as: Person = alice) =>
      call('PATCH', `/users/${alice.id}/`, { json, as })
    for (const json of [
      { is_active: false },
      { groups: [] },
      { groups: [1] },
      { groups: [3, 1] },
      { groups: [77] },
      { first_name: 'Al', groups: [3, 2] },
    ]) {
      const { status, body } = await patch(json)
      expect([json, status, body]).toEqual([json, 403, denied])
    }
    const same = { first_name: 'Al', is_active: true, groups: ['/groups/3/', 3] }
    const { status, body } = await patch(same)
    expect([status, body]).toEqual([
      200,
      view(alice, { first_name: 'Al', groups: [`${origin}/groups/3/`] }),
    ])
  })

  it('is not for strangers and not for staff', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const patch = (json: object) => call('PATCH', `/users/${alice.id}/`, { json, as: bob })
    expect((await patch({ first_name: 'Al' })).body).toEqual(denied)
    await join(bob, 'Staff')
    for (const json of [{ first_name: 'Al' }, { is_active: false }, {}]) {
      const { status, body } = await patch(json)
      expect([json, status, body]).toEqual([json, 403, denied])
    }
    expect(await accountRow(alice)).toMatchObject({ first_name: '', is_active: 1 })
  })

  it('refuses an address that is taken, together with what else is wrong', async () => {
    const [root, bob] = [await administrator(), await signUp(world, 'bob')]
    await setEmail(bob, `${bob.username}@example.com`)
    const json = { email: `${bob.username}@EXAMPLE.com`, groups: [77] }
    const { status, body } = await call('PATCH', `/users/${root.id}/`, { json, as: root })
    expect([status, body]).toEqual([
      400,
      {
        email: ['A user with this email already exists.'],
        groups: ['Invalid pk "77" - object does not exist.'],
      },
    ])
  })

  it('knows nobody of an unknown id', async () => {
    const root = await administrator()
    const { status, body } = await call('PATCH', '/users/999999999/', { json: {}, as: root })
    expect([status, body]).toEqual([404, noUser])
  })
})

describe('DELETE /users/:id{[0-9]+}', () => {
  it('lets people remove themselves, and administrators anybody', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const remove = (person: Person, as: Person) => call('DELETE', `/users/${person.id}/`, { as })
    expect((await remove(alice, bob)).body).toEqual(denied)
    await join(bob, 'Staff')
    expect((await remove(alice, bob)).body).toEqual(denied)
    const own = await remove(alice, alice)
    expect([own.status, own.text]).toEqual([204, ''])
    const root = await administrator()
    expect((await remove(bob, root)).status).toBe(204)
    for (const person of [alice, bob]) {
      const { status, body } = await remove(person, root)
      expect([status, body]).toEqual([404, noUser])
      expect((await call('GET', '/users', { as: person })).body).toEqual(inactiveUser)
    }
  })
})

describe('the last administrator', () => {
  const last = {
    detail: 'The last administrator cannot be deleted, deactivated or removed from the group.',
  }

  it('can neither be deleted, deactivated nor removed from the group', async () => {
    await database.prepare('delete from memberships where group_id = 1').run()
    const [root, staff] = [await administrator(), await signUp(world, 'staff')]
    const asleep = await administrator('asleep')
    // Somebody who cannot sign in administers nothing.
    await setActive(asleep, false)
    await join(staff, 'Staff')
    const path = `/users/${root.id}/`
    for (const json of [{ groups: [] }, { groups: [2, 3] }, { is_active: false }]) {
      const { status, body } = await call('PATCH', path, { json, as: root })
      expect([json, status, body]).toEqual([json, 400, last])
    }
    for (const groups of [[1], [1, 3]]) {
      expect((await call('PATCH', path, { json: { groups }, as: root })).status).toBe(200)
    }
    expect((await call('DELETE', path, { as: root })).body).toEqual(last)
    const own = await call('DELETE', '/users/delete_account/', { as: root })
    expect([own.status, own.body]).toEqual([400, { code: 1, error: last.detail }])
    await setActive(asleep, true)
    expect((await call('DELETE', path, { as: root })).status).toBe(204)
  })
})

describe('GET /groups', () => {
  it('lists the groups by name, for everyone signed in', async () => {
    const alice = await signUp(world, 'alice')
    const groups = [
      { url: `${origin}/groups/1/`, id: 1, name: 'Administrators' },
      { url: `${origin}/groups/3/`, id: 3, name: 'Parents' },
      { url: `${origin}/groups/2/`, id: 2, name: 'Staff' },
    ]
    for (const path of ['/groups', '/groups/']) {
      const { status, body } = await call('GET', path, { as: alice })
      expect([status, body]).toEqual([200, groups])
    }
  })
})

describe('GET /groups with ?limit=', () => {
  it('pages like every list', async () => {
    const alice = await signUp(world, 'alice')
    const pages: unknown[] = []
    for (let path: string | undefined = '/groups/?limit=2'; path;) {
      const { status, body, headers } = await call('GET', path, { as: alice })
      pages.push([status, body.map(({ name }: { name: string }) => name), headers.get('link')])
      path = /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(pages).toEqual([
      [
        200,
        ['Administrators', 'Parents'],
        `<${origin}/groups/?limit=2&cursor=Parents>; rel="next"`,
      ],
      [200, ['Staff'], null],
    ])
    const bad = await call('GET', '/groups?limit=0', { as: alice })
    expect([bad.status, bad.body]).toEqual([
      400,
      { limit: ['Ensure this value is greater than or equal to 1.'] },
    ])
  })
})

describe('GET /groups/:id', () => {
  it('shows one group, where the links lead', async () => {
    const alice = await signUp(world, 'alice')
    const { status, body } = await call('GET', '/groups/3/', { as: alice })
    expect([status, body]).toEqual([200, { url: `${origin}/groups/3/`, id: 3, name: 'Parents' }])
    for (const id of [4, 'x', '9'.repeat(30)]) {
      const { status, body } = await call('GET', `/groups/${id}/`, { as: alice })
      expect([id, status, body]).toEqual([id, 404, { detail: 'No Group matches the given query.' }])
    }
  })
})
