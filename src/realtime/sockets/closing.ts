// Small things that both kinds of object do with sockets. They ask for shapes, not for real sockets.

/** After so long without a sign of life, a socket that knows `ping` is closed, in milliseconds. */
export const silenceMax = 90_000
/** What may be sent to a socket that gives no sign of life, in characters: beyond, it does not read. */
export const unreadMax = 8 * 1024 * 1024

/** Close codes of ours (RFC 6455 §7.4.2: 4000 to 4999 are the application's). */
export const closeCodes = { sessionEnded: 4001, accessEnded: 4003, silent: 4008 } as const
/** RFC 6455 §7.4.1: what was sent breaks the rules. */
export const badFrames = 1008
/** The same: what was sent is too big. */
export const tooBig = 1009
/** IANA's registry of close codes: try again later. */
export const tryAgainLater = 1013

type Sending = { send(text: string): void }
type Closing = { close(code: number, reason: string): void }

/** A socket that is already gone costs the others nothing. */
export function sendQuietly(socket: Sending, text: string): void {
  try {
    socket.send(text)
  } catch {
    // It is closing: its close event follows.
  }
}

/** Closes a socket, also one that is already closing. */
export function closeQuietly(socket: Closing, code: number, reason: string): void {
  try {
    socket.close(code, reason)
  } catch {
    // It is gone.
  }
}

/** Answers a close of the other side, so that it is one with a reason and not a connection that broke. */
export function answerClose(socket: Closing, code: number): void {
  closeQuietly(socket, isSendable(code) ? code : 1000, '')
}

/** RFC 6455 §7.4: below 1000 and from 5000 on there are no codes, and some stand for "none". */
function isSendable(code: number): boolean {
  return code >= 1000 && code < 5000 && ![1004, 1005, 1006, 1015].includes(code)
}

/** Whether a socket has fallen silent: only one that has ever sent `ping` can. Times in milliseconds. */
export function isSilent(lastPing: number | null, lastFrame: number, now: number): boolean {
  return lastPing !== null && now - Math.max(lastPing, lastFrame) >= silenceMax
}
