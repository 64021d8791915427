// Mail by SMTP, out of the real `wrangler dev`: to real servers in the clear, with STARTTLS and with TLS
// from the first byte, and through refusals, hangs and drops.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevServer, startDevServer } from './support/dev-server'
import {
  answering,
  type Behaviour,
  credentials,
  type MailServer,
  passTo,
  type Received,
  startMailServer,
  startSwitchboard,
  type Switchboard,
} from './support/mail-servers'
import { selfSigned } from './support/self-signed'

const folder = mkdtempSync(join(tmpdir(), 'kith-mail-'))
const from = 'Kith of the tests <kith@tests.example.org>'
const user = encodeURIComponent(credentials.user)
const password = encodeURIComponent(credentials.password)

let kith: DevServer
/** The same with TLS from the first byte. */
let overTls: DevServer
let switchboard: Switchboard
let tlsSwitchboard: Switchboard
let plain: MailServer
let startTls: MailServer
let implicitTls: MailServer
let untrusted: MailServer
/** Takes a message and never says that it did. */
let hanging: MailServer
const servers: (MailServer | Switchboard | DevServer)[] = []

beforeAll(async () => {
  const trusted = selfSigned('the trusted one')
  const other = selfSigned('the other one')
  // What wrangler's runtime trusts beside the public authorities.
  process.env['NODE_EXTRA_CA_CERTS'] = join(folder, 'trusted.pem')
  writeFileSync(join(folder, 'trusted.pem'), trusted.cert)
  switchboard = await startSwitchboard()
  tlsSwitchboard = await startSwitchboard()
  servers.push(switchboard, tlsSwitchboard)
  plain = await startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
  startTls = await startMailServer({ ...trusted })
  implicitTls = await startMailServer({ ...trusted, secure: true })
  untrusted = await startMailServer({ ...other })
  hanging = await startMailServer({
    ...trusted,
    secure: true,
    onData: (stream) => void stream.resume(),
  })
  servers.push(plain, startTls, implicitTls, untrusted, hanging)
  const urlOf = (scheme: string, { port }: Switchboard) =>
    `${scheme}://${user}:${password}@localhost:${port}`
  ;[kith, overTls] = await Promise.all([
    startDevServer({ SMTP_URL: urlOf('smtp', switchboard), MAIL_FROM: from }),
    startDevServer({ SMTP_URL: urlOf('smtps', tlsSwitchboard) }),
  ])
  servers.push(kith, overTls)
}, 120_000)

afterAll(async () => {
  for (const server of servers.toReversed()) await server.stop()
  rmSync(folder, { recursive: true })
})

type Person = { username: string; email: string; password: string }
let made = 0

const post = (path: string, json: object, headers: Record<string, string> = {}, at = kith) =>
  fetch(at.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(json),
  })

async function registered(name: string, at = kith): Promise<Person> {
  const username = `${name}-${++made}`
  const person = { username, email: `${username}@example.org`, password: `${name} has a password` }
  const { password: password1 } = person
  const answer = await post(
    '/auth/registration/',
    { ...person, password1, password2: password1 },
    {},
    at,
  )
  if (answer.status !== 201) {
    const said = await answer.text()
    throw new Error(`${said} ${at.log().at(-1)}`)
  }
  return person
}

/** Asks for a code; the answer, and how long it took in milliseconds. */
async function askForCode({ username, email }: Person, at = kith) {
  const begun = performance.now()
  const answer = await post('/twofa/send-code/', { username, email }, {}, at)
  const body = await answer.text()
  return { answer: [answer.status, body], ms: performance.now() - begun }
}

const sent = [200, 'Email sent. Use the code sent in the login process']
/** Far below the first timeout of a mail server, far above what the work takes. */
const atOnce = 2_000

const mailsTo = ({ received }: MailServer, { email }: Person) =>
  received.filter(({ to }) => to.includes(email))
/** The nth mail to somebody, from 0. */
function mailTo(server: MailServer, person: Person, nth: number): Received {
  const mail = mailsTo(server, person).at(nth)
  if (!mail) throw new Error(`there is no mail ${nth} to ${person.email}`)
  return mail
}
const codeIn = ({ raw }: Received) => /^Your sign-in code is (\d{6})\r?$/m.exec(raw)?.[1]

async function until(what: () => boolean, limit = 10_000): Promise<void> {
  await expect.poll(what, { timeout: limit, interval: 50 }).toBe(true)
}

