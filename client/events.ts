// A person's own live socket: what happens to them anywhere in the service. It resumes by itself: each event
// comes once and in order, however often the connection breaks.
import { Emitter } from './emitter.js'
import { isObject } from './errors.js'
import type { Caller } from './http.js'
import type { components } from './schema.js'
import { LiveSocket } from './socket.js'
import type { SocketEvents, SocketTiming, WebSocketClass } from './socket-types.js'

type Schemas = components['schemas']
type Event<Name extends keyof Schemas> = Omit<Schemas[Name], 'type'>

/** What a person's socket tells. All but states (`presence`, `changed`) have a `seq`, 1, 2, 3 … per person. */
export type PersonEventMap = Omit<SocketEvents, 'open'> & {
  /**
   * It is open. `isResumed`: nothing was missed. Else, as at the first time, nothing of before is told: read
   * anew what is shown. In either case read counts and settings anew: `changed` is told to who is there.
   */
  open: { isResumed: boolean }
  /**
   * Somebody else wrote in a conversation; what comes within a moment is one event, with the newest. After a
   * break the `message` is null: read it in its conversation.
   */
  message: Event<'MessageFrame'>
  /** Somebody asks to be a friend. */
  friend_request: Event<'FriendRequestFrame'>
  /** Somebody answered one's request. */
  friend_request_answered: Event<'FriendRequestAnsweredFrame'>
  /** Somebody answered one's plan, changed the answer, or took it back (`removed`). */
  rsvp: Event<'RsvpFrame'>
  /** Whatever else happened, by its `kind`: also kinds that this version does not know. */
  event: Event<'EventFrame'>
  /** A friend came or has gone. */
  presence: Event<'PresenceEvent'>
  /** Another device of the person has changed something: read it anew. */
  changed: Event<'ChangedFrame'>
}

const names = [
  'message',
  'friend_request',
  'friend_request_answered',
  'rsvp',
  'event',
  'presence',
  'changed',
] as const

type Frame = Record<string, unknown> & { type: unknown; seq?: number }

/** The events of the person who is signed in, until `close()` or until they are refused (`error`). */
export class PersonEvents extends Emitter<PersonEventMap> {
  readonly #socket: LiveSocket
  /** The number of the last event that was told; null before it is known where to begin. */
  #last: number | null = null
  #isGreeted = false

  constructor(caller: Caller, WebSocket: WebSocketClass, timing: SocketTiming = {}) {
    super()
    const owner = { account: null }
    this.#socket = new LiveSocket(
      {
        address: (signal) => {
          const after = String(this.#last ?? 'now')
          return caller.socketUrl('/ws/me/', { after }, { signal, owner })
        },
        // Whoever was given a ticket is let in.
        probe: async () => {},
        // It is told where it begins.
        opened: () => (this.#isGreeted = false),
        heard: (text) => this.#heard(JSON.parse(text)),
        lost: (event) => this.emit('close', event),
        ticked: () => {},
        ended: (error) => this.emit('error', error),
      },
      WebSocket,
      timing,
    )
  }

  /** Ends it: nothing is told any more. */
  close(): void {
    this.#socket.end()
  }

  #heard(frame: unknown): void {
    if (!isObject(frame)) return
    if (!this.#isGreeted) this.#greeted(frame)
    const { seq } = frame as Frame
    if (typeof seq !== 'number') return this.#tell(frame as Frame)
    if (this.#last !== null && seq <= this.#last) return
    this.#last = seq
    this.#tell(frame as Frame)
  }

  /** A service of before greets nobody: nothing can be resumed there. */
  #greeted(frame: Record<string, unknown>): void {
    this.#isGreeted = true
    const isHello = frame['type'] === 'hello'
    this.#last = isHello ? Number(frame['seq']) : null
    this.emit('open', { isResumed: isHello && frame['is_resumed'] === true })
  }

  #tell({ type, ...rest }: Frame): void {
    const name = names.find((name) => name === type)
    if (name) return this.emit(name, rest as never)
    const { seq, ...data } = rest
    if (seq === undefined || type === 'skipped' || type === 'hello') return
    this.emit('event', { seq, kind: String(type), actor: null, data, notification_id: null })
  }
}
