// What a writer knows of its things: how each stands as far as the service has acknowledged, and how it may
// stand because of requests that were never answered. After a kill the database has to be one of these.

/** A thing in words; null where it is not there. */
export type State = string | null
/** An unanswered request whose outcome nobody can name beforehand: anything but nothing. */
export const anything = Symbol('anything')
type Possible = State | typeof anything

/** The server was gone before it answered. */
export class Unanswered extends Error {}

/** Of so many changes a ledger remembers how they went. */
const remembered = 12

export class Ledger {
  /** How the last changes went, in words: what to read when something is as it must not be. */
  readonly history: string[][] = []
  readonly #known = new Map<string, State>()
  readonly #possible = new Map<string, Set<Possible>>()
  /** How often the service has acknowledged a change. */
  acknowledged = 0
  /** How many requests a kill left without an answer, and how many of them turned out to be done. */
  unanswered = { all: 0, done: 0 }

  get(key: string): State {
    return this.#known.get(key) ?? null
  }

  /** Whether an answer about this thing is still owed. */
  isOpen(key: string): boolean {
    return this.#possible.has(key)
  }

  get entries(): [string, string][] {
    return [...this.#known].filter((entry): entry is [string, string] => entry[1] !== null)
  }

  /** Asks for a change. `stateOf` tells from the answer what was acknowledged; without it, `to` was. */
  async change<T>(
    key: string,
    to: Possible,
    request: () => Promise<T>,
    stateOf: (answer: T) => State = () => to as State,
  ): Promise<T> {
    const possible = this.#possible.get(key) ?? new Set<Possible>()
    this.#possible.set(key, possible.add(to))
    const line = this.#note(`${key} shall be ${String(to)}`)
    const answer = await request()
    this.#known.set(key, stateOf(answer))
    line.push(at(`is ${stateOf(answer)}`))
    this.#possible.delete(key)
    this.acknowledged++
    return answer
  }

  /** Compares with how things really stand, and takes that over; answers with what cannot be. */
  settle(actual: ReadonlyMap<string, string>): string[] {
    const faults: string[] = []
    for (const key of new Set([
      ...this.#known.keys(),
      ...this.#possible.keys(),
      ...actual.keys(),
    ])) {
      const [state, known] = [actual.get(key) ?? null, this.get(key)]
      const possible = this.#possible.get(key) ?? new Set<Possible>()
      this.unanswered.all += possible.size === 0 ? 0 : 1
      this.unanswered.done += possible.size > 0 && state !== known ? 1 : 0
      const isPossible =
        state === known || possible.has(state) || (state !== null && possible.has(anything))
      if (!isPossible) {
        const allowed = [known, ...possible].map(String).join(' or ')
        faults.push(`${key} is ${state}, and should be ${allowed}`)
      }
      if (possible.size > 0) this.#note(`${key}, left open, stands as ${state}`)
      this.#known.set(key, state)
    }
    this.#possible.clear()
    return faults
  }

  /** Begins a line of the history, to which is added what comes of it. */
  #note(begun: string): string[] {
    const line = [at(begun)]
    this.history.push(line)
    if (this.history.length > remembered) this.history.shift()
    return line
  }
}

const at = (what: string) => `${new Date().toISOString()} ${what}`
