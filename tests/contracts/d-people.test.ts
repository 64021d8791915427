// Contract D: people, searching, and one's own details, in the envelope.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { contentTypes } from '../support/forms'
import { aTime, aToken, badToken, claimsOf } from '../support/golden'
import { type Person, setActive, signInAgain, signUp } from '../support/people'
import * as file from '../support/pictures'
import { accountRow, ask, befriend, block, setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const defaultPicture = 'http://kith.test/media/avatars/default.png'
const card = ({ id, username }: Person) => ({ id, username, profile_picture: defaultPicture })

describe('GET /users/user_info/:id', () => {
  it('shows somebody who is no friend', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    for (const path of [`/users/user_info/${bob.id}/`, `/users/user_info/${bob.id}`]) {
      const headers = { authorization: alice.access }
      const { status, body } = await call('GET', path, { headers })
      expect([status, body]).toEqual([
        200,
        {
          code: 0,
          payload: {
            ...card(bob),
            bio: '',
            created_time: aTime,
            is_friend: false,
            group: null,
          },
        },
      ])
    }
  })

  it("shows a friend in the caller's own group, and oneself as no friend", async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await befriend(alice, bob, { labels: ['Close Friends', 'Work'] })
    const info = async (id: number) =>
      (await call('GET', `/users/user_info/${id}/`, { as: alice })).body.payload
    expect(await info(bob.id)).toMatchObject({ is_friend: true, group: 'Close Friends' })
    expect(await info(alice.id)).toMatchObject({ is_friend: false, group: null })
  })

  it('does not know who is unknown, deactivated or behind a block, and no id', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const carol = await signUp(world, 'carol')
    await block(bob, alice)
    await setActive(carol, false)
    for (const id of [999_999_999, bob.id, carol.id, 'bob', '-1', '9'.repeat(30)]) {
      const { status, body } = await call('GET', `/users/user_info/${id}/`, { as: alice })
      expect([id, status, body]).toEqual([id, 404, { code: 2, error: 'User not found' }])
    }
  })

  it('asks for credentials in the envelope', async () => {
    const { status, body, headers } = await call('GET', '/users/user_info/1/')
    expect([status, body]).toEqual([
      401,
      { code: 1, error: 'Authentication credentials were not provided.' },
    ])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    const bad = await call('GET', '/users/user_info/1/', { headers: { authorization: 'nonsense' } })
    expect([bad.status, bad.body]).toEqual([401, { code: 1, error: badToken().detail }])
  })
})

describe('GET /users/search_users', () => {
  it('finds the person of exactly that name, without regard to case', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'böb')]
    for (const name of [bob.username, bob.username.toUpperCase(), `%20${bob.username}%20`]) {
      const { status, body } = await call('GET', `/users/search_users/?username=${name}`, {
        as: alice,
      })
      expect([status, body]).toEqual([200, { code: 0, payload: card(bob) }])
    }
  })

  it.each(['', '?username=', '?username=%20', '?name=alice'])('needs a name: %j', async (query) => {
    const alice = await signUp(world, 'alice')
    const { status, body } = await call('GET', `/users/search_users/${query}`, { as: alice })
    expect([status, body]).toEqual([400, { code: 1, error: 'Username is required' }])
  })

  it('does not find part of a name, a pattern, or who is not there for the caller', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const [carol, dan] = [await signUp(world, 'carol'), await signUp(world, 'dan')]
    await block(alice, carol)
    await setActive(dan, false)
    const names = [bob.username.slice(0, -1), '%25', 'bo_', carol.username, dan.username]
    for (const name of [...names, 'x'.repeat(150), 'x'.repeat(3000)]) {
      const { status, body } = await call('GET', `/users/search_users/?username=${name}`, {
        as: alice,
      })
      expect([status, body]).toEqual([404, { code: 1, error: 'User not found' }])
    }
  })
})

