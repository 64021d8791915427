// When a person's object wakes: at the earliest of what is due, and where something failed, later and later.
import { backoff } from '../backoff'
import type { KeyValues } from './registry'

/** Work that failed is tried again, in milliseconds. */
const waits = { first: 5000, most: 5 * 60_000 }

/** Failures so far, and when the next try is due. */
type Retry = { attempts: number; at: number }

/** The object's storage, as much as is needed of it. */
type Storage = Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm'> & { kv: KeyValues }

/** The alarm of a person's object. */
export class Wakes {
  constructor(
    private readonly storage: Storage,
    private readonly now: () => number,
  ) {}

  /** At that time at the latest, in milliseconds. */
  async wake(at: number): Promise<void> {
    const set = await this.storage.getAlarm()
    if (set === null || set > at) await this.storage.setAlarm(at)
  }

  /** Later, and each time later than before as long as something fails. */
  async tryAgain(): Promise<void> {
    const last = (this.storage.kv.get('retry') as Retry | undefined) ?? { attempts: 0, at: 0 }
    // What failed together is tried again together.
    if (last.at > this.now()) return this.wake(last.at)
    const at = Math.ceil(this.now() + backoff(waits, last.attempts))
    this.storage.kv.put('retry', { attempts: last.attempts + 1, at } satisfies Retry)
    await this.wake(at)
  }

  /** Nothing fails any more. */
  succeeded(): void {
    this.storage.kv.delete('retry')
  }
}
