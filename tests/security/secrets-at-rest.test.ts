// After a walk through every door: the database holds no secret in a form that can be turned back, and
// the log lines hold none at all.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { allRows } from '../support/database-rows'
import { createMailbox } from '../support/mailbox'
import { type Answer, createWorld } from '../support/world'

const mailbox = createMailbox()
// The real log, a mailer that fails now and then.
const world = createWorld({ context: mailbox.context })
const { call, clock } = world

/** By what it is: each secret that was used on the walk. */
const secrets: Record<
  'password' | 'code' | 'opaque' | 'jwt' | 'ticket' | 'calendar',
  Set<string>
> = {
  password: new Set(),
  code: new Set(),
  opaque: new Set(),
  jwt: new Set(),
  ticket: new Set(),
  calendar: new Set(),
}
const lines: string[] = []
let rows = ''

const password = (text: string) => {
  secrets.password.add(text)
  return text
}

function keep(answer: Answer): Answer {
  for (const [name, value] of Object.entries(answer.body ?? {})) {
    if (typeof value !== 'string') continue
    if (name === 'token_auth') secrets.opaque.add(value)
    else if (name === 'ticket') secrets.ticket.add(value)
    else if (name === 'url') secrets.calendar.add(/calendar\/(.+)\.ics/.exec(value)![1]!)
    else if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) secrets.jwt.add(value)
  }
  const cookies = answer.headers.getSetCookie().join('\n')
  for (const [, token] of cookies.matchAll(/_token=([^;]+);/g)) secrets.jwt.add(token!)
  return answer
}

async function walk(): Promise<void> {
  const post = async (path: string, json: object, headers: Record<string, string> = {}) =>
    keep(await call('POST', path, { json, headers }))
  const email = 'walker@example.org'
  const code = async () => {
    await post('/twofa/send-code/', { username: 'walker', email })
    const sent = mailbox.codeFor(email)
    secrets.code.add(sent)
    return sent
  }
  const first = password('the first Password of the walk')
  const second = password('the second Password of the walk')

  await post('/auth/registration/', {
    username: 'walker',
    email,
    password1: first,
    password2: first,
  })
  await post('/auth/login/', { username: 'walker', password: first, code: await code() })
  const { body } = await post('/auth/login/', {
    username: 'walker',
    password: first,
    code: await code(),
  })
  const token = { authorization: `Token ${body.token_auth}` }
  await post('/accounts/login/', { username: 'walker', password: first, code: await code() })
  await post('/api/token/', { username: 'walker', password: first, code: await code() })
  // Wrong ones are secrets too: they are right elsewhere, or were once.
  await post('/auth/login/', {
    username: 'walker',
    password: password('a wrong Password'),
    code: '',
  })
  await post('/twofa/send-code/', { username: 'walker', password: password('a wrong Password') })
  await post(
    '/auth/password/change/',
    {
      new_password1: second,
      new_password2: second,
      old_password: password('a wrong old Password'),
    },
    token,
  )
  await post(
    '/auth/password/change/',
    {
      new_password1: second,
      new_password2: second,
      old_password: first,
    },
    token,
  )
  await post('/twofa/', { enabled: false, password: second }, token)
  await post('/twofa/', { enabled: true }, token)
  await post('/ws/ticket/', {}, token)
  const { body: feed } = await post('/api/calendar/', {}, token)
  keep(await call('GET', new URL(feed.url).pathname))
  await post('/api/token/refresh/', {}, { bearer: `Token ${body.refresh_token}` })

  const signUp = password('the sign-up Password')
  const a = await post('/accounts/signup/', { username: 'walker-a', password: signUp })
  await post('/accounts/refresh/', { refresh: a.body.refresh })
  const registered = {
    username: 'walker-b',
    email: 'walker-b@example.org',
    password: password('the registered Password'),
  }
  await post('/api/register/', { ...registered, password_confirm: registered.password })
  await post(
    '/api/change-password/',
    {
      old_password: registered.password,
      new_password: password('the changed Password'),
    },
    { authorization: `Bearer ${a.body.access}` },
  )
  await post(
    '/accounts/logout/',
    { refresh: a.body.refresh },
    {
      authorization: `Bearer ${a.body.access}`,
    },
  )

  // A code that could not be sent, the log told of it; and one that is left open.
  clock.advance(120_000)
  mailbox.faults.next = () => new Error('the mail server is away')
  await post('/twofa/send-code/', { username: 'walker', email })
  mailbox.faults.next = null
  clock.advance(120_000)
  secrets.code.add(await code())
  // Trouble of other kinds: a body that is none, a token that is none, an unknown path.
  keep(
    await call('POST', '/auth/login/', {
      raw: `{"password": "${first}"`,
      headers: { 'content-type': 'application/json' },
    }),
  )
  keep(
    await call('GET', '/users/profile/', {
      headers: { authorization: `Bearer ${body.access_token}x` },
    }),
  )
  keep(await call('GET', `/no/such/path/?token=${body.token_auth}`))
}

