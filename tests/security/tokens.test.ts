// Credentials that are forged, respelled, revoked or in the wrong place; and what is checked first.
import { env } from 'cloudflare:workers'
import { jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { allRows } from '../support/database-rows'
import { rawJson } from '../support/forms'
import {
  aToken,
  badRefresh,
  badToken,
  claimsOf,
  inactiveUser,
  noCredentials,
  unknownToken,
} from '../support/golden'
import { type Person, sessionOf, setActive, signInAgain, signUp } from '../support/people'
import { addOpaqueToken, flipUnusedBits, forge, unsigned } from '../support/tokens'
import { type CallOptions, createWorld } from '../support/world'

const world = createWorld()
const secure = createWorld({ origin: 'https://kith.test' })
const { call } = world

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  bob = await signUp(world, 'bob')
})

const taro = { first_name: 'Taro', last_name: 'Yamada' }
const listFriends = (headers: Record<string, string>, on = world) =>
  on.call('GET', '/friends/', { headers })
const withHeader = (authorization: string) => listFriends({ authorization })
const withCookie = (cookie: string, on = world) => listFriends({ cookie }, on)
const refreshWith = (refresh: string, on = world) =>
  on.call('POST', '/accounts/refresh/', { json: { refresh } })
const logout = (person: Person) =>
  call('POST', '/accounts/logout/', { json: { refresh: person.refresh }, as: person })

type Claims = Record<string, unknown>
const without = (claims: Claims, ...names: string[]) =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))

/** Tokens that claim what a good one does, and are not good. */
const forgeries: [string, (claims: Claims, token: string) => string | Promise<string>][] = [
  ['alg none', (claims) => unsigned(claims)],
  ['alg NONE', (claims) => unsigned(claims, 'NONE')],
  ['alg none and the signature kept', (claims, token) => unsigned(claims) + token.split('.')[2]!],
  ['alg HS256 and no signature', (claims) => unsigned(claims, 'HS256')],
  ['alg HS384', (claims) => forge(claims, { alg: 'HS384' })],
  ['alg HS512', (claims) => forge(claims, { alg: 'HS512' })],
  ['another key', (claims) => forge(claims, { key: 'a key that nobody here has ever set' })],
  ['an unknown critical header', (claims) => forge(claims, { header: { crit: ['x'], x: 1 } })],
  ...['exp', 'iat', 'jti', 'sid', 'user_id', 'token_type'].map(
    (name): (typeof forgeries)[number] => [`no ${name}`, (claims) => forge(without(claims, name))],
  ),
  ...Object.entries({
    exp: ['soon', null, '1e12'],
    iat: ['now'],
    jti: [7, null],
    sid: [7, null, ['x']],
    user_id: ['1', 1.5, null, [1]],
    token_type: ['sliding', null, ['access'], ''],
  }).flatMap(([name, values]) =>
    values.map((value): (typeof forgeries)[number] => [
      `${name} ${JSON.stringify(value)}`,
      (claims) => forge({ ...claims, [name]: value }),
    ]),
  ),
  ['a time before which it is not good', (claims) => forge({ ...claims, nbf: claims['exp'] })],
  [
    'claims that are not the signed ones',
    (claims, token) => swapClaims(token, { ...claims, user_id: 1 }),
  ],
  ['nothing', () => 'x'],
  ['two parts', (_, token) => token.split('.').slice(0, 2).join('.')],
  ['four parts', (_, token) => `${token}.x`],
  ['dots', () => '...'],
  ['a kilobyte of noise', () => 'x.'.repeat(512)],
]

function swapClaims(token: string, claims: Claims): string {
  const [header, , signature] = token.split('.')
  return [header, unsigned({ ...claims, jti: 'x' }).split('.')[1], signature].join('.')
}

