// Settings and secrets: what is missing or wrong keeps the Worker from serving, and its log says what
// to do about it.
import { describe, expect, it } from 'vitest'
import { isLibsql } from '../../src/db/client'
import { readSettings } from '../../src/settings'
import { secrets, settings } from '../../src/settings/table'
import { claimsOf } from '../support/golden'
import { logLinesOf } from '../support/log-lines'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

const notConfigured = { detail: 'The service is not configured. Its log says what is missing.' }
const faultWith = (cause: string) => ({ event: 'settings', cause })
const howTo = (name: string) =>
  `Set it: openssl rand -base64 48 | npx wrangler secret put ${name} (npm run dev makes one in .dev.vars)`

describe('a secret', () => {
  const one = 'a secret that stands in both places, which is one too many'
  const short = 'thirty-one bytes are too few...'

  it.each<[string, string, Record<string, unknown>]>([
    ['JWT_SECRET', 'is missing', { JWT_SECRET: undefined }],
    ['JWT_SECRET', 'is missing', { JWT_SECRET: '' }],
    ['JWT_SECRET', 'is missing', { JWT_SECRET: '   ' }],
    ['JWT_SECRET', 'is shorter than 32 bytes', { JWT_SECRET: short }],
    ['HASH_PEPPER', 'is missing', { HASH_PEPPER: undefined }],
    ['HASH_PEPPER', 'is shorter than 32 bytes', { HASH_PEPPER: short }],
    ['JWT_SECRET_PREVIOUS', 'is shorter than 32 bytes', { JWT_SECRET_PREVIOUS: short }],
    ['JWT_SECRET', 'is one letter, repeated', { JWT_SECRET: 'x'.repeat(64) }],
    ['HASH_PEPPER', 'is one letter, repeated', { HASH_PEPPER: 'é'.repeat(64) }],
    ['HASH_PEPPER', 'is the same as JWT_SECRET', { JWT_SECRET: one, HASH_PEPPER: `${one} ` }],
  ])('%s that %s: nothing is served', async (name, fault, bindings) => {
    expect(short.length).toBe(31)
    const world = createWorld({ env: bindings })
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/health'],
      ['GET', '/friends/'],
      ['POST', '/accounts/login/'],
      ['PATCH', '/friends/'],
      ['GET', '/nowhere/'],
    ] as const) {
      const { faults } = await logLinesOf(async () => {
        const { status, headers, body } = await world.call(method, path)
        expect([status, body]).toEqual([503, notConfigured])
        expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
        expect(headers.get('x-content-type-options')).toBe('nosniff')
      })
      expect(faults).toEqual([faultWith(`The secret ${name} ${fault}. ${howTo(name)}`)])
      expect(JSON.stringify(faults)).not.toContain(short)
    }
  })

  it('that is missing is told in contract D’s envelope at its paths', async () => {
    const world = createWorld({ env: { JWT_SECRET: undefined } })
    await logLinesOf(async () => {
      const { status, body } = await world.call('GET', '/users/user_details/')
      expect([status, body]).toEqual([503, { code: 2, error: notConfigured.detail }])
    })
  })

  it('is named with all others that are missing', async () => {
    const world = createWorld({ env: { JWT_SECRET: undefined, HASH_PEPPER: undefined } })
    const { faults } = await logLinesOf(() => world.call('GET', '/health'))
    expect(faults).toEqual(
      ['JWT_SECRET', 'HASH_PEPPER'].map((name) =>
        faultWith(`The secret ${name} is missing. ${howTo(name)}`),
      ),
    )
  })

  it('counts in bytes, and 32 are enough', async () => {
    for (const JWT_SECRET of ['xy'.repeat(16), 'éè'.repeat(8)]) {
      const world = createWorld({ env: { JWT_SECRET } })
      expect((await world.call('GET', '/health')).status).toBe(200)
    }
  })
})

describe('the table of settings and secrets', () => {
  it('names all that is read of the environment, and nothing else', () => {
    const read = new Set<string>()
    const get = (_: object, name: string) => void read.add(name)
    readSettings(new Proxy({}, { get: get as never }))
    const names = Object.keys({ ...secrets, ...settings })
    // What depends on another is read where that is set.
    expect([...read, 'LIBSQL_AUTH_TOKEN'].toSorted()).toEqual(names.toSorted())
  })
})

describe('a setting', () => {
  it('of the lives of tokens and sessions is obeyed', async () => {
    const lives = {
      ACCESS_TOKEN_SECONDS: '60',
      REFRESH_TOKEN_SECONDS: '7200',
      SESSION_MAX_SECONDS: '3600',
    }
    const world = createWorld({ env: lives })
    const alice = await signUp(world, 'alice')
    const now = world.clock.now / 1000
    expect(claimsOf(alice.access)['exp']).toBe(now + 60)
    expect(claimsOf(alice.refresh)['exp']).toBe(now + 3600)
    world.clock.advance(60_000)
    expect((await world.call('GET', '/friends/', { as: alice })).status).toBe(401)
  })

  it.each([
    ['ACCESS_TOKEN_SECONDS', 'soon', 'must be a whole number of seconds above 0.'],
    ['REFRESH_TOKEN_SECONDS', '0', 'must be a whole number of seconds above 0.'],
    ['SESSION_MAX_SECONDS', '-5', 'must be a whole number of seconds above 0.'],
    ['SESSION_MAX_SECONDS', '1.5', 'must be a whole number of seconds above 0.'],
    [
      'PUBLIC_URL',
      'https://api.example.org/v1',
      'must be an origin such as https://api.example.org, without a path.',
    ],
    [
      'PUBLIC_URL',
      'api.example.org',
      'must be an origin such as https://api.example.org, without a path.',
    ],
    ['LIBSQL_URL', 'nonsense', 'must be like https://db.example.org.'],
    ['LIBSQL_URL', 'file:local.db', 'must be like https://db.example.org.'],
  ])('%s=%s is refused', async (name, given, fault) => {
    const world = createWorld({ env: { [name]: given } })
    const { faults } = await logLinesOf(async () => {
      const { status, body } = await world.call('GET', '/health')
      expect([status, body]).toEqual([503, notConfigured])
    })
    expect(faults).toEqual([faultWith(`${name} ${fault}`)])
  })

  it('PUBLIC_URL is where absolute links begin', async () => {
    const origin = 'https://kith.test'
    const world = createWorld({ env: { PUBLIC_URL: 'https://api.example.org/' }, origin })
    const alice = await signUp(world, 'alice')
    for (const first_name of ['Taro', 'Jiro']) {
      await world.call('POST', '/friends/', { json: { first_name, last_name: 'X' }, as: alice })
    }
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    const link = async (on: typeof world) => {
      const authorization = `Bearer ${alice.access}`
      const page = await on.call('GET', '/friends?limit=1', {
        headers: { ...headers, authorization },
      })
      return page.headers.get('link')
    }
    expect(await link(world)).toMatch(
      /^<https:\/\/api\.example\.org\/friends\?limit=1&cursor=\d+>; /,
    )
    const plain = createWorld()
    expect(await link(plain)).toMatch(/^<http:\/\/kith\.test\/friends\?limit=1&cursor=\d+>; /)
  })

  it('LIBSQL_URL moves the database there', async () => {
    const elsewhere = createWorld({ env: { LIBSQL_URL: 'libsql://db.example.org' } })
    expect(await elsewhere.run(async ({ db }) => isLibsql(db))).toBe(true)
    expect(await createWorld().run(async ({ db }) => isLibsql(db))).toBe(false)
  })
})
