// Keeps the order of one socket's frames where one of them takes its time: the next waits for it.

/** What may wait behind a slow frame of one socket, in characters. */
const waitingMax = 4 * 1024 * 1024

type Queue = { size: number; last: Promise<void> }

/** What waits behind a slow frame, by socket. */
export class SocketQueues {
  readonly #queues = new Map<object, Queue>()

  /** Whether something of this socket is under way. */
  isBusy(socket: object): boolean {
    return this.#queues.has(socket)
  }

  /** Does `work`, which never rejects, when all before it is done; false when too much waits already. */
  add(socket: object, size: number, work: () => Promise<void>): boolean {
    const queue = this.#queues.get(socket) ?? { size: 0, last: Promise.resolve() }
    if (queue.size + size > waitingMax) return false
    this.#queues.set(socket, queue)
    queue.size += size
    queue.last = queue.last.then(work).finally(() => {
      queue.size -= size
      if (queue.size === 0) this.#queues.delete(socket)
    })
    return true
  }
}