describe('a forged token', () => {
  it('is made of claims that are good when they are signed well', async () => {
    const access = await forge(claimsOf(alice.access))
    expect((await withHeader(`Bearer ${access}`)).status).toBe(200)
    const refresh = await forge(claimsOf(alice.refresh))
    expect((await refreshWith(refresh)).status).toBe(200)
  })

  it.each(forgeries)('is refused with %s', async (_, make) => {
    const access = await make(claimsOf(alice.access), alice.access)
    for (const header of [`Bearer ${access}`, access]) {
      const { status, headers, body } = await withHeader(header)
      expect([status, body]).toEqual([401, badToken()])
      expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    }
    const write = await call('POST', '/friends/', { json: taro, as: { access } })
    expect([write.status, write.body]).toEqual([401, badToken()])
    const refreshed = await refreshWith(await make(claimsOf(alice.refresh), alice.refresh))
    expect([refreshed.status, refreshed.body]).toEqual([401, badRefresh()])
  })

  it('is refused for a session that never was', async () => {
    const claims = { ...claimsOf(alice.access), sid: '0'.repeat(32) }
    const { status, body } = await withHeader(`Bearer ${await forge(claims)}`)
    expect([status, body]).toEqual([401, badToken()])
    const refresh = { ...claimsOf(alice.refresh), jti: '0'.repeat(32) }
    const refreshed = await refreshWith(await forge(refresh))
    expect([refreshed.status, refreshed.body]).toEqual([401, badRefresh('Token is blacklisted')])
  })
})

describe('a token of the other type', () => {
  it('is no access token', async () => {
    const answers = [
      await withHeader(`Bearer ${alice.refresh}`),
      await withHeader(alice.refresh),
      await withCookie(`access_token=${alice.refresh}`),
    ]
    for (const { status, body } of answers) {
      expect([status, body]).toEqual([401, badToken('Token has wrong type')])
    }
  })

  it('is no refresh token', async () => {
    const { status, body } = await refreshWith(alice.access)
    expect([status, body]).toEqual([401, badRefresh('Token has wrong type')])
  })
})

describe('an access token', () => {
  it('is good until it expires, to the second', async () => {
    const later = createWorld()
    const carol = await signUp(later, 'carol')
    later.clock.advance(900_000 - 1)
    expect((await later.call('GET', '/friends/', { as: carol })).status).toBe(200)
    later.clock.advance(1)
    const { status, body } = await later.call('GET', '/friends/', { as: carol })
    expect([status, body]).toEqual([401, badToken('Token is expired')])
  })
})

describe('a respelled token', () => {
  const respellings: [string, (token: string) => string][] = [
    ['as it is', (token) => token],
    ['an = behind it', (token) => `${token}=`],
    ['two of them', (token) => `${token}==`],
    ['other unused bits', flipUnusedBits],
    ['a newline behind it', (token) => `${token}\n`],
    ['a newline inside', (token) => `${token.slice(0, -5)}\n${token.slice(-5)}`],
    ['blanks around it', (token) => ` ${token} `],
  ]

  it('really differs, and only in its text', async () => {
    const flipped = flipUnusedBits(alice.access)
    expect(flipped).not.toBe(alice.access)
    expect((await withHeader(`Bearer ${flipped}`)).status).toBe(200)
  })

  it.each(respellings)('is as revoked as its original: %s', async (_, respell) => {
    const again = await signInAgain(world, alice)
    expect((await logout(again)).status).toBe(200)
    const access = respell(again.access)
    // No header has a line break inside.
    const inHeader = access.replace(/(?<=\S)\n(?=\S)/, '')
    const answers = [
      await withCookie(`access_token=${encodeURIComponent(access)}`),
      await withHeader(`Bearer ${inHeader}`),
      await withHeader(inHeader),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401])
    const { status, body } = await refreshWith(respell(again.refresh))
    expect(status).toBe(401)
    expect([badRefresh(), badRefresh('Token is blacklisted')]).toContainEqual(body)
  })

  it.each(respellings)('ends the session of its original, or none: %s', async (_, respell) => {
    const again = await signInAgain(world, alice)
    const json = { refresh: respell(again.refresh) }
    const { status, body } = await call('POST', '/accounts/logout/', { json, as: again })
    const next = await call('GET', '/friends/', { as: again })
    // Taken for the token that it is, or for none.
    expect([
      [200, { message: 'Logout successful' }, 401],
      [400, { error: 'Token is invalid or expired' }, 200],
    ]).toContainEqual([status, body, next.status])
  })
})

