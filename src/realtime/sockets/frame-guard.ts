// What one socket may send, counted before anything is read of it: a flood costs two numbers a frame.
import type { Rules } from '../../domain/base/context'
import { Count } from './rate'

/** How long a session whose socket was closed for its bad frames stays out, in milliseconds. */
export const barredFor = 30_000

/** So many times the frames that are read are no haste but a flood, which costs the room even unread. */
const floodFactor = 10

/** A socket that was closed may send what was under way for so long, in milliseconds, … */
const closingFor = 3000
/** … and so many frames. */
const framesUnderWay = 1000

/** Those who were sent away and send on: each frame wakes the room, and a close can be ignored. */
export class Leftovers {
  readonly #sent = new WeakMap<object, { since: number; frames: number }>()

  /** Counts a frame of a socket that was closed; true when it will not stop by itself. */
  isFlood(socket: object, now: number): boolean {
    const known = this.#sent.get(socket) ?? { since: now, frames: 0 }
    this.#sent.set(socket, known)
    return ++known.frames > framesUnderWay && now - known.since > closingFor
  }
}

/** The two counts of one socket: all its frames, and the malformed ones. */
export class FrameGuard {
  readonly #all = new Count()
  readonly #bad = new Count()

  /** Counts a frame: it is read, or dropped (the first of those alone is answered), or ends the socket. */
  judge({ frames }: Rules, now: number): 'read' | 'answer' | 'drop' | 'end' {
    const count = this.#all.add(frames, now)
    if (count <= frames.most) return 'read'
    if (count > floodFactor * frames.most) return 'end'
    return count === frames.most + 1 ? 'answer' : 'drop'
  }

  /** Counts a malformed frame; false when they are too many for the socket to live. */
  forgives({ badFrames }: Rules, now: number): boolean {
    return this.#bad.add(badFrames, now) <= badFrames.most
  }
}
