// What one socket may send, counted before anything is read of it: a flood costs two numbers a frame.
import type { Rules } from '../domain/context'
import { Count } from './rate'

/** How long a session whose socket was closed for its bad frames stays out, in milliseconds. */
export const barredFor = 30_000

export class FrameGuard {
  readonly #all = new Count()
  readonly #bad = new Count()

  /** Counts a frame: it is read, or dropped; the first of those alone is answered. */
  judge({ frames }: Rules, now: number): 'read' | 'answer' | 'drop' {
    const count = this.#all.add(frames, now)
    if (count <= frames.most) return 'read'
    return count === frames.most + 1 ? 'answer' : 'drop'
  }

  /** Counts a malformed frame; false when they are too many for the socket to live. */
  forgives({ badFrames }: Rules, now: number): boolean {
    return this.#bad.add(badFrames, now) <= badFrames.most
  }
}
