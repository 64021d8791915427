// A wire to a local port that looks at what goes through it, and breaks: at once, for a while, or where a
// test says so.
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Proxy {
  /** The first lines of the requests that came through, such as `GET /friends HTTP/1.1`. */
  readonly requests: string[] = []
  /** Whether a request breaks its connection: before it is passed on, or when its answer comes. */
  breaks: (request: string) => 'before' | 'after' | null = () => null
  /** While set, nothing goes through, and nobody is told. */
  isFrozen = false
  port = 0
  readonly #ends = new Set<Socket>()
  #server: Server | null = null

  /** Opens it, to a port of this machine. */
  static async to(target: number): Promise<Proxy> {
    const proxy = new Proxy()
    const server = createServer((near) => proxy.#join(near, connect(target, '127.0.0.1')))
    proxy.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    proxy.port = (server.address() as { port: number }).port
    return proxy
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** How many requests began so. */
  count(start: string): number {
    return this.requests.filter((line) => line.startsWith(start)).length
  }

  /** Breaks every connection, in the middle of whatever goes through it. Answers with how many. */
  cut(): number {
    const cut = this.#ends.size / 2
    for (const end of this.#ends) end.resetAndDestroy()
    return cut
  }

  close(): void {
    this.cut()
    this.#server?.close()
  }

  #join(near: Socket, far: Socket): void {
    let breaks: 'before' | 'after' | null = null
    const cut = () => near.resetAndDestroy()
    near.on('data', (chunk) => {
      const line = /^[A-Z]+ \S+ HTTP\/1\.1/.exec(chunk.toString('latin1'))?.[0]
      if (line) {
        this.requests.push(line)
        breaks = this.breaks(line)
      }
      if (breaks === 'before') cut()
      else if (!this.isFrozen) far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (breaks === 'after') cut()
      else if (!this.isFrozen) near.write(chunk)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#ends.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#ends.delete(one)
        other.destroy()
      })
    }
  }
}
