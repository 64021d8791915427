// The token cookies, on https and on plain http, and what a deployment can set about them.
import { describe, expect, it } from 'vitest'
import { cookiesOf, withCookies } from '../support/cookies'
import { badToken, noCredentials } from '../support/golden'
import { signUp } from '../support/people'
import { createWorld, type World, type WorldOptions } from '../support/world'

const aCookie = (...attributes: string[]) => ({
  value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  attributes: ['HttpOnly', 'Path=/', ...attributes].toSorted(),
})

async function signInIn(options: WorldOptions) {
  const world = createWorld(options)
  const alice = await signUp(world, 'alice')
  const { username, password } = alice
  const signedIn = await world.call('POST', '/api/token/', { json: { username, password } })
  const attributesOf = async () => cookiesOf(signedIn)
  return { world, alice, signedIn, cookies: await attributesOf() }
}

describe('the token cookies', () => {
  it('are bound to the host on https, and live as long as their tokens', async () => {
    const { cookies } = await signInIn({ origin: 'https://kith.test' })
    expect(cookies).toEqual({
      '__Host-access_token': aCookie('Max-Age=900', 'SameSite=Lax', 'Secure'),
      '__Host-refresh_token': aCookie('Max-Age=2592000', 'SameSite=Strict', 'Secure'),
    })
  })

  it('are plain on plain http', async () => {
    const { cookies } = await signInIn({})
    expect(cookies).toEqual({
      access_token: aCookie('Max-Age=900', 'SameSite=Lax'),
      refresh_token: aCookie('Max-Age=2592000', 'SameSite=Strict'),
    })
  })

  it('follow the lives that are set, as far as a cookie can live', async () => {
    const env = {
      ACCESS_TOKEN_SECONDS: '60',
      REFRESH_TOKEN_SECONDS: '99999999',
      SESSION_MAX_SECONDS: '99999999',
    }
    const { cookies } = await signInIn({ env })
    expect(cookies['access_token']!.attributes).toContain('Max-Age=60')
    expect(cookies['refresh_token']!.attributes).toContain('Max-Age=34560000')
  })

  it('live no longer than the session after a rotation', async () => {
    const { world, signedIn } = await signInIn({ env: { SESSION_MAX_SECONDS: '1000' } })
    world.clock.advance(600_000)
    const headers = withCookies(signedIn)
    const rotated = await world.call('POST', '/api/token/refresh/', { headers })
    expect(cookiesOf(rotated)['refresh_token']!.attributes).toContain('Max-Age=400')
  })

  it('count on https under their bound names alone', async () => {
    const { world, signedIn } = await signInIn({ origin: 'https://kith.test' })
    const good = withCookies(signedIn)
    expect((await world.call('GET', '/friends/', { headers: good })).status).toBe(200)
    const plain = { cookie: good.cookie.replaceAll('__Host-', '') }
    const refused = await world.call('GET', '/friends/', { headers: plain })
    expect([refused.status, refused.body]).toEqual([401, noCredentials])
    const refresh = await world.call('POST', '/api/token/refresh/', { headers: plain })
    expect(refresh.status).toBe(401)
    await world.call('POST', '/api/logout/', { headers: plain })
    expect((await world.call('GET', '/friends/', { headers: good })).status).toBe(200)
  })

  it('are cleared under the names and attributes under which they were set', async () => {
    const { world, signedIn } = await signInIn({ origin: 'https://kith.test' })
    const out = await world.call('POST', '/api/logout/', { headers: withCookies(signedIn) })
    const gone = (sameSite: string) => ({
      value: '',
      attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', `SameSite=${sameSite}`, 'Secure'],
    })
    expect(cookiesOf(out)).toEqual({
      '__Host-access_token': gone('Lax'),
      '__Host-refresh_token': gone('Strict'),
    })
  })

  it('are no help to a bad Authorization, and no hindrance to a good one', async () => {
    const { world, alice, signedIn } = await signInIn({})
    const cookies = withCookies(signedIn)
    const bad = { ...cookies, authorization: 'Bearer nonsense' }
    const refused = await world.call('GET', '/friends/', { headers: bad })
    expect([refused.status, refused.body]).toEqual([401, badToken()])
    const headers = { cookie: 'access_token=nonsense' }
    expect((await world.call('GET', '/friends/', { as: alice, headers })).status).toBe(200)
  })
})

