// The check of the session stands in front of every read: a credential that is no good costs no list.
import { beforeAll, describe, expect, it } from 'vitest'
import { badToken } from '../support/golden'
import { growTo } from '../support/crowd-of-accounts'
import { type Person, sessionOf, signUp } from '../support/people'
import { addOpaqueToken, forge } from '../support/tokens'
import { createWorld } from '../support/world'

const world = createWorld()
const lists = ['/api/users/', '/users/user_list/', '/users', '/api/plans']

let alice: Person
beforeAll(async () => {
  alice = await signUp(world, 'alice')
  await growTo(600)
})

/** What a request answers, and what it costs. */
async function asked(path: string, authorization: string) {
  let answer: { status: number; body: unknown } = { status: 0, body: null }
  const cost = await world.cost(async () => {
    const { status, body } = await world.call('GET', path, { headers: { authorization } })
    answer = { status, body }
  })
  return { ...answer, ...cost }
}

describe.each(lists)('GET %s', (path) => {
  it('answers a good session in one round trip', async () => {
    const { status, trips } = await asked(path, `Bearer ${alice.access}`)
    expect([status, trips]).toEqual([200, 1])
  })

  it('reads no list for an opaque token that nobody has', async () => {
    const { rowsRead, ...answer } = await asked(path, `Token ${'0123456789'.repeat(4)}`)
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Invalid token.' } })
    expect(rowsRead).toBeLessThan(5)
  })

  it('reads no list for a session that has ended', async () => {
    const bob = await signUp(world, 'bob')
    const opaque = await addOpaqueToken(sessionOf(bob))
    await world.call('DELETE', `/api/sessions/${sessionOf(bob)}/`, { as: bob })
    const byJwt = await asked(path, `Bearer ${bob.access}`)
    expect(byJwt).toMatchObject({ status: 401, body: badToken() })
    expect(byJwt.rowsRead).toBeLessThan(5)
    const byOpaque = await asked(path, `Token ${opaque}`)
    expect(byOpaque).toMatchObject({ status: 401, body: { detail: 'Invalid token.' } })
    expect(byOpaque.rowsRead).toBeLessThan(8)
  })
})

describe('the statements behind the check', () => {
  it('never answer where it fails, and are as many as ever where it holds', async () => {
    const batches: { statements: number; answered: boolean }[] = []
    const watched = createWorld({
      context: (ctx) => ({
        ...ctx,
        db: new Proxy(ctx.db, {
          get(db, name) {
            if (name === 'prepare') return (text: string) => (db as D1Database).prepare(text)
            return async (statements: D1PreparedStatement[]) => {
              const batch = { statements: statements.length, answered: false }
              batches.push(batch)
              const results = await (db as D1Database).batch(statements)
              batch.answered = true
              return results
            }
          },
        }),
      }),
    })
    await watched.call('GET', '/api/users/', { as: alice })
    expect(batches).toEqual([{ statements: 2, answered: true }])
    batches.length = 0
    const gone = await forge({
      token_type: 'access',
      exp: watched.clock.now / 1000 + 60,
      iat: watched.clock.now / 1000,
      jti: 'f'.repeat(32),
      user_id: alice.id,
      sid: 'a session that never was',
    })
    const refused = await watched.call('GET', '/api/users/', { as: { access: gone } })
    expect([refused.status, refused.body]).toEqual([401, badToken()])
    // The list's batch, undone by its first statement; then the reason, alone.
    expect(batches).toEqual([
      { statements: 2, answered: false },
      { statements: 1, answered: true },
    ])
  })
})
