// A live chat: each message once and in order, however often the connection breaks, and an end for each `send`.
import { Emitter } from './emitter.js'
import { isObject, KithError } from './errors.js'
import type { Caller, Owner } from './http.js'
import { Outbox, type Outgoing } from './outbox.js'
import type { components } from './schema.js'
import { LiveSocket } from './socket.js'
import type { SocketEvents, SocketTiming, WebSocketClass } from './socket-types.js'

type Schemas = components['schemas']

/**
 * A stored message, the same for everyone, live and in a history. `id` counts 1, 2, 3 … within its
 * conversation; `sender` is an account id, null for what the conversation itself says, and `realSender` the
 * username; `attachment` is the path of its picture. `client_id`, the sender's own mark, is there live alone.
 */
export type Message = Schemas['ChatMessage'] & Partial<Pick<Schemas['MessageOut'], 'client_id'>>

/** A picture: PNG, JPEG, GIF or WebP, at most about 1.5 MiB. `data` is base64, or a data URL. */
export type Attachment = { data: string; format: string }

/** What a chat tells. */
export type ChatEvents = SocketEvents & {
  /** A message, one's own included: each once, in the order of their ids. */
  message: Message
  /** The other member has read up to the message `id`. */
  read: Omit<Schemas['ReadOut'], 'type'>
  /** The other member is writing. */
  typing: Omit<Schemas['TypingOut'], 'type'>
}

/** How a chat begins. */
export type ChatOptions = {
  /** The last message that is known already: what came later is told first. Else only what is new. */
  after?: number
  timing?: SocketTiming
}

/** The live side of one conversation, open until `close()` or until it is refused (`error`). */
export class Chat extends Emitter<ChatEvents> {
  readonly #socket: LiveSocket
  readonly #outbox: Outbox
  #last: number | null
  #read = 0
  #ending: KithError | null = null
  /** Whoever it was opened by: what is not acknowledged is sent again in no other name. */
  readonly #owner: Owner = { account: null }

  constructor(
    /** The conversation's id. */
    readonly id: number,
    private readonly caller: Caller,
    WebSocket: WebSocketClass,
    { after, timing = {} }: ChatOptions = {},
  ) {
    super()
    this.#last = after ?? null
    this.#outbox = new Outbox((text) => {
      this.#socket.send(text)
      return this.#socket.isOpen
    })
    this.#socket = new LiveSocket(
      {
        address: (signal) => this.#address(signal),
        probe: async (signal) => void (await this.#newest(signal)),
        opened: (isResumed) => {
          if (this.#read > 0) this.read(this.#read)
          this.#outbox.flush()
          this.emit('open', { isResumed })
        },
        heard: (text) => this.#heard(text),
        lost: (event) => {
          this.#outbox.lost()
          this.emit('close', event)
        },
        ticked: () => this.#outbox.repeatOld(),
        ended: (error) => {
          this.#rejectAll(error)
          this.emit('error', error)
        },
      },
      WebSocket,
      timing,
    )
  }

  /** The newest message that was told; null until it is known what is new. */
  get last(): number | null {
    return this.#last
  }

  /**
   * Sends a message, at once or as soon as there is a connection, and again until it is acknowledged; it is
   * stored once. `clientId` names it; a UUID, to be given where a message is sent again after a restart.
   * Resolves with the stored message.
   * @throws `KithError` `refused` when the chat does not take it, `too_large`, or why the chat has ended
   */
  send(
    message: string,
    { attachment, clientId = newId() }: { attachment?: Attachment; clientId?: string } = {},
  ): Promise<Message> {
    if (this.#ending) return Promise.reject(this.#ending)
    const frame: Outgoing = { message, client_id: clientId, ...(attachment ? { attachment } : {}) }
    return this.#outbox.add(frame)
  }

  /** Tells the other member that one is writing; lost where there is no connection. */
  typing(): void {
    this.#socket.send(JSON.stringify({ type: 'typing' }))
  }

  /** Says that one has read up to a message, the newest one told by default; said again after a reconnect. */
  read(id = this.#last ?? 0): void {
    this.#read = Math.max(this.#read, id)
    this.#socket.send(JSON.stringify({ type: 'read', id: this.#read }))
  }

  /**
   * Ends it: nothing is told any more. What is not acknowledged is rejected with `closed`, and may have been
   * stored all the same.
   */
  close(): void {
    if (!this.#socket.end()) return
    this.#rejectAll(new KithError({ code: 'closed', message: 'The chat was closed.' }))
  }

  /** What is not acknowledged, and what is sent from now on, is rejected. */
  #rejectAll(error: KithError): void {
    this.#ending = error
    this.#outbox.end(error)
  }

  async #address(signal: AbortSignal): Promise<string> {
    // Where nothing is known, what is new begins here: a connection that breaks before the first message
    // must not lose it.
    this.#last ??= await this.#newest(signal)
    const query = { after: String(this.#last), events: 'true' }
    return this.caller.socketUrl(`/ws/chat/${this.id}/`, query, { signal, owner: this.#owner })
  }

  async #newest(signal: AbortSignal): Promise<number> {
    const params = { path: { id: this.id }, query: { limit: 1 } }
    const { data } = await this.caller.call('GET', '/conversations/{id}', { params, signal })
    return (data as { message_set: Message[] }).message_set[0]?.id ?? 0
  }

  #heard(text: string): void {
    const frame: unknown = JSON.parse(text)
    if (!isObject(frame)) return
    if (typeof frame['error'] === 'string') return this.#outbox.refused(frame as never)
    const { type, ...rest } = frame
    if (type === 'typing' || type === 'read') return this.emit(type, rest as never)
    if (typeof frame['id'] === 'number') this.#take(frame as Message)
  }

  #take(message: Message): void {
    const last = this.#last ?? 0
    // One is missing: the service replays from where we are.
    if (message.id > last + 1) return this.#socket.restart('A message is missing')
    // The answer to a repetition was told before.
    const isNew = message.id > last
    if (isNew) this.#last = message.id
    this.#outbox.acknowledged(message)
    if (isNew) this.emit('message', message)
  }
}

type Randomness = {
  randomUUID?(): string
  getRandomValues?(bytes: Uint8Array): Uint8Array
}

/** A name for a message. `crypto.randomUUID` is there on https and localhost alone, `crypto` not everywhere. */
function newId(): string {
  const { crypto } = globalThis as { crypto?: Randomness }
  if (crypto?.randomUUID) return crypto.randomUUID()
  const random = new Uint8Array(16).map(() => Math.random() * 256)
  const bytes = crypto?.getRandomValues?.(random) ?? random
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
