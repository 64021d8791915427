// Groups what is to be committed, adaptively: nothing on its way to the disk, commit at once; a commit
// under way, queue, and let the next one take all that waits, in the order of arrival. A quiet room pays
// no delay, a busy one no disk sync per message.

/** What the queue needs of its surroundings. */
export type Commits<T> = {
  /** Stores a group and tells of it, in one synchronous step. */
  commit(group: T[]): void
  /** Settles when what was stored is on disk. */
  synced(): Promise<unknown>
  /** Lets in what has arrived meanwhile. */
  breathe(): Promise<unknown>
  /** A disk that failed: the runtime restarts the object. */
  failed(error: unknown): void
}

/** Commits what is submitted in its order, alone or in groups. */
export class CommitQueue<T> {
  #waiting: T[] = []
  #isBusy = false

  constructor(private readonly commits: Commits<T>) {}

  /** Commits `item` now, or with the next group. */
  submit(item: T): void {
    this.#waiting.push(item)
    if (this.#isBusy) return
    this.#flush()
    void this.#drain()
  }

  /** Forgets what still waits and does not pass, and answers with it; nobody was told of it. */
  keep(passes: (item: T) => boolean): T[] {
    const forgotten = this.#waiting.filter((item) => !passes(item))
    this.#waiting = this.#waiting.filter(passes)
    return forgotten
  }

  #flush(): void {
    const group = this.#waiting
    this.#waiting = []
    this.commits.commit(group)
  }

  async #drain(): Promise<void> {
    this.#isBusy = true
    try {
      for (;;) {
        await this.commits.synced()
        await this.commits.breathe()
        if (this.#waiting.length === 0) return
        this.#flush()
      }
    } catch (error) {
      this.commits.failed(error)
    } finally {
      // Without it an exception would leave the room silent for ever.
      this.#isBusy = false
    }
  }
}
