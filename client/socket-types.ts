// What a live socket is made with, what it tells, and what its owner does for it.
import type { KithError } from './errors.js'

/** What is needed of a WebSocket. */
export type SocketLike = {
  addEventListener(
    name: 'open' | 'message' | 'close' | 'error',
    // What an event is, each runtime and package types in its own way.
    listener: (event: any) => void,
  ): void
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
}

/** The WebSocket of a browser, of Node from 22 on, or of a package such as `ws`. */
export type WebSocketClass = new (url: string) => SocketLike

/** Times of a socket, in milliseconds. */
export type SocketTiming = {
  /** The longest pause before the first try; doubled after each failure. Default 500. */
  pause?: number
  /** The longest pause of all. Default 30,000. */
  pauseMax?: number
  /** A socket that was open for so long has come back: the pauses begin anew. Default 5,000. */
  stableAfter?: number
  /** How often it pings. Default 30,000: the service closes after 90 seconds of silence. */
  pingEvery?: number
  /** How long a ping, or the opening, may wait for an answer. Default 10,000. */
  silence?: number
}

/** What every live socket tells. */
export type SocketEvents = {
  /** It is open; `isResumed` when it was before. */
  open: { isResumed: boolean }
  /** It is not open any more, or could not be; `retryIn` milliseconds it is tried again. */
  close: { code: number; reason: string; retryIn: number }
  /** It has given up, and why it is not let in: nothing follows. Not told after one's own `close()`. */
  error: KithError
}

/** What a live socket is told of, and asks for. */
export type SocketOwner = {
  /** Where to connect to. @throws `KithError`, one of the 400s where it makes no sense to try again */
  address(signal: AbortSignal): Promise<string>
  /** Asks why a handshake may have failed: a browser does not say. @throws `KithError` */
  probe(signal: AbortSignal): Promise<void>
  opened(isResumed: boolean): void
  heard(text: string): void
  lost(event: SocketEvents['close']): void
  /** Each time it pings. */
  ticked(): void
  /** It has given up. */
  ended(error: KithError): void
}
