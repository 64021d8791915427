// Contract A: accounts and the private address book, clause by clause.
import { beforeAll, describe, expect, it } from 'vitest'
import { contentTypes, rawJson } from '../support/forms'
import {
  aJsonError,
  aToken,
  anId,
  badRefresh,
  badToken,
  claimsOf,
  hex32,
  inactiveUser,
  noCredentials,
} from '../support/golden'
import { type Person, setActive, signInAgain, signUp } from '../support/people'
import { beginning, type CallOptions, createWorld } from '../support/world'

const world = createWorld()
const { call } = world
const day = 86_400_000

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
})

const required = 'This field is required.'
const blank = 'This field may not be blank.'
const isNull = 'This field may not be null.'
const noText = 'Not a valid string.'
const noDate = 'Date has wrong format. Use one of these formats instead: YYYY-MM-DD.'
const noMoreThan = (max: number) => `Ensure this field has no more than ${max} characters.`

describe('POST /accounts/signup', () => {
  const signUpWith = (given: CallOptions) => call('POST', '/accounts/signup/', given)
  const created = { message: 'User created successfully', refresh: aToken, access: aToken }

  it('makes an account and signs it in', async () => {
    const { status, headers, body } = await signUpWith({
      json: { username: 'carol', password: 'testpass' },
    })
    expect([status, body]).toEqual([201, created])
    expect(headers.get('content-type')).toBe('application/json')
    expect(claimsOf(body.access)).toEqual({
      token_type: 'access',
      exp: beginning / 1000 + 15 * 60,
      iat: beginning / 1000,
      jti: hex32,
      user_id: anId,
      sid: hex32,
    })
    expect(claimsOf(body.refresh)).toEqual({
      ...claimsOf(body.access),
      token_type: 'refresh',
      exp: (beginning + 30 * day) / 1000,
      jti: hex32,
    })
    expect(claimsOf(body.refresh)['jti']).not.toBe(claimsOf(body.access)['jti'])
    const friends = await call('GET', '/friends/', { as: body })
    expect([friends.status, friends.body]).toEqual([200, []])
  })

  it.each(contentTypes)('takes its body as %s', async (name, bodyOf) => {
    const json = { username: `carol+${name.replaceAll(' ', '-')}`, password: 'password123' }
    const { status, body } = await call('POST', '/accounts/signup', bodyOf(json))
    expect([status, body]).toEqual([201, created])
  })

  it('trims the name, and never the password', async () => {
    const json = { username: '  dan  ', password: '  popopopo0987  ' }
    expect((await signUpWith({ json })).status).toBe(201)
    const signIn = (password: string) =>
      call('POST', '/accounts/login/', { json: { username: 'dan', password } })
    expect((await signIn('  popopopo0987  ')).status).toBe(200)
    expect((await signIn('popopopo0987')).status).toBe(401)
  })

  it('takes numbers as text and ignores keys that it does not know', async () => {
    const json = { username: 20260115, password: 1234567.25, is_active: false, id: 1 }
    const { status, body } = await signUpWith({ json })
    expect([status, body]).toEqual([201, created])
    const signIn = { username: '20260115', password: '1234567.25' }
    expect((await call('POST', '/accounts/login/', { json: signIn })).status).toBe(200)
  })

  it('reads no credentials, so a stale one does no harm', async () => {
    const { status } = await signUpWith({
      json: { username: 'carol-again', password: 'testpass' },
      headers: { authorization: 'Bearer a.stale.token' },
    })
    expect(status).toBe(201)
  })

  it.each<[string, CallOptions]>([
    ['no body', {}],
    ['no keys', { json: {} }],
    ['no password', { json: { username: 'erin' } }],
    ['no name', { json: { password: 'testpass' } }],
    ['a blank name', { json: { username: ' ', password: 'testpass' } }],
    ['a blank password', { json: { username: 'erin', password: '' } }],
    ['null for a name', { json: { username: null, password: 'testpass' } }],
    ['null for a password', { json: { username: 'erin', password: null } }],
    ['a bad name and no password', { json: { username: 'e r i n' } }],
  ])('asks for both fields when it gets %s', async (_, given) => {
    const { status, body } = await signUpWith(given)
    expect([status, body]).toEqual([400, { error: 'Username and password are required' }])
  })

  it('knows a name that is taken in whatever spelling', async () => {
    const { username } = alice
    for (const spelling of [
      username,
      username.toUpperCase(),
      ` ${username} `,
      fullWidth(username),
    ]) {
      const { status, body } = await signUpWith({
        json: { username: spelling, password: 'testpass' },
      })
      expect([status, body]).toEqual([400, { error: 'Username already exists' }])
    }
  })

  const badName =
    'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
  const short = 'This password is too short. It must contain at least 8 characters.'
  const numeric = 'This password is entirely numeric.'
  const similar = 'The password is too similar to the username.'

  it.each<[string, object, object]>([
    ['a name with a blank inside', { username: 'e rin' }, { username: [badName] }],
    ['a name with other signs', { username: 'erin!' }, { username: [badName] }],
    ['the name of one who left', { username: 'Deleted-7' }, { username: [badName] }],
    ['a name of 151 characters', { username: 'é'.repeat(151) }, { username: [noMoreThan(150)] }],
    ['a name that NFKC makes long', { username: 'ﬃ'.repeat(51) }, { username: [noMoreThan(150)] }],
    ['true as a name', { username: true }, { username: [noText] }],
    ['a list as a name', { username: ['erin'] }, { username: [noText] }],
    ['an object as a password', { password: {} }, { password: [noText] }],
    ['a password of 7 characters', { password: 'tespass' }, { password: [short] }],
    ['a password of digits', { password: '20260115' }, { password: [numeric] }],
    ['a password with both faults', { password: '2026' }, { password: [short, numeric] }],
    ['a password of 257', { password: 'p'.repeat(257) }, { password: [noMoreThan(256)] }],
    ['the name as password', { password: 'ERIN-THE-FIRST' }, { password: [similar] }],
    [
      'the name as password that fails by itself',
      { username: '2026', password: '2026' },
      { password: [short, numeric] },
    ],
    [
      'a bad name as password',
      { username: 'erin!', password: 'ERIN!' },
      { username: [badName], password: [short] },
    ],
    [
      'faults in both fields',
      { username: '@ @', password: '1' },
      { username: [badName], password: [short, numeric] },
    ],
  ])('refuses %s by field', async (_, fields, expected) => {
    const { status, body } = await signUpWith({
      json: { username: 'erin-the-first', password: 'testpass', ...fields },
    })
    expect([status, body]).toEqual([400, expected])
  })

  it('takes 150 characters as a name and 256 as a password', async () => {
    const json = { username: 'é'.repeat(150), password: '🔑'.repeat(256) }
    expect((await signUpWith({ json })).status).toBe(201)
    expect((await call('POST', '/accounts/login/', { json })).status).toBe(200)
  })
})

