// The e-mailed code against who knows the password and has not got it: how long a code lives, how often
// it may be tried and sent, and what is told of it.
import { beforeEach, describe, expect, it } from 'vitest'
import { MailRefused } from '../../src/domain/base/errors'
import { runDueJobs } from '../../src/domain/base/jobs'
import { codeHash, newCode } from '../../src/domain/accounts/factors/codes'
import {
  askForCode,
  type CodePerson,
  registerWithCode,
  signInWithCode,
  wrongFor,
} from '../support/code-people'
import { database } from '../support/database'
import { createMailbox } from '../support/mailbox'
import { createWorld } from '../support/world'

const mailbox = createMailbox()
const world = createWorld({ context: mailbox.context })
const { call, clock } = world

// A test's wrong passwords close no door to the next one.
beforeEach(() => mailbox.move())
const minute = 60_000

const from = (address: string, agent = 'tests') => ({
  'cf-connecting-ip': address,
  'user-agent': agent,
})
const ask = ({ username, email }: CodePerson, headers = {}) =>
  call('POST', '/twofa/send-code/', { json: { username, email }, headers })
const codesTo = ({ email }: CodePerson) => mailbox.to(email).filter(({ kind }) => kind === 'code')

async function tryWrong(person: CodePerson, code: string, times: number) {
  const statuses: number[] = []
  for (let nth = 1; nth <= times; nth++) {
    statuses.push((await signInWithCode(world, person, wrongFor(code, nth))).status)
  }
  return statuses
}

describe('a new code', () => {
  it('is six digits, and another one each time', () => {
    const codes = Array.from({ length: 2_000 }, newCode)
    expect(codes.filter((code) => !/^\d{6}$/.test(code))).toEqual([])
    // Two thousand out of a million: some two pairs are to be expected, thirty are not.
    expect(new Set(codes).size).toBeGreaterThan(1_970)
    const firstDigits = new Set(codes.map((code) => code[0]))
    expect(firstDigits.size).toBe(10)
  })
})

describe('the life of a code', () => {
  it('ends after ten minutes', async () => {
    const alice = await registerWithCode(world, 'alice')
    const first = await askForCode(world, mailbox, alice)
    clock.advance(10 * minute)
    expect((await signInWithCode(world, alice, first)).status).toBe(400)
    const second = await askForCode(world, mailbox, alice)
    clock.advance(10 * minute - 1)
    expect((await signInWithCode(world, alice, second)).status).toBe(200)
  })

  it('ends with its use', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    expect((await signInWithCode(world, alice, code)).status).toBe(200)
    expect((await signInWithCode(world, alice, code)).status).toBe(400)
  })

  it('ends with its use at any door', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const { username, password } = alice
    const json = { username, password, code }
    expect((await call('POST', '/api/token/', { json })).status).toBe(200)
    expect((await call('POST', '/accounts/login/', { json })).body.code).toBe('code_required')
  })

  it('ends when a new one is sent', async () => {
    const alice = await registerWithCode(world, 'alice')
    const first = await askForCode(world, mailbox, alice)
    clock.advance(minute)
    let second = await askForCode(world, mailbox, alice)
    if (second === first) {
      clock.advance(minute)
      second = await askForCode(world, mailbox, alice)
    }
    expect((await signInWithCode(world, alice, first)).status).toBe(400)
    expect((await signInWithCode(world, alice, second)).status).toBe(200)
  })

  it('ends after five wrong tries', async () => {
    const [alice, bob] = [
      await registerWithCode(world, 'alice'),
      await registerWithCode(world, 'bob'),
    ]
    const codes = [
      await askForCode(world, mailbox, alice),
      await askForCode(world, mailbox, bob),
    ] as const
    await tryWrong(alice, codes[0], 5)
    expect((await signInWithCode(world, alice, codes[0])).status).toBe(400)
    await tryWrong(bob, codes[1], 4)
    expect((await signInWithCode(world, bob, codes[1])).status).toBe(200)
  })

  it('is not shortened by wrong passwords', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const mallory = { ...alice, password: 'not the password' }
    for (const shown of [code, wrongFor(code)]) {
      for (let tries = 0; tries < 4; tries++) await signInWithCode(world, mallory, shown)
    }
    expect((await signInWithCode(world, alice, code)).status).toBe(200)
  })

  it('is one account’s alone', async () => {
    const alice = await registerWithCode(world, 'alice')
    const bob = await registerWithCode(world, 'bob')
    const hers = await askForCode(world, mailbox, alice)
    let his = await askForCode(world, mailbox, bob)
    while (his === hers) {
      clock.advance(minute)
      his = await askForCode(world, mailbox, bob)
    }
    expect((await signInWithCode(world, bob, hers)).status).toBe(400)
    expect((await signInWithCode(world, bob, his)).status).toBe(200)
  })

  it('is stored as a hash that differs from account to account', async () => {
    const hashes = await world.run(async (ctx) => [
      codeHash(ctx, 1, '791983'),
      codeHash(ctx, 2, '791983'),
      codeHash({ ...ctx, keys: { ...ctx.keys, pepper: new Uint8Array(32) } }, 1, '791983'),
    ])
    expect(new Set(hashes).size).toBe(3)
    expect(hashes).toEqual(Array(3).fill(expect.stringMatching(/^[0-9a-f]{64}$/)))
  })
})

