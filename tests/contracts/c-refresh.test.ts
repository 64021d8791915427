// Contract C: the refresh of its pair of tokens, by a header of its own.
import { describe, expect, it } from 'vitest'
import { aToken, claimsOf } from '../support/golden'
import { sessionOf, signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

const rotated = { access_token: aToken, refresh_token: aToken }

describe('POST /api/token/refresh', () => {
  it('rotates the token of the header Bearer', async () => {
    const alice = await signUp(world, 'alice')
    const headers = { bearer: `Token ${alice.refresh}` }
    const answer = await call('POST', '/api/token/refresh/', { headers })
    expect([answer.status, answer.body, answer.headers.getSetCookie()]).toEqual([200, rotated, []])
    const { access_token: access, refresh_token: refresh } = answer.body
    expect(claimsOf(access)['sid']).toBe(sessionOf(alice))
    expect(claimsOf(refresh)['jti']).not.toBe(claimsOf(alice.refresh)['jti'])
    expect((await call('GET', '/friends/', { as: { access } })).status).toBe(200)
    const next = await call('POST', '/api/token/refresh/', {
      headers: { bearer: `Token ${refresh}` },
    })
    expect([next.status, next.body]).toEqual([200, rotated])
  })

  it('rotates the token of Authorization', async () => {
    const alice = await signUp(world, 'alice')
    const headers = { authorization: `Bearer ${alice.refresh}` }
    const answer = await call('POST', '/api/token/refresh/', { headers })
    expect([answer.status, answer.body]).toEqual([200, rotated])
  })

  it('does not look at the opaque token that its clients send along', async () => {
    const alice = await signUp(world, 'alice')
    const headers = {
      bearer: `Token ${alice.refresh}`,
      authorization: 'Token 7faff8fe07ef93d56b99a6c7f9e94bfc07d2d3eb',
    }
    const answer = await call('POST', '/api/token/refresh/', { headers })
    expect([answer.status, answer.body]).toEqual([200, rotated])
  })

  it('refuses what is no good refresh token', async () => {
    const alice = await signUp(world, 'alice')
    const refusals = [
      ['nonsense', 'Token is invalid or expired'],
      [alice.access, 'Token has wrong type'],
    ] as const
    for (const [token, detail] of refusals) {
      const headers = { bearer: `Token ${token}` }
      const answer = await call('POST', '/api/token/refresh/', { headers })
      expect([answer.status, answer.body]).toEqual([
        401,
        { refreshed: false, detail, code: 'token_not_valid' },
      ])
    }
  })
})
