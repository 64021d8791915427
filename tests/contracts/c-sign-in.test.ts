// Contract C: registration, the e-mailed code, sign-in, sign-out, password change, one's own record.
import { beforeEach, describe, expect, it } from 'vitest'
import {
  askForCode,
  type CodePerson,
  registerWithCode,
  signInWithCode,
  wrongFor,
} from '../support/code-people'
import { aToken, anId, badToken, claimsOf, noCredentials, unknownToken } from '../support/golden'
import { createMailbox } from '../support/mailbox'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

const mailbox = createMailbox()
const world = createWorld({ context: mailbox.context })
const { call, clock } = world

// A test's wrong passwords close no door to the next one.
beforeEach(() => mailbox.move())

const registered = { detail: 'User registered successfully. Please log in.' }
const refused = { error: 'Invalid credentials' }
const emailSent = 'Email sent. Use the code sent in the login process'
const anOpaqueToken = expect.stringMatching(/^[0-9a-f]{40}$/)
const required = ['This field is required.']

const token = (opaque: string) => ({ headers: { authorization: `Token ${opaque}` } })

async function signedIn(name: string): Promise<CodePerson & { opaque: string; access: string }> {
  const person = await registerWithCode(world, name)
  const code = await askForCode(world, mailbox, person)
  const { body } = await signInWithCode(world, person, code)
  return { ...person, opaque: body.token_auth, access: body.access_token }
}

