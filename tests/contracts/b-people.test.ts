// Contract B: one's profile, and the directory of people.
import { describe, expect, it } from 'vitest'
import { contentTypes } from '../support/forms'
import { aTime } from '../support/golden'
import { setActive, signUp } from '../support/people'
import { accountRow, block, setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

describe('GET /api/profile', () => {
  it('answers with all that contract B shows, texts that were not given empty', async () => {
    const alice = await signUp(world, 'alice')
    const profile = {
      id: String(alice.id),
      username: alice.username,
      email: '',
      first_name: '',
      last_name: '',
      date_of_birth: null,
      bio: '',
      date_joined: aTime,
    }
    for (const path of ['/api/profile/', '/api/profile']) {
      const { status, body } = await call('GET', path, { as: alice })
      expect([status, body]).toEqual([200, profile])
    }
  })
})

describe.each(['PUT', 'PATCH'])('%s /api/profile/update', (method) => {
  it('changes what contract B sends', async () => {
    const alice = await signUp(world, 'alice')
    const email = `${alice.username}@example.com`
    await setEmail(alice, email)
    const json = {
      first_name: 'Johnny',
      last_name: 'Smith',
      date_of_birth: '1990-01-01',
      bio: 'Updated bio information',
    }
    const { status, body } = await call(method, '/api/profile/update/', { json, as: alice })
    expect([status, body]).toEqual([
      200,
      {
        message: 'Profile updated successfully',
        user: {
          id: String(alice.id),
          username: alice.username,
          email,
          first_name: 'Johnny',
          last_name: 'Smith',
          date_of_birth: '1990-01-01',
          bio: 'Updated bio information',
          date_joined: aTime,
        },
      },
    ])
    expect((await call('GET', '/api/profile/', { as: alice })).body).toEqual(body.user)
  })

  it.each(contentTypes)('takes %s', async (_type, sent) => {
    const alice = await signUp(world, 'alice')
    const { body } = await call(method, '/api/profile/update/', {
      ...sent({ first_name: 'Al', date_of_birth: '2000-02-29' }),
      as: alice,
    })
    expect(body.user).toMatchObject({ first_name: 'Al', date_of_birth: '2000-02-29', bio: '' })
  })

  it('keeps what is not sent, and empties what is sent empty', async () => {
    const alice = await signUp(world, 'alice')
    const first = { first_name: 'Al', last_name: 'Ice', date_of_birth: '1990-01-01', bio: 'Hi' }
    await call(method, '/api/profile/update/', { json: first, as: alice })
    const json = { first_name: '', bio: '', date_of_birth: null }
    const { body } = await call(method, '/api/profile/update/', { json, as: alice })
    expect(body.user).toMatchObject({
      first_name: '',
      last_name: 'Ice',
      date_of_birth: null,
      bio: '',
    })
    const untouched = await call(method, '/api/profile/update/', { json: {}, as: alice })
    expect(untouched.body.user).toEqual(body.user)
  })

  it('tells all that is wrong, and changes nothing', async () => {
    const alice = await signUp(world, 'alice')
    const before = await accountRow(alice)
    const json = {
      first_name: 'x'.repeat(151),
      last_name: null,
      date_of_birth: '1990-02-30',
      bio: 'x'.repeat(501),
    }
    const { status, body } = await call(method, '/api/profile/update/', { json, as: alice })
    expect([status, body]).toEqual([
      400,
      {
        first_name: ['Ensure this field has no more than 150 characters.'],
        last_name: ['This field may not be null.'],
        date_of_birth: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'],
        bio: ['Ensure this field has no more than 500 characters.'],
      },
    ])
    expect(await accountRow(alice)).toEqual(before)
  })
})

describe('GET /api/users', () => {
  it('lists everybody by id, the caller included, with public fields only', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await setEmail(bob, 'bob@example.com')
    const json = { first_name: 'Bob', last_name: 'Y', bio: 'Designer' }
    await call('PATCH', '/api/profile/update/', { json, as: bob })
    const { status, body } = await call('GET', '/api/users/', { as: alice })
    expect(status).toBe(200)
    expect(body.slice(-2)).toEqual([
      { id: String(alice.id), username: alice.username, first_name: '', last_name: '', bio: '' },
      {
        id: String(bob.id),
        username: bob.username,
        first_name: 'Bob',
        last_name: 'Y',
        bio: 'Designer',
      },
    ])
  })

  it('goes on where the Link leads', async () => {
    const people = []
    for (const name of ['alice', 'bob', 'carol']) people.push(await signUp(world, name))
    const [alice, bob, carol] = people
    const first = await call('GET', `/api/users/?limit=1&cursor=${alice!.id - 1}`, { as: alice })
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    expect(next).toBe(`http://kith.test/api/users/?limit=1&cursor=${alice!.id}`)
    const second = await call('GET', next, { as: alice })
    const rest = await call('GET', `/api/users/?cursor=${bob!.id}`, { as: alice })
    expect(
      [first, second, rest].map(({ body }) => body.map(({ id }: { id: string }) => id)),
    ).toEqual([[String(alice!.id)], [String(bob!.id)], [String(carol!.id)]])
    expect(rest.headers.get('link')).toBeNull()
  })

  it('has nobody who was deactivated or is parted from the caller by a block', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    await block(alice, bob)
    await block(carol, alice)
    await setActive(dan, false)
    const { body } = await call('GET', `/api/users/?cursor=${alice.id - 1}`, { as: alice })
    expect(body.map(({ id }: { id: string }) => id)).toEqual([String(alice.id)])
  })
})

describe('GET /api/users/:id', () => {
  it('shows the public fields of one person', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    for (const path of [`/api/users/${bob.id}/`, `/api/users/${bob.id}`]) {
      const { status, body } = await call('GET', path, { as: alice })
      expect([status, body]).toEqual([
        200,
        { id: String(bob.id), username: bob.username, first_name: '', last_name: '', bio: '' },
      ])
    }
  })

  it('says Not found of who is unknown, deactivated or behind a block, and of no id', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const carol = await signUp(world, 'carol')
    await block(bob, alice)
    await setActive(carol, false)
    for (const id of [999_999_999, bob.id, carol.id, 'bob', '-1', '1.0', '9'.repeat(30)]) {
      const { status, body } = await call('GET', `/api/users/${id}/`, { as: alice })
      expect([id, status, body]).toEqual([id, 404, { detail: 'Not found.' }])
    }
  })
})
