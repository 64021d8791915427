// A person's own live socket: what happens to them anywhere in the service while they are there.
import { Emitter } from './emitter.js'
import { isObject } from './errors.js'
import type { Caller } from './http.js'
import type { components } from './schema.js'
import { LiveSocket, type SocketEvents, type SocketTiming, type WebSocketClass } from './socket.js'

type Schemas = components['schemas']
type Event<Name extends keyof Schemas> = Omit<Schemas[Name], 'type'>

/**
 * What a person's socket tells. Nothing is kept for who is not there: after each `open`, what is shown is
 * best read anew.
 */
export type PersonEventMap = SocketEvents & {
  /** Somebody else wrote in a conversation; what comes within a moment is one event, with the newest. */
  message: Event<'MessageEvent'>
  /** Somebody asks to be a friend. */
  friend_request: Event<'FriendRequestEvent'>
  /** Somebody answered one's request. */
  friend_request_answered: Event<'FriendRequestAnsweredEvent'>
  /** A friend came or has gone. */
  presence: Event<'PresenceEvent'>
  /** Somebody answered one's plan. */
  rsvp: Event<'RsvpEvent'>
  /** Any other kind of event, as it came: a service may tell of more than this client knows. */
  event: { type: string; [key: string]: unknown }
}

const names = ['message', 'friend_request', 'friend_request_answered', 'presence', 'rsvp'] as const

/** The events of the person who is signed in, until `close()` or until they are refused (`error`). */
export class PersonEvents extends Emitter<PersonEventMap> {
  readonly #socket: LiveSocket

  constructor(caller: Caller, WebSocket: WebSocketClass, timing: SocketTiming = {}) {
    super()
    const owner = { account: null }
    this.#socket = new LiveSocket(
      {
        address: (signal) => caller.socketUrl('/ws/me/', {}, { signal, owner }),
        // Whoever was given a ticket is let in.
        probe: async () => {},
        opened: (isResumed) => this.emit('open', { isResumed }),
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
    const { type, ...event } = frame
    const name = names.find((name) => name === type)
    if (name) this.emit(name, event as never)
    else if (typeof type === 'string') this.emit('event', { ...event, type })
  }
}