describe('the document, from top to bottom', () => {
  it('registers, sends a code, signs in, changes the password and signs out', async () => {
    const registration = await call('POST', '/auth/registration/', {
      json: {
        username: 'w',
        email: 'w@gmail.com',
        password1: 'popopopo0987',
        password2: 'popopopo0987',
      },
    })
    expect([registration.status, registration.body]).toEqual([201, registered])

    const asked = await call('POST', '/twofa/send-code/', {
      json: { username: 'w', email: 'w@gmail.com' },
    })
    expect([asked.status, asked.text]).toEqual([200, emailSent])
    expect(asked.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(mailbox.to('w@gmail.com')).toEqual([
      { kind: 'code', code: expect.stringMatching(/^\d{6}$/), minutes: 10 },
    ])

    const signedIn = await call('POST', '/auth/login/', {
      json: { username: 'w', code: mailbox.codeFor('w@gmail.com'), password: 'popopopo0987' },
    })
    expect([signedIn.status, signedIn.body]).toEqual([
      200,
      { access_token: aToken, refresh_token: aToken, token_auth: anOpaqueToken },
    ])
    const { token_auth: opaque, refresh_token: refresh } = signedIn.body

    const refreshed = await call('POST', '/api/token/refresh/', {
      headers: { bearer: `Token ${refresh}` },
    })
    expect([refreshed.status, refreshed.body]).toEqual([
      200,
      { access_token: aToken, refresh_token: aToken },
    ])

    const changed = await call('POST', '/auth/password/change/', {
      json: { new_password1: 'popopopo1234', new_password2: 'popopopo1234' },
      ...token(opaque),
    })
    expect([changed.status, changed.body]).toEqual([
      200,
      { detail: 'New password has been saved.' },
    ])

    const out = await call('POST', '/auth/logout/', token(opaque))
    expect([out.status, out.body]).toEqual([200, { detail: 'Successfully logged out.' }])
  })
})

describe('POST /auth/registration', () => {
  const json = (more: object) => ({
    username: 'bob-of-c',
    email: 'bob-of-c@example.org',
    password1: 'popopopo0987',
    password2: 'popopopo0987',
    ...more,
  })
  const register = (more: object) => call('POST', '/auth/registration', { json: json(more) })

  it('signs nobody in', async () => {
    const { status, headers, body } = await register({})
    expect([status, body]).toEqual([201, registered])
    expect(headers.get('set-cookie')).toBe(null)
  })

  it.each([
    [
      { username: undefined, email: undefined },
      { username: required, email: required },
    ],
    [
      { password1: undefined, password2: undefined },
      { password1: required, password2: required },
    ],
    [{ email: '' }, { email: ['This field may not be blank.'] }],
    [{ email: 'no address' }, { email: ['Enter a valid email address.'] }],
    [
      { password1: '1234', password2: '1234' },
      {
        password1: [
          'This password is too short. It must contain at least 8 characters.',
          'This password is entirely numeric.',
        ],
      },
    ],
    [
      { password2: 'popopopo1234' },
      { non_field_errors: ["The two password fields didn't match."] },
    ],
    [{ username: 'popopopo0987' }, { password1: ['The password is too similar to the username.'] }],
    [
      { username: '12345678', password1: '12345678', password2: '12345678', email: 'no address' },
      {
        email: ['Enter a valid email address.'],
        password1: ['This password is entirely numeric.'],
      },
    ],
    [
      { username: 'two words' },
      {
        username: [
          'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.',
        ],
      },
    ],
  ])('refuses %j', async (more, errors) => {
    const { status, body } = await register(more)
    expect([status, body]).toEqual([400, errors])
  })

  it('tells of a name and an address that are taken, whatever their case', async () => {
    const { username, email } = await registerWithCode(world, 'carol')
    const again = { username: username.toUpperCase(), email: email.toUpperCase() }
    const { status, body } = await register(again)
    expect([status, body]).toEqual([
      400,
      {
        username: ['A user with that username already exists.'],
        email: ['A user with this email already exists.'],
      },
    ])
  })
})

describe('POST /twofa/send-code', () => {
  const ask = (json: object) => call('POST', '/twofa/send-code', { json })

  it('sends a code for the right password, as the web client asks', async () => {
    const { username, email, password } = await registerWithCode(world, 'alice')
    const { status, text } = await ask({ username, password })
    expect([status, text, mailbox.to(email).length]).toEqual([200, emailSent, 1])
  })

  it('sends one to an account that needs none', async () => {
    const json = {
      username: 'needs-no-code',
      email: 'needs-no-code@example.org',
      password: 'x has a password',
    }
    await call('POST', '/api/register/', { json })
    await ask({ username: json.username, email: json.email })
    expect(mailbox.to(json.email).length).toBe(1)
  })

  it('takes name and address without regard to case', async () => {
    const { username, email } = await registerWithCode(world, 'alice')
    await ask({ username: username.toUpperCase(), email: email.toUpperCase() })
    expect(mailbox.to(email).length).toBe(1)
  })

  it('answers the same, and sends nothing, when name, address or password is wrong', async () => {
    const { username, email } = await registerWithCode(world, 'alice')
    const before = mailbox.sent.length
    for (const json of [
      { username: 'nobody-at-all', email },
      { username, email: 'mallory@example.org' },
      { username, password: 'not the password' },
      { username: 'nobody-at-all', password: 'not the password' },
    ]) {
      const { status, text } = await ask(json)
      expect([json, status, text]).toEqual([json, 200, emailSent])
    }
    expect(mailbox.sent.length).toBe(before)
  })

  it('sends nothing to an account that has no address', async () => {
    const { username, password } = await signUp(world, 'dan')
    const before = mailbox.sent.length
    const { status, text } = await ask({ username, password })
    expect([status, text, mailbox.sent.length]).toEqual([200, emailSent, before])
  })

  it.each([
    [{}, { username: required }],
    [{ username: 'alice' }, { email: required }],
    [{ username: 'alice', email: '', password: '' }, { email: required }],
    [{ username: 'alice', email: ['a'] }, { email: ['Not a valid string.'] }],
  ])('refuses %j', async (json, errors) => {
    const { status, body } = await ask(json)
    expect([status, body]).toEqual([400, errors])
  })
})

describe('POST /auth/login', () => {
  it('gives an access token, a refresh token and an opaque one for the same session', async () => {
    const person = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, person)
    const { body } = await signInWithCode(world, person, code)
    const profile = { method: 'GET', path: '/users/profile/' } as const
    const byOpaque = await call(profile.method, profile.path, token(body.token_auth))
    const byJwt = await call(profile.method, profile.path, {
      as: { access: body.access_token },
    })
    expect(byOpaque.body).toEqual(byJwt.body)
    expect(claimsOf(body.access_token)['sid']).toBe(claimsOf(body.refresh_token)['sid'])
  })

  it('takes the code as a number, with blanks around it, and from a form', async () => {
    const person = await registerWithCode(world, 'alice')
    let code = await askForCode(world, mailbox, person)
    while (code.startsWith('0')) {
      clock.advance(61_000)
      code = await askForCode(world, mailbox, person)
    }
    const { username, password } = person
    const number = await call('POST', '/auth/login', {
      json: { username, password, code: Number(code) },
    })
    expect(number.status).toBe(200)
    const form = { username, password, code: ` ${await askForCode(world, mailbox, person)} ` }
    expect((await call('POST', '/auth/login', { form })).status).toBe(200)
  })

  it('says the same whatever is wrong', async () => {
    const person = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, person)
    const { username, password } = person
    for (const json of [
      { username: 'nobody-at-all', password, code },
      { username, password: 'not the password', code },
      { username, password, code: wrongFor(code) },
      { username, password, code: 'abcdef' },
      { username, password, code: '' },
      { username, password, code: null },
      { username, password },
    ]) {
      const { status, body } = await call('POST', '/auth/login', { json })
      expect([json, status, body]).toEqual([json, 400, refused])
    }
    expect((await signInWithCode(world, person, code)).status).toBe(200)
  })

  it('looks at no code of an account that needs none', async () => {
    const { username, password } = await signUp(world, 'dan')
    for (const json of [
      { username, password },
      { username, password, code: '000000' },
    ]) {
      const { status, body } = await call('POST', '/auth/login', { json })
      expect([status, body]).toEqual([
        200,
        { access_token: aToken, refresh_token: aToken, token_auth: anOpaqueToken },
      ])
    }
  })

  it('refuses what lacks a name or a password', async () => {
    const { status, body } = await call('POST', '/auth/login', { json: {} })
    expect([status, body]).toEqual([400, { username: required, password: required }])
  })
})

