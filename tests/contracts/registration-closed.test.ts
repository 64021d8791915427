// A deployment that has closed its registration: at each door where an account would be made, 403 in the
// door's form. Who has an account goes on, and administrators register whom they like.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { authorize, callback, fortyTwoDouble, profileOf } from '../support/fortytwo'
import { signInAgain, signUp } from '../support/people'
import { createWorld } from '../support/world'

const fortyTwo = fortyTwoDouble()
const worldWith = (env: Record<string, string>) =>
  createWorld({
    env,
    context: (context) => ({ ...context, providers: new Map([['42', fortyTwo]]) }),
  })
const open = worldWith({ REGISTRATION: 'open' })
const closed = worldWith({ REGISTRATION: 'closed' })

const sentence = 'Registration is closed.'
const refusal = [403, { detail: sentence, code: 'registration_closed' }]
const password = 'a good password'
const email = 'mallory@example.com'

const doors = [
  ['A', '/accounts/signup/', { username: 'mallory', password }],
  [
    'B',
    '/api/register/',
    { username: 'mallory', email, password, password_confirm: password, bio: 'Hello' },
  ],
  ['E', '/api/register/', { username: 'mallory', email, password, groups: [3] }],
  [
    'C',
    '/auth/registration/',
    { username: 'mallory', email, password1: password, password2: password },
  ],
] as const

const accountsNamed = async (username: string) =>
  (await database.prepare('select id from users where username = ?').bind(username).all()).results

async function administrator() {
  const alice = await signUp(open, 'alice')
  await database
    .prepare('insert into memberships (user_id, group_id) values (?, 1)')
    .bind(alice.id)
    .run()
  return alice
}

async function through42(world: typeof open, login: string, profile = profileOf(login)) {
  fortyTwo.answer = { ok: true, got: profile }
  const { cookie, state } = await authorize(world)
  const { status, body } = await callback(world, { cookie, state, code: 'a code' })
  return { status, body, profile }
}

describe('a closed registration', () => {
  it.each(doors)('refuses at the door of %s, %s', async (_door, path, json) => {
    const { status, body } = await closed.call('POST', path, { json })
    expect([status, body]).toEqual(refusal)
    expect(await accountsNamed('mallory')).toEqual([])
  })

  it('costs no round trip, and says nothing about names', async () => {
    const bob = await signUp(open, 'bob')
    const json = { username: bob.username, password }
    const asked = async () => {
      const { status, body } = await closed.call('POST', '/accounts/signup/', { json })
      expect([status, body]).toEqual(refusal)
    }
    expect(await closed.cost(asked)).toMatchObject({ trips: 0 })
  })

  it('still tells first what is wrong with a body', async () => {
    const json = { username: 'mallory', password: 'short' }
    const { status, body } = await closed.call('POST', '/accounts/signup/', { json })
    const tooShort = 'This password is too short. It must contain at least 8 characters.'
    expect([status, body]).toEqual([400, { password: [tooShort] }])
  })

  it('refuses who comes through 42 for the first time, in the words of that door', async () => {
    const { status, body, profile } = await through42(closed, 'mallory42')
    expect([status, body]).toEqual([403, { message: sentence, code: 'registration_closed' }])
    expect(await accountsNamed(profile.login)).toEqual([])
  })

  it('lets in who has an account: by password and through 42', async () => {
    const carol = await signUp(open, 'carol')
    expect(await signInAgain(closed, carol)).toMatchObject({ id: carol.id })
    const { profile } = await through42(open, 'dan42')
    expect((await through42(closed, 'dan42', profile)).status).toBe(200)
  })

  it('lets administrators register others, into whatever groups', async () => {
    const alice = await administrator()
    for (const groups of [undefined, [3], [2]]) {
      const username = `dan-${crypto.randomUUID()}`
      const json = { username, password, ...(groups ? { groups } : {}) }
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await closed.call('POST', '/api/register/', { json, as: alice })
      expect([status, body]).toMatchObject([201, { username }])
    }
  })

  it('refuses who is signed in and no administrator, whatever the groups', async () => {
    const bob = await signUp(open, 'bob')
    for (const groups of [undefined, [3], [2]]) {
      const json = { username: 'mallory', password, ...(groups ? { groups } : {}) }
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await closed.call('POST', '/api/register/', { json, as: bob })
      expect([status, body]).toEqual(refusal)
    }
    expect(await accountsNamed('mallory')).toEqual([])
  })

  it('makes nobody an account in B’s form, which signs in as the new one', async () => {
    const alice = await administrator()
    const [, [, path, json]] = doors
    const { status, body } = await closed.call('POST', path, { json, as: alice })
    expect([status, body]).toEqual(refusal)
  })
})
