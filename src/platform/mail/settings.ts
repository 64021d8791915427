// The mail settings as a deployment writes them: `MAIL_FROM` and `SMTP_URL`.
import { isAddress, isHeaderText, type Sender } from './message'
import type { SmtpServer } from './smtp'

type Problem = { problem: string }

/** `Kith <kith@example.org>`, or the address alone. */
export function readSender(text: string): Sender | Problem {
  const [, name, address] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? [undefined, '', text]
  const sender = { name: name!.trim().replace(/^"(.*)"$/, '$1'), address: address!.trim() }
  if (isAddress(sender.address) && isHeaderText(sender.name)) return sender
  return { problem: 'must be an address such as kith@example.org or Kith <kith@example.org>.' }
}

const ports = { 'smtp:': 587, 'smtps:': 465 } as const

/** `smtp://user:password@host:587` (STARTTLS), or `smtps://…` (TLS from the first byte); '' is none. */
export function readSmtpServer(text: string): SmtpServer | null | Problem {
  if (text === '') return null
  try {
    const url = new URL(text)
    const protocol = url.protocol as keyof typeof ports
    const user = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    const isPlain = /^\/?$/.test(url.pathname) && url.search === '' && url.hash === ''
    if (ports[protocol] && url.hostname !== '' && isPlain && !`${user}${password}`.includes('\0')) {
      return {
        host: url.hostname,
        port: url.port === '' ? ports[protocol] : Number(url.port),
        implicitTls: protocol === 'smtps:',
        credentials: user === '' ? null : { user, password },
      }
    }
  } catch {
    // Not the parser's own words: they would repeat the password.
  }
  return {
    problem:
      'must be smtp://user:password@host:587 or smtps://user:password@host:465, user and password percent-encoded.',
  }
}
