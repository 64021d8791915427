// How many passwords anybody may try, at all doors together. Comparisons are counted where
// they happen: each is one hash.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as passwords from '../../src/domain/accounts/passwords/passwords'
import { networkOf } from '../../src/platform/addresses'
import { type Person, signInAgain, signUp } from '../support/people'
import { type Answer, createWorld, type World } from '../support/world'

const minutes = 60_000
const home = '203.0.113.7'

let hashes: () => number
let made = 0
/** An address of no other test. */
const newAddress = () => `198.18.${Math.floor(++made / 250)}.${(made % 250) + 1}`

beforeEach(() => {
  const compared = vi.spyOn(passwords, 'verifyPassword')
  const dummies = vi.spyOn(passwords, 'spendDummyHash')
  hashes = () => compared.mock.calls.length + dummies.mock.calls.length
})
afterEach(() => {
  vi.restoreAllMocks()
})

const wrong = 'not the password'
const from = (address: string) => ({ 'cf-connecting-ip': address })
const login = (world: World, username: string, password: string, address: string) =>
  world.call('POST', '/accounts/login/', { json: { username, password }, headers: from(address) })

async function repeat(times: number, ask: (n: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let n = 0; n < times; n++) answers.push(await ask(n))
  return answers
}

const statusesOf = (answers: Answer[]) => answers.map(({ status }) => status)
const tally = (answers: Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length
const all = (times: number, status: number) => Array.from({ length: times }, () => status)
const throttled = (seconds: number) => ({
  detail: `Request was throttled. Expected available in ${seconds} seconds.`,
})

describe('wrong passwords of one account from one address', () => {
  it('are ten in five minutes; then even the right one waits', async () => {
    const world = createWorld()
    const { username, password } = await signUp(world, 'alice')
    const address = newAddress()
    const tries = await repeat(10, () => login(world, username, wrong, address))
    expect(statusesOf(tries)).toEqual(all(10, 401))
    world.clock.advance(4 * minutes)
    const closed = await login(world, username, password, address)
    expect([closed.status, closed.body, closed.headers.get('retry-after')]).toEqual([
      429,
      throttled(60),
      '60',
    ])
    world.clock.advance(minutes)
    expect((await login(world, username, password, address)).status).toBe(200)
  })

  it('are counted before they are compared: thirty at once are ten', async () => {
    const world = createWorld()
    const { username } = await signUp(world, 'alice')
    const address = newAddress()
    const before = hashes()
    const tries = await Promise.all(
      Array.from({ length: 30 }, () => login(world, username, wrong, address)),
    )
    expect([tally(tries, 401), tally(tries, 429)]).toEqual([10, 20])
    expect(hashes() - before).toBe(10)
  })

  it('are given back when they turn out to be right', async () => {
    const world = createWorld()
    const { username, password } = await signUp(world, 'alice')
    const address = newAddress()
    await repeat(9, () => login(world, username, wrong, address))
    const right = await repeat(12, () => login(world, username, password, address))
    expect(statusesOf(right)).toEqual(all(12, 200))
    expect((await login(world, username, wrong, address)).status).toBe(401)
    expect((await login(world, username, password, address)).status).toBe(429)
  })

  it('are counted at all doors together, those inside the account included', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const { username, password } = alice
    const address = newAddress()
    const token = (password: string) =>
      world.call('POST', '/api/token/', { json: { username, password }, headers: from(address) })
    const change = (old_password: string) =>
      world.call('POST', '/api/change-password/', {
        as: alice,
        json: { new_password: 'another password', old_password },
        headers: from(address),
      })
    await repeat(4, () => login(world, username, wrong, address))
    await repeat(3, () => token(wrong))
    expect(statusesOf(await repeat(3, () => change(wrong)))).toEqual(all(3, 400))
    const closed = [
      await change(password),
      await token(password),
      await login(world, username, password, address),
    ]
    expect(closed.map(({ status, body }) => [status, body])).toEqual([
      [429, throttled(300)],
      [429, { success: false, ...throttled(300) }],
      [429, throttled(300)],
    ])
  })

  it('hold back nobody else, and not the owner elsewhere', async () => {
    const world = createWorld()
    const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
    const address = newAddress()
    await repeat(11, () => login(world, alice.username, wrong, address))
    expect((await login(world, bob.username, bob.password, address)).status).toBe(200)
    expect((await login(world, alice.username, alice.password, home)).status).toBe(200)
  })
})

describe('wrong passwords of one account from many addresses', () => {
  it('are twenty in a quarter of an hour, while the owner gets in from a known address', async () => {
    const world = createWorld()
    const { username, password } = await signUp(world, 'alice')
    const before = hashes()
    const tries = await Promise.all(
      Array.from({ length: 300 }, () => login(world, username, wrong, newAddress())),
    )
    expect(hashes() - before).toBe(20)
    expect([tally(tries, 401), tally(tries, 429)]).toEqual([20, 280])
    expect((await login(world, username, password, home)).status).toBe(200)
    const elsewhere = newAddress()
    const closed = await login(world, username, password, elsewhere)
    expect([closed.status, closed.headers.get('retry-after')]).toEqual([429, '900'])
    world.clock.advance(15 * minutes)
    expect((await login(world, username, password, elsewhere)).status).toBe(200)
    // It is a known one from now on.
    await repeat(21, () => login(world, username, wrong, newAddress()))
    expect((await login(world, username, password, elsewhere)).status).toBe(200)
  }, 30_000)

  it('hold back no session that is there', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    await repeat(21, () => login(world, alice.username, wrong, newAddress()))
    expect((await world.call('GET', '/friends/', { as: alice })).status).toBe(200)
  })
})

