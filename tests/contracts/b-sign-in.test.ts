// Contract B: the token pair, its refresh and the registration that signs in, clause by clause.
import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../support/cookies'
import { aToken, anId, badToken, claimsOf } from '../support/golden'
import { sessionOf, setActive, signInAgain, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const refused = (text = 'Token is invalid or expired') => ({
  refreshed: false,
  detail: text,
  code: 'token_not_valid',
})

describe('POST /api/token', () => {
  it('answers with both tokens', async () => {
    const { username, password, id } = await signUp(world, 'alice')
    const answer = await call('POST', '/api/token/', { json: { username, password } })
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        refresh: aToken,
        access: aToken,
        success: true,
        user: {
          id,
          username,
          email: '',
          first_name: '',
          last_name: '',
          is_active: true,
          groups: [],
        },
      },
    ])
    expect((await call('GET', '/friends/', { as: answer.body })).status).toBe(200)
  })

  it('refuses a wrong password, an unknown name and an inactive account alike', async () => {
    const alice = await signUp(world, 'alice')
    const bob = await signUp(world, 'bob')
    await setActive(bob, false)
    const tries = [
      { username: alice.username, password: 'not the password' },
      { username: 'nobody-at-all', password: 'not the password' },
      { username: bob.username, password: bob.password },
    ]
    for (const json of tries) {
      const { status, body, headers } = await call('POST', '/api/token/', { json })
      expect([status, body, headers.get('www-authenticate')]).toEqual([
        401,
        { success: false, detail: 'No active account found with the given credentials' },
        'Bearer realm="api"',
      ])
      expect(headers.getSetCookie()).toEqual([])
    }
  })

  it('tells all fields that are missing', async () => {
    const { status, body } = await call('POST', '/api/token/', { json: {} })
    expect([status, body]).toEqual([
      400,
      { username: ['This field is required.'], password: ['This field is required.'] },
    ])
  })

  it('takes no notice of credentials of another door', async () => {
    const { username, password } = await signUp(world, 'alice')
    const headers = { authorization: 'Bearer stale', cookie: 'access_token=stale' }
    const { status } = await call('POST', '/api/token/', { json: { username, password }, headers })
    expect(status).toBe(200)
  })

  it('asks for the code behind the right password alone, of accounts that have it on', async () => {
    const { username, password, id } = await signUp(world, 'alice')
    await world.bindings.DB.batch([
      world.bindings.DB.prepare('update users set code_required = 1 where id = ?').bind(id),
    ])
    for (const code of [undefined, '', null, '123456']) {
      const json = { username, password, code }
      const { status, body } = await call('POST', '/api/token/', { json })
      expect([status, body]).toEqual([
        401,
        { success: false, detail: 'A verification code is required.', code: 'code_required' },
      ])
    }
    const login = await call('POST', '/accounts/login/', { json: { username, password } })
    expect([login.status, login.body]).toEqual([
      401,
      { detail: 'A verification code is required.', code: 'code_required' },
    ])
    const wrong = { username, password: 'not the password' }
    expect((await call('POST', '/api/token/', { json: wrong })).body).toEqual({
      success: false,
      detail: 'No active account found with the given credentials',
    })
  })
})

