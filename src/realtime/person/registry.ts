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

/** The room number of a person's own sockets. */
export const own = 0

/** Whether a socket is let in: its session has ended, or (a number) it may come again in so many seconds. */
export type Entry = 'in' | 'ended' | number

/** What a handshake is answered that is not let in. */
export function refusal(entry: Exclude<Entry, 'in'>): Response {
  if (entry === 'ended') return new Response(null, { status: 401 })
  return new Response(null, { status: 429, headers: { 'retry-after': String(entry) } })
}

/** Sessions that have ended: some, or all that had begun by then. */
export type Ended = readonly string[] | 'all'

/** A person's live sockets and ended sessions, in the object's storage. */
export class Registry {
  constructor(private readonly storage: KeyValues) {}

  /** Writes a socket down; false when its session has ended. */
  enter(place: Place, signedInAt: number): boolean {
    if (signedInAt <= this.#endedAll) return false
    if (this.storage.get(`ended:${place.sessionId}`) !== undefined) return false
    this.storage.put(keyOf(place), place)
    return true
  }

  get #endedAll(): number {
    return (this.storage.get('ended-all') as number | undefined) ?? 0
  }

  /** Keeps a session out for a while. */
  bar(sessionId: string, until: number): void {
    this.storage.put(`barred:${sessionId}`, until)
  }

  /** For how long a session is still kept out, in milliseconds: 0 is no longer. */
  barredFor(sessionId: string, now: number): number {
    const until = this.storage.get(`barred:${sessionId}`) as number | undefined
    if (until === undefined) return 0
    if (until <= now) this.storage.delete(`barred:${sessionId}`)
    return Math.max(until - now, 0)
  }

  leave(places: readonly Pick<Place, 'room' | 'socketId'>[]): void {
    for (const place of places) this.storage.delete(keyOf(place))
  }

  get all(): Place[] {
    return [...this.storage.list<Place>({ prefix: 'at:' })].map(([, place]) => place)
  }

  /** Remembers ends, of all at `at`; answers with the sockets that they leave without a session. */
  end(ended: Ended, at: number, rememberUntil: number): Place[] {
    const left = this.all.filter(({ sessionId }) => ended === 'all' || ended.includes(sessionId))
    if (ended === 'all') this.storage.put('ended-all', Math.max(at, this.#endedAll))
    // By their ids too: whoever cannot be closed now is found by them.
    const ids = ended === 'all' ? left.map(({ sessionId }) => sessionId) : ended
    for (const id of ids) this.storage.put(`ended:${id}`, rememberUntil)
    return left
  }

  /** Sockets whose session has ended: those that could not be closed at the end. */
  get stranded(): Place[] {
    return this.all.filter((place) => this.#hasEnded(place))
  }

  /** Sockets whose session has not ended. */
  get live(): Place[] {
    return this.all.filter((place) => !this.#hasEnded(place))
  }

  #hasEnded({ sessionId }: Place): boolean {
    return this.storage.get(`ended:${sessionId}`) !== undefined
  }

  /** Forgets ends that no token can outlive any more, and who may come back; answers when the next one is due, if any. */
  forget(now: number): number | null {
    let next: number | null = null
    // By its end a socket is found that could not be closed yet, however long that takes.
    const needed = new Set(this.all.map(({ sessionId }) => `ended:${sessionId}`))
    for (const prefix of ['ended:', 'barred:']) {
      for (const [key, until] of this.storage.list<number>({ prefix })) {
        if (until > now) next = Math.min(next ?? until, until)
        else if (!needed.has(key)) this.storage.delete(key)
      }
    }
    return next
  }
}

function keyOf({ room, socketId }: Pick<Place, 'room' | 'socketId'>): string {
  return `at:${room}:${socketId}`
}

/** One place of each room. */
export function roomsOf(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [place.room, place])).values()]
}

/** The session of each place; one that has several sockets is there as often. */
export function sessionsOf(places: readonly Place[]): string[] {
  return places.map(({ sessionId }) => sessionId)
}
