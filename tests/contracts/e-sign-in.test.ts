// Contract E: sign-in by cookie, refresh, sign-out, registration with groups and the password change.
import { kindsOf } from '../../src/domain/base/jobs'
import { describe, expect, it } from 'vitest'
import { cleared, cookiesOf, withCookies } from '../support/cookies'
import { database } from '../support/database'
import { aToken, anId, badToken, claimsOf, inactiveUser, noCredentials } from '../support/golden'
import { type Person, sessionOf, setActive, signInAgain, signUp } from '../support/people'
import { type Answer, createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const signInByCookie = ({ username, password }: { username: string; password: string }) =>
  call('POST', '/api/token/', { json: { username, password } })

async function makeAdministrator({ id }: Person): Promise<void> {
  await database.batch([
    database.prepare('insert into memberships (user_id, group_id) values (?, 1)').bind(id),
  ])
}

describe('POST /api/token', () => {
  it('shows the person of the document and sets both cookies', async () => {
    const json = {
      username: `user_username-${crypto.randomUUID()}`,
      password: 'user_password',
      email: `${crypto.randomUUID()}@kinderly.com`,
      first_name: 'user_first_name',
      last_name: 'user_last_name',
      groups: [3],
    }
    const { body: made } = await call('POST', '/api/register/', { json })
    const answer = await signInByCookie(json)
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        refresh: aToken,
        access: aToken,
        success: true,
        user: {
          id: made.id,
          username: json.username,
          first_name: 'user_first_name',
          last_name: 'user_last_name',
          email: json.email,
          is_active: true,
          groups: [3],
        },
      },
    ])
    expect(Object.keys(cookiesOf(answer))).toEqual(['access_token', 'refresh_token'])
    const read = await call('GET', '/friends/', { headers: withCookies(answer) })
    expect([read.status, read.body]).toEqual([200, []])
  })

  it('says that it failed', async () => {
    const json = { username: 'user_username', password: 'not the password' }
    const { status, body } = await call('POST', '/api/token/', { json })
    expect([status, body]).toEqual([
      401,
      { success: false, detail: 'No active account found with the given credentials' },
    ])
  })

  it('keeps the tokens out of the body where only browsers come', async () => {
    const browsers = createWorld({ env: { TOKEN_DELIVERY: 'cookie' } })
    const { username, password, id } = await signUp(browsers, 'alice')
    const answer = await browsers.call('POST', '/api/token/', { json: { username, password } })
    expect(answer.body).toEqual({
      success: true,
      user: {
        id,
        username,
        email: '',
        first_name: '',
        last_name: '',
        is_active: true,
        groups: [],
      },
    })
    const headers = withCookies(answer)
    expect((await browsers.call('GET', '/friends/', { headers })).status).toBe(200)
  })
})