describe('POST /api/token/refresh', () => {
  it('renews the access token of a refresh token in the body, which stays good', async () => {
    const alice = await signUp(world, 'alice')
    const headers = { authorization: `Bearer ${alice.access}` }
    const json = { refresh: alice.refresh }
    for (const path of ['/api/token/refresh', '/api/token/refresh/']) {
      const answer = await call('POST', path, { json, headers })
      expect([answer.status, answer.body]).toEqual([200, { access: aToken }])
      expect(claimsOf(answer.body.access)['sid']).toBe(sessionOf(alice))
      expect(answer.headers.getSetCookie()).toEqual([])
      expect((await call('GET', '/friends/', { as: answer.body })).status).toBe(200)
    }
  })

  it('does not judge the access token beside it', async () => {
    const alice = await signUp(world, 'alice')
    for (const authorization of ['Bearer nonsense', 'Token nonsense', `Bearer ${alice.refresh}x`]) {
      const json = { refresh: alice.refresh }
      const answer = await call('POST', '/api/token/refresh/', { json, headers: { authorization } })
      expect([answer.status, answer.body]).toEqual([200, { access: aToken }])
    }
  })

  it('refuses what is no good refresh token', async () => {
    const alice = await signUp(world, 'alice')
    const texts = [
      ['nonsense', 'Token is invalid or expired'],
      [alice.access, 'Token has wrong type'],
    ]
    for (const [refresh, text] of texts) {
      const answer = await call('POST', '/api/token/refresh/', { json: { refresh } })
      expect([answer.status, answer.body]).toEqual([401, refused(text)])
    }
    await call('POST', '/accounts/logout/', { as: alice, json: { refresh: alice.refresh } })
    const revoked = await call('POST', '/api/token/refresh/', { json: { refresh: alice.refresh } })
    expect([revoked.status, revoked.body]).toEqual([401, refused('Token is blacklisted')])
  })

  it('refuses where there is no token anywhere', async () => {
    for (const json of [{}, { refresh: '' }, { refresh: null }, { refresh: '  ' }]) {
      const answer = await call('POST', '/api/token/refresh/', { json })
      expect([answer.status, answer.body]).toEqual([401, refused()])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it('tells a refresh that is no text by field', async () => {
    const answer = await call('POST', '/api/token/refresh/', { json: { refresh: ['a'] } })
    expect([answer.status, answer.body]).toEqual([400, { refresh: ['Not a valid string.'] }])
  })

  it('refuses an expired token, and that of an inactive account', async () => {
    const own = createWorld()
    const alice = await signUp(own, 'alice')
    own.clock.advance(30 * 24 * 60 * 60_000)
    const expired = await own.call('POST', '/api/token/refresh/', {
      json: { refresh: alice.refresh },
    })
    expect([expired.status, expired.body]).toEqual([401, refused()])
    const bob = await signUp(own, 'bob')
    await setActive(bob, false)
    const inactive = await own.call('POST', '/api/token/refresh/', {
      json: { refresh: bob.refresh },
    })
    expect([inactive.status, inactive.body]).toEqual([
      401,
      { refreshed: false, detail: 'User is inactive', code: 'user_inactive' },
    ])
  })
})

describe('POST /api/register', () => {
  const johndoe = (more: object = {}) => ({
    username: `johndoe-${crypto.randomUUID()}`,
    email: `${crypto.randomUUID()}@example.com`,
    first_name: 'John',
    last_name: 'Doe',
    date_of_birth: '1990-01-01',
    bio: 'Software developer',
    password: 'securepassword123',
    password_confirm: 'securepassword123',
    ...more,
  })

  it('makes the account of the document and signs it in', async () => {
    const json = johndoe()
    const answer = await call('POST', '/api/register/', { json })
    expect([answer.status, answer.body]).toEqual([
      201,
      { message: 'User registered successfully', refresh: aToken, access: aToken },
    ])
    expect(cookiesOf(answer)).toEqual({})
    expect((await call('GET', '/friends/', { as: answer.body })).status).toBe(200)
    const { username, password } = json
    const { body } = await call('POST', '/api/token/', { json: { username, password } })
    expect(body.user).toEqual({
      id: anId,
      username,
      email: json.email,
      first_name: 'John',
      last_name: 'Doe',
      is_active: true,
      groups: [],
    })
    const id = body.user.id
    const [row] = await world.bindings.DB.batch([
      world.bindings.DB.prepare('select date_of_birth, bio from users where id = ?').bind(id),
    ])
    expect(row!.results).toEqual([{ date_of_birth: '1990-01-01', bio: 'Software developer' }])
  })

  it('takes a form, an empty birthday in it and no other optional field', async () => {
    const { username, email, password } = johndoe()
    const form = { username, email, password, password_confirm: password, date_of_birth: '' }
    const { status } = await call('POST', '/api/register', { form })
    expect(status).toBe(201)
  })

  it('refuses passwords that differ', async () => {
    const json = johndoe({ password_confirm: 'securepassword124' })
    const { status, body } = await call('POST', '/api/register/', { json })
    expect([status, body]).toEqual([400, { non_field_errors: ["Passwords don't match."] }])
  })

  it('tells everything that is wrong with the fields', async () => {
    const json = {
      username: 'no spaces',
      first_name: 'n'.repeat(151),
      last_name: 'n'.repeat(151),
      date_of_birth: '1990-02-30',
      bio: 'b'.repeat(501),
      password: '1234567',
      password_confirm: null,
    }
    const { status, body } = await call('POST', '/api/register/', { json })
    const tooLong = (max: number) => [`Ensure this field has no more than ${max} characters.`]
    expect([status, body]).toEqual([
      400,
      {
        username: [
          'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
        ],
        email: ['This field is required.'],
        first_name: tooLong(150),
        last_name: tooLong(150),
        date_of_birth: ['Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'],
        bio: tooLong(500),
        password: [
          'This password is too short. It must contain at least 8 characters.',
          'This password is entirely numeric.',
        ],
        password_confirm: ['This field may not be null.'],
      },
    ])
  })

  it('refuses a name and an address that are taken, both at once and in any case', async () => {
    const json = johndoe()
    expect((await call('POST', '/api/register/', { json })).status).toBe(201)
    const again = {
      ...json,
      username: json.username.toUpperCase(),
      email: json.email.toUpperCase(),
    }
    const { status, body } = await call('POST', '/api/register/', { json: again })
    expect([status, body]).toEqual([
      400,
      {
        username: ['A user with that username already exists.'],
        email: ['A user with this email already exists.'],
      },
    ])
  })

  it('tells all that is wrong with a password', async () => {
    const digits = { username: '12345678', password: '12345678', password_confirm: '87654321' }
    const { status, body } = await call('POST', '/api/register/', { json: johndoe(digits) })
    expect([status, body]).toEqual([
      400,
      {
        password: ['This password is entirely numeric.'],
      },
    ])
  })

  it('refuses a password that is the username', async () => {
    const json = johndoe({ password: 'johndoe-the-first', password_confirm: 'johndoe-the-first' })
    const { status, body } = await call('POST', '/api/register/', {
      json: { ...json, username: 'JohnDoe-the-first' },
    })
    expect([status, body]).toEqual([
      400,
      { password: ['The password is too similar to the username.'] },
    ])
  })
})

describe('GET /api/sessions', () => {
  it('lists one’s own good sessions, the present one marked', async () => {
    const own = createWorld()
    const alice = await signUp(own, 'alice')
    await signUp(own, 'bob')
    own.clock.advance(60_000)
    const phone = await signInAgain(own, alice)
    const ended = await signInAgain(own, alice)
    await own.call('POST', '/accounts/logout/', { as: ended, json: { refresh: ended.refresh } })
    const { status, body } = await own.call('GET', '/api/sessions/', { as: phone })
    expect([status, body]).toEqual([
      200,
      [
        {
          id: sessionOf(alice),
          created_at: '2026-01-15T10:30:00Z',
          last_used_at: '2026-01-15T10:30:00Z',
          user_agent: 'tests',
          current: false,
        },
        {
          id: sessionOf(phone),
          created_at: '2026-01-15T10:31:00Z',
          last_used_at: '2026-01-15T10:31:00Z',
          user_agent: 'tests',
          current: true,
        },
      ],
    ])
  })

  it('pages through sessions that began at the same moment', async () => {
    const alice = await signUp(world, 'alice')
    const devices = [alice, await signInAgain(world, alice), await signInAgain(world, alice)]
    const seen: string[] = []
    let path = '/api/sessions/?limit=1'
    for (let pages = 0; path !== '' && pages < 5; pages++) {
      const { body, headers } = await call('GET', path, { as: alice })
      seen.push(...body.map(({ id }: { id: string }) => id))
      path = /<http:\/\/kith\.test(.+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1] ?? ''
    }
    expect(seen).toEqual(devices.map(sessionOf).toSorted())
    const { status, body } = await call('GET', '/api/sessions/?cursor=made-up', { as: alice })
    expect([status, body]).toEqual([400, { cursor: ['Invalid cursor'] }])
  })

  it('is for the signed in', async () => {
    expect((await call('GET', '/api/sessions/')).status).toBe(401)
  })
})

describe('DELETE /api/sessions', () => {
  it('ends all sessions but the present one', async () => {
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const bob = await signUp(world, 'bob')
    const { status, text } = await call('DELETE', '/api/sessions/', { as: phone })
    expect([status, text]).toEqual([204, ''])
    const gone = await call('GET', '/friends/', { as: alice })
    expect([gone.status, gone.body]).toEqual([401, badToken()])
    const refresh = await call('POST', '/api/token/refresh/', { json: { refresh: alice.refresh } })
    expect(refresh.body).toEqual(refused('Token is blacklisted'))
    expect((await call('GET', '/friends/', { as: phone })).status).toBe(200)
    expect((await call('GET', '/friends/', { as: bob })).status).toBe(200)
  })
})

describe('DELETE /api/sessions/:id', () => {
  it('ends one of one’s own sessions', async () => {
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const path = `/api/sessions/${sessionOf(phone)}/`
    const { status, text } = await call('DELETE', path, { as: alice })
    expect([status, text]).toEqual([204, ''])
    expect((await call('GET', '/friends/', { as: phone })).status).toBe(401)
    expect((await call('GET', '/friends/', { as: alice })).status).toBe(200)
    const again = await call('DELETE', path, { as: alice })
    expect([again.status, again.body]).toEqual([404, { detail: 'Not found.' }])
  })

  it('knows no session of somebody else', async () => {
    const alice = await signUp(world, 'alice')
    const bob = await signUp(world, 'bob')
    const { status, body } = await call('DELETE', `/api/sessions/${sessionOf(bob)}/`, { as: alice })
    expect([status, body]).toEqual([404, { detail: 'Not found.' }])
    expect((await call('GET', '/friends/', { as: bob })).status).toBe(200)
  })
})
