// A chat client as an app would have it: it keeps what was not acknowledged, reconnects with what it knows,
// sends again, and takes each message once. And a wire that can be cut.
import { connect, createServer, type Server, type Socket } from 'node:net'

export type Frame = { id: number; text: string; client_id: string | null; error?: string }

export class ChatClient {
  /** All messages that were seen, in the order in which they came. */
  readonly seen: Frame[] = []
  /** What the server has acknowledged: by client_id, the message's id. */
  readonly acknowledged = new Map<string, number>()
  /** What must never happen. */
  readonly faults: string[] = []
  #socket: WebSocket | null = null
  #isEnded = false
  readonly #pending = new Map<string, string>()

  constructor(
    private readonly url: () => string,
    private readonly access: string,
  ) {}

  get pending(): number {
    return this.#pending.size
  }

  /** Opens the socket and keeps it open until `end`. */
  async start(): Promise<void> {
    while (!this.#isEnded) {
      const isOpen = await this.#open()
      if (isOpen) return
      await pause(200)
    }
  }

  send(text: string): void {
    this.#pending.set(text, text)
    this.#write(text)
  }

  /** Waits until all that was sent is acknowledged. */
  async settled(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds
    while (this.#pending.size > 0) {
      if (Date.now() > until) throw new Error(`${this.#pending.size} messages are not acknowledged`)
      await pause(20)
    }
  }

  end(): void {
    this.#isEnded = true
    this.#socket?.close()
  }

  get #last(): number {
    return this.seen.at(-1)?.id ?? 0
  }

  #open(): Promise<boolean> {
    const options = { headers: { authorization: `Bearer ${this.access}` } }
    const socket = new WebSocket(`${this.url()}?after=${this.#last}`, options as never)
    this.#socket = socket
    let isOpen = false
    return new Promise((resolve) => {
      socket.addEventListener('open', () => {
        isOpen = true
        resolve(true)
        for (const text of this.#pending.values()) this.#write(text)
      })
      socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data as string)))
      socket.addEventListener('error', () => resolve(false))
      socket.addEventListener('close', () => {
        resolve(false)
        // One that never opened is tried again by who opens it.
        if (!isOpen || this.#isEnded) return
        setTimeout(() => void this.start(), 20)
      })
    })
  }

  #write(text: string): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    this.#socket.send(JSON.stringify({ message: text, client_id: text }))
  }

  #take(frame: Frame): void {
    if (frame.error) {
      this.faults.push(frame.error)
      return
    }
    const { id, client_id } = frame
    const isOwn = client_id !== null && this.#pending.has(client_id)
    if (isOwn) {
      this.#pending.delete(client_id)
      this.acknowledged.set(client_id, id)
    }
    // The answer to a repetition is a message that was seen before.
    if (id <= this.#last) {
      const before = this.seen.find((one) => one.id === id)
      if (before && JSON.stringify(before) !== JSON.stringify(frame)) {
        this.faults.push(`message ${id} has changed`)
      }
      return
    }
    if (id !== this.#last + 1) this.faults.push(`message ${id} came after ${this.#last}`)
    this.seen.push(frame)
  }
}

/** A wire to a local port that can be cut without a word. */
export class Wire {
  readonly #ends = new Set<Socket>()
  #server: Server | null = null
  port = 0

  async open(target: number): Promise<void> {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1')
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
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve))
    this.port = (this.#server.address() as { port: number }).port
  }

  /** Cuts what a coin says, with no close frame and whatever is in the middle of it. */
  cut(chance: number): number {
    let cut = 0
    for (const end of this.#ends) {
      if (Math.random() >= chance) continue
      end.resetAndDestroy()
      cut++
    }
    return cut
  }

  close(): void {
    for (const end of this.#ends) end.destroy()
    this.#server?.close()
  }
}

export const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