describe('POST /api/token/refresh', () => {
  const refreshWith = (answer: Answer) =>
    call('POST', '/api/token/refresh/', { headers: withCookies(answer) })

  it('sets both cookies anew', async () => {
    const alice = await signUp(world, 'alice')
    const signedIn = await signInByCookie(alice)
    const answer = await refreshWith(signedIn)
    expect([answer.status, answer.body]).toEqual([200, { refreshed: true }])
    const [before, after] = [cookiesOf(signedIn), cookiesOf(answer)]
    expect(Object.keys(after)).toEqual(['access_token', 'refresh_token'])
    expect(claimsOf(after['refresh_token']!.value)).toEqual({
      ...claimsOf(before['refresh_token']!.value),
      jti: expect.not.stringMatching(String(claimsOf(before['refresh_token']!.value)['jti'])),
    })
    expect((await call('GET', '/friends/', { headers: withCookies(answer) })).status).toBe(200)
    expect((await refreshWith(answer)).body).toEqual({ refreshed: true })
  })

  it('needs no access cookie, and does not look at an old one', async () => {
    const alice = await signUp(world, 'alice')
    const { value } = cookiesOf(await signInByCookie(alice))['refresh_token']!
    for (const access of ['', 'access_token=nonsense; ']) {
      const headers = { cookie: `${access}refresh_token=${value}` }
      const { status } = await call('POST', '/api/token/refresh/', { headers })
      expect(status).toBe(200)
    }
  })

  it('does not look at an access token in Authorization', async () => {
    const alice = await signUp(world, 'alice')
    const signedIn = await signInByCookie(alice)
    for (const token of [alice.access, 'nonsense']) {
      const headers = { ...withCookies(signedIn), authorization: `Bearer ${token}` }
      const { status, body } = await call('POST', '/api/token/refresh/', { headers })
      expect([status, body]).toEqual([200, { refreshed: true }])
    }
  })

  it('clears both cookies when the token is no good', async () => {
    const alice = await signUp(world, 'alice')
    const signedIn = await signInByCookie(alice)
    const session = claimsOf(signedIn.body.access)['sid'] as string
    await call('DELETE', `/api/sessions/${session}/`, { as: alice })
    const ended = await refreshWith(signedIn)
    expect([ended.status, ended.body, cookiesOf(ended)]).toEqual([
      401,
      { refreshed: false, detail: 'Token is blacklisted', code: 'token_not_valid' },
      cleared,
    ])
    const headers = { cookie: 'refresh_token=nonsense' }
    const nonsense = await call('POST', '/api/token/refresh/', { headers })
    expect([nonsense.status, nonsense.body, cookiesOf(nonsense)]).toEqual([
      401,
      { refreshed: false, detail: 'Token is invalid or expired', code: 'token_not_valid' },
      cleared,
    ])
  })

  it('looks into the body first, then the headers, then the cookies', async () => {
    const alice = await signUp(world, 'alice')
    const cookies = withCookies(await signInByCookie(alice))
    const bearer = { bearer: `Token ${(await signInAgain(world, alice)).refresh}` }
    const authorization = { authorization: `Bearer ${(await signInAgain(world, alice)).refresh}` }
    const all = { ...cookies, ...bearer, ...authorization }
    const ask = (headers: Record<string, string>, json?: object) =>
      call('POST', '/api/token/refresh/', { headers, ...(json ? { json } : {}) })
    expect((await ask(all, { refresh: alice.refresh })).body).toEqual({ access: aToken })
    expect((await ask(all, { refresh: 'nonsense' })).status).toBe(401)
    const rotated = await ask({ ...all, bearer: `Token ${alice.refresh}` })
    expect(rotated.body).toEqual({ access_token: aToken, refresh_token: aToken })
    expect(claimsOf(rotated.body.access_token)['sid']).toBe(sessionOf(alice))
    expect(rotated.headers.getSetCookie()).toEqual([])
    expect((await ask({ ...cookies, ...authorization })).body).toEqual({
      access_token: aToken,
      refresh_token: aToken,
    })
    expect((await ask(cookies)).body).toEqual({ refreshed: true })
  })

  it('judges an Authorization that holds no refresh token where there is no other', async () => {
    const alice = await signUp(world, 'alice')
    const texts = [
      [`Bearer ${alice.access}`, 'Token has wrong type'],
      ['Bearer nonsense', 'Token is invalid or expired'],
    ] as const
    for (const [authorization, detail] of texts) {
      const answer = await call('POST', '/api/token/refresh/', { headers: { authorization } })
      expect([answer.status, answer.body, cookiesOf(answer)]).toEqual([
        401,
        { refreshed: false, detail, code: 'token_not_valid' },
        {},
      ])
    }
  })
})

