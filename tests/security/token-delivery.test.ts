// TOKEN_DELIVERY=cookie: what a browser signs in with never reaches its scripts, at no route.
import { beforeAll, describe, expect, it } from 'vitest'
import { withCookies } from '../support/cookies'
import { authorize, callback, fortyTwoDouble, profileOf } from '../support/fortytwo'
import { aToken } from '../support/golden'
import { signUp } from '../support/people'
import { type Answer, createWorld, readDocument } from '../support/world'

const fortyTwo = fortyTwoDouble()
const world = createWorld({
  env: { TOKEN_DELIVERY: 'cookie' },
  context: (context) => ({ ...context, providers: new Map([['42', fortyTwo]]) }),
})
const { call } = world

type Operation = { method: string; path: string; json: unknown }
type Described = {
  security?: Record<string, unknown>[]
  requestBody?: { content: Record<string, { examples?: object; example?: unknown }> }
}

/** Each route that reads a cookie, with a body as its clients send one. */
async function operationsByCookie(): Promise<Operation[]> {
  const { paths } = (await readDocument('/openapi.json')) as {
    paths: Record<string, Record<string, Described>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security = [] }]) =>
        security.some((one) => /Cookie/.test(Object.keys(one)[0] ?? '')),
      )
      .map(([method, described]) => ({ method, path, json: exampleOf(described) })),
  )
}

function exampleOf({ requestBody }: Described): unknown {
  const content = requestBody?.content['application/json']
  const [first] = Object.values(content?.examples ?? {}) as { value: unknown }[]
  return first?.value ?? content?.example ?? {}
}

const signIn = async (): Promise<Answer> => {
  const { username, password } = await signUp(world, 'alice')
  return call('POST', '/api/token/', { json: { username, password } })
}

describe('TOKEN_DELIVERY=cookie', () => {
  let operations: Operation[]
  beforeAll(async () => {
    operations = await operationsByCookie()
  })

  it('answers no request by cookie with a JWT, at any route', async () => {
    expect(operations.length).toBeGreaterThan(60)
    let browser = await signIn()
    const statuses: number[] = []
    for (const { method, path, json } of operations) {
      // Some routes end the session.
      const probe = await call('GET', '/friends/', { headers: withCookies(browser) })
      if (probe.status === 401) browser = await signIn()
      const isRefresh = path.startsWith('/api/token/refresh')
      // It asks for a password, and reads a credential for E's groups alone.
      if (path.startsWith('/api/register')) continue
      const answer = await call(method.toUpperCase(), path.replace(/\{\w+\}/g, '1'), {
        headers: withCookies(browser),
        ...(method === 'get' || isRefresh ? {} : { json }),
      })
      expect([method, path, answer.text]).toEqual([method, path, expect.not.stringMatching(/eyJ/)])
      statuses.push(answer.status)
      if (isRefresh) browser = answer
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(25)
  })

  it('leaves D’s token empty by cookie, and in place by header', async () => {
    const alice = await signUp(world, 'alice')
    const { username, password } = alice
    const browser = await call('POST', '/api/token/', { json: { username, password } })
    const json = { bio: 'Here.' }
    const byCookie = await call('PATCH', '/users/user_details/', {
      json,
      headers: withCookies(browser),
    })
    const payload = {
      message: 'User info updated successfully',
      data: {
        id: alice.id,
        username,
        bio: 'Here.',
        profile_picture: 'http://kith.test/media/avatars/default.png',
      },
    }
    expect(byCookie.body).toEqual({ code: 0, payload: { ...payload, token: '' } })
    const byHeader = await call('PATCH', '/users/user_details/', { json, as: alice })
    expect(byHeader.body).toEqual({ code: 0, payload: { ...payload, token: aToken } })
  })

  it('leaves the three tokens of 42 empty; the cookies are set', async () => {
    fortyTwo.answer = { ok: true, got: profileOf('browser') }
    const answer = await callback(world, { ...(await authorize(world)), code: 'a code' })
    expect([answer.status, answer.body]).toEqual([
      200,
      { access_token: '', refresh_token: '', token_auth: '' },
    ])
    const own = await call('GET', '/friends/', { headers: withCookies(answer) })
    expect(own.status).toBe(200)
  })
})
