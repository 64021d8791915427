// Requests as raw as Node lets them be: paths, headers and bodies go out as they are, none is mended.
import { Agent, type IncomingMessage, request } from 'node:http'

export type Sent = {
  method: string
  /** Path and query string, byte for byte. */
  target: string
  headers: [name: string, value: string][]
  body: Buffer | null
}

export type Got = { status: number; headers: Record<string, string>; bytes: Buffer }

/** What was answered, in how many milliseconds; or why nothing was. */
export type Outcome = { milliseconds: number } & ({ got: Got } | { lost: string })

/** Whoever answers nothing for so long hangs, also on a busy machine; in milliseconds. */
const patience = 10_000

const agent = new Agent({ keepAlive: true })

/** Sends one request; the answer to a handshake is its head. */
export async function send(port: number, sent: Sent): Promise<Outcome> {
  const begun = performance.now()
  const outcome = await attempt(port, sent)
  return { ...outcome, milliseconds: Math.round(performance.now() - begun) }
}

async function attempt(port: number, sent: Sent): Promise<{ got: Got } | { lost: string }> {
  for (;;) {
    const outcome = await exchange(port, sent)
    // The server may have closed a kept connection in the same moment: Node's own advice is another try.
    if (!('stale' in outcome)) return outcome
  }
}

function exchange(
  port: number,
  { method, target, headers, body }: Sent,
): Promise<{ got: Got } | { lost: string } | { stale: true }> {
  return new Promise((resolve) => {
    const flat = headers.flat()
    const length = body && !headers.some(([name]) => /^transfer-encoding$/i.test(name))
    if (length) flat.push('Content-Length', String(body.length))
    flat.push('Host', `127.0.0.1:${port}`)
    const asked = request({ agent, host: '127.0.0.1', port, method, path: target, headers: flat })
    const timer = setTimeout(() => {
      resolve({ lost: `no answer within ${patience / 1000} seconds` })
      asked.destroy()
    }, patience)
    const settle = (outcome: { got: Got } | { lost: string } | { stale: true }) => {
      clearTimeout(timer)
      resolve(outcome)
    }
    asked.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = asked.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      settle(isStale ? { stale: true } : { lost: String(error) })
    })
    asked.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', (error) => settle({ lost: `cut off: ${String(error)}` }))
      answer.on('end', () => settle({ got: gotOf(answer, Buffer.concat(chunks)) }))
    })
    asked.on('upgrade', (answer, socket) => {
      settle({ got: gotOf(answer, Buffer.alloc(0)) })
      socket.destroy()
    })
    asked.end(body ?? undefined)
  })
}

function gotOf(answer: IncomingMessage, bytes: Buffer): Got {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
  )
  return { status: answer.statusCode ?? 0, headers, bytes }
}

/** A request as somebody reads it who looks for what was wrong with it. */
export function shown({ method, target, headers, body }: Sent): string {
  const short = (text: string) =>
    text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length})` : text
  const lines = headers.map(([name, value]) => `${name}: ${short(JSON.stringify(value))}`)
  const content = body ? [short(JSON.stringify(body.toString('latin1')))] : []
  return [`${method} ${short(target)}`, ...lines, ...content].join('\n')
}

/** What kind of request it is: no more of it than fits into a line. */
export function inOneLine({ method, target, headers, body }: Sent): string {
  const short = (text: string) => JSON.stringify(text.slice(0, 40))
  const heads = headers.map(([name, value]) => `${name} ${short(value)}`)
  const content = body ? [`${body.length} bytes ${short(body.toString('latin1'))}`] : []
  return [`${method} ${target.slice(0, 80)}`, ...heads, ...content].join(', ')
}
