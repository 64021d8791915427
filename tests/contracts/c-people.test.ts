// Contract C: everybody with their friends, and changes of oneself.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { contentTypes } from '../support/forms'
import { type Person, setActive, signUp } from '../support/people'
import * as file from '../support/pictures'
import { accountRow, befriend, block, setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const record = (person: Person, more: Record<string, unknown> & { friends?: string[] } = {}) => ({
  username: person.username,
  is_connected: true,
  avatar: '/media/avatars/default.png',
  friends: [],
  friends_count: more.friends?.length ?? 0,
  ...more,
})

function picture(name: string, bytes = file.png(), filename = 'me.png'): FormData {
  const form = new FormData()
  form.append(name, new File([bytes], filename, { type: 'text/html' }))
  return form
}

describe('GET /users/user_list', () => {
  it('lists everybody by username, the caller included, each with the names of friends', async () => {
    const names = ['zoe-manoli', 'zoe-jimenetz', 'zoe-carmentxu', 'zoe-potxolo']
    const [manoli, jimenetz, carmentxu, potxolo] = await Promise.all(
      names.map((name) => signUp(world, name)),
    )
    await befriend(jimenetz!, potxolo!)
    await befriend(carmentxu!, jimenetz!)
    await database.prepare('update users set online_until = 0 where id = ?').bind(manoli!.id).run()
    const { status, body } = await call('GET', '/users/user_list/?cursor=zoe', { as: potxolo! })
    expect([status, body]).toEqual([
      200,
      [
        record(carmentxu!, { friends: [jimenetz!.username] }),
        record(jimenetz!, { friends: [carmentxu!.username, potxolo!.username] }),
        record(manoli!, { is_connected: false }),
        record(potxolo!, { friends: [jimenetz!.username] }),
      ],
    ])
  })

  it('goes on where the Link leads, also behind a name with letters of all kinds', async () => {
    const [first, second] = [await signUp(world, 'zz-Ärger+@'), await signUp(world, 'zz-Ärger+b')]
    const one = await call('GET', '/users/user_list/?limit=1&cursor=zz-', { as: first })
    expect(one.body).toEqual([record(first)])
    const next = /^<(.+)>; rel="next"$/.exec(one.headers.get('link')!)![1]!
    const two = await call('GET', next, { as: first })
    expect([two.body, two.headers.get('link')]).toEqual([[record(second)], null])
  })

  it('has nobody who was deactivated or is behind a block, also not among the friends', async () => {
    const people = ['zy-alice', 'zy-bob', 'zy-carol', 'zy-dan'].map((name) => signUp(world, name))
    const [alice, bob, carol, dan] = await Promise.all(people)
    for (const other of [alice!, carol!, dan!]) await befriend(bob!, other)
    await block(carol!, alice!)
    await setActive(dan!, false)
    const { body } = await call('GET', '/users/user_list/?cursor=zy', { as: alice! })
    expect(body.slice(0, 2)).toEqual([
      record(alice!, { friends: [bob!.username] }),
      record(bob!, { friends: [alice!.username] }),
    ])
    expect(body.map(({ username }: Person) => username)).not.toContain(carol!.username)
  })
})

describe('POST /users/update', () => {
  it('takes the example: a name, and a path that is joined to /media/', async () => {
    const [potxolo, jimenetz] = [await signUp(world, 'potxolo'), await signUp(world, 'jimenetz')]
    await befriend(potxolo, jimenetz)
    const json = { username: `${potxolo.username}TheThird`, avatar: '/media/avatars/fary.png' }
    const { status, body } = await call('POST', '/users/update/', { json, as: potxolo })
    expect([status, body]).toEqual([
      200,
      {
        username: `${potxolo.username}TheThird`,
        is_connected: true,
        avatar: '/media/media/avatars/fary.png',
        friends: [jimenetz.username],
        friends_count: 1,
      },
    ])
  })

  it.each(contentTypes)('takes %s', async (_type, sent) => {
    const alice = await signUp(world, 'alice')
    const fields = { username: `${alice.username}x`, email: `${alice.username}@example.com` }
    const { body } = await call('POST', '/users/update', { ...sent(fields), as: alice })
    expect(body).toEqual(record({ ...alice, username: `${alice.username}x` }))
    expect(await accountRow(alice)).toMatchObject({ email: fields.email })
  })

  it('stores an uploaded picture, and removes the one before', async () => {
    const alice = await signUp(world, 'alice')
    const first = await call('POST', '/users/update/', { form: picture('avatar'), as: alice })
    expect(first.body).toEqual(
      record(alice, { avatar: expect.stringMatching(/^\/media\/avatars\/[0-9a-f]{40}\.png$/) }),
    )
    expect((await call('GET', first.body.avatar)).bytes).toEqual(file.png())
    const form = picture('avatar', file.gif())
    const second = await call('POST', '/users/update/', { form, as: alice })
    expect((await call('GET', second.body.avatar)).headers.get('content-type')).toBe('image/gif')
    expect((await call('GET', first.body.avatar)).status).toBe(404)
    expect(await mediaOf(alice)).toEqual([second.body.avatar.slice('/media/'.length)])
  })

  it('leaves the picture be where its own path comes back', async () => {
    const alice = await signUp(world, 'alice')
    const own = (await call('POST', '/users/update/', { form: picture('avatar'), as: alice })).body
    const again = { json: { avatar: own.avatar }, as: alice }
    expect((await call('POST', '/users/update/', again)).body).toEqual(own)
    expect((await call('GET', own.avatar)).status).toBe(200)
    const bob = await signUp(world, 'bob')
    const json = { avatar: '/media/avatars/default.png' }
    expect((await call('POST', '/users/update/', { json, as: bob })).body).toEqual(record(bob))
  })

  it("never removes a file for a path, somebody else's least of all", async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const own = (await call('POST', '/users/update/', { form: picture('avatar'), as: alice })).body
    const json = { avatar: own.avatar.slice('/media/'.length) }
    expect((await call('POST', '/users/update/', { json, as: bob })).body.avatar).toBe(own.avatar)
    await call('POST', '/users/update/', { json: { avatar: 'else.png' }, as: bob })
    await call('POST', '/users/update/', { form: picture('avatar'), as: bob })
    expect((await call('GET', own.avatar)).status).toBe(200)
    expect(await mediaOf(alice)).toHaveLength(1)
  })

  it.each([
    ['https://evil.example/a.png', 'Enter a valid path.'],
    ['javascript:alert(1)', 'Enter a valid path.'],
    ['../../secret', 'Enter a valid path.'],
    ['avatars/..', 'Enter a valid path.'],
    ['"><script>', 'Enter a valid path.'],
    ['avatars/', 'Enter a valid path.'],
    ['', 'This field may not be blank.'],
    ['x'.repeat(201), 'Ensure this field has no more than 200 characters.'],
    [true, 'Not a valid string.'],
    [null, 'This field may not be null.'],
  ])('refuses the path %j', async (avatar, words) => {
    const alice = await signUp(world, 'alice')
    const { status, body } = await call('POST', '/users/update/', { json: { avatar }, as: alice })
    expect([status, body]).toEqual([400, { avatar: [words] }])
    expect(await accountRow(alice)).toMatchObject({ avatar: '' })
  })

  it('refuses a name or an address that is taken, both at once, and keeps no picture', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await setEmail(bob, `${bob.username}@example.com`)
    const form = picture('avatar')
    form.append('username', bob.username.toUpperCase())
    form.append('email', `${bob.username}@EXAMPLE.com`)
    const { status, body } = await call('POST', '/users/update/', { form, as: alice })
    expect([status, body]).toEqual([
      400,
      {
        username: ['A user with that username already exists.'],
        email: ['A user with this email already exists.'],
      },
    ])
    expect([await mediaOf(alice), await accountRow(alice)]).toMatchObject([
      [],
      { username: alice.username, avatar: '', email: '' },
    ])
  })

  it('lets people change the case of their own name', async () => {
    const alice = await signUp(world, 'alice')
    const json = { username: alice.username.toUpperCase() }
    const { body } = await call('POST', '/users/update/', { json, as: alice })
    expect(body).toEqual(record({ ...alice, username: alice.username.toUpperCase() }))
  })
})

async function mediaOf(person: Person): Promise<string[]> {
  const rows = await database
    .prepare('select key from media where owner_id = ?')
    .bind(person.id)
    .all<{ key: string }>()
  return rows.results.map(({ key }) => key)
}
