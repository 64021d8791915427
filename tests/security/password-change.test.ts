// After a password change: whoever else got in, by whatever was handed out before, is out. The session that
// made the change goes on with its newest tokens; by cookie with new ones.
import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../src/platform/mail/texts'
import { cookiesOf, withCookies } from '../support/cookies'
import { database } from '../support/database'
import { aToken, badRefresh, badToken, claimsOf, unknownToken } from '../support/golden'
import { type Person, sessionOf, signUp } from '../support/people'
import { addOpaqueToken } from '../support/tokens'
import { type Answer, createWorld } from '../support/world'

const world = createWorld()
const { call, clock } = world

type Door = (person: Person, headers: Record<string, string>, old?: string) => Promise<Answer>
const doors: [string, Door][] = [
  [
    'POST /api/change-password/ (E)',
    ({ password }, headers, old = password) => {
      const json = { new_password: 'another password', old_password: old }
      return call('POST', '/api/change-password/', { json, headers })
    },
  ],
  [
    'POST /auth/password/change/ (C)',
    ({ password }, headers, old = password) => {
      const word = 'another password'
      const json = { new_password1: word, new_password2: word, old_password: old }
      return call('POST', '/auth/password/change/', { json, headers })
    },
  ],
  [
    'PATCH /users/user_details/sensitive/ (D)',
    ({ password }, headers, old = password) => {
      const json = { validation_password: old, password: 'another password' }
      return call('PATCH', '/users/user_details/sensitive/', { json, headers })
    },
  ],
]

const bearer = (access: string) => ({ authorization: `Bearer ${access}` })
const outcomeOf = async (headers: Record<string, string>) => {
  const { status, body } = await call('GET', '/friends/', { headers })
  return [status, body]
}
const renew = async (refresh: string) => {
  const { status, body } = await call('POST', '/accounts/refresh/', { json: { refresh } })
  return [status, body]
}
const rotate = (refresh: string) =>
  call('POST', '/api/token/refresh/', { headers: { bearer: `Token ${refresh}` } })

const good = [200, []]
const dead = [401, badToken()]
const deadRefresh = [401, badRefresh('Token is blacklisted')]

describe.each(doors)('%s', (_door, change) => {
  it('by a token, keeps the newest tokens and ends the older ones of that session', async () => {
    const first = await signUp(world, 'alice')
    clock.advance(5_000)
    const { access_token: access, refresh_token: refresh } = (await rotate(first.refresh)).body
    const opaque = { authorization: `Token ${await addOpaqueToken(sessionOf(first))}` }
    expect(await outcomeOf(bearer(first.access))).toEqual(good)

    const changed = await change(first, bearer(access))
    expect([changed.status, cookiesOf(changed)]).toEqual([200, {}])
    expect(await outcomeOf(bearer(first.access))).toEqual(dead)
    // Within the grace of its rotation; and the session lives on.
    expect(await renew(first.refresh)).toEqual(deadRefresh)
    expect((await rotate(first.refresh)).status).toBe(401)
    expect(await outcomeOf(bearer(access))).toEqual(good)
    expect(await outcomeOf(opaque)).toEqual(good)
    expect(await renew(refresh)).toEqual([200, { access: aToken }])
    const next = (await rotate(refresh)).body
    expect(await outcomeOf(bearer(next.access_token))).toEqual(good)
  })

  it('by cookie, sets new ones and ends all others, also those of that second', async () => {
    const json = await signUp(world, 'alice')
    const signedIn = await call('POST', '/api/token/', { json })
    const { access, refresh } = signedIn.body
    const alice = { ...json, access, refresh }
    const opaque = { authorization: `Token ${await addOpaqueToken(sessionOf(alice))}` }

    const changed = await change(alice, withCookies(signedIn))
    expect(changed.status).toBe(200)
    expect(changed.text).not.toMatch(/eyJ/)
    expect(cookiesOf(changed)).toEqual({
      access_token: {
        value: aToken,
        attributes: ['HttpOnly', 'Max-Age=900', 'Path=/', 'SameSite=Lax'],
      },
      refresh_token: {
        value: aToken,
        attributes: ['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict'],
      },
    })
    expect(await outcomeOf(withCookies(signedIn))).toEqual(dead)
    expect(await outcomeOf(bearer(access))).toEqual(dead)
    expect(await outcomeOf(opaque)).toEqual([401, unknownToken])
    expect(await renew(refresh)).toEqual(deadRefresh)
    expect(await outcomeOf(withCookies(changed))).toEqual(good)

    const [, renewed] = await renew(cookiesOf(changed)['refresh_token']!.value)
    expect(await outcomeOf(bearer(renewed.access))).toEqual(good)
    const rotated = await call('POST', '/api/token/refresh/', { headers: withCookies(changed) })
    expect([rotated.status, rotated.body]).toEqual([200, { refreshed: true }])
    expect(await outcomeOf(withCookies(rotated))).toEqual(good)
    const details = await call('PATCH', '/users/user_details/', {
      json: { bio: 'Here.' },
      headers: withCookies(rotated),
    })
    expect(await outcomeOf(bearer(details.body.payload.token))).toEqual(good)
    expect(claimsOf(details.body.payload.token)['sid']).toBe(sessionOf(alice))
  })

  it('ends the tickets, the calendar’s address and the known addresses but its own', async () => {
    const alice = await signUp(world, 'alice')
    const { username, password } = alice
    const elsewhere = { 'cf-connecting-ip': '198.51.100.9' }
    await call('POST', '/accounts/login/', { json: { username, password }, headers: elsewhere })
    const { url } = (await call('POST', '/api/calendar/', { as: alice })).body
    const { ticket } = (await call('POST', '/ws/ticket/', { as: alice })).body
    expect(await knownAddresses(alice)).toBe(2)

    expect((await change(alice, bearer(alice.access))).status).toBe(200)
    expect(await knownAddresses(alice)).toBe(1)
    const feed = await call('GET', new URL(url).pathname)
    expect([feed.status, feed.body]).toEqual([404, { detail: 'Not found.' }])
    const socket = await call('GET', `/ws/me/?ticket=${ticket}`, {
      headers: { upgrade: 'websocket' },
    })
    expect([socket.status, socket.body]).toEqual([401, unknownToken])
  })

  it('ends nothing where the old password is wrong', async () => {
    const json = await signUp(world, 'alice')
    const { url } = (await call('POST', '/api/calendar/', { as: json })).body
    const signedIn = await call('POST', '/api/token/', { json })
    const refused = await change(json, withCookies(signedIn), 'not the password')
    expect([refused.status >= 400, cookiesOf(refused)]).toEqual([true, {}])
    expect(await outcomeOf(withCookies(signedIn))).toEqual(good)
    expect(await renew(json.refresh)).toEqual([200, { access: aToken }])
    expect((await call('GET', new URL(url).pathname)).status).toBe(200)
  })
})

async function knownAddresses({ id }: Person): Promise<number> {
  const sql = `select count(*) as n from familiar where user_id = ? and kind = 'address'`
  return (await database.prepare(sql).bind(id).first<{ n: number }>())!.n
}

describe('the mail about it', () => {
  it('says all that has ended', () => {
    expect(wordsOf({ kind: 'password_changed' })).toEqual({
      subject: 'Your password was changed',
      text:
        'The password of your account was changed. All other sign-ins have ended. The secret address of your ' +
        'calendar, if you had one, no longer works: make a new one. Where you have signed in from before is ' +
        'forgotten, but for where the change was made.\n\n' +
        'If this was you, there is nothing to do. If it was not, change your password at once.\n',
    })
  })
})
