// Sends one mail by SMTP (RFC 5321) over a TCP socket of the Workers runtime. Our own, because the
// packages at hand spin for ever when a server drops the connection, and send passwords in the clear
// to a server that hides its STARTTLS.
import { connect } from 'cloudflare:sockets'
import type { Sender, SmtpServer } from '../../settings/mail'
import { domainOf, formatMessage, type Message } from './message'

/** A server that answers more than this in one go is none. */
const maxReply = 64 * 1024

/** A server's answer that is none of those that let it go on. Its text may hold an address: not kept. */
export class SmtpRefusal extends Error {
  override name = 'SmtpRefusal'
  constructor(
    readonly step: string,
    readonly status: number,
  ) {
    super(`the mail server answered ${status} to ${step}`)
  }
}

/**
 * Sends the message, or gives up `timeout` milliseconds after the start, the connection included.
 * Outside of loopback nothing is sent without TLS.
 * @throws `SmtpRefusal`, or an Error where the server did not answer as one
 */
export async function sendBySmtp(
  server: SmtpServer,
  from: Sender,
  message: Message,
  timeout: number,
): Promise<void> {
  const id = crypto.randomUUID()
  const data = formatMessage(from, message, new Date(), id)
  const connection = openConnection(server)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server took too long')), timeout)
  })
  try {
    await Promise.race([converse(connection, server, from, message.to, data), late])
  } finally {
    clearTimeout(timer)
    connection.close()
  }
}

async function converse(
  connection: Connection,
  server: SmtpServer,
  from: Sender,
  to: string,
  data: string,
): Promise<void> {
  const { expect, ask } = connection
  await expect('the connection', 220)
  const hello = `EHLO ${domainOf(from.address)}`
  let offers = await ask('EHLO', hello, 250)
  if (!server.implicitTls) {
    if (offerOf(offers, 'STARTTLS') !== undefined) {
      await ask('STARTTLS', 'STARTTLS', 220)
      connection.startTls()
      offers = await ask('EHLO', hello, 250).catch((cause: unknown) => {
        if (cause instanceof SmtpRefusal) throw cause
        // The runtime's own words for a failed handshake say nothing.
        throw new Error(
          'no TLS with the mail server: its certificate may be one that nobody vouches for',
          { cause },
        )
      })
    } else if (!isLoopback(server.host)) {
      throw new Error('the mail server offers no STARTTLS, and nothing is sent without')
    }
  }
  if (server.credentials) await signIn(connection, offers, server.credentials)
  await ask('MAIL FROM', `MAIL FROM:<${from.address}>`, 250)
  await ask('RCPT TO', `RCPT TO:<${to}>`, 250, 251)
  await ask('DATA', 'DATA', 354)
  // RFC 5321 §4.5.2: a line that begins with a dot gets one more.
  await ask('the message', `${data.replace(/^\./gm, '..')}\r\n.`, 250)
  // It is accepted; how the goodbye goes is no matter.
  await connection.say('QUIT').catch(() => undefined)
}

async function signIn(
  { ask }: Connection,
  offers: string,
  { user, password }: { user: string; password: string },
): Promise<void> {
  const methods = offerOf(offers, 'AUTH')?.toUpperCase().split(/[ =]+/) ?? []
  if (methods.includes('PLAIN')) {
    await ask('AUTH', `AUTH PLAIN ${toBase64(`\0${user}\0${password}`)}`, 235)
  } else if (methods.includes('LOGIN')) {
    await ask('AUTH', 'AUTH LOGIN', 334)
    await ask('AUTH', toBase64(user), 334)
    await ask('AUTH', toBase64(password), 235)
  } else {
    throw new Error('the mail server offers neither AUTH PLAIN nor AUTH LOGIN')
  }
}

/** What a server's EHLO answer says behind a keyword; undefined when it does not have it. */
function offerOf(reply: string, keyword: string): string | undefined {
  const offers = reply.split(/\r?\n/).map((line) => line.slice(4).trim())
  const offer = offers.find((offer) => offer.split(/[ =]/)[0]!.toUpperCase() === keyword)
  return offer?.slice(keyword.length + 1)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

// ── The connection ───────────────────────────────────────────────────────────────────────────────

type Connection = ReturnType<typeof openConnection>

function openConnection(server: SmtpServer) {
  const secureTransport = server.implicitTls ? 'on' : 'starttls'
  let socket = connect(
    { hostname: server.host.replace(/^\[|\]$/g, ''), port: server.port },
    { secureTransport, allowHalfOpen: false },
  )
  // What fails is told by the reads and writes; alone it would be a rejection that nobody handles.
  let { reader, writer } = streamsOf(socket)
  let received = ''
  let decoder = new TextDecoder()

  async function readReply(): Promise<string> {
    // All lines but the last have a hyphen behind the status (RFC 5321 §4.2.1).
    const last = /^\d{3}(?: .*)?\r?\n/m
    for (let match = last.exec(received); ; match = last.exec(received)) {
      if (match) {
        const end = match.index + match[0].length
        const reply = received.slice(0, end)
        received = received.slice(end)
        return reply
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the mail server closed the connection')
      received += decoder.decode(value, { stream: true })
      if (received.length > maxReply) throw new Error('the mail server answers without an end')
    }
  }

  async function expect(step: string, ...statuses: number[]): Promise<string> {
    const reply = await readReply()
    const status = Number(reply.slice(0, 3))
    if (!statuses.includes(status)) throw new SmtpRefusal(step, status)
    return reply
  }

  async function say(line: string): Promise<void> {
    await writer.write(new TextEncoder().encode(`${line}\r\n`))
  }

  async function ask(step: string, line: string, ...statuses: number[]): Promise<string> {
    await say(line)
    return expect(step, ...statuses)
  }

  function startTls(): void {
    // Whatever came in the clear behind the answer was put there by somebody else (CVE-2011-0411).
    if (received !== '') throw new Error('the mail server spoke before TLS began')
    reader.releaseLock()
    writer.releaseLock()
    socket = socket.startTls()
    ;({ reader, writer } = streamsOf(socket))
    decoder = new TextDecoder()
  }

  function close(): void {
    socket.close().catch(() => undefined)
  }

  return { expect, say, ask, startTls, close }
}

function streamsOf(socket: Socket) {
  socket.opened.catch(() => undefined)
  socket.closed.catch(() => undefined)
  return { reader: socket.readable.getReader(), writer: socket.writable.getWriter() }
}
