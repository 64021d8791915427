// A room's one alarm: set to the earliest of what is due.

/** The alarm of a room. */
export class Alarm {
  #at: number | null = null

  constructor(private readonly storage: DurableObjectStorage) {}

  /** Reads what was set before the object slept. */
  async load(): Promise<void> {
    this.#at = await this.storage.getAlarm()
  }

  /** It rings at that time at the latest, in milliseconds. */
  wake(at: number): void {
    if (this.#at !== null && this.#at <= at) return
    this.#at = at
    void this.storage.setAlarm(at)
  }

  /** It rings just now. */
  rang(): void {
    this.#at = null
  }
}
