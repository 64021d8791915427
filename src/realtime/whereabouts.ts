// What a person's object remembers: where each live socket is, and which sessions have ended. A socket is
// written down before it is let in, so that an end finds it; an ended session is remembered until its
// tokens have expired, so that a socket that was being let in finds the end.

/** The synchronous storage of an object, as much as is needed of it. */
export type KeyValues = {
  get(key: string): unknown
  put(key: string, value: unknown): void
  delete(key: string): boolean
  list<T>(options: { prefix: string }): Iterable<[string, T]>
}

/**
 * A socket in a room, or (room 0) one of the person's own. What was written down before rooms had names of
 * their own has none.
 */
export type Place = { room: number; roomName?: string; socketId: string; sessionId: string }

/** Sessions that have ended: some, or all that had begun by then. */
export type Ended = readonly string[] | 'all'

export class Whereabouts {
  constructor(private readonly storage: KeyValues) {}

  /** Writes a socket down; false when its session has ended. */
  enter(place: Place, signedInAt: number): boolean {
    if (signedInAt <= ((this.storage.get('ended-all') as number | undefined) ?? 0)) return false
    if (this.storage.get(`ended:${place.sessionId}`) !== undefined) return false
    this.storage.put(keyOf(place), place)
    return true
  }

  leave(places: readonly Pick<Place, 'room' | 'socketId'>[]): void {
    for (const place of places) this.storage.delete(keyOf(place))
  }

  get all(): Place[] {
    return [...this.storage.list<Place>({ prefix: 'at:' })].map(([, place]) => place)
  }

  /** Remembers ends; answers with the sockets that they leave without a session. */
  end(ended: Ended, now: number, rememberUntil: number): Place[] {
    const left = this.all.filter(({ sessionId }) => ended === 'all' || ended.includes(sessionId))
    if (ended === 'all') this.storage.put('ended-all', now)
    // By their ids too: whoever cannot be closed now is found by them.
    const ids = ended === 'all' ? left.map(({ sessionId }) => sessionId) : ended
    for (const id of ids) this.storage.put(`ended:${id}`, rememberUntil)
    return left
  }

  /** Sockets whose session has ended: those that could not be closed at the end. */
  get stranded(): Place[] {
    return this.all.filter(({ sessionId }) => this.storage.get(`ended:${sessionId}`) !== undefined)
  }

  /** Forgets ends that no token can outlive any more; answers when the next one is due, if any. */
  forget(now: number): number | null {
    let next: number | null = null
    for (const [key, until] of this.storage.list<number>({ prefix: 'ended:' })) {
      if (until <= now) this.storage.delete(key)
      else next = Math.min(next ?? until, until)
    }
    return next
  }
}

function keyOf({ room, socketId }: Pick<Place, 'room' | 'socketId'>): string {
  return `at:${room}:${socketId}`
}
