// Contract C: sign-in through 42.
import { base64url } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Profile } from '../../src/domain/base/providers'
import { username } from '../../src/domain/base/fields'
import { database } from '../support/database'
import { authorize, callback, fortyTwoDouble, profileOf } from '../support/fortytwo'
import { aToken, claimsOf } from '../support/golden'
import { signUp } from '../support/people'
import { createWorld, type WorldOptions } from '../support/world'

let fortyTwo = fortyTwoDouble()
beforeEach(() => {
  fortyTwo = fortyTwoDouble()
})

function worldWith(options: WorldOptions = {}) {
  return createWorld({
    context: (context) => ({ ...context, providers: new Map([['42', fortyTwo]]) }),
    ...options,
  })
}
const world = worldWith({ env: { CORS_ORIGINS: 'https://app.example.org, http://localhost:3000' } })
const httpsWorld = worldWith({ origin: 'https://kith.test' })

const anOpaqueToken = expect.stringMatching(/^[0-9a-f]{40}$/)
const theTokens = { access_token: aToken, refresh_token: aToken, token_auth: anOpaqueToken }
const wrongState = { message: 'Invalid state parameter' }

/** The whole way through 42 as a person with a profile. */
async function signInAs(profile: Profile, next?: string, on = world) {
  fortyTwo.answer = { ok: true, got: profile }
  const { cookie, state } = await authorize(on, next)
  return callback(on, { cookie, state, code: 'a code' })
}

async function accountOf(profile: Profile) {
  return database
    .prepare(
      `select u.id, u.username, u.email, u.password, u.code_required, u.avatar from users u
     join identities i on i.user_id = u.id where i.provider = '42' and i.subject = ?`,
    )
    .bind(profile.subject)
    .first()
}

describe('GET /oauth/authorize', () => {
  it('redirects to 42 with a state and a PKCE challenge', async () => {
    const { status, headers } = await world.call('GET', '/oauth/authorize/')
    expect(status).toBe(302)
    const url = new URL(headers.get('location')!)
    expect([url.origin, Object.fromEntries(url.searchParams)]).toEqual([
      'https://42.test',
      {
        state: expect.stringMatching(/^[\w-]{43}$/),
        challenge: expect.stringMatching(/^[\w-]{43}$/),
        redirectUri: 'http://kith.test/oauth/callback',
      },
    ])
  })

  it('gives each sign-in a state and a challenge of its own', async () => {
    const [one, other] = [await authorize(world), await authorize(world)]
    expect(one.state).not.toBe(other.state)
    expect(one.query.get('challenge')).not.toBe(other.query.get('challenge'))
  })

  it('keeps the sign-in in a cookie for ten minutes that no script reads', async () => {
    const { headers } = await world.call('GET', '/oauth/authorize')
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^oauth_ticket=[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
    ])
  })

  it('takes a __Host- cookie on https', async () => {
    const { headers } = await httpsWorld.call('GET', '/oauth/authorize')
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-oauth_ticket=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
  })

  it('sends the browser back to PUBLIC_URL', async () => {
    const origin = 'https://api.example.org'
    const behind = worldWith({ env: { PUBLIC_URL: origin }, origin })
    const { query } = await authorize(behind)
    expect(query.get('redirectUri')).toBe('https://api.example.org/oauth/callback')
  })

  it('needs no credential and reads none', async () => {
    const headers = { authorization: 'Bearer of.nothing.good' }
    expect((await world.call('GET', '/oauth/authorize', { headers })).status).toBe(302)
  })

  it.each([
    ['another origin', 'https://evil.example/'],
    ['another scheme of a listed origin', 'http://app.example.org/'],
    ['another port of a listed origin', 'https://app.example.org:444/'],
    ['a listed origin as a prefix', 'https://app.example.org.evil.example/'],
    ['a listed origin as a user', 'https://app.example.org@evil.example/'],
    ['a user part', 'https://alice@app.example.org/'],
    ['a password', 'https://:secret@app.example.org/'],
    ['no scheme', '//evil.example/'],
    ['no scheme, ours', '//kith.test/'],
    ['three slashes', '///evil.example/'],
    ['a scheme and three slashes', 'https:///evil.example/'],
    ['a scheme without slashes', 'https:evil.example'],
    ['a backslash', '/\\evil.example/'],
    ['two backslashes', '\\\\evil.example/'],
    ['a backslash behind a listed origin', 'https://app.example.org\\@evil.example/'],
    ['a tab between the slashes', '/\t/evil.example/'],
    ['a line break', 'https://app.example.org/\r\nSet-Cookie: a=b'],
    ['a blank in front', ' https://evil.example/'],
    ['a script', 'javascript:alert(1)//https://app.example.org'],
    ['data', 'data:text/html,https://app.example.org'],
    ['a word', 'app.example.org'],
    ['no address', 'https://'],
    ['2,001 characters', `https://app.example.org/${'x'.repeat(1977)}`],
  ])('refuses a next of %s', async (_name, next) => {
    const { status, body, headers } = await world.call(
      'GET',
      `/oauth/authorize?next=${encodeURIComponent(next)}`,
    )
    expect([status, body]).toEqual([400, { next: ['This address is not on an allowed origin.'] }])
    expect([headers.get('location'), headers.get('set-cookie')]).toEqual([null, null])
  })

  it('says so where the deployment has not set up 42', async () => {
    const { status, body } = await createWorld().call('GET', '/oauth/authorize')
    expect([status, body]).toEqual([
      503,
      { message: 'Sign-in with 42 is not set up on this server.' },
    ])
  })
})