describe('wrong codes', () => {
  it('close the second step for 15 minutes after ten of them, also to the right one', async () => {
    const alice = await registerWithCode(world, 'alice')
    const first = await askForCode(world, mailbox, alice)
    expect(await tryWrong(alice, first, 5)).toEqual([400, 400, 400, 400, 400])
    clock.advance(minute)
    const second = await askForCode(world, mailbox, alice)
    expect(await tryWrong(alice, second, 5)).toEqual([400, 400, 400, 400, 400])
    clock.advance(minute)
    const third = await askForCode(world, mailbox, alice)
    const closed = await signInWithCode(world, alice, third)
    expect([closed.status, closed.headers.get('retry-after'), closed.body]).toEqual([
      429,
      '840',
      { detail: 'Request was throttled. Expected available in 840 seconds.' },
    ])
    clock.advance(14 * minute - 1)
    expect((await signInWithCode(world, alice, third)).status).toBe(429)
    clock.advance(1)
    const fourth = await askForCode(world, mailbox, alice)
    expect((await signInWithCode(world, alice, fourth)).status).toBe(200)
  })

  it('do not close it when they are spread over more than 15 minutes', async () => {
    const alice = await registerWithCode(world, 'alice')
    const first = await askForCode(world, mailbox, alice)
    await tryWrong(alice, first, 5)
    clock.advance(15 * minute)
    const second = await askForCode(world, mailbox, alice)
    await tryWrong(alice, second, 4)
    expect((await signInWithCode(world, alice, second)).status).toBe(200)
  })

  it('count at all doors together', async () => {
    const alice = await registerWithCode(world, 'alice')
    const { username, password } = alice
    const doors = ['/auth/login/', '/accounts/login/', '/api/token/']
    for (let nth = 0; nth < 10; nth++) {
      await call('POST', doors[nth % 3]!, { json: { username, password, code: 'wrong' } })
    }
    for (const door of doors) {
      const json = { username, password, code: '000000' }
      expect([door, (await call('POST', door, { json })).status]).toEqual([door, 429])
    }
  })

  it('do not count for who does not know the password', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const mallory = { ...alice, password: 'not the password' }
    for (let nth = 0; nth < 12; nth++) {
      const headers = from(`198.51.100.${nth}`)
      await signInWithCode(world, mallory, wrongFor(code), { headers })
    }
    expect((await signInWithCode(world, alice, code)).status).toBe(200)
  })

  it('leave the account’s other counters alone: a right password is no wrong one', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    await tryWrong(alice, code, 9)
    clock.advance(minute)
    const next = await askForCode(world, mailbox, alice)
    const mallory = { ...alice, password: 'not the password' }
    for (let nth = 0; nth < 9; nth++) {
      expect((await signInWithCode(world, mallory, next)).status).toBe(400)
    }
    expect((await signInWithCode(world, alice, next)).status).toBe(200)
  })
})

