// The client's calls against a real dev server, over a wire that breaks: one refresh for all, errors of every
// dialect as one class, nothing unsafe sent twice.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createClient,
  KithError,
  type KithOptions,
  memoryStorage,
  webStorage,
} from '../../client/index'
import { letExpire } from './support/expiry'
import type { SharedServer } from './support/pool'
import { Proxy } from './support/proxy'
import { strictServer } from './support/shared-servers'

let server: SharedServer
let proxy: Proxy
beforeAll(async () => {
  server = await strictServer()
})
beforeEach(async () => {
  proxy = await Proxy.to(server.port)
})
afterEach(() => proxy.close())

const password = 'a good password'

/** Somebody new, signed in through the proxy. */
async function signUp(name: string, options: Partial<KithOptions> = {}) {
  const storage = memoryStorage()
  const ended: KithError[] = []
  const kith = createClient({
    baseUrl: proxy.origin,
    storage,
    onSignedOut: (error) => ended.push(error),
    ...options,
  })
  const username = `${name}-${crypto.randomUUID()}`
  await kith.signUp({ username, password })
  return { kith, storage, username, ended }
}

const refused = async (call: Promise<unknown>): Promise<KithError> => {
  const error: unknown = await call.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  )
  if (!(error instanceof KithError)) throw error
  return error
}

describe('an access token that has expired', () => {
  it('is refreshed once for parallel calls, and each is repeated once', async () => {
    const alice = await signUp('alice')
    await letExpire(alice.storage, server.jwtSecret)
    const names = Array.from({ length: 10 }, (_, n) => `Hanako ${n}`)
    await Promise.all([
      ...names.map((first_name) =>
        alice.kith.POST('/friends', { body: { first_name, last_name: 'Yamada' } }),
      ),
      ...names.map(() => alice.kith.GET('/friends')),
    ])
    expect(proxy.count('POST /api/token/refresh/')).toBe(1)
    expect(proxy.count('POST /friends')).toBeLessThanOrEqual(20)
    const contacts = await alice.kith.GET('/friends')
    expect(contacts.map(({ first_name }) => first_name).toSorted()).toEqual(names.toSorted())
    expect(alice.ended).toEqual([])
  })

  it('is refreshed by the refresh that rotates, so that a session in use goes on', async () => {
    const alice = await signUp('alice')
    const { refresh } = (await alice.storage.get())!
    for (let times = 1; times <= 2; times++) {
      await letExpire(alice.storage, server.jwtSecret)
      expect(await alice.kith.GET('/friends')).toEqual([])
      expect(proxy.count('POST /api/token/refresh/')).toBe(times)
    }
    expect((await alice.storage.get())?.refresh).not.toBe(refresh)
  })

  it('is one that another tab may have refreshed already', async () => {
    const kept = new Map<string, string>()
    const page = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => kept.set(key, text),
      removeItem: (key: string) => kept.delete(key),
    }
    const storage = webStorage(page as never)
    const alice = { ...(await signUp('alice', { storage })), storage }
    const tab = createClient({ baseUrl: proxy.origin, storage })
    await letExpire(alice.storage, server.jwtSecret)
    await alice.kith.GET('/friends')
    await tab.GET('/friends')
    expect(proxy.count('POST /api/token/refresh/')).toBe(1)
  })

  it('ends in a typed error where the session is over, told once', async () => {
    const alice = await signUp('alice')
    const { refresh } = (await alice.storage.get())!
    await alice.kith.POST('/accounts/logout', { body: { refresh: refresh! } })
    const errors = await Promise.all(
      Array.from({ length: 5 }, () => refused(alice.kith.GET('/friends'))),
    )
    expect(errors.map(({ code, status }) => [code, status])).toEqual(
      Array.from({ length: 5 }, () => ['signed_out', 401]),
    )
    expect(errors.at(0)?.body).toEqual({
      refreshed: false,
      detail: 'Token is blacklisted',
      code: 'token_not_valid',
    })
    expect(alice.ended).toHaveLength(1)
    expect(await alice.storage.get()).toBeNull()
    expect(proxy.count('POST /api/token/refresh/')).toBe(1)
  })

  it('signs nobody out where the refresh finds no network', async () => {
    const alice = await signUp('alice')
    await letExpire(alice.storage, server.jwtSecret)
    proxy.breaks = (line) => (line.includes('/refresh') ? 'before' : null)
    expect((await refused(alice.kith.GET('/friends'))).code).toBe('network')
    expect(alice.ended).toEqual([])
    proxy.breaks = () => null
    expect(await alice.kith.GET('/friends')).toEqual([])
  })

  it('outlives an answer to the refresh that got lost', async () => {
    const alice = await signUp('alice')
    await letExpire(alice.storage, server.jwtSecret)
    let lost = 0
    proxy.breaks = (line) => (line.includes('/refresh') && lost++ < 2 ? 'after' : null)
    expect(await alice.kith.GET('/friends')).toEqual([])
    expect(proxy.count('POST /api/token/refresh/')).toBe(3)
  })

  it('is left alone by an answer that only looks like an expiry', async () => {
    const alice = await signUp('alice')
    const body = { username: alice.username, password: 'not the password' }
    const error = await refused(alice.kith.POST('/accounts/login', { body }))
    expect([error.status, error.message]).toEqual([
      401,
      'No active account found with the given credentials',
    ])
    expect(proxy.count('POST /accounts/login')).toBe(1)
    expect(proxy.count('POST /api/token/refresh/')).toBe(0)
  })
})

