// What goes into a mail's headers and into an SMTP command holds nothing that could become another one;
// and how the settings of the mail are read.
import { describe, expect, it } from 'vitest'
import type { Mail } from '../../src/domain/base/context'
import { inTime } from '../../src/platform/deadlines'
import { mailerOf } from '../../src/platform/mail/mailer'
import { formatMessage } from '../../src/platform/mail/message'
import { readSender, readSmtpServer } from '../../src/settings/mail'
import { wordsOf } from '../../src/platform/mail/texts'
import { readSettings } from '../../src/settings'

const from = { name: 'Kith', address: 'kith@example.org' }
const code: Mail = { kind: 'code', code: '791983', minutes: 10 }
const at = new Date('2026-01-15T10:30:00Z')

const hostile = ['\r\n', '\n', '\r', '\0', '\t', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029']

describe('an address', () => {
  const bad = [
    ...hostile.flatMap((control) => [
      `alice${control}@example.org`,
      `alice@example.org${control}`,
      `alice@example.org${control}Bcc: mallory@example.org`,
    ]),
    'alice@example.org> SIZE=1',
    'alice@example.org, mallory@example.org',
    '"alice mallory"@example.org',
    'alice@[127.0.0.1]',
    'Alice <alice@example.org>',
    'älice@example.org',
    'alice',
    '@example.org',
    '',
    `${'a'.repeat(250)}@example.org`,
    'user@münchen.de/x',
    'user@münchen.de:25',
    'user@mün\u200bchen.de',
  ]
  it.each(bad)('like %j is not sent to', async (to) => {
    const sent: unknown[] = []
    const binding = { send: async (message: unknown) => void sent.push(message) }
    const mailer = mailerOf({ from, smtp: null }, binding as never, inTime)
    await expect(mailer.send(to, code)).rejects.toThrow(
      'The recipient is no address that can be sent to.',
    )
    expect(sent).toEqual([])
    expect(() => formatMessage(from, { to, subject: 'x', text: 'x' }, at, 'id')).toThrow(
      /recipient/,
    )
  })

  it('at a domain in letters of its own is sent to as the DNS has it', async () => {
    const sent: { to: string }[] = []
    const binding = { send: async (message: { to: string }) => void sent.push(message) }
    const mailer = mailerOf({ from, smtp: null }, binding as never, inTime)
    for (const to of ['user@münchen.de', 'User@例え。テスト', 'user@example.org']) {
      await mailer.send(to, code)
    }
    expect(sent.map(({ to }) => to)).toEqual([
      'user@xn--mnchen-3ya.de',
      'User@xn--r8jz45g.xn--zckzah',
      'user@example.org',
    ])
  })

  it.each(bad)('like %j is not sent from', (address) => {
    const message = { to: 'alice@example.org', subject: 'x', text: 'x' }
    expect(() => formatMessage({ name: '', address }, message, at, 'id')).toThrow(/sender/)
  })
})

describe('a header', () => {
  it.each(hostile)('with %j in it is not written', (control) => {
    const text = `a${control}b`
    const message = { to: 'alice@example.org', subject: text, text: 'x' }
    expect(() => formatMessage(from, message, at, 'id')).toThrow('The subject cannot be a header.')
    const good = { ...message, subject: 'x' }
    expect(() => formatMessage({ ...from, name: text }, good, at, 'id')).toThrow(/sender’s name/)
    expect(() => readSender(`${text} <kith@example.org>`)).toThrow(/^must be an address/)
  })
})

describe('a message', () => {
  it('is what RFC 5322 asks for', () => {
    const message = { to: 'alice@example.org', subject: 'Hello', text: 'one\n.two\r\nthree\n' }
    expect(formatMessage(from, message, at, 'an-id').split('\r\n')).toEqual([
      'From: "Kith" <kith@example.org>',
      'To: alice@example.org',
      'Subject: Hello',
      'Date: Thu, 15 Jan 2026 10:30:00 +0000',
      'Message-ID: <an-id@example.org>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'one',
      '.two',
      'three',
      '',
    ])
  })

  it('encodes what is not ASCII, in lines that are not too long', () => {
    const subject = 'Grüße '.repeat(20).trim()
    const message = { to: 'alice@example.org', subject, text: 'Grüße\n'.repeat(50) }
    const name = { ...from, name: 'Käthe "K" Müller' }
    const lines = formatMessage(name, message, at, 'an-id').split('\r\n')
    expect(lines.filter((line) => line.length > 76 || /[^\u0020-\u007e]/.test(line))).toEqual([])
    const head = lines.slice(0, lines.indexOf(''))
    const words = (from: number, to: number) =>
      [
        ...head
          .slice(from, to)
          .join(' ')
          .matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g),
      ]
        .map(([, word]) => fromBase64(word!))
        .join('')
    const [to, date] = [
      head.indexOf('To: alice@example.org'),
      head.findIndex((line) => line.startsWith('Date: ')),
    ]
    expect(words(0, to)).toBe(name.name)
    expect(words(to, date)).toBe(subject)
    const body = lines.slice(lines.indexOf('') + 1).join('')
    expect(fromBase64(body)).toBe('Grüße\r\n'.repeat(50))
  })
})

function fromBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
}

describe('the words', () => {
  it('are plain, and hold nothing of a caller’s making but one line of the user agent', () => {
    const userAgent = `Lynx\r\nBcc: mallory@example.org\0 https://evil.example/x www.evil.example ${'x'.repeat(300)}`
    const mail: Mail = { kind: 'new_sign_in', at: at.getTime(), userAgent }
    const { subject, text } = wordsOf(mail)
    expect(subject).toBe('New sign-in to your account')
    const told = text.split('\n').find((line) => line.startsWith('With: '))!
    expect(told).toMatch(/^With: Lynx {2}Bcc: mallory@example\.org {2}\.\.\. \.\.\. x+$/)
    expect(told.length).toBe('With: '.length + 120)
    expect(text).toContain('\nWhen: 2026-01-15 10:30 UTC\n')
  })
})

describe('MAIL_FROM', () => {
  it.each([
    ['kith@example.org', { name: '', address: 'kith@example.org' }],
    ['Kith <kith@example.org>', from],
    [' "Kith" <kith@example.org>', from],
  ])('%s is read', (text, sender) => {
    expect(readSender(text)).toEqual(sender)
  })

  it.each(['Kith', 'Kith <kith>', 'Kith <kith@example.org> x', '<a@example.org>, <b@example.org>'])(
    '%s stops the Worker',
    (text) => {
      const secrets = { JWT_SECRET: 'xy'.repeat(20), HASH_PEPPER: 'yz'.repeat(20) }
      expect(readSettings({ ...secrets, MAIL_FROM: text })).toEqual({
        ok: false,
        corsOrigins: [],
        problems: [
          'MAIL_FROM must be an address such as kith@example.org or Kith <kith@example.org>.',
        ],
      })
    },
  )
})

describe('the binding', () => {
  it('is given the mail when no SMTP server is set', async () => {
    const sent: unknown[] = []
    const binding = { send: async (message: unknown) => void sent.push(message) }
    await mailerOf({ from, smtp: null }, binding as never, inTime).send('alice@example.org', code)
    expect(sent).toEqual([
      {
        from: { name: 'Kith', email: 'kith@example.org' },
        to: 'alice@example.org',
        subject: 'Your sign-in code',
        text: expect.stringMatching(/^Your sign-in code is 791983\n/),
      },
    ])
  })
})

describe('SMTP_URL', () => {
  it.each([
    ['', null],
    [
      'smtp://mail.example.org',
      { host: 'mail.example.org', port: 587, implicitTls: false, credentials: null },
    ],
    [
      'smtps://kith%40mail:p%3Ass%2F%25@mail.example.org',
      {
        host: 'mail.example.org',
        port: 465,
        implicitTls: true,
        credentials: { user: 'kith@mail', password: 'p:ss/%' },
      },
    ],
    ['smtp://[::1]:2525/', { host: '[::1]', port: 2525, implicitTls: false, credentials: null }],
  ])('%s is read', (url, server) => {
    expect(readSmtpServer(url)).toEqual(server)
  })

  it.each([
    'http://user:hunter2@mail.example.org',
    'smtp://user:hunter2%@mail.example.org',
    'smtp://user:hunter2%00@mail.example.org',
    'smtp://user:hunter2@mail.example.org/path',
    'smtp://user:hunter2@mail.example.org:99999',
    'smtp:user:hunter2',
    'hunter2',
  ])('%s stops the Worker, which does not repeat the password', (url) => {
    const secrets = { JWT_SECRET: 'xy'.repeat(20), HASH_PEPPER: 'yz'.repeat(20) }
    const read = readSettings({ ...secrets, SMTP_URL: url })
    expect(read).toEqual({
      ok: false,
      corsOrigins: [],
      problems: [expect.stringMatching(/^SMTP_URL must be smtp:\/\/user:password@host:587 or/)],
    })
    expect(JSON.stringify(read)).not.toContain('hunter2')
  })
})
