// Signs up, signs in, renews and rotates along refresh chains, signs out. A session's state is the refresh
// token at the head of its chain, or that it has ended.
import { anything, Ledger } from './ledger'
import { claimsOf } from './service'
import { type Stage, statesOf, type Writer } from './writer'

type Tokens = { access: string; refresh: string }
/** A rotated token that comes back this soon gets the same successor, in milliseconds … */
const grace = 10_000
/** … give or take what passes between two looks at the clock. */
const doubt = 500

export function sessionWriter({ service, random, one: { id, username, password } }: Stage): Writer {
  const ledger = new Ledger()
  const devices = new Map<string, Tokens>()
  /** When each refresh token was rotated, as the database had it at the last kill. */
  const rotatedAt = new Map<string, number>()
  const faults: string[] = []
  let made = 0

  const live = () =>
    [...devices].filter(([device]) => ![null, 'ended'].includes(ledger.get(device)))

  /** Again and again under one name until it is there: whose answer was lost finds the name taken. */
  async function signUp() {
    const key = `account ${username}-${made}`
    const json = { username: key.slice('account '.length), password: 'a good password' }
    const isThere = ledger.get(key) !== null
    if (isThere) made++
    const expect = [isThere ? 400 : 201]
    const request = () => service.call('POST', '/accounts/signup/', { json, expect })
    await ledger.change(key, 'there', request)
  }

  async function signIn() {
    const device = `device ${++made}`
    const headers = { 'user-agent': device }
    const json = { username, password }
    const request = () => service.call('POST', '/accounts/login/', { json, headers, expect: [200] })
    const { body } = await ledger.change(device, anything, request, ({ body }) =>
      jtiOf(body.refresh),
    )
    devices.set(device, { access: body.access, refresh: body.refresh })
  }

  /** Rotates with what the device holds, also where it never learnt of the last rotation. */
  async function rotate(device: string, tokens: Tokens) {
    const held = jtiOf(tokens.refresh)
    const head = ledger.get(device)!
    const age = head === held ? 0 : Date.now() - rotatedAt.get(held)!
    const headers = { bearer: `Token ${tokens.refresh}` }
    const expect = age <= doubt ? [200] : age < grace - doubt ? [200] : [200, 401]
    const { status, body } = await ledger.change(
      device,
      anything,
      () => service.call('POST', '/api/token/refresh/', { headers, expect }),
      ({ status, body }) => (status === 401 ? 'ended' : jtiOf(body.refresh_token)),
    )
    if (status !== 200) return
    devices.set(device, { access: body.access_token, refresh: body.refresh_token })
    const next = jtiOf(body.refresh_token)
    if (head !== held && next !== head) faults.push(`${device} got ${next} instead of ${head}`)
    if (age > grace + doubt) faults.push(`${device} rotated a token again after ${age} ms`)
  }

  async function renew({ refresh }: Tokens) {
    await service.call('POST', '/accounts/refresh/', { json: { refresh }, expect: [200] })
  }

  async function signOut(device: string, { access, refresh }: Tokens) {
    const options = { json: { refresh }, as: { access }, expect: [200] }
    await ledger.change(device, 'ended', () => service.call('POST', '/accounts/logout/', options))
  }

  /** What has ended stays so, whatever the blacklist had the time to learn. */
  async function tryEnded([, { access, refresh }]: [string, Tokens]) {
    const json = { refresh }
    await service.call('POST', '/accounts/refresh/', { json, expect: [401] })
    await service.call('GET', '/api/profile/', { as: { access }, expect: [401] })
  }

  return {
    name: 'sessions',
    ledger,
    async step() {
      const ended = [...devices].filter(([device]) => ledger.get(device) === 'ended')
      if (ended.length > 0 && random.chance(0.15)) return tryEnded(random.pick(ended))
      if (random.chance(0.05)) return signUp()
      if (live().length < 3) return signIn()
      const [device, tokens] = random.pick(live())
      const isBehind = ledger.get(device) !== jtiOf(tokens.refresh)
      if (isBehind || random.chance(0.5)) return rotate(device, tokens)
      if (random.chance(0.3)) return signOut(device, tokens)
      return renew(tokens)
    },
    look({ rows }) {
      const sessions = rows(
        `select s.user_agent as device, s.ended_at as endedAt, r.jti from sessions s
          join refresh_tokens r on r.session_id = s.id and r.rotated_at is null
          where s.user_id = ? and s.user_agent like 'device %'`,
        id,
      )
      const chain = rows('select jti, rotated_at from refresh_tokens where rotated_at is not null')
      for (const { jti, rotated_at } of chain) rotatedAt.set(jti, rotated_at)
      const accounts = rows('select username from users where username like ?', `${username}-%`)
      return statesOf([
        ...sessions.map(({ device, endedAt, jti }) => [device, endedAt ? 'ended' : jti] as const),
        ...accounts.map((row) => [`account ${row['username']}`, 'there'] as const),
      ])
    },
    check: () => faults.splice(0),
  }
}

const jtiOf = (token: string) => claimsOf(token).jti
