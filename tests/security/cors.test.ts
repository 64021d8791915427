// Pages of other origins: which may read what, down to every kind of error.
import { describe, expect, it } from 'vitest'
import { signUp } from '../support/people'
import { type Answer, type CallOptions, createWorld } from '../support/world'

const listed = 'https://app.example.org'
const env = { CORS_ORIGINS: ` ${listed}, http://localhost:5173,capacitor://localhost ` }
const world = createWorld({ env })
const { call } = world

const corsOf = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))

const named = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Link, Retry-After, X-Request-Id, Error-Code',
})

const ask = (method: string, path: string, origin: string, given: CallOptions = {}) =>
  call(method, path, { ...given, headers: { origin, ...given.headers } })

describe('an answer', () => {
  it.each([listed, 'http://localhost:5173', 'capacitor://localhost'])(
    'names the listed origin %s',
    async (origin) => {
      const answer = await ask('GET', '/health', origin)
      expect(corsOf(answer)).toEqual(named(origin))
      expect(answer.headers.get('vary')).toContain('Origin')
    },
  )

  it.each([
    'https://evil.example.org',
    'https://app.example.org.evil.example',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://APP.example.org',
    'null',
  ])('says nothing to %s', async (origin) => {
    const answer = await ask('GET', '/health', origin)
    expect([answer.status, corsOf(answer)]).toEqual([200, {}])
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('varies by origin where none was sent', async () => {
    const answer = await call('GET', '/health')
    expect(corsOf(answer)).toEqual({})
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('names the origin in errors of every kind', async () => {
    const alice = await signUp(world, 'alice')
    const json = { username: 'a', password: 'b', filler: 'x'.repeat(140_000) }
    const errors: [number, Answer][] = [
      [400, await ask('POST', '/api/token/', listed, { json: {} })],
      [401, await ask('GET', '/friends/', listed)],
      [401, await ask('POST', '/api/token/', listed, { json: { username: 'a', password: 'b' } })],
      [404, await ask('GET', '/no/such/path', listed)],
      [404, await ask('GET', '/friends/99999999/', listed, { as: alice })],
      [405, await ask('PUT', '/api/token/', listed)],
      [413, await ask('POST', '/api/token/', listed, { json })],
      [
        415,
        await ask('POST', '/api/token/', listed, {
          raw: '<a/>',
          headers: { 'content-type': 'text/xml' },
        }),
      ],
    ]
    expect(errors.map(([, { status }]) => status)).toEqual(errors.map(([status]) => status))
    for (const [, answer] of errors) expect(corsOf(answer)).toEqual(named(listed))
  })

  it('names the origin where the service fails', async () => {
    const broken = createWorld({
      env,
      context() {
        throw new Error('made up')
      },
    })
    const failed = await broken.call('GET', '/friends/', { headers: { origin: listed } })
    expect([failed.status, corsOf(failed)]).toEqual([500, named(listed)])
    const unset = createWorld({ env: { ...env, JWT_SECRET: 'short' } })
    const refused = await unset.call('GET', '/friends/', { headers: { origin: listed } })
    expect([refused.status, corsOf(refused)]).toEqual([503, named(listed)])
  })
})

describe('a preflight', () => {
  const preflight = (path: string, origin: string, headers: Record<string, string> = {}) =>
    call('OPTIONS', path, {
      headers: { origin, 'access-control-request-method': 'PATCH', ...headers },
    })

  it.each(['/friends/', '/api/token/', '/no/such/path', '/'])('is answered at %s', async (path) => {
    const asked = { 'access-control-request-headers': 'authorization,bearer,content-type' }
    const answer = await preflight(path, listed, asked)
    expect([answer.status, answer.text, corsOf(answer)]).toEqual([
      204,
      '',
      {
        'access-control-allow-origin': listed,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': 'authorization,bearer,content-type',
        'access-control-max-age': '7200',
      },
    ])
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('allows no headers where none were asked for', async () => {
    const answer = await preflight('/friends/', listed)
    expect(answer.headers.has('access-control-allow-headers')).toBe(false)
  })

  it('of an origin that is not listed says nothing', async () => {
    const answer = await preflight('/friends/', 'https://evil.example.org')
    expect([answer.status, corsOf(answer)]).toEqual([204, {}])
  })

  it('is no other OPTIONS', async () => {
    const answer = await ask('OPTIONS', '/friends/', listed)
    expect([answer.status, answer.body]).toEqual([405, { detail: 'Method "OPTIONS" not allowed.' }])
  })
})

describe('CORS_ORIGINS', () => {
  it.each(['*', 'https://app.example.org/', 'https://app.example.org/path', 'app.example.org'])(
    'takes exact origins alone, not %s',
    async (origins) => {
      const wrong = createWorld({ env: { CORS_ORIGINS: origins } })
      expect((await wrong.call('GET', '/health')).status).toBe(503)
    },
  )
})
