// How long to wait before another try: longer each time, and at random, so that a crowd that was cut off
// together does not come back together.
import { reasonOf } from './signals.js'

/** Milliseconds before try `tried + 1`: "full jitter", anything up to twice as much as before, at most `cap`. */
export function jitter(tried: number, base: number, cap: number): number {
  return Math.random() * Math.min(cap, base * 2 ** tried)
}

/** Waits. Rejects with the signal's reason when it is given up. */
export function pause(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal))
    const giveUp = () => {
      clearTimeout(timer)
      reject(reasonOf(signal!))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}