describe('asking for codes', () => {
  it('is answered by one mail a minute', async () => {
    const alice = await registerWithCode(world, 'alice')
    await ask(alice)
    clock.advance(minute - 1)
    await ask(alice)
    expect(codesTo(alice).length).toBe(1)
    clock.advance(1)
    await ask(alice)
    expect(codesTo(alice).length).toBe(2)
  })

  it('is not held back by a code that was used', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    await signInWithCode(world, alice, code)
    await ask(alice)
    expect(codesTo(alice).length).toBe(2)
  })

  it('sends five an hour from new addresses, and five more from each that signed in before', async () => {
    const alice = await registerWithCode(world, 'alice')
    const home = from('192.0.2.1')
    const code = await askForCode(world, mailbox, alice, home)
    await signInWithCode(world, alice, code, { headers: home })
    const before = codesTo(alice).length
    const askOften = async (headers: (nth: number) => object) => {
      const sent = codesTo(alice).length
      for (let nth = 0; nth < 7; nth++) {
        clock.advance(minute)
        await ask(alice, headers(nth))
      }
      return codesTo(alice).length - sent
    }
    // One of the five was sent before the first sign-in, when home was a new address too.
    expect(before).toBe(1)
    expect(await askOften((nth) => from(`198.51.100.${nth}`))).toBe(4)
    expect(await askOften(() => home)).toBe(5)
    clock.advance(60 * minute)
    await ask(alice, from('198.51.100.99'))
    expect(codesTo(alice).length).toBe(before + 4 + 5 + 1)
  })

  it('counts a wrong password like one at a door', async () => {
    const alice = await registerWithCode(world, 'alice')
    const { username, password } = alice
    const sendCode = (password: string) =>
      call('POST', '/twofa/send-code/', { json: { username, password } })
    for (let nth = 0; nth < 10; nth++) await sendCode('not the password')
    const { status, text } = await sendCode(password)
    expect([status, text]).toEqual([200, 'Email sent. Use the code sent in the login process'])
    expect(codesTo(alice).length).toBe(0)
    const door = await call('POST', '/accounts/login/', { json: { username, password } })
    expect(door.status).toBe(429)
  })

  it('gives a right password’s try back', async () => {
    const { username, password } = await registerWithCode(world, 'alice')
    for (let nth = 0; nth < 12; nth++) {
      await call('POST', '/twofa/send-code/', { json: { username, password } })
    }
    const door = await call('POST', '/accounts/login/', { json: { username, password } })
    expect(door.body.code).toBe('code_required')
  })

  it('does no work before the answer, so that its time tells nothing', async () => {
    const alice = await registerWithCode(world, 'alice')
    const held: (() => Promise<unknown>)[] = []
    const held_world = createWorld({
      context: (ctx) => ({ ...mailbox.context(ctx), later: (work) => void held.push(work) }),
    })
    const { username, email, password } = alice
    for (const json of [
      { username, email },
      { username, password },
      { username: 'nobody-at-all', email },
      { username: 'nobody-at-all', password },
    ]) {
      const cost = await held_world.cost(() =>
        held_world.call('POST', '/twofa/send-code/', { json }),
      )
      expect(cost).toEqual({ trips: 0, statements: 0, rowsRead: 0, rowsWritten: 0 })
    }
    expect(held.length).toBe(4)
  })
})