describe('POST /api/logout', () => {
  it('ends the session and clears both cookies', async () => {
    const alice = await signUp(world, 'alice')
    const signedIn = await signInByCookie(alice)
    const answer = await call('POST', '/api/logout/', { headers: withCookies(signedIn) })
    expect([answer.status, answer.body, cookiesOf(answer)]).toEqual([
      200,
      { success: true },
      cleared,
    ])
    const after = await call('GET', '/friends/', { headers: withCookies(signedIn) })
    expect([after.status, after.body]).toEqual([401, badToken()])
    expect((await call('GET', '/friends/', { as: alice })).status).toBe(200)
  })

  it('ends the session of a browser whose access cookie has expired', async () => {
    const own = createWorld()
    const { username, password } = await signUp(own, 'alice')
    const signedIn = await own.call('POST', '/api/token/', { json: { username, password } })
    own.clock.advance(15 * 60_000)
    const answer = await own.call('POST', '/api/logout/', { headers: withCookies(signedIn) })
    expect([answer.status, answer.body, cookiesOf(answer)]).toEqual([
      200,
      { success: true },
      cleared,
    ])
    const refreshed = await own.call('POST', '/api/token/refresh/', {
      headers: withCookies(signedIn),
    })
    expect(refreshed.status).toBe(401)
  })

  it('works with stale cookies, with none, and twice', async () => {
    const alice = await signUp(world, 'alice')
    const cookies = withCookies(await signInByCookie(alice))
    const stale = { cookie: 'access_token=nonsense; refresh_token=nonsense' }
    for (const headers of [stale, {}, cookies, cookies]) {
      const answer = await call('POST', '/api/logout/', { headers })
      expect([answer.status, answer.body, cookiesOf(answer)]).toEqual([
        200,
        { success: true },
        cleared,
      ])
    }
  })

  it('ends the session that Authorization names', async () => {
    const alice = await signUp(world, 'alice')
    expect((await call('POST', '/api/logout/', { as: alice })).body).toEqual({ success: true })
    expect((await call('GET', '/friends/', { as: alice })).status).toBe(401)
  })

  it('leaves the person present while another session is in use', async () => {
    const alice = await signUp(world, 'alice')
    const isPresent = async () => {
      const [rows] = await database.batch<{ present: number }>([
        database
          .prepare('select online_until > ? as present from users where id = ?')
          .bind(world.clock.now, alice.id),
      ])
      return rows!.results[0]!.present === 1
    }
    const signedIn = await signInByCookie(alice)
    await call('POST', '/api/logout/', { headers: withCookies(signedIn) })
    expect(await isPresent()).toBe(true)
    await call('POST', '/api/logout/', { as: alice })
    expect(await isPresent()).toBe(false)
  })

  it('leaves the presence as it is where there was nothing to end', async () => {
    const alice = await signUp(world, 'alice')
    const old = await signInAgain(world, alice)
    const headers = { cookie: `refresh_token=${old.refresh}` }
    await call('POST', '/api/logout/', { headers })
    world.clock.advance(1)
    // As alice's live sockets move it on, without a request.
    const until = world.clock.now + 60 * 60_000
    await database
      .prepare('update users set online_until = ? where id = ?')
      .bind(until, alice.id)
      .run()
    expect((await call('POST', '/api/logout/', { headers })).status).toBe(200)
    const row = database.prepare('select online_until from users where id = ?').bind(alice.id)
    expect(await row.first('online_until')).toBe(until)
  })
})

