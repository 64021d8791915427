// The mail settings as a deployment writes them: `MAIL_FROM` and `SMTP_URL`.
import { isAddress, isHeaderText } from './header-texts'

/** Who mails are from. `name` is '' where only an address is set. */
export type Sender = { name: string; address: string }

/** A mail server. `implicitTls`: TLS from the first byte; else STARTTLS. */
export type SmtpServer = {
  host: string
  port: number
  implicitTls: boolean
  credentials: { user: string; password: string } | null
}

/** How mail goes out of this deployment. */
export type MailSettings = { from: Sender; smtp: SmtpServer | null }

/**
 * `Kith <kith@example.org>`, or the address alone.
 * @throws an Error that says what it must be
 */
export function readSender(text: string): Sender {
  const [, name = '', address = text] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? []
  const sender = { name: name.trim().replace(/^"(.*)"$/, '$1'), address: address.trim() }
  if (isAddress(sender.address) && isHeaderText(sender.name)) return sender
  throw new Error('must be an address such as kith@example.org or Kith <kith@example.org>.')
}

/**
 * `smtp://user:password@host:587` (STARTTLS), or `smtps://…` (TLS from the first byte); '' is none.
 * @throws an Error that says what it must be, and repeats nothing of the text
 */
export function readSmtpServer(text: string): SmtpServer | null {
  if (text === '') return null
  const server = parseServer(text)
  if (server) return server
  throw new Error(
    'must be smtp://user:password@host:587 or smtps://user:password@host:465, user and password percent-encoded.',
  )
}

const ports: Record<string, number> = { 'smtp:': 587, 'smtps:': 465 }

function parseServer(text: string): SmtpServer | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  const usualPort = ports[protocol]
  const [user, secret] = [decode(username), decode(password)]
  if (usualPort === undefined || hostname === '' || user === null || secret === null) return null
  if (!/^\/?$/.test(pathname) || search !== '' || hash !== '') return null
  return {
    host: hostname,
    port: port === '' ? usualPort : Number(port),
    implicitTls: protocol === 'smtps:',
    credentials: user === '' ? null : { user, password: secret },
  }
}

/** A NUL would part the fields of AUTH PLAIN (RFC 4616). */
function decode(text: string): string | null {
  try {
    const decoded = decodeURIComponent(text)
    return decoded.includes('\0') ? null : decoded
  } catch {
    return null
  }
}