describe('a mail that does not go out', () => {
  function faulty(fault: () => Error) {
    const box = createMailbox()
    const reports: string[] = []
    const faultyWorld = createWorld({
      context: (ctx) => ({
        ...box.context(ctx),
        report: (event, error) => void reports.push(`${event}: ${String(error)}`),
      }),
    })
    box.faults.next = fault
    return { box, reports, world: faultyWorld }
  }

  it('is tried three times within half a minute, and the answer is the same', async () => {
    const { box, reports, world } = faulty(() => new Error('the mail server is away'))
    const alice = await registerWithCode(world, 'alice')
    const { username, email } = alice
    const { status, text } = await world.call('POST', '/twofa/send-code/', {
      json: { username, email },
    })
    expect([status, text]).toEqual([200, 'Email sent. Use the code sent in the login process'])
    expect(box.faults.tries).toBe(3)
    expect(box.waits).toEqual([1_000, 4_000])
    expect(reports).toEqual(Array(3).fill('mail.code: Error: the mail server is away'))
  })

  it('is tried once where the server will never take it', async () => {
    const { box, reports, world } = faulty(() => new MailRefused('no such mailbox'))
    const { username, email } = await registerWithCode(world, 'alice')
    await world.call('POST', '/twofa/send-code/', { json: { username, email } })
    expect([box.faults.tries, box.waits]).toEqual([1, []])
    expect(reports).toEqual(['mail.code: MailRefused: no such mailbox'])
  })
})

describe('a sign-in with a code', () => {
  const notices = ({ email }: CodePerson) =>
    mailbox.to(email).filter(({ kind }) => kind === 'new_sign_in')

  async function signIn(person: CodePerson, agent: string, address = '192.0.2.9') {
    const headers = from(address, agent)
    const code = await askForCode(world, mailbox, person, headers)
    const { status } = await signInWithCode(world, person, code, { headers })
    expect(status).toBe(200)
  }

  it('is told to the person when its user agent is new', async () => {
    const alice = await registerWithCode(world, 'alice')
    await signIn(alice, 'Firefox')
    expect(notices(alice)).toEqual([{ kind: 'new_sign_in', at: clock.now, userAgent: 'Firefox' }])
    await signIn(alice, 'Firefox')
    expect(notices(alice).length).toBe(1)
    await signIn(alice, 'Lynx')
    expect(notices(alice).at(-1)).toEqual({
      kind: 'new_sign_in',
      at: clock.now,
      userAgent: 'Lynx',
    })
    expect(notices(alice).length).toBe(2)
  })

  it('that is not mailed, for there were too many notices, is counted as none', async () => {
    const world = createWorld({ env: { LIMIT_NOTICES_SENT: '1/3600' }, context: mailbox.context })
    const alice = await registerWithCode(world, 'alice')
    await database.prepare(`delete from counters where key like 'mail.notices/%'`).run()
    for (const agent of ['Firefox', 'Lynx', 'Mosaic']) {
      const headers = from('192.0.2.9', agent)
      const code = await askForCode(world, mailbox, alice, headers)
      expect((await signInWithCode(world, alice, code, { headers })).status).toBe(200)
    }
    // The address is new to the account the first time, and known from then on: a counter each.
    expect(notices(alice).map((mail) => 'userAgent' in mail && mail.userAgent)).toEqual([
      'Firefox',
      'Lynx',
    ])
    const sql = `select spent from counters where key like 'mail.notices/%'`
    expect((await database.prepare(sql).all()).results).toEqual([{ spent: 1 }, { spent: 1 }])
  })

  it('that fails is told to nobody, and makes no user agent known', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    const headers = from('192.0.2.9', 'Mosaic')
    await signInWithCode(world, alice, wrongFor(code), { headers })
    expect(notices(alice)).toEqual([])
    await signInWithCode(world, alice, code, { headers })
    expect(notices(alice).length).toBe(1)
  })

  it('whose notice cannot be sent is told later', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    mailbox.faults.next = () => new Error('the mail server is away')
    expect((await signInWithCode(world, alice, code)).status).toBe(200)
    mailbox.faults.next = null
    expect(notices(alice)).toEqual([])
    clock.advance(minute)
    await world.run((ctx) => runDueJobs(ctx))
    expect(notices(alice).length).toBe(1)
  })

  it('whose notice is never taken is given up, and nothing is left to do', async () => {
    const alice = await registerWithCode(world, 'alice')
    const code = await askForCode(world, mailbox, alice)
    mailbox.faults.next = () => new MailRefused('no such mailbox')
    await signInWithCode(world, alice, code)
    mailbox.faults.next = null
    clock.advance(24 * 60 * minute)
    expect(await world.run((ctx) => runDueJobs(ctx))).toBe(0)
    expect(notices(alice)).toEqual([])
  })
})
