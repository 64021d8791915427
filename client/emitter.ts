// Typed events: who is told what, in the order in which they asked.

type Listener<T> = (event: T) => void

/** Tells its listeners of events, each named and of a type of its own. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  /** Calls `listener` at each event of this name. @returns what takes it away again */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Resolves with the next event of this name. */
  next<Name extends keyof Events>(name: Name): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const off = this.on(name, (event) => {
        off()
        resolve(event)
      })
    })
  }

  protected emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as Listener<Events[Name]>)(event)
      } catch (error) {
        // A fault of one listener is reported as any uncaught one is, and costs the others nothing.
        setTimeout(() => {
          throw error
        })
      }
    }
  }
}
