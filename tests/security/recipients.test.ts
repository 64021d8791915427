// How much mail one address is sent, whoever asks for it, and how often an account's own changes.
import { describe, expect, it } from 'vitest'
import { database } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { type Person, signUp } from '../support/people'
import { setEmail } from '../support/relations'
import { createWorld } from '../support/world'

const box = createMailbox()
const world = createWorld({ context: box.context })
const { call } = world
let made = 0
const newAddress = () => ({
  'cf-connecting-ip': `198.51.${100 + Math.floor(++made / 250)}.${(made % 250) + 1}`,
})
const kindsTo = (address: string) =>
  box.sent.filter(({ to }) => to === address).map(({ mail }) => mail.kind)

const changeTo = (as: Person, email: string) =>
  call('POST', '/users/update/', { json: { email }, as })
const askForCode = ({ username }: Person, email: string) =>
  call('POST', '/twofa/send-code/', { json: { username, email }, headers: newAddress() })

async function someone(name: string) {
  const person = await signUp(world, name)
  const email = `${person.username}@example.com`
  await setEmail(person, email)
  return { person, email }
}

describe('an e-mail address', () => {
  it('changes five times a day; the old one is told each time', async () => {
    const { person: alice, email } = await someone('alice')
    const addresses = [1, 2, 3, 4, 5].map((n) => `${n}-${email}`)
    for (const next of addresses) expect((await changeTo(alice, next)).status).toBe(200)
    const { status, body, headers } = await changeTo(alice, `6-${email}`)
    expect([status, body, headers.get('retry-after')]).toEqual([
      429,
      { detail: 'Request was throttled. Expected available in 86400 seconds.' },
      '86400',
    ])
    for (const told of [email, ...addresses.slice(0, 4)]) {
      expect(kindsTo(told)).toEqual(['email_changed'])
    }
    // What stays as it is is no change.
    expect((await changeTo(alice, addresses[4]!)).status).toBe(200)
  })

  it('changes no more often than that when fifty ask at the same moment', async () => {
    const { person: alice, email } = await someone('alice')
    const fifty = Array.from({ length: 50 }, (_, n) => changeTo(alice, `${n}-${email}`))
    const statuses = (await Promise.all(fifty)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBe(5)
    expect(statuses.filter((status) => status === 429).length).toBe(45)
  })
})

describe('a recipient', () => {
  it('is sent five codes an hour, whatever the accounts that ask for them', async () => {
    const victim = `victim-${++made}@example.com`
    for (const name of ['alice', 'bob', 'carol']) {
      const { person } = await someone(name)
      await setEmail(person, victim)
      for (let n = 0; n < 3; n++) {
        world.clock.advance(60_000)
        await askForCode(person, victim.toUpperCase())
      }
      await setEmail(person, '')
    }
    expect(kindsTo(victim)).toEqual(Array.from({ length: 5 }, () => 'code'))
    const { person: dan } = await someone('dan')
    await setEmail(dan, victim)
    world.clock.advance(3_600_000)
    await askForCode(dan, victim)
    expect(kindsTo(victim).length).toBe(6)
  })

  it('is sent as many more from all addresses together that the account knows, and none of those by strangers', async () => {
    const { person: alice, email } = await someone('alice')
    const { username, password } = alice
    const known = [newAddress(), newAddress(), newAddress(), newAddress()]
    const [home, ...elsewhere] = known
    for (const headers of known) {
      const json = { username, password }
      expect((await call('POST', '/accounts/login/', { json, headers })).status).toBe(200)
    }
    const ask = (headers: Record<string, string>) => {
      world.clock.advance(60_000)
      return call('POST', '/twofa/send-code/', { json: { username, email }, headers })
    }
    const codes = () => kindsTo(email).filter((kind) => kind === 'code').length
    for (let n = 0; n < 7; n++) await ask(newAddress())
    expect(codes()).toBe(5)
    for (let n = 0; n < 4; n++) for (const headers of elsewhere) await ask(headers)
    await ask(home!)
    expect(codes()).toBe(10)
  })

  it('is one, however its domain is written', async () => {
    const { person: alice } = await someone('alice')
    await setEmail(alice, '')
    const domains = ['mail.münchen.de', 'mail。münchen.de', 'mail.xn--mnchen-3ya。de']
    const written = [...domains, 'mail.xn--mnchen-3ya.de'].map((at) => `${alice.username}@${at}`)
    for (const email of written) {
      expect((await changeTo(alice, email)).status).toBe(200)
      for (let n = 0; n < 3; n++) {
        world.clock.advance(60_000)
        await askForCode(alice, email)
      }
    }
    const codes = written.map((email) => kindsTo(email).filter((kind) => kind === 'code').length)
    expect(codes).toEqual([3, 2, 0, 0])
  })

  it('at a domain in letters of its own is sent codes, whether the address or the password asks', async () => {
    const { person: bob } = await someone('bob')
    const email = `${bob.username}@münchen.de`
    await changeTo(bob, email)
    const { username, password } = bob
    for (const proof of [{ email }, { password }]) {
      world.clock.advance(60_000)
      await call('POST', '/twofa/send-code/', { json: { username, ...proof } })
    }
    expect(kindsTo(email)).toEqual(['code', 'code'])
  })

  it('is sent ten notices an hour, counted by what is asked from where', async () => {
    const box = createMailbox()
    const env = { LIMIT_NOTICES_SENT: '2/3600' }
    const world = createWorld({ env, context: box.context })
    const alice = await signUp(world, 'alice')
    await setEmail(alice, `${alice.username}@example.com`)
    const change = (password: string, headers = {}, as: { access: string } = alice) =>
      world.call('POST', '/auth/password/change/', {
        json: { new_password1: password, new_password2: password },
        as,
        headers,
      })
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await change(`stranger ${n}`, newAddress())).status)
    expect(statuses).toEqual([200, 200, 200])
    expect(box.sent.length).toBe(2)
    // The owner's own address has a counter of its own, once they have signed in from it again.
    const json = { username: alice.username, password: 'stranger 2' }
    const again = (await world.call('POST', '/accounts/login/', { json })).body
    expect((await change('the owner has one', {}, again)).status).toBe(200)
    expect(box.sent.length).toBe(3)
  })

  it('is stored as an HMAC only', async () => {
    const { results } = await database.prepare('select key from counters').all<{ key: string }>()
    expect(results.filter(({ key }) => key.includes('@'))).toEqual([])
    expect(results.some(({ key }) => /^code\.sent\/[0-9a-f]{64}$/.test(key))).toBe(true)
  })
})