describe('the code at the other doors', () => {
  const needed = { detail: 'A verification code is required.', code: 'code_required' }

  it('is asked for at A’s login, behind the right password only', async () => {
    const person = await registerWithCode(world, 'alice')
    const { username, password } = person
    const without = await call('POST', '/accounts/login/', { json: { username, password } })
    expect([without.status, without.body]).toEqual([401, needed])
    const wrong = { username, password: 'not the password' }
    expect((await call('POST', '/accounts/login/', { json: wrong })).body).toEqual({
      detail: 'No active account found with the given credentials',
    })
    const code = await askForCode(world, mailbox, person)
    const bad = { username, password, code: wrongFor(code) }
    expect((await call('POST', '/accounts/login/', { json: bad })).body).toEqual(needed)
    const { status, body } = await call('POST', '/accounts/login/', {
      json: { username, password, code },
    })
    expect([status, body]).toEqual([200, { access: aToken, refresh: aToken }])
  })

  it('is asked for at /api/token/, with its flag', async () => {
    const person = await registerWithCode(world, 'alice')
    const { username, password } = person
    const without = await call('POST', '/api/token/', { json: { username, password } })
    expect([without.status, without.body]).toEqual([401, { success: false, ...needed }])
    expect(without.headers.get('set-cookie')).toBe(null)
    const code = await askForCode(world, mailbox, person)
    const { status, body } = await call('POST', '/api/token/', {
      json: { username, password, code },
    })
    expect([status, body.success]).toEqual([200, true])
  })
})