describe('GET /oauth/callback', () => {
  it('answers with the three tokens of a new account, which is present', async () => {
    const profile = profileOf('jimenetz', { email: 'jimenetz@student.42.fr' })
    const { status, body } = await signInAs(profile)
    expect([status, body]).toEqual([200, theTokens])
    expect(await accountOf(profile)).toEqual({
      id: claimsOf(body.access_token)['user_id'],
      username: 'jimenetz',
      email: 'jimenetz@student.42.fr',
      password: '',
      code_required: 0,
      avatar: '',
    })
    const online = await database
      .prepare('select online_until from users where id = ?')
      .bind(claimsOf(body.access_token)['user_id'])
      .first('online_until')
    expect(online).toBeGreaterThan(world.clock.now)
  })

  it('hands out tokens that each open the account', async () => {
    const { body } = await signInAs(profileOf('opener'))
    for (const authorization of [`Bearer ${body.access_token}`, `Token ${body.token_auth}`]) {
      const { status } = await world.call('GET', '/friends/', { headers: { authorization } })
      expect(status).toBe(200)
    }
    const refresh = body.refresh_token
    const renewed = await world.call('POST', '/accounts/refresh/', { json: { refresh } })
    expect([renewed.status, renewed.body]).toEqual([200, { access: aToken }])
  })

  it('sets both token cookies and takes its own away', async () => {
    const { headers, body } = await signInAs(profileOf('cookies'))
    expect(headers.getSetCookie()).toEqual([
      'oauth_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      `access_token=${body.access_token}; Max-Age=900; Path=/; HttpOnly; SameSite=Lax`,
      `refresh_token=${body.refresh_token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict`,
    ])
  })

  it('sets them under their __Host- names on https, where only such a ticket counts', async () => {
    const { headers, body } = await signInAs(profileOf('secured'), undefined, httpsWorld)
    expect(headers.getSetCookie()).toEqual([
      '__Host-oauth_ticket=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      `__Host-access_token=${body.access_token}; Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax`,
      `__Host-refresh_token=${body.refresh_token}; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Strict`,
    ])
    const { cookie, state } = await authorize(httpsWorld)
    const bare = cookie.replace('__Host-', '')
    const answer = await callback(httpsWorld, { cookie: bare, state, code: 'a code' })
    expect([answer.status, answer.body]).toEqual([400, wrongState])
  })

  it('asks 42 with the code, the verifier behind the challenge and the same address', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('asker') }
    const { cookie, state, query } = await authorize(world)
    await callback(world, { cookie, state, code: 'the code' })
    const [asked, ...more] = fortyTwo.asked
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(asked!.verifier))
    expect(more).toEqual([])
    expect(asked).toEqual({
      code: 'the code',
      verifier: expect.stringMatching(/^[\w-]{43}$/),
      redirectUri: query.get('redirectUri'),
    })
    expect(base64url.encode(new Uint8Array(digest))).toBe(query.get('challenge'))
  })

  it.each([
    ['https://app.example.org', 'https://app.example.org/'],
    ['https://app.example.org/in?a=b#c', 'https://app.example.org/in?a=b#c'],
    ['http://localhost:3000/home', 'http://localhost:3000/home'],
    ['http://kith.test/docs', 'http://kith.test/docs'],
    ['/docs', 'http://kith.test/docs'],
  ])('redirects to a next of %s, without a token in it', async (next, location) => {
    const { status, headers, text } = await signInAs(profileOf('redirected'), next)
    expect([status, headers.get('location'), text]).toEqual([302, location, ''])
    expect(headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0])).toEqual([
      'oauth_ticket',
      'access_token',
      'refresh_token',
    ])
  })

  it('does not look at a next that comes with the answer', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('late') }
    const { cookie, state } = await authorize(world)
    const path = `/oauth/callback?code=a&state=${state}&next=${encodeURIComponent('https://evil.example')}`
    const { status, body } = await world.call('GET', path, { headers: { cookie } })
    expect([status, body]).toEqual([200, theTokens])
  })

  it('refuses the answer in another browser, which has no cookie', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('victim') }
    const { state } = await authorize(world)
    const { status, body, headers } = await callback(world, { state, code: 'a code' })
    expect([status, body, headers.getSetCookie()]).toEqual([400, wrongState, []])
    expect(fortyTwo.asked).toEqual([])
  })

  it('refuses an answer that somebody else began (login CSRF), and the own sign-in goes on', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('attacker') }
    const [own, foreign] = [await authorize(world), await authorize(world)]
    const forged = await callback(world, {
      cookie: own.cookie,
      state: foreign.state,
      code: 'a code',
    })
    expect([forged.status, forged.body, forged.headers.getSetCookie()]).toEqual([
      400,
      wrongState,
      [],
    ])
    expect(fortyTwo.asked).toEqual([])
    expect((await callback(world, { ...own, code: 'a code' })).status).toBe(200)
  })

  it.each([
    ['no state', ({ cookie }: Sent) => ({ cookie })],
    ['an empty state', (sent: Sent) => ({ ...sent, state: '' })],
    ['a changed cookie', (sent: Sent) => ({ ...sent, cookie: changed(sent.cookie) })],
    ['a made-up cookie', ({ state }: Sent) => ({ state, cookie: `oauth_ticket=${state}` })],
    ['an empty cookie', ({ state }: Sent) => ({ state, cookie: 'oauth_ticket=' })],
  ])('refuses %s', async (_name, alter) => {
    const { cookie, state } = await authorize(world)
    const { status, body } = await callback(world, { ...alter({ cookie, state }), code: 'a code' })
    expect([status, body]).toEqual([400, wrongState])
    expect(fortyTwo.asked).toEqual([])
  })

  it('refuses a ticket that another deployment has sealed', async () => {
    const other = worldWith({ env: { HASH_PEPPER: 'another pepper, of another deployment' } })
    const { cookie, state } = await authorize(other)
    const { status, body } = await callback(world, { cookie, state, code: 'a code' })
    expect([status, body]).toEqual([400, wrongState])
  })

  it('refuses an answer after ten minutes', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('slow') }
    const timed = worldWith()
    const { cookie, state } = await authorize(timed)
    timed.clock.advance(599_000)
    expect((await callback(timed, { cookie, state, code: 'a code' })).status).toBe(200)
    timed.clock.advance(1000)
    const late = await callback(timed, { cookie, state, code: 'a code' })
    expect([late.status, late.body, late.headers.getSetCookie()]).toEqual([
      400,
      wrongState,
      ['oauth_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ])
  })

  it.each([
    ['refused', 400, 'Failed to obtain access token'],
    ['failed', 502, '42 did not answer as it should. Try again later.'],
  ] as const)(
    'answers where 42 has %s, and the ticket is used up',
    async (reason, status, message) => {
      fortyTwo.answer = { ok: false, reason }
      const { cookie, state } = await authorize(world)
      const answer = await callback(world, { cookie, state, code: 'a code' })
      expect([answer.status, answer.body, answer.headers.getSetCookie()]).toEqual([
        status,
        { message },
        ['oauth_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
      ])
    },
  )

  it('has no token without a code, and does not ask 42 for one', async () => {
    const { cookie, state } = await authorize(world)
    for (const query of [{}, { code: '' }, { error: 'invalid_scope', code: 'a code' }]) {
      const { status, body } = await callback(world, { cookie, state, ...query })
      expect([status, body]).toEqual([400, { message: 'Failed to obtain access token' }])
    }
    expect(fortyTwo.asked).toEqual([])
  })

  it('tells who said no at 42 that there is no token, or the page that is next', async () => {
    const plain = await authorize(world)
    const { status, body } = await callback(world, { ...plain, error: 'access_denied' })
    expect([status, body]).toEqual([400, { message: 'Failed to obtain access token' }])
    const withPage = await authorize(world, 'https://app.example.org/in?a=b')
    const { headers, ...answer } = await callback(world, { ...withPage, error: 'access_denied' })
    expect([answer.status, headers.get('location'), headers.getSetCookie()]).toEqual([
      302,
      'https://app.example.org/in?a=b&error=access_denied',
      ['oauth_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ])
    expect(fortyTwo.asked).toEqual([])
  })

  it('knows a person again by the id, whatever else has changed', async () => {
    const profile = profileOf('faithful', { email: 'faithful@student.42.fr' })
    const first = await signInAs(profile)
    const before = await accountOf(profile)
    const again = await signInAs({ ...profile, login: 'renamed', email: 'else@student.42.fr' })
    expect(claimsOf(again.body.access_token)['user_id']).toBe(
      claimsOf(first.body.access_token)['user_id'],
    )
    expect(claimsOf(again.body.access_token)['sid']).not.toBe(
      claimsOf(first.body.access_token)['sid'],
    )
    expect(await accountOf(profile)).toEqual(before)
  })

  it('takes nobody for the owner of an account because of its name or address', async () => {
    const alice = await signUp(world, 'alice')
    await database
      .prepare('update users set email = ?1, email_key = ?1 where id = ?2')
      .bind('alice@example.org', alice.id)
      .run()
    const profile = profileOf(alice.username, { email: 'Alice@Example.org' })
    const { body } = await signInAs(profile)
    expect(claimsOf(body.access_token)['user_id']).not.toBe(alice.id)
    expect(await accountOf(profile)).toMatchObject({ username: `${alice.username}2`, email: '' })
  })

  it('puts the first free number behind a login that is taken, in whatever case', async () => {
    const names = []
    for (const login of ['dup', 'DUP', 'Dup', 'dup']) {
      const profile = profileOf(login)
      await signInAs(profile)
      names.push((await accountOf(profile))!['username'])
    }
    expect(names).toEqual(['dup', 'DUP2', 'Dup3', 'dup4'])
  })

  it('finds a number even where the first forty are taken', async () => {
    const numbers = JSON.stringify(['', ...Array.from({ length: 39 }, (_, i) => String(i + 2))])
    await database
      .prepare(
        `insert into users (username, username_key, joined_at)
       select 'crowd' || value, 'crowd' || value, 0 from json_each(?)`,
      )
      .bind(numbers)
      .run()
    const profile = profileOf('crowd')
    expect((await signInAs(profile)).status).toBe(200)
    expect((await accountOf(profile))!['username']).toMatch(/^crowd\d{1,10}$/)
  })

  it.each([
    ["o'connor", 'oconnor'],
    ['<script>x</script>', 'scriptxscript'],
    ['jean paul', 'jeanpaul'],
    ['ﬁnn', 'finn'],
    ['жанна', 'жанна'],
    ['e\u0301cole', 'école'],
    ['ᄀ\u200bᅡ', '가'],
    ['deleted-7', 'deleted-7_'],
    ['Deleted-', 'Deleted-_'],
    ['\ud800lone', 'lone'],
    ['', 'user'],
    ['🙂🙃', 'user2'],
    ['x'.repeat(400), 'x'.repeat(150)],
    ['𝒳'.repeat(3) + '丽'.repeat(200), `XXX${'丽'.repeat(147)}`],
    ['x'.repeat(150), `${'x'.repeat(149)}2`],
  ])('makes a valid name of the login %j', async (login, name) => {
    const profile = profileOf(login)
    expect((await signInAs(profile)).status).toBe(200)
    const made = (await accountOf(profile))!['username']
    expect(made).toBe(name)
    expect(username.safeParse(made)).toEqual({ success: true, data: name })
  })

  it.each([
    ['no address'],
    ['a@b'],
    [`${'x'.repeat(250)}@example.org`],
    ['a@b.org\r\nBcc: c@d.org'],
  ])('takes %j for no address', async (email) => {
    const profile = profileOf('unaddressed', { email })
    expect((await signInAs(profile)).status).toBe(200)
    expect((await accountOf(profile))!['email']).toBe('')
  })

  it('refuses a deactivated account', async () => {
    const profile = profileOf('inactive')
    await signInAs(profile)
    await database
      .prepare('update users set is_active = 0 where id = ?')
      .bind((await accountOf(profile))!['id'])
      .run()
    const { status, body, headers } = await signInAs(profile)
    expect([status, body, headers.getSetCookie()]).toEqual([
      401,
      { detail: 'User is inactive', code: 'user_inactive' },
      ['oauth_ticket=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'],
    ])
  })

  it('lets nobody in by an empty password', async () => {
    const profile = profileOf('passwordless')
    await signInAs(profile)
    for (const password of ['', ' ', '!']) {
      const json = { username: 'passwordless', password }
      expect((await world.call('POST', '/accounts/login/', { json })).status).not.toBe(200)
    }
  })

  it('makes the address of the sign-in one that the account knows', async () => {
    const profile = profileOf('located')
    await signInAs(profile)
    await signInAs(profile)
    const known = await database
      .prepare(`select count(*) n from familiar where user_id = ? and kind = 'address'`)
      .bind((await accountOf(profile))!['id'])
      .first('n')
    expect(known).toBe(1)
  })

  it('costs a person who is known one round trip', async () => {
    const profile = profileOf('thrifty')
    await signInAs(profile)
    const { trips } = await world.cost(() => signInAs(profile))
    expect(trips).toBe(1)
  })
})

type Sent = { cookie: string; state: string }

/** The same cookie with its sealed part changed in one letter. */
function changed(cookie: string): string {
  const at = cookie.length - 30
  return cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1)
}