/** The lines about codes that did not go out, since some earlier point in the log. */
function failures(since: number, at = kith): string[] {
  return at
    .log()
    .slice(since)
    .map((line) => JSON.parse(line) as { event: string; cause: string })
    .filter(({ event }) => event === 'mail.code')
    .map(({ cause }) => cause.split('\n', 1).join())
}

describe('a server that has no TLS, on loopback', () => {
  it('gets the code, with headers in order, and the code signs in', async () => {
    switchboard.turnTo(passTo(plain))
    const alice = await registered('alice')
    expect((await askForCode(alice)).answer).toEqual(sent)
    await until(() => mailsTo(plain, alice).length === 1)
    const mail = mailTo(plain, alice, 0)
    expect({ ...mail, raw: '' }).toEqual({
      from: 'kith@tests.example.org',
      to: [alice.email],
      raw: '',
      secure: false,
      user: credentials.user,
    })
    const [head = '', text = ''] = mail.raw.split(/\r\n\r\n([^]*)/)
    expect(head.split('\r\n')).toEqual([
      'From: "Kith of the tests" <kith@tests.example.org>',
      `To: ${alice.email}`,
      'Subject: Your sign-in code',
      expect.stringMatching(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      expect.stringMatching(/^Message-ID: <[0-9a-f-]{36}@tests\.example\.org>$/),
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
    ])
    expect(text).toMatch(/^Your sign-in code is \d{6}\r\n\r\nIt works once, within the next 10 /)
    const { username, password } = alice
    const answer = await post('/auth/login/', { username, password, code: codeIn(mail) })
    expect(answer.status).toBe(200)
  })

  it('gets the notices: a sign-in from something new, a changed password', async () => {
    switchboard.turnTo(passTo(plain))
    const bob = await registered('bob')
    await askForCode(bob)
    await until(() => mailsTo(plain, bob).length === 1)
    const { username, password } = bob
    const code = codeIn(mailTo(plain, bob, 0))
    const login = await post(
      '/auth/login/',
      { username, password, code },
      { 'user-agent': 'Lynx/2.9 (see https://evil.example)' },
    )
    const { token_auth: token } = (await login.json()) as { token_auth: string }
    await until(() => mailsTo(plain, bob).length === 2)
    const newSignIn = mailTo(plain, bob, 1).raw
    expect(newSignIn).toContain('Subject: New sign-in to your account')
    expect(newSignIn).toMatch(/^With: Lynx\/2\.9 \(see \.\.\.\r?$/m)
    const change = { new_password1: 'another password', new_password2: 'another password' }
    await post('/auth/password/change/', change, { authorization: `Token ${token}` })
    await until(() => mailsTo(plain, bob).length === 3)
    expect(mailTo(plain, bob, 2).raw).toContain('Subject: Your password was changed')
  })
})

describe('a server with STARTTLS', () => {
  it('gets the code and the credentials behind TLS only', async () => {
    switchboard.turnTo(passTo(startTls))
    const alice = await registered('alice')
    await askForCode(alice)
    await until(() => mailsTo(startTls, alice).length === 1)
    const mail = mailTo(startTls, alice, 0)
    expect([mail.secure, mail.user]).toEqual([true, credentials.user])
    expect(codeIn(mail)).toMatch(/^\d{6}$/)
  })
})

describe('a server with TLS from the first byte', () => {
  it('gets the code', async () => {
    tlsSwitchboard.turnTo(passTo(implicitTls))
    const alice = await registered('alice', overTls)
    expect((await askForCode(alice, overTls)).answer).toEqual(sent)
    await until(() => mailsTo(implicitTls, alice).length === 1)
    const mail = mailTo(implicitTls, alice, 0)
    expect([mail.secure, mail.user, mail.from]).toEqual([true, credentials.user, 'kith@localhost'])
  })
})

/** Asks for a code that goes to a server that hangs, until the service has given up. */
async function giveUp() {
  tlsSwitchboard.turnTo(passTo(hanging))
  const since = overTls.log().length
  const alice = await registered('alice', overTls)
  const begun = performance.now()
  const asked = await askForCode(alice, overTls)
  await until(() => failures(since, overTls).length === 3, 35_000)
  return { ...asked, failures: failures(since, overTls), took: performance.now() - begun }
}

describe('a server that misbehaves', () => {
  /** Half a minute of waiting, on the other service: the other tests go on beside it. */
  let givenUp: Promise<PromiseSettledResult<Awaited<ReturnType<typeof giveUp>>>[]>
  beforeAll(() => {
    givenUp = Promise.allSettled([giveUp()])
  })

  it.each([
    ['RCPT', '550 5.1.1 no such user alice@example.org', '550 to RCPT TO'],
    ['.', '554 5.7.1 not here', '554 to the message'],
  ])('and will never take a mail (%s: %s) is asked once', async (word, reply, told) => {
    switchboard.turnTo(answering({ [word]: reply }))
    const since = kith.log().length
    const { answer, ms } = await askForCode(await registered('alice'))
    expect(answer).toEqual(sent)
    expect(ms).toBeLessThan(atOnce)
    await until(() => failures(since).length === 1)
    expect(failures(since)).toEqual([`MailRefused: the mail server answered ${told}`])
    expect(switchboard.connections()).toBe(1)
  })

  const closed = 'Error: the mail server closed the connection'
  const refused = (told: string) => `SmtpRefusal: the mail server answered ${told}`
  const atFirst =
    (server: () => MailServer): Behaviour =>
    (socket) =>
      passTo(server())(socket)
  const cases: [name: string, tries: [behaviour: Behaviour, cause: unknown][]][] = [
    [
      'refuses for now',
      [
        [answering({ '': '421 4.3.2 too busy' }), refused('421 to the connection')],
        [answering({ AUTH: '535 5.7.8 wrong' }), refused('535 to AUTH')],
        [answering({ RCPT: '451 4.7.1 greylisted' }), refused('451 to RCPT TO')],
      ],
    ],
    [
      'drops the connection',
      [
        [(socket) => void socket.end(), closed],
        [answering({ EHLO: 'drop' }), closed],
        [answering({ '.': 'drop' }), closed],
      ],
    ],
    [
      'is not to be trusted',
      [
        [
          answering({ EHLO: '250-mail.test\r\n250 SIZE 1000' }),
          'Error: the mail server offers neither AUTH PLAIN nor AUTH LOGIN',
        ],
        [
          answering({
            EHLO: '250-mail.test\r\n250 STARTTLS',
            STARTTLS: '220 go\r\n250-mail.test\r\n250 AUTH PLAIN',
          }),
          'Error: the mail server spoke before TLS began',
        ],
        [
          atFirst(() => untrusted),
          'Error: no TLS with the mail server: its certificate may be one that nobody vouches for',
        ],
      ],
    ],
  ]

  it.each(cases)(
    'and %s changes neither the answer nor its time',
    async (_name, tries) => {
      switchboard.turnTo(...tries.map(([behaviour]) => behaviour))
      const since = kith.log().length
      const { answer, ms } = await askForCode(await registered('alice'))
      expect(answer).toEqual(sent)
      expect(ms).toBeLessThan(atOnce)
      await until(() => failures(since).length === 3, 20_000)
      expect(failures(since)).toEqual(tries.map(([, cause]) => cause))
      expect(switchboard.connections()).toBe(3)
      expect(untrusted.received).toEqual([])
      expect((await fetch(`${kith.origin}/health`)).status).toBe(200)
    },
    30_000,
  )

  it('and comes back is sent the code by a later try', async () => {
    const drop: Behaviour = (socket) => void socket.destroy()
    switchboard.turnTo(drop, drop, passTo(plain))
    const alice = await registered('alice')
    expect((await askForCode(alice)).answer).toEqual(sent)
    await until(() => mailsTo(plain, alice).length === 1, 15_000)
    const { username, password } = alice
    const code = codeIn(mailTo(plain, alice, 0))
    expect((await post('/auth/login/', { username, password, code })).status).toBe(200)
  }, 30_000)

  it('has no code, no name and no address put into our log', async () => {
    const heard: string[] = []
    switchboard.turnTo(answering({ '.': '451 4.3.0 later' }, heard))
    const since = kith.log().length
    const alice = await registered('alice')
    await askForCode(alice)
    await until(() => failures(since).length === 3, 20_000)
    const code = codeIn({ raw: heard.join('\n') } as Received)
    expect(code).toMatch(/^\d{6}$/)
    const log = kith.log().slice(since).join('\n')
    for (const secret of [code!, alice.username, alice.email, 'example.org', password]) {
      expect(log).not.toContain(secret)
    }
  }, 30_000)

  it('and hangs is given up, three times within half a minute', async () => {
    const [settled] = await givenUp
    if (settled?.status !== 'fulfilled') throw settled?.reason
    const { answer, ms, took, failures } = settled.value
    expect(answer).toEqual(sent)
    expect(ms).toBeLessThan(atOnce)
    expect(took).toBeLessThan(30_000)
    expect(failures).toEqual(Array(3).fill('Error: the mail server took too long'))
    expect(tlsSwitchboard.connections()).toBe(3)
  }, 60_000)
})