beforeAll(async () => {
  for (const method of ['log', 'error', 'warn', 'info', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => {
      lines.push(args.map(String).join(' '))
    })
  }
  await walk()
  rows = JSON.stringify(await allRows())
}, 60_000)

afterAll(() => void vi.restoreAllMocks())

const base64 = (text: string) => btoa(String.fromCharCode(...utf8ToBytes(text)))
/** A text in the forms in which it can be stored and read again. */
function readable(text: string): string[] {
  const inBase64 = base64(text).replace(/=+$/, '')
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Array.from(text).toReversed().join(''),
    bytesToHex(utf8ToBytes(text)),
    bytesToHex(utf8ToBytes(text)).toUpperCase(),
    inBase64,
    inBase64.replaceAll('+', '-').replaceAll('/', '_'),
  ]
}
/** Hashes without a secret: for what is guessable as good as the text. */
const guessable = (text: string) =>
  [sha256(utf8ToBytes(text)), hmac(sha256, new Uint8Array(0), utf8ToBytes(text))].flatMap(
    (bytes) => [bytesToHex(bytes), btoa(String.fromCharCode(...bytes)).replace(/=+$/, '')],
  )

/** Where the forms of a text are found, not as a part of a longer word or number. */
const found = (forms: string[], place: string) =>
  forms.filter((form) => {
    const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return new RegExp(`(?<![0-9A-Za-z])${escaped}(?![0-9A-Za-z])`).test(place)
  })

describe('the walk', () => {
  it('used secrets of every kind, and left something behind', () => {
    expect(secrets.password.size).toBe(7)
    expect(secrets.code.size).toBeGreaterThanOrEqual(4)
    expect(secrets.opaque.size).toBe(2)
    expect(secrets.jwt.size).toBeGreaterThanOrEqual(10)
    expect([secrets.ticket.size, secrets.calendar.size]).toEqual([1, 1])
    expect(lines.filter((line) => line.includes('"event":"request"')).length).toBeGreaterThan(15)
    expect(lines.filter((line) => line.includes('mail.code')).length).toBe(3)
    expect(rows).toContain('"username":"walker"')
    expect(rows).toContain('$argon2id$')
  })

  it('would have found what it looks for', () => {
    for (const form of readable('Tr0ub4dor&3')) {
      expect(found(readable('Tr0ub4dor&3'), JSON.stringify({ kept: form }))).not.toEqual([])
    }
  })
})

describe('the database', () => {
  it.each(['password', 'code', 'opaque', 'jwt', 'ticket', 'calendar'] as const)(
    'holds no %s that can be read',
    (kind) => {
      for (const secret of secrets[kind]) expect(found(readable(secret), rows)).toEqual([])
    },
  )

  it('holds no password and no code under a hash that guesses could be tried against', async () => {
    const ids = (await allRows())['users']!.map((row) => (row as { id: number }).id)
    for (const secret of [...secrets.password, ...secrets.code]) {
      const spellings = [
        secret,
        ...ids.flatMap((id) => [`${id}:${secret}`, `code:${id}:${secret}`]),
      ]
      for (const text of spellings) expect(found(guessable(text), rows)).toEqual([])
    }
  })

  it('holds the open code and the opaque tokens as hashes of ours', async () => {
    const { codes, opaque_tokens: opaque, users } = (await allRows()) as Record<string, any[]>
    const walker = users!.find(({ username }) => username === 'walker')
    const pepper = utf8ToBytes(env.HASH_PEPPER)
    const open = [...secrets.code].map((code) =>
      bytesToHex(hmac(sha256, pepper, utf8ToBytes(`code:${walker.id}:${code}`))),
    )
    const hers = codes!.filter(({ user_id: owner }) => owner === walker.id)
    expect(hers.length).toBe(1)
    expect(open).toContain(hers[0].hash)
    const hashes = [...secrets.opaque].map((token) => bytesToHex(sha256(utf8ToBytes(token))))
    expect(opaque!.map(({ hash }) => hash)).toEqual(expect.arrayContaining(hashes))
  })
})

describe('the log', () => {
  it.each(['password', 'code', 'opaque', 'jwt', 'ticket', 'calendar'] as const)(
    'holds no %s',
    (kind) => {
      const log = lines.join('\n')
      for (const secret of secrets[kind]) {
        expect(found([...readable(secret), ...guessable(secret)], log)).toEqual([])
      }
    },
  )

  it('holds no name and no address of a person', () => {
    const log = lines.join('\n')
    expect(log).not.toContain('walker')
    expect(log).not.toContain('example.org')
    expect(log).not.toContain('203.0.113.7')
  })
})
