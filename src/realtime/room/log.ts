// What a room decides about messages: who may send now, what was sent before, what the next id is. It
// stores; it sends nothing but a replay.
import type { Context, Admission, StoredMessage } from '../../domain/base/context'
import { type FrameError, frameErrors } from '../../wire/errors/frame-errors'
import type { Connections, Connection } from './connections'
import { messageFrame } from './frames'
import { Rate } from '../sockets/rate'
import type { MemberNames } from './names'
import type { NewMessage, RoomStore } from './store'

/** A message that waits to be stored. */
export type Waiting = {
  connection: Connection
  text: string
  clientId: string | null
  attachment: string | null
}

/** What became of a message. `known`: it was stored before, under the same name. */
export type Outcome =
  | { kind: 'new'; message: StoredMessage }
  | { kind: 'known'; message: StoredMessage }
  | { kind: 'refused'; error: FrameError; retryAfter?: number }

/** Messages that a replay sends in one step. */
const replayPage = 500
/** The room says the same thing by itself at most once in so long, in milliseconds. */
const systemPause = 60 * 60_000
/** A closing in the database is at most so much older than its time says, in milliseconds. */
const clockSlack = 1000

/** The messages of a room: numbers them, and says who may send one now. */
export class RoomLog {
  #rate: Rate | null = null
  #typing: Rate | null = null
  #newestId = 0
  #newestAt = 0

  constructor(
    private readonly roomStore: RoomStore,
    private readonly context: () => Context,
  ) {}

  /** Reads where the room stands. */
  load(): void {
    const newest = this.roomStore.newest
    this.#newestId = newest?.id ?? 0
    this.#newestAt = newest?.sentAt ?? 0
    this.#rate = null
  }

  // How fast everybody was is in the storage, so an object that slept or crashed has not forgotten it.
  get #pace(): Rate {
    if (this.#rate) return this.#rate
    const { chatMessages } = this.context().rules
    const rate = new Rate(chatMessages)
    const recent = this.roomStore.before(null, Math.min(2 * chatMessages.most, 1000))
    for (const { senderId, sentAt } of recent.toReversed()) rate.count(senderId, sentAt)
    return (this.#rate = rate)
  }

  /** Stores a group in order, in one transaction; if that fails, each by itself. */
  store(group: readonly Waiting[], dueAt: number): [Waiting, Outcome][] {
    try {
      return this.#storeTogether(group, dueAt)
    } catch (error) {
      this.context().report('room.store', error)
      this.load()
    }
    return group.flatMap((waiting) => this.#storeAlone(waiting, dueAt))
  }

  #storeAlone(waiting: Waiting, dueAt: number): [Waiting, Outcome][] {
    try {
      return this.#storeTogether([waiting], dueAt)
    } catch {
      this.load()
      return [[waiting, { kind: 'refused', error: frameErrors.notStored }]]
    }
  }

  #storeTogether(group: readonly Waiting[], dueAt: number): [Waiting, Outcome][] {
    const before = this.#newestId
    return this.roomStore.transaction(() => {
      const { isClosed } = this.roomStore.status
      const outcomes = group.map((waiting): [Waiting, Outcome] => {
        return [waiting, this.#storeOne(waiting, isClosed)]
      })
      const bySender = new Map<number, number>()
      for (const [, outcome] of outcomes) {
        if (outcome.kind !== 'new') continue
        const { senderId } = outcome.message
        bySender.set(senderId, (bySender.get(senderId) ?? 0) + 1)
      }
      for (const [senderId, sent] of bySender) this.roomStore.addUnread(senderId, sent)
      if (bySender.size > 0) this.roomStore.fallBehind(before, dueAt)
      return outcomes
    })
  }

  #storeOne(waiting: Waiting, isClosed: boolean): Outcome {
    const refusal = this.refusalOf(waiting, isClosed)
    if (refusal) return refusal
    const senderId = waiting.connection.admission.userId
    const { text, clientId, attachment } = waiting
    const message = this.#append({ senderId, clientId, kind: 'text', text, attachment, sentAt: 0 })
    if (message) return { kind: 'new', message }
    const known = this.roomStore.known(senderId, clientId)
    if (!known) throw new Error('a message is neither new nor known')
    return { kind: 'known', message: known }
  }

  /** Why a message cannot be stored now; one that was stored before is answered, whatever holds now. */
  refusalOf(
    { connection, clientId, attachment }: Waiting,
    isClosed = this.roomStore.status.isClosed,
  ): Exclude<Outcome, { kind: 'new' }> | null {
    const senderId = connection.admission.userId
    const wait = this.#pace.waitFor(senderId, this.context().now())
    if (wait === 0 && !isClosed && attachment === null) return null
    const message = this.roomStore.known(senderId, clientId)
    if (message) return { kind: 'known', message }
    if (isClosed) return { kind: 'refused', error: frameErrors.closed }
    return wait === 0 ? null : { kind: 'refused', error: frameErrors.tooFast, retryAfter: wait }
  }

  #append(message: NewMessage): StoredMessage | undefined {
    const sentAt = Math.max(this.context().now(), this.#newestAt)
    const stored = this.roomStore.append({ ...message, sentAt })
    if (!stored) return undefined
    this.#newestId = stored.id
    this.#newestAt = sentAt
    this.#pace.count(stored.senderId, sentAt)
    return stored
  }

  /** A message of the room itself, once per key and the same text once an hour; a closed room takes it too. */
  storeSystem(key: string, text: string, dueAt: number): StoredMessage | undefined {
    if (this.roomStore.hasSaid(text, this.context().now() - systemPause)) return undefined
    const before = this.#newestId
    return this.roomStore.transaction(() => {
      const message = { senderId: 0, clientId: key, kind: 'system', text } as const
      const stored = this.#append({ ...message, attachment: null, sentAt: 0 })
      if (!stored) return undefined
      this.roomStore.addUnread(0, 1)
      this.roomStore.fallBehind(before, dueAt)
      return stored
    })
  }

  /** Moves a member's mark, never past the newest message; null when it stays where it is. */
  markRead(userId: number, id: number, dueAt: number): number | null {
    const upTo = Math.min(id, this.#newestId)
    return this.roomStore.transaction(() => {
      if (!this.roomStore.markRead(userId, upTo)) return null
      this.roomStore.fallBehind(this.#newestId, dueAt)
      return upTo
    })
  }

  /** Whether a hint that somebody types is passed on. */
  mayType(userId: number): boolean {
    const { rules, now } = this.context()
    const rate = (this.#typing ??= new Rate(rules.chatMessages))
    if (rate.waitFor(userId, now()) > 0) return false
    rate.count(userId, now())
    return true
  }

  /** Sends a connection the next page of what it missed; true when it has caught up and is live. */
  replayPage(connections: Connections, connection: Connection, names: MemberNames): boolean {
    const from = connection.next
    if (from === null) return true
    const page = this.roomStore.after(from - 1, replayPage)
    for (const message of page) {
      connections.send(connection, messageFrame(message, names.of(message.senderId)))
    }
    const last = page.length < replayPage ? undefined : page.at(-1)
    connections.move(connection, last ? last.id + 1 : null)
    return last === undefined
  }

  /** An admission also says whether the conversation was open when it was given. */
  learnStatus({ closedAt, checkedAt }: Admission): void {
    if (closedAt !== null) return this.roomStore.settle(true, closedAt)
    const { isClosed, settledAt } = this.roomStore.status
    // Opened again since; whatever is closed later still counts.
    if (isClosed && settledAt + clockSlack < checkedAt) this.roomStore.settle(false, settledAt + 1)
  }
}
