// What costs the isolate's own time, a password's hash and the reading of a picture, is not begun for what a
// bound or a fact in the database ends anyway.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as passwords from '../../src/domain/accounts/passwords/passwords'
import * as judge from '../../src/domain/media/pictures/judge'
import { savePicture } from '../../src/domain/media'
import { database } from '../support/database'
import { type Person, sessionOf, signUp } from '../support/people'
import { png } from '../support/pictures'
import { type CallOptions, createWorld, type World } from '../support/world'

let hashes: () => number
let judged: () => number
beforeEach(() => {
  const hashing = vi.spyOn(passwords, 'hashPassword')
  const judging = vi.spyOn(judge, 'judgePicture')
  hashes = () => hashing.mock.calls.length
  judged = () => judging.mock.calls.length
})
afterEach(() => {
  vi.restoreAllMocks()
})

const throttled = { detail: 'Request was throttled. Expected available in 3600 seconds.' }
const noRoom = { detail: 'There is no room left: delete something first.', code: 'quota_exceeded' }
const password = 'a good password'
let made = 0
const newName = () => `newcomer-${++made}`

type Door = [what: string, path: string, body: (username: string) => object]
const doors: Door[] = [
  ['A', '/accounts/signup/', (username) => ({ username, password })],
  [
    'B',
    '/api/register/',
    (username) => ({
      username,
      email: `${username}@example.com`,
      password,
      password_confirm: password,
      first_name: 'New',
      last_name: 'Comer',
    }),
  ],
  [
    'C',
    '/auth/registration/',
    (username) => ({
      username,
      email: `${username}@example.com`,
      password1: password,
      password2: password,
    }),
  ],
  ['E', '/api/register/', (username) => ({ username, password, groups: [3] })],
]

describe.each(doors)('a sign-up (%s)', (_, path, body) => {
  const register = (world: World, username: string, more: CallOptions = {}) =>
    world.call('POST', path, { json: body(username), ...more })

  it('computes a hash for an account that is made', async () => {
    const world = createWorld()
    expect((await register(world, newName())).status).toBe(201)
    expect(hashes()).toBe(1)
  })

  it('computes none for a name that is taken', async () => {
    const world = createWorld()
    const { username } = await signUp(world, 'alice')
    const before = hashes()
    const { trips } = await world.cost(async () => {
      const { status, text } = await register(world, username.toUpperCase())
      expect([status, /username/i.test(text)]).toEqual([400, true])
    })
    expect([hashes() - before, trips]).toEqual([0, 1])
  })

  it('computes none where its address has made as many as it may', async () => {
    const world = createWorld({ env: { LIMIT_REGISTRATIONS: '1/3600' } })
    const address = `198.51.101.${++made}`
    const headers = { 'cf-connecting-ip': address }
    expect((await register(world, newName(), { headers })).status).toBe(201)
    const { trips } = await world.cost(async () => {
      const { status, body, headers: told } = await register(world, newName(), { headers })
      expect([status, body, told.get('retry-after')]).toEqual([429, throttled, '3600'])
    })
    expect([hashes(), trips]).toEqual([1, 1])
  })
})

describe('a registration', () => {
  it('computes no hash for a credential that nobody has', async () => {
    const world = createWorld({ env: { REGISTRATION: 'closed' } })
    const { status } = await world.call('POST', '/api/register/', {
      json: { username: newName(), password, groups: [1] },
      headers: { authorization: `Token ${'0123456789'.repeat(4)}` },
    })
    expect([status, hashes()]).toEqual([401, 0])
  })

  it('computes none for somebody who has no right to it', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const before = hashes()
    const json = { username: newName(), password, groups: [1] }
    const { status } = await world.call('POST', '/api/register/', { json, as: alice })
    expect([status, hashes() - before]).toEqual([403, 0])
  })
})

describe('a picture', () => {
  const upload = (field: string) => {
    const form = new FormData()
    form.append(field, new File([png()], 'me.png'))
    return { form }
  }
  const show = (world: World, as: Person) =>
    world.call('POST', '/users/update/', { ...upload('avatar'), as })

  it('is judged in the trips that an upload takes anyway: the first looks, the next stores, the last shows', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const { trips } = await world.cost(async () => {
      expect((await show(world, alice)).status).toBe(200)
    })
    expect([judged(), trips]).toEqual([1, 4])
  })

  it('is not judged where the account has uploaded as many as it may', async () => {
    const world = createWorld({ env: { LIMIT_UPLOADS: '1/3600' } })
    const alice = await signUp(world, 'alice')
    expect((await show(world, alice)).status).toBe(200)
    const { status, body, headers } = await show(world, alice)
    expect([status, body, headers.get('retry-after')]).toEqual([429, throttled, '3600'])
    const inD = await world.call('PATCH', '/users/user_details/', {
      ...upload('profile_picture'),
      as: alice,
    })
    expect([inD.status, inD.body]).toEqual([429, { code: 2, error: throttled.detail }])
    expect(judged()).toBe(1)
  })

  it('is not judged where the account has no room for a single byte', async () => {
    const world = createWorld({ env: { FILES_QUOTA_BYTES: String(png().length) } })
    const alice = await signUp(world, 'alice')
    expect((await show(world, alice)).status).toBe(200)
    const { status, body } = await show(world, alice)
    expect([status, body, judged()]).toEqual([403, noRoom, 1])
  })

  it('of a chat is not judged either', async () => {
    const world = createWorld({ env: { LIMIT_UPLOADS: '1/3600' } })
    const { id } = await signUp(world, 'alice')
    const place = { ownerId: id, kind: 'avatar' } as const
    const save = () => world.run((ctx) => savePicture(ctx, place, png()))
    await save()
    await expect(save()).rejects.toMatchObject({ code: 'tries.exceeded', retryAfter: 3600 })
    expect(judged()).toBe(1)
  })

  it('is told first that the session has ended', async () => {
    const world = createWorld({ env: { LIMIT_UPLOADS: '1/3600' } })
    const alice = await signUp(world, 'alice')
    expect((await show(world, alice)).status).toBe(200)
    await database
      .prepare('update sessions set ended_at = 1 where id = ?')
      .bind(sessionOf(alice))
      .run()
    expect([(await show(world, alice)).status, judged()]).toEqual([401, 1])
  })

  it('may be missing: a form without one spends nothing and is not asked about it', async () => {
    const world = createWorld({ env: { LIMIT_UPLOADS: '1/3600' } })
    const alice = await signUp(world, 'alice')
    expect((await show(world, alice)).status).toBe(200)
    const form = new FormData()
    form.append('username', alice.username)
    expect((await world.call('POST', '/users/update/', { form, as: alice })).status).toBe(200)
  })
})