describe('wrong passwords from one address', () => {
  it('are thirty in five minutes, whatever the account', async () => {
    const world = createWorld()
    const address = newAddress()
    const tries = await repeat(30, (n) => login(world, `nobody-${made}-${n}`, wrong, address))
    expect(statusesOf(tries)).toEqual(all(30, 401))
    const { username, password } = await signUp(world, 'alice')
    expect((await login(world, username, password, address)).status).toBe(429)
    expect((await login(world, username, password, home)).status).toBe(200)
  })

  it('count by the /64 of an IPv6 address', async () => {
    const world = createWorld()
    const { username, password } = await signUp(world, 'alice')
    await repeat(10, (n) => login(world, username, wrong, `2001:db8:0:${made}::${n}`))
    const next = `2001:db8:0:${made}:ffff:ffff:ffff:ffff`
    expect((await login(world, username, password, next)).status).toBe(429)
    const neighbour = `2001:db8:1:${made}::1`
    expect((await login(world, username, password, neighbour)).status).toBe(200)
  })

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0001::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['', ''],
  ])('take %s for %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('a name that nobody has', () => {
  it('is answered as one that somebody has, at the price of as many hashes', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const [one, other] = [newAddress(), newAddress()]
    const outcome = async (username: string, address: string) => {
      const before = hashes()
      const tries = await repeat(12, () => login(world, username, wrong, address))
      return { said: tries.map(({ status, body }) => [status, body]), hashes: hashes() - before }
    }
    const known = await outcome(alice.username, one)
    expect(known.hashes).toBe(10)
    expect(await outcome(`no-${alice.username}`, other)).toEqual(known)
  })

  it('is closed from many addresses too', async () => {
    const world = createWorld()
    const tries = await repeat(21, () => login(world, 'no-such-person', wrong, newAddress()))
    expect(statusesOf(tries)).toEqual([...all(20, 401), 429])
  })

  it('costs as many round trips as a wrong password', async () => {
    const world = createWorld()
    const { username } = await signUp(world, 'alice')
    const known = await world.cost(() => login(world, username, wrong, newAddress()))
    const unknown = await world.cost(() => login(world, 'no-such-person-2', wrong, newAddress()))
    expect([known.trips, unknown.trips]).toEqual([1, 1])
  })
})

describe('a sign-in', () => {
  it('takes two round trips, the counting included', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    expect((await world.cost(() => signInAgain(world, alice))).trips).toBe(2)
  })

  it('reads as many rows, however many tries are being counted', async () => {
    const world = createWorld()
    const alice = await signUp(world, 'alice')
    const few = await world.cost(() => signInAgain(world, alice))
    const { DB } = world.bindings
    await DB.batch([
      DB.prepare(
        `with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
         insert into counters (key, spent, expires_at) select 'password/other/' || i, 1, ? from n`,
      ).bind(world.clock.now + minutes),
    ])
    const many = await world.cost(() => signInAgain(world, alice))
    expect(many.rowsRead).toBeLessThanOrEqual(few.rowsRead + 8)
  })

  it('stores no address and no name beside its counters', async () => {
    const world = createWorld()
    const alice: Person = await signUp(world, 'alice')
    const address = newAddress()
    await login(world, alice.username, wrong, address)
    await login(world, 'unheard-of', wrong, address)
    await login(world, alice.username, alice.password, address)
    const database = world.bindings.DB
    const results = await database.batch([
      database.prepare('select * from counters'),
      database.prepare('select * from familiar'),
    ])
    const stored = JSON.stringify(results.map((result) => result.results))
    expect(results.map((result) => result.results.length > 0)).toEqual([true, true])
    for (const text of [address, home, 'unheard-of', alice.username]) {
      expect(stored).not.toContain(text)
    }
  })
})

describe('the limits', () => {
  it('can be set', async () => {
    const world = createWorld({
      env: {
        LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: '2/60',
        LIMIT_PASSWORD_NEW_ADDRESSES: '4/120',
        LIMIT_PASSWORD_ADDRESS: '3/90',
      },
    })
    const { username } = await signUp(world, 'alice')
    const address = newAddress()
    const retry = async (answer: Promise<Answer>) => (await answer).headers.get('retry-after')
    await repeat(2, () => login(world, username, wrong, address))
    expect(await retry(login(world, username, wrong, address))).toBe('60')
    await login(world, 'somebody-else', wrong, address)
    expect(await retry(login(world, 'somebody-else', wrong, address))).toBe('90')
    await repeat(2, () => login(world, username, wrong, newAddress()))
    expect(await retry(login(world, username, wrong, newAddress()))).toBe('120')
  })

  it.each(['0/60', '10', '10/0', 'ten/60', '1.5/60'])(
    'are tries/seconds, not %s',
    async (limit) => {
      const world = createWorld({ env: { LIMIT_PASSWORD_ADDRESS: limit } })
      expect((await world.call('GET', '/health')).status).toBe(503)
    },
  )
})
