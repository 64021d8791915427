// Contract A: accounts and the private address book, clause by clause.
import { describe, expect, it } from 'vitest'
import { aTime, aToken, anId, claimsOf } from '../support/golden'
import { signUp } from '../support/people'
import { createWorld } from '../support/world'

const world = createWorld()
const { call } = world

describe('POST /accounts/signup', () => {
  it('makes an account and answers with its tokens', async () => {
    const json = { username: 'testuser', password: 'testpass' }
    const { status, body } = await call('POST', '/accounts/signup/', { json })
    expect(status).toBe(201)
    expect(body).toEqual({
      message: 'User created successfully',
      refresh: aToken,
      access: aToken,
    })
    expect(claimsOf(body.access)).toEqual({
      token_type: 'access',
      exp: 1768474200 - 1768474200 + Math.floor(world.clock.now / 1000) + 900,
      iat: Math.floor(world.clock.now / 1000),
      jti: expect.stringMatching(/^[0-9a-f]{32}$/),
      user_id: anId,
      sid: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })
})

describe('GET /friends', () => {
  it('answers with the records of the caller', async () => {
    const alice = await signUp(world, 'alice')
    const json = {
      first_name: 'Taro',
      last_name: 'Yamada',
      phone_number: '1234567890',
      platform: 'Twitter',
    }
    const made = await call('POST', '/friends/', { json, as: alice })
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: anId,
        first_name: 'Taro',
        last_name: 'Yamada',
        phone_number: '1234567890',
        birthday: null,
        platform: 'Twitter',
        contact_info: '',
        last_met_date: null,
        note: '',
        created_at: aTime,
        updated_at: aTime,
      },
    ])
    expect((await call('GET', '/friends/', { as: alice })).body).toEqual([made.body])
    const id = made.body.id
    expect(
      (
        await call('PATCH', `/friends/${id}/`, {
          json: { phone_number: '99', birthday: '2000-02-29' },
          as: alice,
        })
      ).body,
    ).toEqual({ ...made.body, phone_number: '99', birthday: '2000-02-29' })
    expect(
      (await call('PUT', `/friends/${id}`, { json: { phone_number: '99' }, as: alice })).body,
    ).toEqual({ first_name: ['This field is required.'], last_name: ['This field is required.'] })
    expect((await call('DELETE', `/friends/${id}`, { as: alice })).status).toBe(204)
    expect((await call('DELETE', `/friends/${id}`, { as: alice })).body).toEqual({
      error: 'Friend not found',
    })
    expect((await call('PUT', `/friends`, { as: alice })).body).toEqual({
      detail: 'Method "PUT" not allowed.',
    })
    expect(
      (await call('POST', `/accounts/refresh`, { json: { refresh: alice.refresh } })).body,
    ).toEqual({ access: aToken })
    expect(
      (await call('POST', `/accounts/logout`, { as: alice, json: { refresh: alice.refresh } }))
        .body,
    ).toEqual({ message: 'Logout successful' })
    expect(
      (await call('POST', `/accounts/refresh`, { json: { refresh: alice.refresh } })).body,
    ).toEqual({ detail: 'Token is blacklisted', code: 'token_not_valid' })
    expect((await call('GET', `/friends`, { as: alice })).status).toBe(401)
    expect(
      (
        await call('POST', `/accounts/login`, {
          json: { username: alice.username.toUpperCase(), password: alice.password },
        })
      ).body,
    ).toEqual({ access: aToken, refresh: aToken })
  })
})