describe('POST /api/register', () => {
  const registration = (more: object = {}) => ({
    username: `user_username-${crypto.randomUUID()}`,
    password: 'user_password',
    email: `${crypto.randomUUID()}@kinderly.com`,
    first_name: 'user_first_name',
    last_name: 'user_last_name',
    ...more,
  })
  const register = (json: object, given: object = {}) =>
    call('POST', '/api/register/', { json, ...given })
  const isThere = async ({ username, password }: { username: string; password: string }) =>
    (await signInByCookie({ username, password })).status === 200

  it('makes the account of the document and signs nobody in', async () => {
    const json = registration({ groups: [3] })
    const answer = await register(json)
    expect([answer.status, answer.body, cookiesOf(answer)]).toEqual([
      201,
      {
        id: anId,
        username: json.username,
        email: json.email,
        first_name: 'user_first_name',
        last_name: 'user_last_name',
        is_active: true,
        groups: [3],
      },
      {},
    ])
    const [rows] = await database.batch([
      database.prepare('select 1 from sessions where user_id = ?').bind(answer.body.id),
    ])
    expect(rows!.results).toEqual([])
  })

  it('needs a name and a password alone', async () => {
    const username = `carol-${crypto.randomUUID()}`
    for (const more of [{}, { email: '' }]) {
      const json = { username: `${username}${Object.keys(more).length}`, password: 'password123' }
      const { status, body } = await register({ ...json, ...more })
      expect([status, body]).toEqual([
        201,
        {
          id: anId,
          username: json.username,
          email: '',
          first_name: '',
          last_name: '',
          is_active: true,
          groups: [],
        },
      ])
    }
    const { status, body } = await register({})
    expect([status, body]).toEqual([
      400,
      { username: ['This field is required.'], password: ['This field is required.'] },
    ])
  })

  it('refuses a name that is taken', async () => {
    const json = registration()
    await register(json)
    const { status, body } = await register({ ...json, email: '' })
    expect([status, body]).toEqual([
      400,
      { username: ['A user with that username already exists.'] },
    ])
  })

  it('lets an administrator put somebody into any group', async () => {
    const alice = await signUp(world, 'alice')
    await makeAdministrator(alice)
    const { status, body } = await register(registration({ groups: [3, 2, 1, 2] }), { as: alice })
    expect([status, body.groups]).toEqual([201, [1, 2, 3]])
    const form = { ...registration(), groups: '2' }
    const byForm = await call('POST', '/api/register/', { form, as: alice })
    expect([byForm.status, byForm.body.groups]).toEqual([201, [2]])
  })

  it('lets nobody else put somebody into Administrators or Staff, and makes no account', async () => {
    const bob = await signUp(world, 'bob')
    const denied = { detail: 'You do not have permission to perform this action.' }
    for (const groups of [[1], [2], [3, 2]]) {
      for (const as of [undefined, bob]) {
        const json = registration({ groups })
        const { status, body } = await register(json, { as })
        expect([status, body]).toEqual([403, denied])
        expect(await isThere(json)).toBe(false)
      }
    }
  })

  it('refuses a bad credential where the groups need a right, and there alone', async () => {
    const carol = await signUp(world, 'carol')
    await makeAdministrator(carol)
    await call('POST', '/api/logout/', { as: carol })
    const dan = await signUp(world, 'dan')
    await makeAdministrator(dan)
    await setActive(dan, false)
    const bad = [
      [{ authorization: 'Bearer nonsense' }, badToken()],
      [{ authorization: `Bearer ${carol.access}` }, badToken()],
      [{ authorization: `Bearer ${dan.access}` }, inactiveUser],
      [{ authorization: 'Basic nonsense' }, noCredentials],
      [{ cookie: 'access_token=nonsense' }, badToken()],
    ] as const
    for (const [headers, says] of bad) {
      const json = registration({ groups: [1] })
      const { status, body } = await register(json, { headers })
      expect([status, body]).toEqual([401, says])
      expect(await isThere(json)).toBe(false)
      expect((await register(registration({ groups: [3] }), { headers })).status).toBe(201)
    }
  })

  it('knows no group but those that are there', async () => {
    const alice = await signUp(world, 'alice')
    await makeAdministrator(alice)
    for (const as of [undefined, alice]) {
      const json = registration({ groups: [3, 77] })
      const { status, body } = await register(json, { as })
      expect([status, body]).toEqual([
        400,
        { groups: ['Invalid pk "77" - object does not exist.'] },
      ])
      expect(await isThere(json)).toBe(false)
    }
  })
})