describe('POST /accounts/login', () => {
  const login = (given: CallOptions) => call('POST', '/accounts/login/', given)

  it.each(contentTypes)('signs in with a body of %s', async (_, bodyOf) => {
    const given = bodyOf({ username: alice.username, password: alice.password })
    for (const path of ['/accounts/login', '/accounts/login/']) {
      const { status, body } = await call('POST', path, given)
      expect([status, body]).toEqual([200, { refresh: aToken, access: aToken }])
    }
  })

  it('begins a session of its own each time, of the same account', async () => {
    const again = await signInAgain(world, alice)
    const [first, second] = [claimsOf(alice.access), claimsOf(again.access)]
    expect(second['user_id']).toBe(first['user_id'])
    expect(second['sid']).not.toBe(first['sid'])
  })

  it('knows the name in whatever spelling', async () => {
    const { username, password } = alice
    for (const spelling of [username.toUpperCase(), ` ${username} `, fullWidth(username)]) {
      expect((await login({ json: { username: spelling, password } })).status).toBe(200)
    }
  })

  it('says the same of a wrong password, an unknown name and an inactive account', async () => {
    const dan = await signUp(world, 'dan')
    await setActive(dan, false)
    for (const json of [
      { username: alice.username, password: `${alice.password} ` },
      { username: alice.username, password: 'x' },
      { username: 'nobody-at-all', password: alice.password },
      { username: 'not a name!', password: alice.password },
      { username: dan.username, password: dan.password },
    ]) {
      const { status, headers, body } = await login({ json })
      const detail = 'No active account found with the given credentials'
      expect([status, body]).toEqual([401, { detail }])
      expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    }
  })

  it.each<[string, CallOptions, object]>([
    ['no body', {}, { username: [required], password: [required] }],
    ['blanks', { json: { username: ' ', password: '' } }, { username: [blank], password: [blank] }],
    [
      'nulls',
      { json: { username: null, password: null } },
      { username: [isNull], password: [isNull] },
    ],
    [
      'no texts',
      { json: { username: [], password: true } },
      { username: [noText], password: [noText] },
    ],
  ])('names the fields when it gets %s', async (_, given, expected) => {
    const { status, body } = await login(given)
    expect([status, body]).toEqual([400, expected])
  })

  it('reads no credentials, so a stale one does no harm', async () => {
    const { username, password } = alice
    const headers = { authorization: 'Token 1', cookie: 'access_token=x' }
    expect((await login({ json: { username, password }, headers })).status).toBe(200)
  })
})