describe('errors', () => {
  it('of every dialect are one class', async () => {
    const { kith, username } = await signUp('alice')
    const nobody = createClient({ baseUrl: proxy.origin })
    const told = async (call: Promise<unknown>) => {
      const { code, status, message, fields } = await refused(call)
      return { code, status, message, fields }
    }
    const required = 'This field is required.'
    expect(await told(nobody.GET('/friends'))).toEqual({
      code: 'unauthenticated',
      status: 401,
      message: 'Authentication credentials were not provided.',
      fields: null,
    })
    // A: one sentence under `error`.
    expect(await told(kith.GET('/friends/{id}', { params: { path: { id: 1 } } }))).toEqual({
      code: 'missing',
      status: 404,
      message: 'Friend not found',
      fields: null,
    })
    // By field.
    expect(await told(kith.POST('/friends', { body: {} as never }))).toEqual({
      code: 'invalid',
      status: 400,
      message: required,
      fields: { first_name: [required], last_name: [required] },
    })
    // Nested as the body was.
    const plan = { title: 'Tea', location: { city: 'Kyoto' }, end_time: '2030-01-01T00:00:00Z' }
    const { fields } = await refused(kith.POST('/api/plans/add', { body: plan as never }))
    expect(fields).toEqual({
      location: { address1: [required], state: [required], zipcode: [required] },
    })
    // C: one sentence under `message`.
    expect(await told(kith.POST('/conversations/start', { body: { username } }))).toEqual({
      code: 'conversation_with_oneself',
      status: 400,
      message: 'You cannot chat with yourself',
      fields: null,
    })
    // D: the envelope, with the fields in its payload.
    expect(
      await told(kith.PATCH('/users/user_details', { body: { username: 'not a name' } })),
    ).toMatchObject({ code: 'invalid', status: 400, fields: { username: [expect.any(String)] } })
    const sensitive = { validation_password: 'not it', password: 'another good one' }
    expect(await told(kith.PATCH('/users/user_details/sensitive', { body: sensitive }))).toEqual({
      code: 'unauthenticated',
      status: 401,
      message: 'Current password is incorrect',
      fields: null,
    })
  })

  it('say when to come back, and which request it was', async () => {
    const { kith, username } = await signUp('alice')
    const body = { username, password: 'not the password' }
    for (let tries = 0; tries < 2; tries++) await refused(kith.signIn(body))
    const error = await refused(kith.signIn(body))
    expect([error.code, error.status]).toEqual(['throttled', 429])
    expect(error.retryAfter).toBeGreaterThan(0)
    expect(error.message).toContain(`${error.retryAfter} seconds`)
    expect(error.requestId).toMatch(/^[\w-]{8,}$/)
  })

  it('tell a call that was given up from one that found nobody', async () => {
    const { kith } = await signUp('alice')
    const given = { signal: AbortSignal.abort() }
    expect((await refused(kith.GET('/friends', given))).code).toBe('aborted')
    proxy.close()
    const error = await refused(kith.GET('/friends'))
    expect([error.code, error.status, error.body]).toEqual(['network', 0, undefined])
  })
})