describe('POST /api/change-password', () => {
  const change = (person: { access: string } | undefined, json: object) =>
    call('POST', '/api/change-password/', { as: person, json })
  const changed = { message: 'Password updated successfully' }

  it('changes the password and ends every other session', async () => {
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const bob = await signUp(world, 'bob')
    const json = { new_password: 'new_user_password', old_password: alice.password }
    const { status, body } = await change(phone, json)
    expect([status, body]).toEqual([200, changed])
    const { username, password } = alice
    expect((await signInByCookie({ username, password })).status).toBe(401)
    expect((await signInByCookie({ username, password: 'new_user_password' })).status).toBe(200)
    expect((await call('GET', '/friends/', { as: phone })).status).toBe(200)
    expect((await call('GET', '/friends/', { as: bob })).status).toBe(200)
    const gone = await call('GET', '/friends/', { as: alice })
    expect([gone.status, gone.body]).toEqual([401, badToken()])
    const refreshed = await call('POST', '/accounts/refresh/', { json: { refresh: alice.refresh } })
    expect(refreshed.status).toBe(401)
  })

  it('refuses a wrong old password', async () => {
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const json = { new_password: 'new_user_password', old_password: 'not the password' }
    const { status, body } = await change(alice, json)
    expect([status, body]).toEqual([400, { old_password: ['Wrong password.'] }])
    expect((await signInByCookie(alice)).status).toBe(200)
    expect((await call('GET', '/friends/', { as: phone })).status).toBe(200)
  })

  it('tells what is wrong with the fields', async () => {
    const alice = await signUp(world, 'alice')
    const wrong = [
      [
        {},
        { new_password: ['This field is required.'], old_password: ['This field is required.'] },
      ],
      [{ old_password: 'user_password' }, { new_password: ['This field is required.'] }],
      [{ new_password: 'new_user_password' }, { old_password: ['This field is required.'] }],
      [
        { new_password: '1234567', old_password: '' },
        {
          new_password: [
            'This password is too short. It must contain at least 8 characters.',
            'This password is entirely numeric.',
          ],
          old_password: ['This field may not be blank.'],
        },
      ],
      [
        { new_password: alice.username.toUpperCase(), old_password: alice.password },
        { new_password: ['The password is too similar to the username.'] },
      ],
    ] as const
    for (const [json, says] of wrong) {
      const { status, body } = await change(alice, json)
      expect([status, body]).toEqual([400, says])
    }
  })

  it('is no wrong try when the old password is right and the new one is not', async () => {
    const alice = await signUp(world, 'alice')
    for (let n = 0; n < 12; n++) {
      const json = { new_password: alice.username, old_password: alice.password }
      expect((await change(alice, json)).status).toBe(400)
    }
  })

  it('is for the signed in', async () => {
    const { status, body } = await change(undefined, {})
    expect([status, body]).toEqual([401, noCredentials])
  })

  it('asks an account without a password for none while the sign-in is fresh', async () => {
    const own = createWorld()
    const [alice, bob] = [await signUp(own, 'alice'), await signUp(own, 'bob')]
    await database.batch([
      database.prepare("update users set password = '' where id in (?, ?)").bind(alice.id, bob.id),
    ])
    const json = { new_password: 'new_user_password' }
    own.clock.advance(599_999)
    const fresh = await own.call('POST', '/api/change-password/', { as: alice, json })
    expect([fresh.status, fresh.body]).toEqual([200, changed])
    own.clock.advance(1)
    const stale = await own.call('POST', '/api/change-password/', { as: bob, json })
    expect([stale.status, stale.body]).toEqual([
      400,
      { old_password: ['Sign in again to change this.'] },
    ])
  })

  it('has the owner told by mail, once the password was changed', async () => {
    const told: unknown[] = []
    const jobKinds = kindsOf({
      'mail.password_changed': async (_context: unknown, payload: unknown) => {
        told.push(payload)
      },
    })
    const own = createWorld({ context: (context) => ({ ...context, jobKinds }) })
    const alice = await signUp(own, 'alice')
    const ask = (old_password: string) =>
      own.call('POST', '/api/change-password/', {
        as: alice,
        json: { new_password: 'new_user_password', old_password },
      })
    await ask('not the password')
    expect(told).toEqual([])
    await ask(alice.password)
    expect(told).toEqual([{ userId: alice.id }])
  })
})