describe('POST /auth/logout', () => {
  it('ends the session and forgets the opaque token', async () => {
    const { opaque, access } = await signedIn('alice')
    const out = await call('POST', '/auth/logout', token(opaque))
    expect([out.status, out.body]).toEqual([200, { detail: 'Successfully logged out.' }])
    const again = await call('POST', '/auth/logout', token(opaque))
    expect([again.status, again.body]).toEqual([401, unknownToken])
    const byJwt = await call('GET', '/users/profile', { as: { access } })
    expect([byJwt.status, byJwt.body]).toEqual([401, badToken()])
  })

  it('leaves the other sessions alone', async () => {
    const alice = await signedIn('alice')
    const code = await askForCode(world, mailbox, alice)
    const { body: other } = await signInWithCode(world, alice, code)
    await call('POST', '/auth/logout', token(other.token_auth))
    expect((await call('GET', '/users/profile', token(alice.opaque))).status).toBe(200)
  })

  it('needs a credential', async () => {
    const { status, body } = await call('POST', '/auth/logout')
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('POST /auth/password/change', () => {
  const change = (opaque: string, json: object) =>
    call('POST', '/auth/password/change', { json, ...token(opaque) })
  const both = (password: string) => ({ new_password1: password, new_password2: password })
  const saved = { detail: 'New password has been saved.' }

  it('works without the old password while the sign-in is fresh', async () => {
    const { opaque, username } = await signedIn('alice')
    expect((await change(opaque, both('popopopo1234'))).body).toEqual(saved)
    const old = { username, password: 'alice has a password' }
    expect((await call('POST', '/accounts/login/', { json: old })).body).toEqual({
      detail: 'No active account found with the given credentials',
    })
  })

  it('asks for the old password once the sign-in is older than ten minutes', async () => {
    const { opaque, password } = await signedIn('alice')
    clock.advance(600_001)
    const without = await change(opaque, both('popopopo1234'))
    expect([without.status, without.body]).toEqual([400, { old_password: required }])
    const json = { ...both('popopopo1234'), old_password: password }
    expect((await change(opaque, json)).body).toEqual(saved)
  })

  it('looks at an old password that is sent', async () => {
    const { opaque } = await signedIn('alice')
    const json = { ...both('popopopo1234'), old_password: 'not the password' }
    const { status, body } = await change(opaque, json)
    expect([status, body]).toEqual([400, { old_password: ['Wrong password.'] }])
  })

  it('tells the person by mail', async () => {
    const { opaque, email } = await signedIn('alice')
    await change(opaque, both('popopopo1234'))
    expect(mailbox.to(email).at(-1)).toEqual({ kind: 'password_changed' })
  })

  it.each([
    [{}, { new_password1: required, new_password2: required }],
    [
      { new_password1: 'popopopo1234', new_password2: 'popopopo0987' },
      { new_password2: ['The two password fields didn’t match.'] },
    ],
    [
      { new_password1: 'short', new_password2: 'short' },
      { new_password1: ['This password is too short. It must contain at least 8 characters.'] },
    ],
  ])('refuses %j', async (json, errors) => {
    const { opaque } = await signedIn('alice')
    const { status, body } = await change(opaque, json)
    expect([status, body]).toEqual([400, errors])
  })

  it('refuses the name as the password', async () => {
    const { opaque, username } = await signedIn('alice')
    const { status, body } = await change(opaque, both(username))
    expect([status, body]).toEqual([
      400,
      { new_password1: ['The password is too similar to the username.'] },
    ])
  })

  it('needs a credential', async () => {
    const { status, body } = await call('POST', '/auth/password/change', { json: {} })
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('POST /twofa', () => {
  const set = (access: string, json: object) => call('POST', '/twofa/', { json, as: { access } })

  it('switches the code off with the password, and on again without', async () => {
    const { access, username, password } = await signedIn('alice')
    const login = () => call('POST', '/accounts/login/', { json: { username, password } })
    const off = await set(access, { enabled: false, password })
    expect([off.status, off.body]).toEqual([200, { enabled: false }])
    expect((await login()).status).toBe(200)
    const on = await set(access, { enabled: true })
    expect([on.status, on.body]).toEqual([200, { enabled: true }])
    expect((await login()).body.code).toBe('code_required')
  })

  it.each([
    [{ enabled: false }, { password: required }],
    [{ enabled: false, password: 'not the password' }, { password: ['Wrong password.'] }],
    [{}, { enabled: required }],
    [{ enabled: 'perhaps' }, { enabled: ['Must be a valid boolean.'] }],
  ])('refuses %j and leaves it on', async (json, errors) => {
    const { access, username, password } = await signedIn('alice')
    const { status, body } = await set(access, json)
    expect([status, body]).toEqual([400, errors])
    const login = await call('POST', '/accounts/login/', { json: { username, password } })
    expect(login.body.code).toBe('code_required')
  })

  it('is not switched on for an account that no code can be sent to', async () => {
    const dan = await signUp(world, 'dan')
    const { status, body } = await set(dan.access, { enabled: true })
    expect([status, body]).toEqual([
      400,
      { enabled: ['The code is sent by e-mail: give your account an address first.'] },
    ])
    const { username, password } = dan
    const login = await call('POST', '/accounts/login/', { json: { username, password } })
    expect(login.status).toBe(200)
  })

  it('needs a credential', async () => {
    const { status, body } = await call('POST', '/twofa', { json: { enabled: true } })
    expect([status, body]).toEqual([401, noCredentials])
  })
})

describe('GET /users/profile', () => {
  it('is the caller’s own record, with id and address', async () => {
    const { opaque, username, email } = await signedIn('alice')
    const { status, body } = await call('GET', '/users/profile/', token(opaque))
    expect([status, body]).toEqual([
      200,
      {
        id: anId,
        username,
        is_connected: true,
        avatar: '/media/avatars/default.png',
        friends: [],
        friends_count: 0,
        email,
      },
    ])
  })

  it('needs a credential', async () => {
    const { status, body } = await call('GET', '/users/profile')
    expect([status, body]).toEqual([401, noCredentials])
  })
})
