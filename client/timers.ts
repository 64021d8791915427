// Timers by name: a new one takes the place of the one before.

/** What waits, by its name. */
export class Timers<Name extends string> {
  readonly #all = new Map<Name, ReturnType<typeof setTimeout>>()

  /** Does `work` after so many milliseconds. */
  later(name: Name, milliseconds: number, work: () => void): void {
    this.cancel(name)
    this.#all.set(name, setTimeout(work, milliseconds))
  }

  /** Whether it was set and not cancelled; it may have rung. */
  has(name: Name): boolean {
    return this.#all.has(name)
  }

  cancel(name: Name): void {
    clearTimeout(this.#all.get(name))
    this.#all.delete(name)
  }

  cancelAll(): void {
    for (const name of this.#all.keys()) this.cancel(name)
  }
}