describe('the previous secret', () => {
  const secret = 'the new secret of the tests, after a rotation'
  const rotated = createWorld({
    env: { JWT_SECRET: secret, JWT_SECRET_PREVIOUS: env.JWT_SECRET },
  })
  const forgotten = createWorld({ env: { JWT_SECRET: secret } })

  it('still verifies', async () => {
    expect((await rotated.call('GET', '/friends/', { as: alice })).status).toBe(200)
    const { status, body } = await refreshWith(alice.refresh, rotated)
    expect([status, body]).toEqual([200, { access: aToken }])
  })

  it('no longer signs', async () => {
    const { access } = (await refreshWith(alice.refresh, rotated)).body
    const key = new TextEncoder().encode(secret)
    const { payload } = await jwtVerify(access, key, { currentDate: new Date(world.clock.now) })
    expect(payload['user_id']).toBe(alice.id)
    const { status, body } = await call('GET', '/friends/', { as: { access } })
    expect([status, body]).toEqual([401, badToken()])
    expect((await forgotten.call('GET', '/friends/', { as: { access } })).status).toBe(200)
  })

  it('is forgotten once it is taken out', async () => {
    const { status, body } = await forgotten.call('GET', '/friends/', { as: alice })
    expect([status, body]).toEqual([401, badToken()])
    const refreshed = await refreshWith(alice.refresh, forgotten)
    expect([refreshed.status, refreshed.body]).toEqual([401, badRefresh()])
  })

  it('verifies nothing but HS256 either', async () => {
    const access = await forge(claimsOf(alice.access), { alg: 'HS512' })
    for (const token of [access, unsigned(claimsOf(alice.access))]) {
      const { status, body } = await rotated.call('GET', '/friends/', { as: { access: token } })
      expect([status, body]).toEqual([401, badToken()])
    }
  })

  it('says of an expired token that it is expired', async () => {
    const access = await forge({ ...claimsOf(alice.access), exp: world.clock.now / 1000 })
    const { body } = await rotated.call('GET', '/friends/', { as: { access } })
    expect(body).toEqual(badToken('Token is expired'))
  })
})