describe('GET /users/search_friends', () => {
  async function circle() {
    const alice = await signUp(world, 'alice')
    const names = ['Bob', 'bobby', 'b%b', 'b_b', 'carol']
    // Names of a form that sign-up would not take: what matters is how they are searched.
    // One after the other: their ids are the order of the list.
    const people: Person[] = []
    for (const name of names) people.push(await signUp(world, name.replace('%', 'x')))
    const [bob, bobby, percent, underscore, carol] = people
    await database
      .prepare('update users set username = ?1, username_key = lower(?1) where id = ?2')
      .bind(`b%b-${percent!.id}`, percent!.id)
      .run()
    percent!.username = `b%b-${percent!.id}`
    for (const friend of [bob!, bobby!, percent!, underscore!]) await befriend(alice, friend)
    await befriend(alice, carol!, { labels: ['Close Friends', 'Default'] })
    const search = async (query = '') => {
      const { status, body } = await call('GET', `/users/search_friends/${query}`, { as: alice })
      expect([status, body.code]).toEqual([200, 0])
      return body.payload.friends
    }
    return { alice, bob, bobby, percent, underscore, carol, search } as Record<
      'alice' | 'bob' | 'bobby' | 'percent' | 'underscore' | 'carol',
      Person
    > & { search: typeof search }
  }
  const friend = (person: Person, group = 'Default') => ({ ...card(person), group })

  it('lists all friends by id, each with the own group', async () => {
    const { bob, bobby, percent, underscore, carol, search } = await circle()
    expect(await search()).toEqual([
      friend(bob),
      friend(bobby),
      friend(percent),
      friend(underscore),
      friend(carol, 'Close Friends'),
    ])
    expect(await search('?prefix=&group=')).toHaveLength(5)
  })

  it('keeps those whose name begins with a prefix, without regard to case', async () => {
    const { bob, bobby, search } = await circle()
    expect(await search('?prefix=BoB')).toEqual([friend(bob), friend(bobby)])
    expect(await search('?prefix=ob')).toEqual([])
  })

  it('takes % and _ as the letters that they are, and 150 characters', async () => {
    const { percent, underscore, search } = await circle()
    expect(await search('?prefix=b%25')).toEqual([friend(percent)])
    expect(await search('?prefix=b_')).toEqual([friend(underscore)])
    expect(await search('?prefix=%25')).toEqual([])
    expect(await search(`?prefix=${'b'.repeat(150)}`)).toEqual([])
    expect(await search(`?prefix=${encodeURIComponent('ß'.repeat(150))}`)).toEqual([])
  })

  it('keeps those of exactly one group', async () => {
    const { carol, search } = await circle()
    expect(await search('?group=Close%20Friends')).toEqual([friend(carol, 'Close Friends')])
    expect(await search('?group=close%20friends')).toEqual([])
    expect(await search('?group=Close%20Friends&prefix=bob')).toEqual([])
  })

  it('has no friend who was deactivated', async () => {
    const { bob, search } = await circle()
    await setActive(bob, false)
    expect(await search()).toHaveLength(4)
  })

  it('goes on where the Link leads', async () => {
    const { alice, bob, bobby } = await circle()
    const path = '/users/search_friends/?prefix=bob&limit=1'
    const first = await call('GET', path, { as: alice })
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link')!)![1]!
    const second = await call('GET', next, { as: alice })
    expect([first.body.payload.friends, second.body.payload.friends]).toEqual([
      [friend(bob)],
      [friend(bobby)],
    ])
    expect(second.headers.get('link')).toBeNull()
  })
})

describe('GET /users/user_details', () => {
  it('shows all of oneself, and how many requests wait', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const carol = await signUp(world, 'carol')
    await setEmail(alice, `${alice.username}@example.com`)
    for (const other of [bob, carol]) await ask(other, alice)
    const { status, body } = await call('GET', '/users/user_details/', { as: alice })
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: {
          id: alice.id,
          username: alice.username,
          email: `${alice.username}@example.com`,
          phone_number: '',
          bio: '',
          profile_picture: defaultPicture,
          created_time: aTime,
          pending_count: 2,
        },
      },
    ])
  })
})

