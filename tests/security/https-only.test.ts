// Where PUBLIC_URL is https, plain http is refused: who reads is sent on, who writes is told.
import { describe, expect, it } from 'vitest'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

const env = { PUBLIC_URL: 'https://api.example.org' }
const plain = createWorld({ env })
const secure = createWorld({ env, origin: 'https://kith.test' })

describe('plain http at a service whose address is https', () => {
  it.each(['GET', 'HEAD'])(
    'sends a %s on to the same path there, before any work',
    async (method) => {
      for (const path of ['/friends/?limit=1', '/nowhere/', '//evil.example/x', '/media/a/b.png']) {
        let answer = { status: 0, headers: new Headers() }
        const { trips } = await plain.cost(async () => {
          answer = await plain.call(method, `http://kith.test${path}`)
        })
        expect([answer.status, answer.headers.get('location'), trips]).toEqual([
          308,
          `https://api.example.org${path}`,
          0,
        ])
      }
    },
  )

  it('refuses whatever would change something, in its dialect', async () => {
    const alice = await signUp(secure, 'alice')
    const { username, password } = alice
    const text = 'This service is reached over https only.'
    const signIn = await plain.call('POST', '/api/token/', { json: { username, password } })
    expect([signIn.status, signIn.body]).toEqual([403, { detail: text }])
    expect(signIn.headers.getSetCookie()).toEqual([])
    const change = await plain.call('PATCH', '/users/user_details/', { json: {}, as: alice })
    expect([change.status, change.body]).toEqual([403, { code: 2, error: text }])
    const written = await plain.call('POST', '/friends/', {
      json: { first_name: 'Taro', last_name: 'Yamada' },
      as: alice,
      headers: { 'x-forwarded-proto': 'https' },
    })
    expect(written.status).toBe(403)
    const friends = await secure.call('GET', '/friends/', { as: alice })
    expect([friends.status, friends.body]).toEqual([200, []])
  })

  it('is served where the address is plain, or none is set', async () => {
    const here = createWorld({ env: { PUBLIC_URL: 'http://localhost:8787' } })
    expect((await here.call('GET', '/health')).status).toBe(200)
    expect((await createWorld().call('GET', '/health')).status).toBe(200)
  })
})
