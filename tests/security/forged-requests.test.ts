// Requests that a foreign page has forged, with the cookies that the browser adds.
import { beforeEach, describe, expect, it } from 'vitest'
import { cookiesOf, withCookies } from '../support/cookies'
import { type Person, signUp } from '../support/people'
import { type Answer, type CallOptions, createWorld } from '../support/world'

const listed = 'https://app.example.org'
const foreign = { origin: 'https://evil.example.org' }
const world = createWorld({
  env: { CORS_ORIGINS: listed, PUBLIC_URL: 'https://api.example.org' },
  origin: 'https://kith.test',
})
const { call } = world

let alice: Person
let signedIn: Answer
let cookies: { cookie: string }

beforeEach(async () => {
  alice = await signUp(world, 'alice')
  const { username, password } = alice
  signedIn = await call('POST', '/api/token/', { json: { username, password } })
  cookies = withCookies(signedIn)
})

const contact = { first_name: 'Taro', last_name: 'Yamada' }
const multipart = () => {
  const form = new FormData()
  for (const [name, value] of Object.entries(contact)) form.append(name, value)
  return form
}

const contacts = async () => (await call('GET', '/friends/', { as: alice })).body

describe('a change under the cookie', () => {
  const bodies: [string, () => CallOptions][] = [
    ['json', () => ({ json: contact })],
    ['a form', () => ({ form: contact })],
    ['multipart', () => ({ form: multipart() })],
    ['text that is json', () => ({ raw: JSON.stringify(contact) })],
  ]

  it.each(bodies)('by a foreign page is refused as %s, and nothing is written', async (_, body) => {
    const { status, body: says } = await call('POST', '/friends/', {
      ...body(),
      headers: { ...cookies, ...foreign },
    })
    expect([status, says]).toEqual([
      403,
      { detail: 'CSRF Failed: Origin checking failed - https://evil.example.org is not trusted.' },
    ])
    expect(await contacts()).toEqual([])
  })

  const refused = [
    { origin: 'https://evil.example.org' },
    { origin: 'null' },
    { origin: 'http://kith.test' },
    { origin: 'https://kith.test:8080' },
    { origin: 'http://kith.test.evil.example' },
    { origin: 'https://evil.example.org', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  it.each(refused)('is refused with %o', async (headers) => {
    const given = { json: contact, headers: { ...cookies, ...headers } as Record<string, string> }
    expect((await call('POST', '/friends/', given)).status).toBe(403)
    expect(await contacts()).toEqual([])
  })

  const passed = [
    { origin: 'https://kith.test' },
    { origin: 'https://api.example.org' },
    { origin: listed },
    { origin: listed, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    {},
  ]
  it.each(passed)('passes with %o', async (headers) => {
    const given = { json: contact, headers: { ...cookies, ...headers } as Record<string, string> }
    expect((await call('POST', '/friends/', given)).status).toBe(201)
  })

  it.each(['PUT', 'PATCH', 'DELETE'])('is refused by %s too', async (method) => {
    const { body } = await call('POST', '/friends/', { json: contact, as: alice })
    const headers = { ...cookies, ...foreign }
    const answer = await call(method, `/friends/${body.id}/`, { json: contact, headers })
    expect(answer.status).toBe(403)
    expect(await contacts()).toEqual([body])
  })

  it('is refused where the cookie was held back: it could have been there', async () => {
    expect((await call('POST', '/friends/', { json: contact, headers: foreign })).status).toBe(403)
  })
})

describe('a foreign page', () => {
  it('may read nothing, but its reading is no change', async () => {
    const answer = await call('GET', '/friends/', { headers: { ...cookies, ...foreign } })
    expect(answer.status).toBe(200)
    expect(answer.headers.has('access-control-allow-origin')).toBe(false)
  })

  it('is no matter to credentials in a header', async () => {
    const headers = { ...cookies, ...foreign }
    const good = await call('POST', '/friends/', { json: contact, as: alice, headers })
    expect(good.status).toBe(201)
    const expired = { ...headers, authorization: 'Bearer nonsense' }
    const bad = await call('POST', '/friends/', { json: contact, headers: expired })
    expect(bad.status).toBe(401)
  })

  it('cannot sign its visitor in, whatever Authorization it sends', async () => {
    const { username, password } = alice
    for (const as of [undefined, alice]) {
      const answer = await call('POST', '/api/token/', {
        form: { username, password },
        headers: foreign,
        as,
      })
      expect([answer.status, cookiesOf(answer)]).toEqual([403, {}])
    }
  })

  it('cannot make an account', async () => {
    const json = { username: `eve-${alice.username}`, password: 'password123' }
    expect((await call('POST', '/api/register/', { json, headers: foreign })).status).toBe(403)
    expect((await call('POST', '/api/token/', { json })).status).toBe(401)
  })

  it('cannot rotate the cookies', async () => {
    const headers = { ...cookies, ...foreign }
    const answer = await call('POST', '/api/token/refresh/', { headers })
    expect([answer.status, cookiesOf(answer)]).toEqual([403, {}])
    const access = { ...headers, authorization: `Bearer ${alice.access}` }
    expect((await call('POST', '/api/token/refresh/', { headers: access })).status).toBe(403)
    const own = await call('POST', '/api/token/refresh/', { headers: cookies })
    expect(own.body).toEqual({ refreshed: true })
  })

  it('is no matter to a refresh by header or body', async () => {
    const json = { refresh: alice.refresh }
    const byBody = await call('POST', '/api/token/refresh/', { json, headers: foreign })
    expect(byBody.status).toBe(200)
    const headers = { ...foreign, bearer: `Token ${alice.refresh}` }
    expect((await call('POST', '/api/token/refresh/', { headers })).status).toBe(200)
  })

  it('cannot sign its visitor out', async () => {
    const headers = { ...cookies, ...foreign }
    const answer = await call('POST', '/api/logout/', { headers })
    expect([answer.status, cookiesOf(answer)]).toEqual([403, {}])
    expect((await call('GET', '/friends/', { headers: cookies })).status).toBe(200)
    const bad = { ...headers, authorization: 'Bearer nonsense' }
    expect((await call('POST', '/api/logout/', { headers: bad })).status).toBe(403)
  })

  it('cannot change the password', async () => {
    const json = { new_password: 'new_user_password', old_password: alice.password }
    const headers = { ...cookies, ...foreign }
    expect((await call('POST', '/api/change-password/', { json, headers })).status).toBe(403)
  })
})