describe('PATCH /users/user_details', () => {
  it.each(contentTypes)(
    'changes name and bio, and hands out a fresh token: %s',
    async (_, sent) => {
      const alice = await signUp(world, 'alice')
      world.clock.advance(1000)
      const fields = { username: `new-${alice.username}`, bio: 'Updated bio information' }
      const given = { ...sent({ ...fields, profile_picture: '[file upload]' }), as: alice }
      const { status, body } = await call('PATCH', '/users/user_details/', given)
      expect([status, body]).toEqual([
        200,
        {
          code: 0,
          payload: {
            message: 'User info updated successfully',
            data: { id: alice.id, ...fields, profile_picture: defaultPicture },
            token: aToken,
          },
        },
      ])
      const { token } = body.payload
      expect(claimsOf(token)['sid']).toBe(claimsOf(alice.access)['sid'])
      expect(claimsOf(token)['iat']).toBe(Math.floor(world.clock.now / 1000))
      const own = await call('GET', '/users/user_details/', { headers: { authorization: token } })
      expect(own.body.payload.username).toBe(fields.username)
    },
  )

  it('stores an uploaded picture and links to it', async () => {
    const alice = await signUp(world, 'alice')
    const form = new FormData()
    form.append('bio', 'Hi')
    form.append('profile_picture', new File([file.jpeg()], 'me.png', { type: 'text/html' }))
    const { body } = await call('PATCH', '/users/user_details/', { form, as: alice })
    const { data } = body.payload
    expect(data).toEqual({
      id: alice.id,
      username: alice.username,
      bio: 'Hi',
      profile_picture: expect.stringMatching(
        /^http:\/\/kith\.test\/media\/avatars\/[0-9a-f]{40}\.jpg$/,
      ),
    })
    expect((await call('GET', data.profile_picture)).bytes).toEqual(file.jpeg())
    const keep = await call('PATCH', '/users/user_details/', { json: { bio: '' }, as: alice })
    expect(keep.body.payload.data).toEqual({ ...data, bio: '' })
  })

  it('refuses a name that is taken, as the document shows it', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const json = { username: bob.username.toUpperCase(), bio: 'Hi' }
    const { status, body } = await call('PATCH', '/users/user_details/', { json, as: alice })
    expect([status, body]).toEqual([
      400,
      {
        code: 1,
        error: 'Username already exists',
        payload: { username: ['A user with that username already exists.'] },
      },
    ])
    expect(await accountRow(alice)).toMatchObject({ username: alice.username, bio: '' })
  })

  it('tells all that is wrong in payload, the first of it as the error', async () => {
    const alice = await signUp(world, 'alice')
    const json = { username: 'no blanks', bio: 'x'.repeat(501) }
    const { status, body } = await call('PATCH', '/users/user_details/', { json, as: alice })
    const bad =
      'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
    expect([status, body]).toEqual([
      400,
      {
        code: 1,
        error: bad,
        payload: {
          username: [bad],
          bio: ['Ensure this field has no more than 500 characters.'],
        },
      },
    ])
  })
})