describe('Authorization', () => {
  it.each([
    ['Bearer and an access token', () => `Bearer ${alice.access}`],
    ['bearer, whatever its case', () => `bEARER  ${alice.access}`],
    ['a bare access token', () => alice.access],
  ])('takes %s', async (_, header) => {
    const { status, body } = await withHeader(header())
    expect([status, Array.isArray(body)]).toEqual([200, true])
  })

  it.each<[string, () => string, object]>([
    ['another scheme word', () => `JWT ${alice.access}`, noCredentials],
    ['Basic', () => `Basic ${btoa('alice:password')}`, noCredentials],
    ['Bearer alone', () => 'Bearer', badToken()],
    ['two tokens', () => `Bearer ${alice.access} ${alice.access}`, badToken()],
    ['the words of a confused client', () => 'Bearer undefined', badToken()],
    ['an opaque token after Bearer', () => `Bearer ${'0'.repeat(40)}`, badToken()],
    ['an access token after Token', () => `Token ${alice.access}`, unknownToken],
    ['an opaque token that nobody has', () => `Token ${'0'.repeat(40)}`, unknownToken],
    ['an opaque token of 39 digits', () => `Token ${'0'.repeat(39)}`, unknownToken],
    ['signs that are not ASCII', () => 'Bearer \u00e9\u00fc', badToken()],
  ])('refuses %s, even beside a good cookie', async (_, header, expected) => {
    const authorization = header()
    const alone = await listFriends({ authorization })
    expect([alone.status, alone.body]).toEqual([401, expected])
    const beside = await listFriends({ authorization, cookie: `access_token=${alice.access}` })
    expect([beside.status, beside.body]).toEqual([401, expected])
    expect(beside.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  it('decides alone whose request it is, whatever cookie travels along', async () => {
    const carol = await signUp(world, 'carol')
    const added = await call('POST', '/friends/', { json: taro, as: carol })
    const authorization = `Bearer ${carol.access}`
    for (const token of [alice.access, carol.refresh, 'nonsense']) {
      const { status, body } = await listFriends({ authorization, cookie: `access_token=${token}` })
      expect([status, body]).toEqual([200, [added.body]])
    }
  })
})

describe('the access cookie', () => {
  it('is access_token on plain http', async () => {
    const good = await withCookie(`theme=dark; access_token=${alice.access}`)
    expect(good.status).toBe(200)
    const other = await withCookie(`__Host-access_token=${alice.access}`)
    expect([other.status, other.body]).toEqual([401, noCredentials])
  })

  it('is __Host-access_token alone on https', async () => {
    expect((await withCookie(`__Host-access_token=${alice.access}`, secure)).status).toBe(200)
    const other = await withCookie(`access_token=${alice.access}`, secure)
    expect([other.status, other.body]).toEqual([401, noCredentials])
    const both = `access_token=${alice.access}; __Host-access_token=nonsense`
    const bad = await withCookie(both, secure)
    expect([bad.status, bad.body]).toEqual([401, badToken()])
  })
})

describe('an opaque token', () => {
  it('is good for its session, and for no other', async () => {
    const carol = await signUp(world, 'carol')
    const headers = { authorization: `Token ${await addOpaqueToken(sessionOf(carol))}` }
    const added = await call('POST', '/friends/', { json: taro, headers })
    expect(added.status).toBe(201)
    const path = `/friends/${added.body.id}/`
    expect((await call('GET', path, { as: carol })).body).toEqual(added.body)
    expect((await call('GET', path, { headers })).body).toEqual(added.body)
    expect((await call('PATCH', path, { json: { note: 'x' }, headers })).status).toBe(200)
    expect((await call('DELETE', path, { headers })).status).toBe(204)
    const { id } = (await call('POST', '/friends/', { json: taro, as: bob })).body
    expect((await call('GET', `/friends/${id}/`, { headers })).status).toBe(404)
  })

  it('is stored as its hash only', async () => {
    const token = await addOpaqueToken(sessionOf(bob))
    expect(JSON.stringify(await allRows())).not.toContain(token)
    const { status, body } = await withHeader(`Token ${token.toUpperCase()}`)
    expect([status, body]).toEqual([401, unknownToken])
  })

  it('is unknown once its session has ended', async () => {
    const again = await signInAgain(world, bob)
    const headers = { authorization: `Token ${await addOpaqueToken(sessionOf(again))}` }
    const json = { refresh: again.refresh }
    const { status } = await call('POST', '/accounts/logout/', { json, headers })
    expect(status).toBe(200)
    for (const given of [{}, { json: taro }, { json: {} }]) {
      const method = 'json' in given ? 'POST' : 'GET'
      const answer = await call(method, '/friends/', { ...given, headers })
      expect([answer.status, answer.body]).toEqual([401, unknownToken])
    }
  })

  it('does not end the session of somebody else', async () => {
    const headers = { authorization: `Token ${await addOpaqueToken(sessionOf(bob))}` }
    const json = { refresh: alice.refresh }
    const { status } = await call('POST', '/accounts/logout/', { json, headers })
    expect(status).toBe(400)
    expect((await refreshWith(alice.refresh)).status).toBe(200)
  })
})

describe('an inactive account', () => {
  it('is told so by its JWTs; its opaque tokens are unknown', async () => {
    const carol = await signUp(world, 'carol')
    const token = await addOpaqueToken(sessionOf(carol))
    await setActive(carol, false)
    const before = await allRows()
    for (const [authorization, expected] of [
      [`Bearer ${carol.access}`, inactiveUser],
      [carol.access, inactiveUser],
      [`Token ${token}`, unknownToken],
    ] as const) {
      for (const given of [{}, { json: taro }, { json: { first_name: [] } }]) {
        const method = 'json' in given ? 'POST' : 'GET'
        const { status, body } = await call(method, '/friends/', {
          ...given,
          headers: { authorization },
        })
        expect([status, body]).toEqual([401, expected])
      }
    }
    const refreshed = await refreshWith(carol.refresh)
    expect([refreshed.status, refreshed.body]).toEqual([401, inactiveUser])
    expect(await allRows()).toEqual(before)
    await setActive(carol, true)
    expect((await call('GET', '/friends/', { as: carol })).status).toBe(200)
  })
})

describe('a session that has ended', () => {
  const ends: [string, (person: Person) => Promise<unknown>][] = [
    ['by a logout', logout],
    [
      'by its time',
      ({ access }) =>
        database
          .prepare('update sessions set expires_at = ? where id = ?')
          .bind(world.clock.now, claimsOf(access)['sid'])
          .run(),
    ],
  ]

  it.each(ends)('is refused on the very next request: %s', async (_, end) => {
    const again = await signInAgain(world, alice)
    const { id } = (await call('POST', '/friends/', { json: taro, as: again })).body
    await end(again)
    const before = await allRows()
    const requests: [string, string, CallOptions][] = [
      ['GET', '/friends/', {}],
      ['GET', '/friends/?limit=x', {}],
      ['GET', `/friends/${id}/`, {}],
      ['GET', '/friends/x/', {}],
      ['POST', '/friends/', { json: taro }],
      ['POST', '/friends/', { json: {} }],
      ['POST', '/friends/', rawJson('{')],
      ['PUT', `/friends/${id}/`, { json: taro }],
      ['PATCH', `/friends/${id}/`, { json: { birthday: 'x' } }],
      ['PATCH', `/friends/${id}/`, { json: { note: 'x' } }],
      ['DELETE', `/friends/${id}/`, {}],
      ['POST', '/accounts/logout/', { json: { refresh: again.refresh } }],
      ['POST', '/accounts/logout/', { json: { refresh: 'nonsense' } }],
      ['POST', '/accounts/logout/', { json: {} }],
    ]
    for (const [method, path, given] of requests) {
      const headers = { ...given.headers, authorization: `Bearer ${again.access}` }
      const { status, body } = await call(method, path, { ...given, headers })
      expect([method, path, status, body]).toEqual([method, path, 401, badToken()])
    }
    expect(await allRows()).toEqual(before)
  })
})

describe('what is checked first', () => {
  const huge = rawJson('x'.repeat(2 ** 20))
  const text = { raw: 'x', headers: { 'content-type': 'text/plain' } }

  it.each<[string, string, string, CallOptions, number, string | null]>([
    ['the path', 'POST', '/nowhere/', huge, 404, null],
    ['the method', 'POST', '/friends/1/', huge, 405, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['the credential', 'POST', '/friends/', huge, 401, null],
    ['the credential', 'POST', '/friends/', text, 401, null],
  ])('is %s: %s %s', async (_, method, path, given, expected, allow) => {
    const headers = { ...given.headers, authorization: 'Bearer nonsense' }
    const answer = await call(method, path, { ...given, headers })
    expect([answer.status, answer.headers.get('allow')]).toEqual([expected, allow])
  })

  it('is then type and size, the body, the session, and last the record', async () => {
    const again = await signInAgain(world, alice)
    const put = async (given: CallOptions) => {
      const headers = { ...given.headers, authorization: `Bearer ${again.access}` }
      return (await call('PUT', '/friends/999999/', { ...given, headers })).status
    }
    expect(await put(text)).toBe(415)
    expect(await put(huge)).toBe(413)
    expect(await put(rawJson('{'))).toBe(400)
    expect(await put({ json: {} })).toBe(400)
    expect(await put({ json: taro })).toBe(404)
    await logout(again)
    expect(await put(text)).toBe(415)
    // What is long is not read before the session was found good.
    expect(await put(huge)).toBe(401)
    expect(await put(rawJson('{'))).toBe(401)
    expect(await put({ json: {} })).toBe(401)
    expect(await put({ json: taro })).toBe(401)
  })
})
