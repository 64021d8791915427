// What sign-ins may cost the others: how many are at work at once, how many right passwords an account may
// have compared, and what becomes of wrong ones that never end.
import { describe, expect, it, vi } from 'vitest'
import { takeTurn } from '../../src/domain/accounts/doors/turns'
import { database } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { type Person, signUp } from '../support/people'
import { setEmail } from '../support/relations'
import { type Answer, createWorld, type World } from '../support/world'

const minute = 60_000
const home = '203.0.113.7'
const busy = { detail: 'The service is busy. Try again in a second.' }
const throttled = (seconds: number) => ({
  detail: `Request was throttled. Expected available in ${seconds} seconds.`,
})
const answerOf = ({ status, body, headers }: Answer) => [status, body, headers.get('retry-after')]

const login = (world: World, { username, password }: Person, address = home) =>
  world.call('POST', '/accounts/login/', {
    json: { username, password },
    headers: { 'cf-connecting-ip': address },
  })
const tally = (answers: Answer[]) => {
  const statuses: Record<number, number> = {}
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
  return statuses
}
const ten = Array.from({ length: 10 }, (_, n) => n)

describe('sign-ins at the same moment', () => {
  it('are three at work; the others are told to come back in a second', async () => {
    const world = createWorld({ env: { SIGN_INS_AT_ONCE: '3' } })
    const alice = await signUp(world, 'alice')
    const answers = await Promise.all(ten.map(() => login(world, alice)))
    expect(tally(answers)).toEqual({ 200: 3, 503: 7 })
    expect(answerOf(answers.find(({ status }) => status === 503)!)).toEqual([503, busy, '1'])
    // None is left at work.
    expect((await login(world, alice)).status).toBe(200)
  })

  it.each([
    ['a quarter of a minute later', 15_001],
    ['where the clock was set back by an hour', -60 * minute],
  ])('are not held up by one that was broken off, %s', async (_, since) => {
    const world = createWorld({ env: { SIGN_INS_AT_ONCE: '1' } })
    const alice = await signUp(world, 'alice')
    await world.run(async (ctx) => void takeTurn(ctx))
    expect((await login(world, alice)).status).toBe(503)
    const now = Date.now.bind(Date)
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + since)
    expect((await login(world, alice)).status).toBe(200)
    clock.mockRestore()
  })

  it('are counted with sign-ups, requests for codes and changes of passwords, in each dialect', async () => {
    const world = createWorld({ env: { SIGN_INS_AT_ONCE: '1' } })
    const alice = await signUp(world, 'alice')
    const { username, password } = alice
    const ask = {
      '/accounts/signup/': { username: `${username}-2`, password },
      '/auth/login/': { username, password },
      '/twofa/send-code/': { username, password },
      '/accounts/login/': { username, password },
    }
    for (const [path, json] of Object.entries(ask)) {
      const [, refused] = await Promise.all([
        login(world, alice),
        world.call('POST', path, { json }),
      ])
      expect([path, ...answerOf(refused)]).toEqual([path, 503, busy, '1'])
    }
    const [, inD] = await Promise.all([
      login(world, alice),
      world.call('PATCH', '/users/user_details/sensitive/', {
        json: { validation_password: password, phone_number: '+12125550123' },
        as: alice,
      }),
    ])
    expect(answerOf(inD)).toEqual([503, { code: 2, error: busy.detail }, '1'])
  })
})

describe('right passwords of one account', () => {
  it('are so many in a window, at all doors together; then nothing is compared', async () => {
    const world = createWorld({ env: { LIMIT_PASSWORD_RIGHT: '3/300' } })
    const alice = await signUp(world, 'alice')
    const { username, password } = alice
    expect((await login(world, alice)).status).toBe(200)
    expect((await login(world, alice)).status).toBe(200)
    const change = await world.call('PATCH', '/users/user_details/sensitive/', {
      json: { validation_password: password, phone_number: '+12125550123' },
      as: alice,
    })
    expect(change.status).toBe(200)
    expect(answerOf(await login(world, alice))).toEqual([429, throttled(300), '300'])
    const other = await world.call('POST', '/api/token/', { json: { username, password } })
    expect(other.status).toBe(429)
    world.clock.advance(5 * minute)
    expect((await login(world, alice)).status).toBe(200)
  })

  it('make no more sessions than the limit when all come at the same moment', async () => {
    const world = createWorld({ env: { LIMIT_PASSWORD_RIGHT: '3/300' } })
    const alice = await signUp(world, 'alice')
    const answers = await Promise.all(ten.map(() => login(world, alice)))
    expect(tally(answers)).toEqual({ 200: 3, 429: 7 })
  })
})

describe('wrong passwords in a row, from new addresses', () => {
  let made = 0
  const newAddress = () => `198.19.${Math.floor(++made / 250)}.${(made % 250) + 1}`
  const guess = (world: World, alice: Person) =>
    login(world, { ...alice, password: 'not the password' }, newAddress())
  const spend = (alice: Person, tries: number) =>
    database
      .prepare(`update counters set spent = ? where key = ?`)
      .bind(tries, `password.run/${alice.id}`)
      .run()

  async function attacked() {
    const box = createMailbox()
    const env = { LIMIT_PASSWORD_NEW_ADDRESSES: '1000000/900' }
    const world = createWorld({ env, context: box.context })
    const alice = await signUp(world, 'alice')
    await setEmail(alice, `${alice.username}@example.com`)
    expect((await guess(world, alice)).status).toBe(401)
    await spend(alice, 99)
    expect((await guess(world, alice)).status).toBe(401)
    return { world, alice, box }
  }

  it('wait longer and longer after a hundred, up to an hour', async () => {
    const { world, alice } = await attacked()
    const waits = [1, 2, 4, 8, 16, 32, 60, 60]
    for (const wait of waits) {
      expect((await guess(world, alice)).status).toBe(401)
      expect(answerOf(await guess(world, alice))).toEqual([
        429,
        throttled(wait * 60),
        String(wait * 60),
      ])
      world.clock.advance(wait * minute)
    }
  })

  it('hold up nobody at an address that the account knows, and end with a right one', async () => {
    const { world, alice } = await attacked()
    expect((await guess(world, alice)).status).toBe(401)
    expect((await guess(world, alice)).status).toBe(429)
    expect((await login(world, alice)).status).toBe(200)
    world.clock.advance(minute)
    expect((await guess(world, alice)).status).toBe(401)
    expect((await guess(world, alice)).status).toBe(401)
  })

  it('are told to the owner, once', async () => {
    const { world, alice, box } = await attacked()
    expect(box.sent).toEqual([])
    for (const _ of [1, 2, 3]) {
      await guess(world, alice)
      await guess(world, alice)
      world.clock.advance(60 * minute)
    }
    expect(box.sent).toEqual([
      { to: `${alice.username}@example.com`, mail: { kind: 'wrong_passwords' } },
    ])
  })
})

describe('passwords from an IPv6 address', () => {
  it('count by the /48 too, four times as generously', async () => {
    const world = createWorld({ env: { LIMIT_PASSWORD_ADDRESS: '1/300' } })
    const addresses = [1, 2, 3, 4, 5].map((n) => `2001:db8:9:${n}::1`)
    const statuses = []
    for (const [n, address] of addresses.entries()) {
      const nobody = { username: `nobody-${n}`, password: 'not the password' } as Person
      statuses.push((await login(world, nobody, address)).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 429])
  })
})