describe('POST /accounts/refresh', () => {
  const refresh = (given: CallOptions) => call('POST', '/accounts/refresh/', given)

  it.each(contentTypes)('gives a new access token for a body of %s', async (_, bodyOf) => {
    const { status, body } = await call(
      'POST',
      '/accounts/refresh',
      bodyOf({ refresh: alice.refresh }),
    )
    expect([status, body]).toEqual([200, { access: aToken }])
    expect((await call('GET', '/friends/', { as: body })).status).toBe(200)
    const { jti, ...claims } = claimsOf(alice.access)
    expect(claimsOf(body.access)).toEqual({ ...claims, jti: hex32 })
    expect(claimsOf(body.access)['jti']).not.toBe(jti)
  })

  it('needs no access token, and minds none that has expired', async () => {
    const later = createWorld()
    const carol = await signUp(later, 'carol')
    later.clock.advance(30 * day - 1000)
    const { status, body } = await later.call('POST', '/accounts/refresh/', {
      json: { refresh: carol.refresh },
      as: carol,
    })
    expect([status, body]).toEqual([200, { access: aToken }])
    expect((await later.call('GET', '/friends/', { as: body })).status).toBe(200)
  })

  it.each([
    ['a token that is none', () => 'nonsense', badRefresh()],
    ['an access token', () => alice.access, badRefresh('Token has wrong type')],
  ])('refuses %s', async (_, token, expected) => {
    const { status, headers, body } = await refresh({ json: { refresh: token() } })
    expect([status, body]).toEqual([401, expected])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  it('refuses a token that has expired', async () => {
    const later = createWorld()
    later.clock.advance(31 * day)
    const { status, body } = await later.call('POST', '/accounts/refresh/', {
      json: { refresh: alice.refresh },
    })
    expect([status, body]).toEqual([401, badRefresh()])
  })

  it('refuses a token that was revoked, and that of an inactive account', async () => {
    const again = await signInAgain(world, bob)
    await call('POST', '/accounts/logout/', { json: { refresh: again.refresh }, as: again })
    const revoked = await refresh({ json: { refresh: again.refresh } })
    expect([revoked.status, revoked.body]).toEqual([401, badRefresh('Token is blacklisted')])
    const carol = await signUp(world, 'carol')
    await setActive(carol, false)
    const inactive = await refresh({ json: { refresh: carol.refresh } })
    expect([inactive.status, inactive.body]).toEqual([401, inactiveUser])
  })

  it.each<[string, CallOptions, string]>([
    ['no body', {}, required],
    ['a blank', { json: { refresh: ' ' } }, blank],
    ['null', { json: { refresh: null } }, isNull],
    ['a list', { json: { refresh: [] } }, noText],
  ])('names the field when it gets %s', async (_, given, text) => {
    const { status, body } = await refresh(given)
    expect([status, body]).toEqual([400, { refresh: [text] }])
  })
})

describe('POST /accounts/logout', () => {
  const logout = (person: Person | undefined, given: CallOptions) =>
    call('POST', '/accounts/logout/', { ...given, as: person })

  it.each(contentTypes)('ends the session of the token in a body of %s', async (_, bodyOf) => {
    const again = await signInAgain(world, alice)
    const given = { ...bodyOf({ refresh: again.refresh }), as: again }
    const { status, body } = await call('POST', '/accounts/logout', given)
    expect([status, body]).toEqual([200, { message: 'Logout successful' }])
    const next = await call('GET', '/friends/', { as: again })
    expect([next.status, next.body]).toEqual([401, badToken()])
    const renewed = await call('POST', '/accounts/refresh/', { json: { refresh: again.refresh } })
    expect([renewed.status, renewed.body]).toEqual([401, badRefresh('Token is blacklisted')])
    expect((await call('GET', '/friends/', { as: alice })).status).toBe(200)
  })

  it('needs an access token', async () => {
    const { status, headers, body } = await logout(undefined, { json: { refresh: alice.refresh } })
    expect([status, body]).toEqual([401, noCredentials])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  it.each<[string, CallOptions]>([
    ['no body', {}],
    ['a blank', { json: { refresh: '' } }],
    ['null', { json: { refresh: null } }],
    ['no text', { json: { refresh: [alice] } }],
  ])('asks for the refresh token when it gets %s', async (_, given) => {
    const { status, body } = await logout(alice, given)
    expect([status, body]).toEqual([400, { error: 'Refresh token is required' }])
  })

  it.each([
    ['none', () => 'nonsense', 'Token is invalid or expired'],
    ["somebody else's", () => bob.refresh, 'Token is invalid or expired'],
    ['an access token', () => alice.access, 'Token has wrong type'],
  ])('refuses a token that is %s', async (_, token, error) => {
    const { status, body } = await logout(alice, { json: { refresh: token() } })
    expect([status, body]).toEqual([400, { error }])
    expect((await call('GET', '/friends/', { as: bob })).status).toBe(200)
  })

  it("ends another session of one's own, once", async () => {
    const again = await signInAgain(world, alice)
    const json = { refresh: again.refresh }
    expect((await logout(alice, { json })).status).toBe(200)
    expect((await call('GET', '/friends/', { as: again })).status).toBe(401)
    const { status, body } = await logout(alice, { json })
    expect([status, body]).toEqual([400, { error: 'Token is blacklisted' }])
  })
})

// ── The address book ─────────────────────────────────────────────────────────────────────────────

const example = {
  first_name: 'Taro',
  last_name: 'Yamada',
  phone_number: '1234567890',
  platform: 'Twitter',
}
const full = {
  first_name: 'Hanako',
  last_name: 'Sato',
  phone_number: '+81312345678',
  birthday: '2000-02-29',
  platform: 'Line',
  contact_info: '@hanako',
  last_met_date: '2025-12-31',
  note: 'Likes tea.\nCalls on Sundays.',
}
const now = '2026-01-15T10:30:00Z'

/** A whole record: what is not given is empty. */
const contact = (fields: object) => ({
  id: anId,
  first_name: '',
  last_name: '',
  phone_number: '',
  birthday: null,
  platform: '',
  contact_info: '',
  last_met_date: null,
  note: '',
  created_at: now,
  updated_at: now,
  ...fields,
})

const add = async (as: Person, json: object) => (await call('POST', '/friends/', { json, as })).body
const missing = { error: 'Friend not found' }

/** What POST and PUT say of each field; PATCH too, but for those that are not there. */
const badFields: [string, object, object][] = [
  [
    'no texts',
    {
      first_name: true,
      last_name: [],
      phone_number: {},
      platform: false,
      contact_info: [1],
      note: {},
    },
    {
      first_name: [noText],
      last_name: [noText],
      phone_number: [noText],
      platform: [noText],
      contact_info: [noText],
      note: [noText],
    },
  ],
  ['blank names', { first_name: '', last_name: ' ' }, { first_name: [blank], last_name: [blank] }],
  [
    'nulls',
    { first_name: null, phone_number: null, note: null },
    { first_name: [isNull], phone_number: [isNull], note: [isNull] },
  ],
  [
    'texts that are too long',
    {
      first_name: 'x'.repeat(101),
      last_name: 'x'.repeat(101),
      phone_number: '1'.repeat(16),
      platform: 'x'.repeat(101),
      contact_info: 'x'.repeat(201),
      note: 'x'.repeat(10_001),
    },
    {
      first_name: [noMoreThan(100)],
      last_name: [noMoreThan(100)],
      phone_number: [noMoreThan(15)],
      platform: [noMoreThan(100)],
      contact_info: [noMoreThan(200)],
      note: [noMoreThan(10_000)],
    },
  ],
  ...['2025-02-29', '29.02.2024', '2025-2-1', '0000-01-01', '', 'today', 20250101, true, {}].map(
    (date): [string, object, object] => [
      `the date ${JSON.stringify(date)}`,
      { birthday: date, last_met_date: date },
      { birthday: [noDate], last_met_date: [noDate] },
    ],
  ),
]

describe('GET /friends', () => {
  it('lists the records of the caller, in the order of their ids', async () => {
    const carol = await signUp(world, 'carol')
    await add(bob, example)
    const first = await add(carol, example)
    const second = await add(carol, full)
    for (const path of ['/friends', '/friends/']) {
      const { status, headers, body } = await call('GET', path, { as: carol })
      expect([status, body]).toEqual([200, [contact({ ...example, id: first.id }), second]])
      expect(headers.has('link')).toBe(false)
    }
    expect(second.id).toBeGreaterThan(first.id)
  })

  it('goes on where the Link says, when a limit was asked for', async () => {
    const carol = await signUp(world, 'carol')
    const all = [await add(carol, example), await add(carol, full), await add(carol, example)]
    const page = await call('GET', '/friends/?limit=2', { as: carol })
    expect(page.body).toEqual(all.slice(0, 2))
    const link = `<http://kith.test/friends/?limit=2&cursor=${all[1].id}>; rel="next"`
    expect(page.headers.get('link')).toBe(link)
    const rest = await call('GET', `/friends/?limit=2&cursor=${all[1].id}`, { as: carol })
    expect([rest.body, rest.headers.get('link')]).toEqual([all.slice(2), null])
    const whole = await call('GET', '/friends/?limit=3', { as: carol })
    expect([whole.body, whole.headers.get('link')]).toEqual([all, null])
  })

  it('needs an access token', async () => {
    const { status, headers, body } = await call('GET', '/friends/')
    expect([status, body]).toEqual([401, noCredentials])
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })
})

describe('POST /friends', () => {
  it.each(contentTypes)('adds the record in a body of %s', async (_, bodyOf) => {
    for (const path of ['/friends', '/friends/']) {
      const { status, body } = await call('POST', path, { ...bodyOf(example), as: alice })
      expect([status, body]).toEqual([201, contact(example)])
      expect((await call('GET', `/friends/${body.id}/`, { as: alice })).body).toEqual(body)
    }
    const { status, body } = await call('POST', '/friends/', { ...bodyOf(full), as: alice })
    expect([status, body]).toEqual([201, contact(full)])
  })

  it('answers with the keys in their order', async () => {
    const body = await add(alice, { last_name: 'Yamada', first_name: 'Taro' })
    expect(Object.keys(body)).toEqual(Object.keys(contact({})))
  })

  it('takes null for a date, and an empty field of a form for the same', async () => {
    const nulls = { ...example, birthday: null, last_met_date: null }
    expect(await add(alice, nulls)).toEqual(contact(example))
    for (const [, bodyOf] of contentTypes.slice(1)) {
      const empty = { ...example, birthday: '', last_met_date: '', note: '' }
      const { status, body } = await call('POST', '/friends/', { ...bodyOf(empty), as: alice })
      expect([status, body]).toEqual([201, contact(example)])
    }
  })

  it('trims text, takes numbers as text, and ignores keys that it does not know', async () => {
    const given = {
      first_name: ' Taro\t',
      last_name: 7,
      phone_number: 1234567890,
      birthday: ' 2000-01-01 ',
      note: '\n  two\n\n  lines \n',
      id: 4,
      owner: bob.id,
      owner_id: bob.id,
      created_at: '1999-01-01T00:00:00Z',
    }
    expect(await add(alice, given)).toEqual(
      contact({
        first_name: 'Taro',
        last_name: '7',
        phone_number: '1234567890',
        birthday: '2000-01-01',
        note: 'two\n\n  lines',
      }),
    )
  })

  it('takes texts of just the longest length, counted in characters', async () => {
    const longest = {
      first_name: '名'.repeat(100),
      last_name: '👪'.repeat(100),
      phone_number: '1'.repeat(15),
      platform: 'é'.repeat(100),
      contact_info: '🦊'.repeat(200),
      note: '字'.repeat(10_000),
    }
    expect(await add(alice, longest)).toEqual(contact(longest))
  })

  it('asks for both names', async () => {
    const expected = { first_name: [required], last_name: [required] }
    for (const given of [{}, { json: {} }, { json: { platform: 'Twitter' } }, { form: {} }]) {
      const { status, body } = await call('POST', '/friends/', { ...given, as: alice })
      expect([status, body]).toEqual([400, expected])
    }
  })

  it.each(badFields)('refuses %s, all fields together', async (_, fields, expected) => {
    const { status, body } = await call('POST', '/friends/', {
      json: { ...example, ...fields },
      as: alice,
    })
    expect([status, body]).toEqual([400, expected])
  })

  it.each([
    ['[]', 'list'],
    ['"text"', 'str'],
    ['7', 'int'],
    ['7.5', 'float'],
    ['true', 'bool'],
  ])('expects an object, not %s', async (text, kind) => {
    const { status, body } = await call('POST', '/friends/', { ...rawJson(text), as: alice })
    const expected = `Invalid data. Expected a dictionary, but got ${kind}.`
    expect([status, body]).toEqual([400, { non_field_errors: [expected] }])
  })

  it('cannot read broken JSON', async () => {
    const { status, body } = await call('POST', '/friends/', { ...rawJson('{"a":'), as: alice })
    expect([status, body]).toEqual([400, aJsonError])
  })

  it('needs an access token', async () => {
    const { status, body } = await call('POST', '/friends/', { json: example })
    expect([status, body]).toEqual([401, noCredentials])
  })
})

/** For each route of a single record: whose it is, and that one has to be signed in. */
function itIsPrivate(method: string) {
  const given: CallOptions = method === 'GET' ? {} : { json: example }
  it("takes somebody else's record for a missing one", async () => {
    const { id } = await add(bob, example)
    for (const path of [`/friends/${id}/`, `/friends/${id}`, '/friends/999999/', '/friends/x/']) {
      const { status, body } = await call(method, path, { ...given, as: alice })
      expect([status, body]).toEqual([404, missing])
    }
    const kept = await call('GET', `/friends/${id}/`, { as: bob })
    expect(kept.body).toEqual(contact(example))
  })

  it('needs an access token', async () => {
    const { status, body } = await call(method, '/friends/1/', given)
    expect([status, body]).toEqual([401, noCredentials])
  })
}

describe('GET /friends/:id', () => {
  it('shows a record', async () => {
    const { id } = await add(alice, full)
    for (const path of [`/friends/${id}`, `/friends/${id}/`]) {
      const { status, body } = await call('GET', path, { as: alice })
      expect([status, body]).toEqual([200, contact({ ...full, id })])
    }
  })

  itIsPrivate('GET')
})

describe('PUT /friends/:id', () => {
  it.each(contentTypes)('changes the record as a body of %s says', async (_, bodyOf) => {
    const { id } = await add(alice, full)
    for (const path of [`/friends/${id}`, `/friends/${id}/`]) {
      const { status, body } = await call('PUT', path, { ...bodyOf(example), as: alice })
      expect([status, body]).toEqual([200, contact({ ...full, ...example, id })])
      expect((await call('GET', path, { as: alice })).body).toEqual(body)
    }
  })

  it('empties an optional key that is sent empty, and keeps one that is not sent', async () => {
    const { id } = await add(alice, full)
    const json = { ...example, phone_number: '', birthday: null, note: '' }
    const { body } = await call('PUT', `/friends/${id}/`, { json, as: alice })
    expect(body).toEqual(contact({ ...full, ...json, id }))
  })

  it('asks for both names', async () => {
    const { id } = await add(alice, full)
    const json = { phone_number: '9876543210' }
    const { status, body } = await call('PUT', `/friends/${id}/`, { json, as: alice })
    expect([status, body]).toEqual([400, { first_name: [required], last_name: [required] }])
    expect((await call('GET', `/friends/${id}/`, { as: alice })).body).toEqual(
      contact({ ...full, id }),
    )
  })

  it.each(badFields)('refuses %s, all fields together', async (_, fields, expected) => {
    const json = { ...example, ...fields }
    const { status, body } = await call('PUT', '/friends/1/', { json, as: alice })
    expect([status, body]).toEqual([400, expected])
  })

  itIsPrivate('PUT')
})

describe('PATCH /friends/:id', () => {
  it.each(contentTypes)('changes the one key in a body of %s', async (_, bodyOf) => {
    const { id } = await add(alice, full)
    for (const path of [`/friends/${id}`, `/friends/${id}/`]) {
      const given = bodyOf({ phone_number: '9999999999' })
      const { status, body } = await call('PATCH', path, { ...given, as: alice })
      expect([status, body]).toEqual([200, contact({ ...full, id, phone_number: '9999999999' })])
    }
  })

  it.each(Object.entries(full))('changes %s alone', async (key, value) => {
    const { id } = await add(alice, example)
    const json = { [key]: value }
    const { status, body } = await call('PATCH', `/friends/${id}/`, { json, as: alice })
    expect([status, body]).toEqual([200, contact({ ...example, id, ...json })])
  })

  it('changes nothing when nothing is sent, and says when a record was changed last', async () => {
    const later = createWorld()
    const carol = await signUp(later, 'carol')
    const json = { first_name: 'Taro', last_name: 'Yamada' }
    const { id } = (await later.call('POST', '/friends/', { json, as: carol })).body
    later.clock.advance(90_500)
    const { status, body } = await later.call('PATCH', `/friends/${id}/`, { as: carol })
    expect([status, body]).toEqual([
      200,
      contact({ ...json, id, updated_at: '2026-01-15T10:31:30Z' }),
    ])
  })

  it('empties what is sent empty, but no name', async () => {
    const { id } = await add(alice, full)
    const empty = { phone_number: '', birthday: null, platform: '', contact_info: '', note: ' ' }
    const emptied = await call('PATCH', `/friends/${id}/`, { json: empty, as: alice })
    expect(emptied.body).toEqual(contact({ ...full, ...empty, note: '', id }))
    const json = { first_name: '', last_name: null }
    const { status, body } = await call('PATCH', `/friends/${id}/`, { json, as: alice })
    expect([status, body]).toEqual([400, { first_name: [blank], last_name: [isNull] }])
  })

  it.each(badFields)('refuses %s, all fields together', async (_, json, expected) => {
    const { status, body } = await call('PATCH', '/friends/1/', { json, as: alice })
    expect([status, body]).toEqual([400, expected])
  })

  itIsPrivate('PATCH')
})

describe('DELETE /friends/:id', () => {
  it.each(['', '/'])('removes the record, once, with "%s" at the end', async (end) => {
    const { id } = await add(alice, example)
    const removed = await call('DELETE', `/friends/${id}${end}`, { as: alice })
    expect([removed.status, removed.text]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await call(method, `/friends/${id}${end}`, { as: alice })
      expect([status, body]).toEqual([404, missing])
    }
  })

  it('gives no id a second time', async () => {
    const first = await add(alice, example)
    await call('DELETE', `/friends/${first.id}/`, { as: alice })
    expect((await add(alice, example)).id).toBeGreaterThan(first.id)
  })

  itIsPrivate('DELETE')
})

describe('the commands of the document', () => {
  it('succeed as they are written', async () => {
    const json = (text: string) => rawJson(text)
    const credentials = json('{"username": "testuser", "password": "testpass"}')
    expect((await call('POST', '/accounts/signup/', credentials)).status).toBe(201)
    const { body: tokens } = await call('POST', '/accounts/login/', credentials)
    const send = (method: string, path: string, given: CallOptions = {}) =>
      call(method, path, {
        ...given,
        headers: { ...given.headers, authorization: `Bearer ${tokens.access}` },
      })
    expect((await send('GET', '/friends/')).body).toEqual([])
    const taro =
      '{"first_name": "Taro", "last_name": "Yamada", "phone_number": "1234567890", "platform": "Twitter"}'
    const made = await send('POST', '/friends/', json(taro))
    expect([made.status, made.body]).toEqual([201, contact(example)])
    const path = `/friends/${made.body.id}/`
    const put = await send('PUT', path, json(taro.replace('1234567890', '9876543210')))
    expect([put.status, put.body]).toEqual([200, { ...made.body, phone_number: '9876543210' }])
    const patched = await send('PATCH', path, json('{"phone_number": "9999999999"}'))
    expect([patched.status, patched.body]).toEqual([
      200,
      { ...made.body, phone_number: '9999999999' },
    ])
    expect((await send('GET', '/friends/')).body).toEqual([patched.body])
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('GET', '/friends/')).body).toEqual([])
  })
})

/** ASCII letters and digits in their full-width forms, which NFKC takes back. */
function fullWidth(text: string): string {
  return text.replaceAll(/[a-z0-9]/g, (sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0))
}
