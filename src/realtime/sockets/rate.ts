// How fast one member may send: at most so many new messages in any window of time; and how fast one socket.
import type { Limit } from '../../domain/base/context'

/** Counts, by member, what was done within a window that moves along: exact, at a number for each. */
export class Rate {
  readonly #times = new Map<number, number[]>()

  constructor(private readonly limit: Limit) {}

  /** Counts something that a member did; `time` never goes back by more than the disorder of clocks. */
  count(member: number, time: number): void {
    const times = this.#times.get(member)
    if (times) times.push(time)
    else this.#times.set(member, [time])
  }

  /** In how many milliseconds the member may go on: 0 is now. */
  waitFor(member: number, now: number): number {
    const times = this.#times.get(member) ?? []
    const { most, window } = this.limit
    while ((times[0] ?? Infinity) <= now - window) times.shift()
    const earliest = times.at(-most)
    return earliest === undefined ? 0 : earliest + window - now
  }
}

/** Counts within windows that begin with their first: two numbers, cheap enough for every frame. */
export class Count {
  #since = 0
  #count = 0

  /** Counts one more; answers with how many they are within the limit's window. */
  add(limit: Limit, now: number): number {
    // A clock that went back begins anew.
    if (this.#count === 0 || now < this.#since || now >= this.#since + limit.window) {
      this.#since = now
      this.#count = 0
    }
    return ++this.#count
  }
}