describe('of two cookies of one name', () => {
  const made = (name: string, count: number) => `${name}=made.up.cookie; `.repeat(count)

  it('the first that verifies counts, of three at most', async () => {
    const { world, alice, signedIn, cookies } = await signInIn({})
    const read = (cookie: string) => world.call('GET', '/friends/', { headers: { cookie } })
    const [access, refresh] = ['access_token', 'refresh_token'].map((name) => cookies[name]!.value)
    expect((await read(`${made('access_token', 2)}access_token=${access}`)).status).toBe(200)
    expect((await read(`access_token=; access_token=${access}`)).status).toBe(200)
    const fourth = await read(`${made('access_token', 3)}access_token=${access}`)
    expect([fourth.status, fourth.body]).toEqual([401, badToken()])
    const bob = await signUp(world, 'bob')
    const own = async (cookie: string) =>
      (await world.call('GET', '/users/user_details/', { headers: { cookie } })).body.payload.id
    const [ofBob, ofAlice] = [bob, { access }].map((one) => `access_token=${one.access}`)
    expect(await own(`${made('access_token', 1)}${ofBob}; ${ofAlice}`)).toBe(bob.id)
    expect(await own(`${ofAlice}; ${ofBob}`)).toBe(alice.id)

    const headers = { cookie: `${made('refresh_token', 1)}refresh_token=${refresh}` }
    const rotated = await world.call('POST', '/api/token/refresh/', { headers })
    expect([rotated.status, rotated.body]).toEqual([200, { refreshed: true }])
    await world.call('POST', '/api/logout/', {
      headers: { cookie: made('access_token', 1) + withCookies(signedIn).cookie },
    })
    expect((await read(`access_token=${access}`)).status).toBe(401)
  })
})

describe('a refresh by cookie that fails', () => {
  const refreshWith = async (world: World, cookie: string) => {
    const answer = await world.call('POST', '/api/token/refresh/', { headers: { cookie } })
    return { status: answer.status, cleared: Object.keys(cookiesOf(answer)) }
  }
  const both = ['access_token', 'refresh_token']

  it('clears the cookies where its session is over', async () => {
    const { world, alice, signedIn } = await signInIn({})
    const { cookie } = withCookies(signedIn)
    await world.call('DELETE', '/api/sessions/', { as: alice })
    expect(await refreshWith(world, cookie)).toEqual({ status: 401, cleared: both })
    expect(await refreshWith(world, 'refresh_token=nonsense')).toEqual({
      status: 401,
      cleared: both,
    })
  })

  it('leaves those of a session that goes on with newer tokens', async () => {
    const { world, alice, signedIn } = await signInIn({})
    const json = { new_password: 'another password', old_password: alice.password }
    const headers = withCookies(signedIn)
    const changed = await world.call('POST', '/api/change-password/', { json, headers })
    // Sent before the change, answered after it.
    expect(await refreshWith(world, headers.cookie)).toEqual({ status: 401, cleared: [] })
    expect(await refreshWith(world, withCookies(changed).cookie)).toMatchObject({ status: 200 })
  })

  it('leaves those of a newer sign-in that stand beside it', async () => {
    const { world, alice, cookies } = await signInIn({})
    await world.call('DELETE', '/api/sessions/', { as: alice })
    const { username, password } = alice
    const newer = await world.call('POST', '/api/token/', { json: { username, password } })
    const late = `access_token=${newer.body.access}; refresh_token=${cookies['refresh_token']!.value}`
    expect(await refreshWith(world, late)).toEqual({ status: 401, cleared: [] })
  })
})

describe('COOKIE_SAMESITE', () => {
  const listed = { CORS_ORIGINS: 'https://app.example.org' }

  it('lets the cookies go to other sites that are listed', async () => {
    const env = { ...listed, COOKIE_SAMESITE: 'None' }
    const { cookies } = await signInIn({ env, origin: 'https://kith.test' })
    expect(cookies).toEqual({
      '__Host-access_token': aCookie('Max-Age=900', 'SameSite=None', 'Secure'),
      '__Host-refresh_token': aCookie('Max-Age=2592000', 'SameSite=None', 'Secure'),
    })
  })

  it('is not None on plain http, where browsers would keep no such cookie', async () => {
    const { cookies } = await signInIn({ env: { ...listed, COOKIE_SAMESITE: 'None' } })
    expect(cookies['access_token']!.attributes).toContain('SameSite=Lax')
    expect(cookies['refresh_token']!.attributes).toContain('SameSite=Strict')
  })

  it('can be stricter', async () => {
    const { cookies } = await signInIn({ env: { COOKIE_SAMESITE: 'strict' } })
    expect(cookies['access_token']!.attributes).toContain('SameSite=Strict')
  })

  it.each([{ COOKIE_SAMESITE: 'None' }, { ...listed, COOKIE_SAMESITE: 'Loose' }])(
    'stops the service where it cannot be meant: %o',
    async (env) => {
      const { status, body } = await createWorld({ env }).call('GET', '/health')
      expect([status, body]).toEqual([
        503,
        { detail: 'The service is not configured. Its log says what is missing.' },
      ])
    },
  )
})
