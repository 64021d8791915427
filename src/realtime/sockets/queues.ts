// Keeps the order of one socket's frames where one of them takes its time: the next waits for it.

/** What may wait behind a slow frame of one socket, in characters. */
const waitingMax = 4 * 1024 * 1024

type Line = { size: number; last: Promise<void> }

export class Turns {
  readonly #lines = new Map<object, Line>()

  /** Whether something of this socket is under way. */
  isTaken(socket: object): boolean {
    return this.#lines.has(socket)
  }

  /** Does `work`, which never rejects, when all before it is done; false when too much waits already. */
  take(socket: object, size: number, work: () => Promise<void>): boolean {
    const line = this.#lines.get(socket) ?? { size: 0, last: Promise.resolve() }
    if (line.size + size > waitingMax) return false
    this.#lines.set(socket, line)
    line.size += size
    line.last = line.last.then(work).finally(() => {
      line.size -= size
      if (line.size === 0) this.#lines.delete(socket)
    })
    return true
  }
}