describe('PATCH /users/user_details/sensitive', () => {
  const change = (person: Person, json: object) =>
    call('PATCH', '/users/user_details/sensitive/', { json, as: person })

  it('changes password, address and phone number of who knows the password', async () => {
    const alice = await signUp(world, 'alice')
    const elsewhere = await signInAgain(world, alice)
    const email = `new_${alice.username}@example.com`
    const { status, body } = await change(alice, {
      validation_password: alice.password,
      password: 'an entirely new one',
      email,
      phone_number: '+1987654321',
    })
    expect([status, body]).toEqual([
      200,
      {
        code: 0,
        payload: {
          message: 'User info updated successfully',
          data: { id: alice.id, email, phone_number: '+1987654321' },
        },
      },
    ])
    expect((await call('GET', '/users/user_details/', { as: alice })).status).toBe(200)
    expect((await call('GET', '/users/user_details/', { as: elsewhere })).status).toBe(401)
    await expect(signInAgain(world, alice)).rejects.toThrow('answered 401')
    await signInAgain(world, { ...alice, password: 'an entirely new one' })
  })

  it('changes any of them alone', async () => {
    const alice = await signUp(world, 'alice')
    const proof = { validation_password: alice.password }
    const data = async (json: object) =>
      (await change(alice, { ...proof, ...json })).body.payload.data
    const email = `${alice.username}@example.com`
    expect(await data({ phone_number: '+123456789' })).toMatchObject({ phone_number: '+123456789' })
    expect(await data({ email })).toEqual({ id: alice.id, email, phone_number: '+123456789' })
    expect(await data({ phone_number: '' })).toEqual({ id: alice.id, email, phone_number: '' })
    expect(await data({})).toEqual({ id: alice.id, email, phone_number: '' })
    await signInAgain(world, alice)
  })

  it.each([{}, { validation_password: '' }, { validation_password: null }])(
    'asks for the password: %j',
    async (proof) => {
      const alice = await signUp(world, 'alice')
      const before = await accountRow(alice)
      const { status, body } = await change(alice, { ...proof, phone_number: '+123456789' })
      expect([status, body]).toEqual([400, { code: 1, error: 'Current password is required' }])
      expect(await accountRow(alice)).toEqual(before)
    },
  )

  it('refuses a wrong password, and counts it', async () => {
    const alice = await signUp(world, 'alice')
    const before = await accountRow(alice)
    const wrong = { validation_password: 'not the password', phone_number: '+123456789' }
    const { status, body } = await change(alice, wrong)
    expect([status, body]).toEqual([401, { code: 1, error: 'Current password is incorrect' }])
    for (let i = 1; i < 10; i++) await change(alice, wrong)
    const closed = await change(alice, { ...wrong, validation_password: alice.password })
    expect([closed.status, closed.body, closed.headers.get('retry-after')]).toEqual([
      429,
      { code: 2, error: 'Request was throttled. Expected available in 300 seconds.' },
      '300',
    ])
    expect(await accountRow(alice)).toEqual(before)
  })

  it('changes all or nothing', async () => {
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    await setEmail(bob, `${bob.username}@example.com`)
    const before = await accountRow(alice)
    const { status, body } = await change(alice, {
      validation_password: alice.password,
      password: 'an entirely new one',
      email: `${bob.username}@Example.com`,
    })
    const taken = 'A user with this email already exists.'
    expect([status, body]).toEqual([400, { code: 1, error: taken, payload: { email: [taken] } }])
    expect(await accountRow(alice)).toEqual(before)
  })

  it.each([
    [{ email: 'nonsense' }, 'email', 'Enter a valid email address.'],
    [{ email: '' }, 'email', 'This field may not be blank.'],
    [
      { phone_number: '123456' },
      'phone_number',
      'Enter a valid phone number, such as +12125550123.',
    ],
    [
      { phone_number: '+1234567890123456' },
      'phone_number',
      'Enter a valid phone number, such as +12125550123.',
    ],
    [{ password: '12345678' }, 'password', 'This password is entirely numeric.'],
    [
      { password: 'short' },
      'password',
      'This password is too short. It must contain at least 8 characters.',
    ],
  ])('refuses %j', async (fields, name, words) => {
    const alice = await signUp(world, 'alice')
    const before = await accountRow(alice)
    const json = { validation_password: alice.password, ...fields }
    const { status, body } = await change(alice, json)
    expect([status, body]).toEqual([400, { code: 1, error: words, payload: { [name]: [words] } }])
    expect(await accountRow(alice)).toEqual(before)
  })
})

describe('DELETE /users/delete_account', () => {
  it('says so, bare, and the account is gone', async () => {
    const alice = await signUp(world, 'alice')
    const { status, body } = await call('DELETE', '/users/delete_account/', { as: alice })
    expect([status, body]).toEqual([200, { message: 'Account successfully deactivated' }])
    const again = await call('DELETE', '/users/delete_account/', { as: alice })
    expect([again.status, again.body]).toEqual([401, { code: 1, error: 'User is inactive' }])
    await expect(signInAgain(world, alice)).rejects.toThrow('answered 401')
  })
})

describe('what contract D answers where nobody does', () => {
  it.each([
    ['POST', '/users/user_info/1/', 'GET, HEAD'],
    ['PUT', '/users/user_details/', 'GET, HEAD, PATCH'],
    ['GET', '/users/user_details/sensitive', 'PATCH'],
    ['GET', '/users/delete_account/', 'DELETE'],
  ])('405 in the envelope: %s %s', async (method, path, allow) => {
    const { status, body, headers } = await call(method, path)
    const error = `Method "${method}" not allowed.`
    expect([status, body, headers.get('allow')]).toEqual([405, { code: 2, error }, allow])
  })

  it.each(['/users/user_details/more/', '/users/friends/nothing', '/users/user_info/'])(
    '404 in the envelope: %s',
    async (path) => {
      const { status, body } = await call('GET', path)
      expect([status, body]).toEqual([404, { code: 2, error: 'Not found.' }])
    },
  )

  it('elsewhere the other way', async () => {
    const { status, body } = await call('GET', '/users/userinfo/')
    expect([status, body]).toEqual([404, { detail: 'Not found.' }])
  })
})
