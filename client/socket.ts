// A socket that comes back by itself: it asks for its address anew each time, waits longer after each
// failure, and takes silence for a broken connection.
import { jitter } from './backoff.js'
import { type KithError, networkError, unsupported } from './errors.js'
import { within } from './signals.js'
import type { SocketLike, SocketOwner, SocketTiming, WebSocketClass } from './socket-types.js'

const usual = {
  pause: 500,
  pauseMax: 30_000,
  stableAfter: 5000,
  pingEvery: 30_000,
  silence: 10_000,
}

/** `WebSocket.OPEN`; what comes after it is closing and closed. */
const openState = 1

type TimerName = 'answer' | 'stable' | 'ping' | 'retry'

/** Where there is one; Node has none. */
const page = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>

/** Keeps a socket open until it is closed or refused. */
export class LiveSocket {
  readonly #timing: Required<SocketTiming>
  readonly #ended = new AbortController()
  #socket: SocketLike | null = null
  #isOpen = false
  #hasBeenOpen = false
  #failures = 0
  readonly #timers = new Map<TimerName, ReturnType<typeof setTimeout>>()
  #wake: (() => void) | null = null
  readonly #online = () => this.#wake?.()

  constructor(
    private readonly owner: SocketOwner,
    private readonly WebSocket: WebSocketClass,
    timing: SocketTiming = {},
  ) {
    this.#timing = { ...usual, ...timing }
    // A device that is back on the network need not wait.
    page.addEventListener?.('online', this.#online)
    void this.#connect()
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Sends, where it is open; what is lost on the way is the owner's to send again. */
  send(text: string): void {
    if (!this.#isOpen || !this.#socket) return
    // The other side has closed it: its event comes when all is over, which can be many seconds later.
    if (this.#socket.readyState > openState) return this.#drop(1005, 'Closing')
    this.#socket.send(text)
  }

  /** Gives the connection up and makes a new one. */
  restart(reason: string): void {
    this.#drop(4000, reason)
  }

  /** Ends it for good, as its owner wishes: who is told nothing. @returns whether it was still going on */
  end(): boolean {
    if (this.#ended.signal.aborted) return false
    this.#ended.abort()
    page.removeEventListener?.('online', this.#online)
    closed(this.#release(), 1000)
    return true
  }

  async #connect(): Promise<void> {
    try {
      const url = await this.#inTime((signal) => this.owner.address(signal))
      if (!this.#ended.signal.aborted) this.#open(url)
    } catch (error) {
      this.#failed(networkError(error), 1006, 'No connection')
    }
  }

  /** Until it is ended, or the silence has lasted too long. */
  #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return within(this.#timing.silence, work, this.#ended.signal)
  }

  #open(url: string): void {
    const socket = this.#newSocket(url)
    this.#socket = socket
    // What a socket says that was given up is not heard.
    const isMine = () => this.#socket === socket
    socket.addEventListener('open', () => isMine() && this.#opened())
    socket.addEventListener('message', ({ data }: { data: unknown }) => {
      if (!isMine()) return
      this.#cancel('answer')
      if (data !== 'pong' && typeof data === 'string') this.owner.heard(data)
    })
    socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => {
      if (isMine()) this.#drop(code, reason)
    })
    socket.addEventListener('error', () => isMine() && this.#drop(1006, 'Connection failed'))
    this.#later('answer', this.#timing.silence, () => {
      if (isMine() && !this.#isOpen) this.#drop(1006, 'No answer to the handshake')
    })
  }

  /** It tells of failures by its events: what it throws, it would throw again. */
  #newSocket(url: string): SocketLike {
    try {
      return new this.WebSocket(url)
    } catch (error) {
      throw unsupported(error)
    }
  }

  #opened(): void {
    const isResumed = this.#hasBeenOpen
    this.#isOpen = this.#hasBeenOpen = true
    this.#cancel('answer')
    this.#later('stable', this.#timing.stableAfter, () => (this.#failures = 0))
    this.#later('ping', this.#timing.pingEvery, () => this.#ping())
    this.owner.opened(isResumed)
  }

  #ping(): void {
    this.send('ping')
    this.owner.ticked()
    // Whatever is heard takes the timer away.
    if (!this.#timers.has('answer')) {
      this.#later('answer', this.#timing.silence, () => this.#drop(4000, 'Silence'))
    }
    this.#later('ping', this.#timing.pingEvery, () => this.#ping())
  }

  /** The connection is of no use any more. */
  #drop(code: number, reason: string): void {
    const wasOpen = this.#isOpen
    const socket = this.#release()
    if (!socket) return
    closed(socket)
    if (wasOpen) return this.#retry(code, reason, 0)
    this.#inTime((signal) => this.owner.probe(signal)).then(
      () => this.#retry(code, reason, 0),
      (error: unknown) => this.#failed(networkError(error), code, reason),
    )
  }

  #failed(error: KithError, code: number, reason: string): void {
    if (isFinal(error)) {
      if (this.end()) this.owner.ended(error)
      return
    }
    this.#retry(code, reason, (error.retryAfter ?? 0) * 1000)
  }

  #retry(code: number, reason: string, atLeast: number): void {
    if (this.#ended.signal.aborted) return
    const { pause, pauseMax } = this.#timing
    const retryIn = Math.max(atLeast, jitter(this.#failures++, pause, pauseMax))
    const wake = () => {
      this.#release()
      void this.#connect()
    }
    this.#wake = wake
    this.#later('retry', retryIn, wake)
    this.owner.lost({ code, reason, retryIn })
  }

  #later(name: TimerName, milliseconds: number, work: () => void): void {
    this.#cancel(name)
    this.#timers.set(name, setTimeout(work, milliseconds))
  }

  #cancel(name: TimerName): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }

  /** Takes the socket out of use, with everything that waits for it. */
  #release(): SocketLike | null {
    for (const name of this.#timers.keys()) this.#cancel(name)
    this.#wake = null
    this.#isOpen = false
    const socket = this.#socket
    this.#socket = null
    return socket
  }
}

function closed(socket: SocketLike | null, ...how: [code?: number]): void {
  try {
    socket?.close(...how)
  } catch {
    // It never was open.
  }
}

/** What another try would not change. */
function isFinal({ code, status }: KithError): boolean {
  if (code === 'signed_out' || code === 'unsupported') return true
  return status >= 400 && status < 500 && ![408, 429].includes(status)
}
