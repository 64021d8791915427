// Mail servers on loopback: real ones (smtp-server), and a switchboard in front of them that can also
// misbehave.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export const credentials = { user: 'kith@mail', password: 'pass:word/100%' }

export type Received = {
  from: string
  to: string[]
  /** The message as it came, headers and all. */
  raw: string
  secure: boolean
  /** Who had signed in, or ''. */
  user: string
}

export type MailServer = { port: number; received: Received[]; stop: () => Promise<void> }

/** A real SMTP server that takes everything, unless `options` say otherwise. */
export async function startMailServer(options: SMTPServerOptions): Promise<MailServer> {
  const received: Received[] = []
  const server = new SMTPServer({
    logger: false,
    onAuth({ username, password }, _session, callback) {
      const isRight = username === credentials.user && password === credentials.password
      callback(isRight ? null : new Error('Invalid login'), { user: username })
    },
    onData(stream, session, callback) {
      const { mailFrom, rcptTo } = session.envelope
      const envelope = {
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: typeof session.user === 'string' ? session.user : '',
      }
      let raw = ''
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString()
      })
      stream.on('end', () => {
        received.push({ ...envelope, raw })
        callback()
      })
    },
    ...options,
  })
  // A client that refuses our certificate is no fault of the server.
  server.on('error', () => {})
  const port = await listening(server.server)
  server.server.unref()
  return { port, received, stop: () => new Promise((done) => server.close(() => done())) }
}

function listening(server: Server): Promise<number> {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

/** What is done with a connection. */
export type Behaviour = (socket: Socket) => void

export type Switchboard = {
  port: number
  /** How the connections from now on are treated: each of the first in its way, the others as the last. */
  turnTo: (...behaviours: Behaviour[]) => void
  /** How many there were since. */
  connections: () => number
  stop: () => Promise<void>
}

/** One port behind which the server can change from test to test. */
export async function startSwitchboard(): Promise<Switchboard> {
  let behaviours: Behaviour[] = []
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const behaviour = behaviours[connections++] ?? behaviours.at(-1)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    behaviour?.(socket)
  })
  const port = await listening(server)
  return {
    port,
    turnTo(...next) {
      behaviours = next
      connections = 0
    },
    connections: () => connections,
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Passes everything on to a real server. */
export const passTo =
  ({ port }: MailServer): Behaviour =>
  (socket) => {
    const behind = connect(port, '127.0.0.1')
    behind.on('error', () => socket.destroy())
    socket.on('error', () => behind.destroy())
    socket.pipe(behind).pipe(socket)
  }

/**
 * Answers commands out of a script, by their first word; '' is the greeting, '.' the end of a message.
 * `null` says nothing ever, 'drop' ends the connection. What is not in the script goes well.
 */
export const answering =
  (script: Record<string, string | null>, heard: string[] = []): Behaviour =>
  (socket) => {
    const well: Record<string, string> = {
      '': '220 mail.test ready',
      EHLO: '250-mail.test\r\n250 AUTH PLAIN',
      AUTH: '235 welcome',
      DATA: '354 go on',
      QUIT: '221 bye',
    }
    let inMessage = false
    const answer = (word: string) => {
      const line = word in script ? script[word]! : (well[word] ?? '250 fine')
      if (line === null) return
      if (line === 'drop') socket.end()
      else socket.write(`${line}\r\n`)
      if (word === 'DATA' && line.startsWith('354')) inMessage = true
    }
    let waiting = ''
    socket.on('data', (chunk) => {
      waiting += chunk.toString()
      for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
        const line = waiting.slice(0, end)
        waiting = waiting.slice(end + 2)
        heard.push(line)
        if (!inMessage) answer(line.replace(/ .*/, '').toUpperCase())
        else if (line === '.') {
          inMessage = false
          answer('.')
        }
      }
    })
    answer('')
  }
