// What a chat has sent and nobody has acknowledged yet: sent again, in order, until it is stored or refused.
import type { Attachment, Message } from './chat.js'
import { KithError } from './errors.js'
import type { components } from './schema.js'

/** A message on its way. */
export type Outgoing = { message: string; client_id: string; attachment?: Attachment }

/** Why a frame was not taken; `retry_after` in seconds. */
export type Refusal = components['schemas']['ErrorOut']

type Pending = {
  text: string
  promise: Promise<Message>
  resolve: (message: Message) => void
  reject: (error: KithError) => void
  /** When it was last written to a connection; null where it waits for one, or for its turn. */
  writtenAt: number | null
  refusals: number
}

/** What a frame may weigh, in bytes: without an attachment, and with one. The service closes on more. */
const maxBytes = 16 * 1024
const maxBytesWithAttachment = 2 * 1024 * 1024
/** What is not acknowledged for so long, in milliseconds, is sent again on the same connection. */
const patience = 20_000
/** How many tries `not_stored` gets, the one refusal without `retry_after` that another try may change. */
const notStoredTries = 5

export class Outbox {
  readonly #pending = new Map<string, Pending>()
  #heldUntil = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `write` says whether there was a connection to write to. */
  constructor(private readonly write: (text: string) => boolean) {}

  /** Sends a message; resolves or rejects when its fate is known. One that is on its way is not sent twice. */
  add(frame: Outgoing): Promise<Message> {
    const known = this.#pending.get(frame.client_id)
    if (known) return known.promise
    const text = JSON.stringify(frame)
    const most = frame.attachment ? maxBytesWithAttachment : maxBytes
    if (weightOf(text) > most) {
      return Promise.reject(
        new KithError({ code: 'too_large', message: 'The message is too big.' }),
      )
    }
    const { promise, resolve, reject } = deferred<Message>()
    const pending = { text, promise, resolve, reject, writtenAt: null, refusals: 0 }
    this.#pending.set(frame.client_id, pending)
    this.flush()
    return promise
  }

  /** Writes what has not been written to this connection, in order, unless it has to wait. */
  flush(): void {
    const wait = this.#heldUntil - Date.now()
    if (wait > 0) return this.#flushIn(wait)
    for (const pending of this.#pending.values()) {
      if (pending.writtenAt !== null) continue
      if (!this.write(pending.text)) return
      pending.writtenAt = Date.now()
    }
  }

  /** The connection is gone, and with it perhaps what was written to it. */
  lost(): void {
    for (const pending of this.#pending.values()) pending.writtenAt = null
  }

  /** Sends again what was written long ago. */
  repeatOld(): void {
    for (const pending of this.#pending.values()) {
      if (pending.writtenAt !== null && Date.now() - pending.writtenAt > patience) {
        pending.writtenAt = null
      }
    }
    this.flush()
  }

  acknowledged(message: Message): void {
    const pending = this.#pending.get(message.client_id ?? '')
    if (!pending) return
    this.#pending.delete(message.client_id!)
    pending.resolve(message)
  }

  /** Waits and sends again where that may help; else it is over. */
  refused({ error, code, client_id = '', retry_after }: Refusal): void {
    const pending = this.#pending.get(client_id)
    // Without a name it is anybody's: what was meant is sent again when its time is over, or, where there
    // were too many frames to be read at all, when it may be.
    if (!pending) return retry_after === undefined ? undefined : this.#hold(retry_after)
    const isPassing = code === 'not_stored' && ++pending.refusals < notStoredTries
    if (retry_after === undefined && !isPassing) {
      this.#pending.delete(client_id)
      const parts = { code: 'refused', message: error } as const
      pending.reject(new KithError({ ...parts, body: { error, code, client_id } }))
      return
    }
    pending.writtenAt = null
    this.#holdBack(retry_after ?? 1)
  }

  /** Nobody knows which of them were read; one that was is answered again and stored once. */
  #hold(seconds: number): void {
    this.lost()
    this.#holdBack(seconds)
  }

  #holdBack(seconds: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + seconds * 1000)
    this.#flushIn(this.#heldUntil - Date.now())
  }

  /** Nothing will be sent any more. */
  end(error: KithError): void {
    clearTimeout(this.#timer)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #flushIn(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.flush(), milliseconds)
  }
}

/** Bytes of a text in UTF-8; not every runtime has a `TextEncoder`. */
function weightOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: KithError) => void
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved
    reject = rejected
  })
  return { promise, resolve, reject }
}
