// A gate before the service, by HTTP: passes everything on, and on a test's word holds back, swallows or makes
// an answer. Sockets pass through it too.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'

/** What becomes of a request. `swallow`: it is done, and its answer is lost. */
export type Fate = 'pass' | 'swallow' | 'cut' | { wait: number } | { status: number; body: unknown }

/** A gate to a local port. */
export class Gate {
  /** What becomes of a request, by its method and path. */
  fate: (line: string) => Fate = () => 'pass'
  /** Method and path of each request that came. */
  readonly lines: string[] = []
  port = 0
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((asked, answer) => void this.#pass(asked, answer))

  private constructor(private readonly target: number) {}

  /** Opens it. The service is reached by the name `localhost`, so that cookies and workers are. */
  static async to(target: number): Promise<Gate> {
    const gate = new Gate(target)
    gate.#server.on('upgrade', (asked, near: Socket, head: Buffer) => gate.#join(asked, near, head))
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    gate.port = (gate.#server.address() as { port: number }).port
    return gate
  }

  get origin(): string {
    return `http://localhost:${this.port}`
  }

  /** Breaks every live socket. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): void {
    this.cut()
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const line = `${asked.method} ${asked.url}`
    this.lines.push(line)
    const fate = this.fate(line)
    if (fate === 'cut') return void asked.socket.destroy()
    if (typeof fate === 'object' && 'status' in fate) {
      asked.resume()
      const type = { 'content-type': 'application/json' }
      return void answer.writeHead(fate.status, type).end(JSON.stringify(fate.body))
    }
    if (typeof fate === 'object') await new Promise((resolve) => setTimeout(resolve, fate.wait))
    const { method, url, headers } = asked
    const passed = request({ port: this.target, host: '127.0.0.1', method, path: url, headers })
    passed.on('response', (got) => {
      if (fate === 'swallow') {
        // A browser asks again by itself where nothing at all was answered.
        got.resume()
        answer.writeHead(got.statusCode ?? 502, got.headers)
        return void answer.write(' ', () => asked.socket.end())
      }
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    passed.on('error', () => asked.socket.destroy())
    asked.pipe(passed)
  }

  #join(asked: IncomingMessage, near: Socket, head: Buffer): void {
    this.lines.push(`${asked.method} ${asked.url}`)
    if (this.fate(`${asked.method} ${asked.url}`) === 'cut') return void near.destroy()
    const far = connect(this.target, '127.0.0.1', () => {
      const lines = [`${asked.method} ${asked.url} HTTP/1.1`]
      for (let at = 0; at < asked.rawHeaders.length; at += 2) {
        lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`)
      }
      far.write(`${lines.join('\r\n')}\r\n\r\n`)
      far.write(head)
      near.pipe(far).pipe(near)
    })
    this.#sockets.add(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(near)
        other.destroy()
      })
    }
  }
}