describe('a connection that breaks', () => {
  it('is tried again for a GET that asks for it', async () => {
    const { kith } = await signUp('alice')
    let broken = 0
    proxy.breaks = (line) =>
      line.startsWith('GET') && broken++ < 2 ? (broken === 1 ? 'before' : 'after') : null
    expect(await kith.GET('/friends', { retry: { times: 3, pause: 10 } })).toEqual([])
    expect(proxy.count('GET /friends')).toBe(3)
  })

  it('is not tried again for a GET that does not, nor for a write', async () => {
    const { kith } = await signUp('alice', { retry: { times: 3, pause: 10 } })
    proxy.breaks = () => 'after'
    const body = { first_name: 'Hanako', last_name: 'Yamada' }
    expect((await refused(kith.POST('/friends', { body }))).code).toBe('network')
    expect((await refused(kith.GET('/friends', { retry: { times: 0 } }))).code).toBe('network')
    expect([proxy.count('POST /friends'), proxy.count('GET /friends')]).toEqual([1, 1])
    proxy.breaks = () => null
    expect(await kith.GET('/friends')).toHaveLength(1)
  })
})

it('contract C’s opaque token is a credential too', async () => {
  const { kith, username } = await signUp('alice')
  const { token_auth } = await kith.POST('/auth/login', { body: { username, password } })
  const other = createClient({ baseUrl: proxy.origin, tokens: { access: token_auth } })
  expect((await other.GET('/users/profile')).username).toBe(username)
})

it('what is no JSON comes as what it is', async () => {
  const { kith, username } = await signUp('alice')
  const path = { folder: 'avatars', file: 'default.png' }
  const picture = await kith.GET('/media/{folder}/{file}', { params: { path } })
  expect([picture.type, picture.size > 0]).toEqual(['image/png', true])
  const told = await kith.POST('/twofa/send-code', { body: { username, password } })
  expect(told).toBe('Email sent. Use the code sent in the login process')
})

it('a list is read page by page', async () => {
  const { kith } = await signUp('alice')
  for (const first_name of ['A', 'B', 'C', 'D', 'E']) {
    await kith.POST('/friends', { body: { first_name, last_name: 'Yamada' } })
  }
  const pages: string[] = []
  for await (const page of kith.pages('/friends', { params: { query: { limit: 2 } } })) {
    pages.push(page.map(({ first_name }) => first_name).join(''))
  }
  expect(pages).toEqual(['AB', 'CD', 'E'])
})

it('signing out ends the session and forgets the tokens, also without a network', async () => {
  const alice = await signUp('alice')
  const { refresh } = (await alice.storage.get())!
  await letExpire(alice.storage, server.jwtSecret)
  await alice.kith.signOut()
  expect(await alice.storage.get()).toBeNull()
  const again = createClient({ baseUrl: proxy.origin })
  const body = { refresh: refresh! }
  const error = await refused(again.POST('/accounts/refresh', { body }))
  expect(proxy.count('POST /accounts/logout')).toBe(2)
  expect(error.message).toBe('Token is blacklisted')
  const bob = await signUp('bob')
  proxy.close()
  expect((await refused(bob.kith.signOut())).code).toBe('network')
  expect(await bob.storage.get()).toBeNull()
  expect([alice.ended, bob.ended]).toEqual([[], []])
})
