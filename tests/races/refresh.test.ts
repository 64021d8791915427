// Many refreshes of one token at once, in each form, and the replay of a rotated one.
import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../support/cookies'
import { aToken, claimsOf } from '../support/golden'
import { type Person, sessionOf, signInAgain, signUp } from '../support/people'
import { type Answer, createWorld, type World } from '../support/world'

const atOnce = 20

type Form = { name: string; headers: (refresh: string) => Record<string, string> }
const rotating: Form[] = [
  { name: 'the header Bearer', headers: (refresh) => ({ bearer: `Token ${refresh}` }) },
  { name: 'Authorization', headers: (refresh) => ({ authorization: `Bearer ${refresh}` }) },
  { name: 'the cookie', headers: (refresh) => ({ cookie: `refresh_token=${refresh}` }) },
]

const refreshBy = (world: World, form: Form, refresh: string) =>
  world.call('POST', '/api/token/refresh/', { headers: form.headers(refresh) })

/** The tokens that an answer hands out, whatever its form. */
function tokensOf(answer: Answer): { access: string; refresh: string } {
  const cookies = cookiesOf(answer)
  return {
    access: answer.body.access_token ?? cookies['access_token']?.value,
    refresh: answer.body.refresh_token ?? cookies['refresh_token']?.value,
  }
}

async function chainOf(world: World, person: Person) {
  const { DB } = world.bindings
  const [rows] = await DB.batch<{ jti: string; successor: string | null }>([
    DB.prepare(
      'select jti, successor from refresh_tokens where session_id = ? order by rotated_at is null',
    ).bind(sessionOf(person)),
  ])
  return rows!.results
}

const isGood = async (world: World, as: { access: string }) =>
  (await world.call('GET', '/friends/', { as })).status === 200

describe.each(rotating)('twenty refreshes of one token at once by $name', (form) => {
  it('all succeed with one successor, one row changed', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => refreshBy(world, form, alice.refresh)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(atOnce)
    const tokens = answers.map(tokensOf)
    expect(tokens).toEqual(tokens.map(() => ({ access: aToken, refresh: aToken })))
    const successors = new Set(tokens.map(({ refresh }) => refresh))
    expect(successors.size).toBe(1)
    const first = claimsOf(alice.refresh)['jti']
    const second = claimsOf([...successors][0]!)['jti']
    expect(await chainOf(world, alice)).toEqual([
      { jti: first, successor: second },
      { jti: second, successor: null },
    ])
    expect(await isGood(world, tokens.at(-1)!)).toBe(true)
  })

  it('within ten seconds a rotated token has the same successor, later its session is dead', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const successor = tokensOf(await refreshBy(world, form, alice.refresh))
    const next = tokensOf(await refreshBy(world, form, successor.refresh))
    world.clock.advance(9_999)
    const again = tokensOf(await refreshBy(world, form, alice.refresh))
    expect(again.refresh).toBe(successor.refresh)
    world.clock.advance(1_001)
    expect((await refreshBy(world, form, alice.refresh)).status).toBe(401)
    for (const tokens of [alice, successor, next, again]) {
      expect(await isGood(world, tokens)).toBe(false)
      expect((await refreshBy(world, form, tokens.refresh)).status).toBe(401)
    }
    expect(await isGood(world, phone)).toBe(true)
    expect((await refreshBy(world, form, phone.refresh)).status).toBe(200)
  })
})

describe('twenty refreshes of one token at once by the body', () => {
  it('all succeed and rotate nothing', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const json = { refresh: alice.refresh }
    const answers = await Promise.all(
      Array.from({ length: atOnce }, () => world.call('POST', '/api/token/refresh/', { json })),
    )
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [200, { access: aToken }]),
    )
    expect(await chainOf(world, alice)).toEqual([
      { jti: claimsOf(alice.refresh)['jti'], successor: null },
    ])
  })

  it('a rotated token is good for ten seconds more; then it ends its session there too', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const { refresh } = tokensOf(await refreshBy(world, rotating[0]!, alice.refresh))
    const byBody = (token: string) =>
      world.call('POST', '/api/token/refresh/', { json: { refresh: token } })
    expect((await byBody(alice.refresh)).status).toBe(200)
    world.clock.advance(11_000)
    expect((await byBody(alice.refresh)).status).toBe(401)
    expect((await byBody(refresh)).status).toBe(401)
  })
})

describe('a refresh and the end of its session at once', () => {
  it('leaves no token that is good', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const phone = await signInAgain(world, alice)
    const refreshes = Array.from({ length: 10 }, () =>
      refreshBy(world, rotating[0]!, alice.refresh),
    )
    const [, ...answers] = await Promise.all([
      world.call('DELETE', '/api/sessions/', { as: phone }),
      ...refreshes,
    ])
    for (const answer of answers) {
      if (answer.status === 401) continue
      const tokens = tokensOf(answer)
      expect(await isGood(world, tokens)).toBe(false)
      expect((await refreshBy(world, rotating[0]!, tokens.refresh)).status).toBe(401)
    }
    expect(await isGood(world, alice)).toBe(false)
  })
})

describe('two password changes at once', () => {
  it('are one, and the other is told that the password is wrong', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const change = (new_password: string) =>
      world.call('POST', '/api/change-password/', {
        as: alice,
        json: { new_password, old_password: alice.password },
      })
    const answers = await Promise.all([change('the first password'), change('the second password')])
    expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
      expect.arrayContaining([
        { status: 200, body: { message: 'Password updated successfully' } },
        { status: 400, body: { old_password: ['Wrong password.'] } },
      ]),
    )
  })
})
