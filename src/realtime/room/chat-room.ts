// The live room of one conversation: a thin shell around its storage, its queue of commits and its frames.
// Whoever gets in was let in by the Worker; the room trusts what the Worker passes and nothing else.
import { DurableObject } from 'cloudflare:workers'
import type { Context, Conversed, Seat, StoredMessage, SystemMessage } from '../domain/base/context'
import { DatabaseUnavailable } from '../domain/base/errors'
import { isSeatGood } from '../domain/chat/joining'
import { discardPicture } from '../domain/media/media'
import { objectName } from '../domain/base/object-names'
import { createObjectContext } from '../platform/context'
import { frameWords, systemWords } from '../wire/errors/words'
import { Audience, type Listener } from './audience'
import { CommitQueue } from './commit-queue'
import { Leftovers } from './frame-guard'
import {
  type Asked,
  errorFrame,
  messageFrame,
  readFrame,
  readMarkFrame,
  typingFrame,
} from './frames'
import { Identity } from './identity'
import { feedDatabase, feedLag } from './room-feed'
import { type Outcome, RoomLog, type Waiting } from './room-log'
import { storePicture } from './room-pictures'
import { RoomStore } from './room-store'
import { answerClose, badFrames, closeCodes, closeQuietly, silenceMax } from './sockets'
import { Turns } from './turns'
import { type Ended, type Entry, type Place, refusal } from './whereabouts'

/** Whoever joins so soon after all were sent away may have been checked before it: is checked again. */
const doubtfulFor = 60_000

export class ChatRoom extends DurableObject<Env> {
  /** Replaceable, so that a test can set the clock or break the database. */
  context: Context
  readonly #store: RoomStore
  readonly #identity: Identity
  readonly #audience: Audience
  readonly #turns = new Turns()
  readonly #leftovers = new Leftovers()
  readonly #joining = new Map<string, { seat: Seat; isRefused: boolean }>()
  #log: RoomLog
  #queue: CommitQueue<Waiting>
  #alarmAt: number | null = null
  #isErased = false

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.context = createObjectContext(env, state)
    this.#store = new RoomStore(state.storage)
    this.#identity = new Identity(state.storage.kv, state.id.name)
    this.#audience = new Audience(state)
    this.#log = new RoomLog(this.#store, () => this.context)
    this.#queue = new CommitQueue({
      commit: (group) => this.#commit(group),
      synced: () => state.storage.sync(),
      breathe: () => scheduler.wait(0),
      failed: (error) => this.context.report('room.commit', error),
    })
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    void state.blockConcurrencyWhile(async () => {
      await this.#store.migrate()
      this.#alarmAt = await state.storage.getAlarm()
      this.#log.load()
    })
    // A replay that was under way when the object went to sleep goes on.
    for (const listener of this.#audience.all)
      if (listener.next !== null) void this.#replay(listener)
  }

  get #conversationId(): number {
    return this.#identity.id!
  }

  /** Whether it is the room of this conversation of these two; the first who ask settle that. */
  #isOf({ id, members }: Omit<Conversed, 'name'>): boolean {
    if (this.#isErased || !this.#identity.is(id)) return false
    if (this.#store.members.length === 0) this.#store.enter(members)
    return this.#store.members.every(({ userId }) => members.includes(userId))
  }

  #require(conversation: Conversed): void {
    if (this.#isOf(conversation)) return
    throw new Error(`the room of ${this.#conversationId} was asked for ${conversation.id}`)
  }

  // ── Joining ────────────────────────────────────────────────────────────────────────────────────

  override async fetch(request: Request): Promise<Response> {
    const seat = JSON.parse(decodeURIComponent(request.headers.get('x-seat')!)) as Seat
    const members = [seat.userId, seat.otherId] as const
    if (!this.#isOf({ id: seat.conversationId, members }))
      return new Response(null, { status: 404 })
    const id = crypto.randomUUID()
    const joining = { seat, isRefused: false }
    this.#joining.set(id, joining)
    try {
      const place = { ...this.#place(id, seat), sessionId: seat.sessionId }
      const entry = await this.#enter(place, seat)
      if (entry !== 'in') return refusal(entry)
      const isGood = await this.#isStillGood(seat)
      if (isGood && !joining.isRefused) return this.#accept(id, seat)
      await this.#ask(() => this.#person(seat).leave([place], seat.userId))
      return new Response(null, { status: joining.isRefused ? 401 : 404 })
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
      this.context.report('room.join', error)
      return new Response(null, { status: 503 })
    } finally {
      this.#joining.delete(id)
    }
  }

  /** With the person's object, which may have to ask other rooms first. */
  #enter(place: Place, seat: Seat): Promise<Entry> {
    return this.#ask<Entry>(async () =>
      this.#person(seat).enter(place, seat.signedInAt, seat.userId),
    )
  }

  /** A person's object, which may hang. */
  async #ask<T>(work: () => Promise<T>): Promise<T> {
    return this.context.inTime('object', work)
  }

  async #isStillGood(seat: Seat): Promise<boolean> {
    for (;;) {
      const { disconnectedAt } = this.#store.status
      const isDoubtful = this.context.now() - disconnectedAt < doubtfulFor
      if (isDoubtful && !(await isSeatGood(this.context, seat))) return false
      if (this.#store.status.disconnectedAt === disconnectedAt) return true
    }
  }

  #accept(id: string, seat: Seat): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.#log.learnStatus(seat)
    const next = seat.after === null ? null : seat.after + 1
    const listener = this.#audience.admit(server, { id, seat, next, seenAt: this.context.now() })
    this.#wake(this.context.now() + silenceMax)
    if (next !== null) void this.#replay(listener)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Sends what came later than the socket knows, page by page, before anything new. */
  async #replay(listener: Listener): Promise<void> {
    while (this.#audience.has(listener) && !this.#log.replayPage(this.#audience, listener)) {
      await scheduler.wait(0)
    }
  }

  // ── Frames ─────────────────────────────────────────────────────────────────────────────────────

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const listener = this.#audience.find(socket)
    const now = this.context.now()
    if (!listener) return this.#hearLeftover(socket, now)
    const verdict = listener.guard.judge(this.context.rules, now)
    if (verdict !== 'read') return this.#holdBack(listener, verdict)
    this.#audience.seen(listener, now)
    const asked = readFrame(data)
    if (asked.kind === 'close') return this.#dismiss([listener], asked.code, 'Frame too big')
    // A picture takes its time; what its sender sends after it waits for it.
    const isSlow = asked.kind === 'message' && asked.picture !== null
    const size = typeof data === 'string' ? data.length : data.byteLength
    if (!isSlow && !this.#turns.isTaken(socket)) return this.#do(listener, asked)
    const report = (error: unknown) => this.context.report('room.turn', error)
    const work = () => this.#doInTurn(listener, asked).catch(report)
    const isRoom = this.#turns.take(socket, size, work)
    if (!isRoom) this.#audience.send(listener, errorFrame(frameWords.tooFast, null))
  }

  async #doInTurn(listener: Listener, asked: Asked): Promise<void> {
    if (asked.kind !== 'message' || asked.picture === null) return this.#do(listener, asked)
    const { picture, ...draft } = asked
    const refusal = this.#log.refusalOf({ listener, ...draft, attachment: null })
    if (refusal) return this.#answer(listener, draft.clientId, refusal)
    const place = { ownerId: listener.seat.userId, conversationId: this.#conversationId }
    const stored = await storePicture(this.context, place, picture)
    if ('error' in stored) {
      if (stored.isBad) return this.#refuse(listener, stored.error, draft.clientId)
      return this.#audience.send(listener, errorFrame(stored.error, draft.clientId))
    }
    if (!this.#audience.has(listener)) return this.#discard(stored.key)
    this.#queue.submit({ listener, ...draft, attachment: stored.key })
  }

  #do(listener: Listener, asked: Asked): void {
    if (!this.#audience.has(listener)) return
    const { seat } = listener
    if (asked.kind === 'refused') {
      this.#refuse(listener, asked.error, asked.clientId)
    } else if (asked.kind === 'message') {
      const { text, clientId } = asked
      this.#queue.submit({ listener, text, clientId, attachment: null })
    } else if (asked.kind === 'typing') {
      if (this.#log.mayType(seat.userId)) this.#audience.hint(seat.otherId, typingFrame(seat))
    } else if (asked.kind === 'read') {
      const id = this.#log.markRead(seat.userId, asked.id, this.context.now() + feedLag)
      if (id === null) return
      this.#wake(this.context.now() + feedLag)
      this.#audience.hint(seat.otherId, readMarkFrame(seat, id))
    }
  }

  /** Only with the object can the connection of a client be cut that ignores its close. */
  #hearLeftover(socket: WebSocket, now: number): void {
    if (!this.#leftovers.isFlood(socket, now)) return
    this.context.report('room.flood', new Error('a client sends on behind its close'))
    this.ctx.abort('a client sends on behind its close')
  }

  #holdBack(listener: Listener, verdict: 'answer' | 'drop' | 'end'): void {
    if (verdict === 'drop') return
    if (verdict === 'end') return this.#expel(listener)
    const { window } = this.context.rules.frames
    this.#audience.send(listener, errorFrame(frameWords.tooFast, null, window))
  }

  /** A malformed frame is answered, until there were too many of them. */
  #refuse(listener: Listener, error: string, clientId: string | null): void {
    const isForgiven = listener.guard.forgives(this.context.rules, this.context.now())
    if (isForgiven) return this.#audience.send(listener, errorFrame(error, clientId))
    if (this.#audience.has(listener)) this.#expel(listener)
  }

  /** Nothing goes in or out any more; closed when the session is kept out, so that it cannot come back. */
  #expel(listener: Listener): void {
    const { id, seat, socket } = listener
    this.#audience.dismiss(listener)
    const place = { ...this.#place(id, seat), sessionId: seat.sessionId }
    const barring = this.#ask(() => this.#person(seat).bar(place, seat.userId))
    const report = (error: unknown) => this.context.report('room.bar', error)
    const close = () => closeQuietly(socket, badFrames, 'Too many bad frames')
    this.ctx.waitUntil(barring.catch(report).finally(close))
  }

  /** Stored, then sent: one synchronous step, and the output gate holds the frames until it is on disk. */
  #commit(group: Waiting[]): void {
    const dueAt = this.context.now() + feedLag
    const outcomes = this.#log.store(group, dueAt)
    for (const [i, outcome] of outcomes.entries()) {
      const { listener, clientId, attachment } = group[i]!
      if (outcome.kind === 'new') {
        this.#audience.broadcast(messageFrame(outcome.message, listener.seat.username))
      } else {
        this.#answer(listener, clientId, outcome)
        if (attachment !== null) this.#discard(attachment)
      }
    }
    if (outcomes.some(({ kind }) => kind === 'new')) this.#wake(dueAt)
  }

  #answer(listener: Listener, clientId: string | null, outcome: Exclude<Outcome, { kind: 'new' }>) {
    if (outcome.kind === 'refused') {
      this.#audience.send(listener, errorFrame(outcome.error, clientId, outcome.retryAfter))
      return
    }
    // Its turn in a replay is still to come.
    if (listener.next !== null && outcome.message.id >= listener.next) return
    this.#audience.send(listener, messageFrame(outcome.message, listener.seat.username))
  }

  #discard(key: string): void {
    const report = (error: unknown) => this.context.report('room.discard', error)
    this.ctx.waitUntil(discardPicture(this.context, key).catch(report))
  }

  // ── Leaving ────────────────────────────────────────────────────────────────────────────────────

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code)
    this.#left(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.#left(socket)
  }

  #left(socket: WebSocket): void {
    const listener = this.#audience.find(socket)
    if (!listener) return
    this.#audience.dismiss(listener)
    this.#tellPerson([listener])
  }

  #dismiss(listeners: readonly Listener[], code: number, reason: string): void {
    for (const listener of listeners) this.#audience.dismiss(listener, { code, reason })
    this.#tellPerson(listeners)
  }

  /** Best effort: a person's object asks for itself from time to time. */
  #tellPerson(listeners: readonly Listener[]): void {
    for (const { id, seat } of listeners) {
      const report = (error: unknown) => this.context.report('room.leave', error)
      const leaving = this.#ask(() =>
        this.#person(seat).leave([this.#place(id, seat)], seat.userId),
      )
      this.ctx.waitUntil(leaving.catch(report))
    }
  }

  #person({ userId, object }: Seat) {
    return this.env.PEOPLE.getByName(objectName({ id: userId, name: object }))
  }

  /** A socket here, as its person's object knows it. */
  #place(socketId: string, seat: Seat) {
    return { room: this.#conversationId, roomName: seat.room, socketId }
  }

  // ── Called by persons' objects and by the Worker ───────────────────────────────────────────────

  /** Closes the sockets of sessions that have ended, those that are just joining included. */
  drop(userId: number, ended: Ended): void {
    const isMeant = ({ seat }: { seat: Seat }) =>
      seat.userId === userId && (ended === 'all' || ended.includes(seat.sessionId))
    for (const joining of this.#joining.values()) if (isMeant(joining)) joining.isRefused = true
    const meant = this.#audience.all.filter(isMeant)
    this.#dismiss(meant, closeCodes.sessionEnded, 'Session ended')
    this.#forget(({ listener }) => isMeant(listener))
  }

  /** What still waits of those who may send no more, also of those who have left by themselves. */
  #forget(isMeant: (waiting: Waiting) => boolean): void {
    for (const { attachment } of this.#queue.keep((waiting) => !isMeant(waiting))) {
      if (attachment !== null) this.#discard(attachment)
    }
  }

  /** The ids of a person's sockets, those that are just joining included. */
  socketsOf(userId: number): string[] {
    const places = [
      ...this.#audience.all,
      ...[...this.#joining].map(([id, { seat }]) => ({ id, seat })),
    ]
    return places.filter(({ seat }) => seat.userId === userId).map(({ id }) => id)
  }

  history(
    page: { before: number | null; limit: number },
    conversation: Conversed,
  ): StoredMessage[] {
    this.#require(conversation)
    return this.#store.before(page.before, page.limit)
  }

  systemMessage({ key, event }: SystemMessage, conversation: Conversed): void {
    this.#require(conversation)
    const dueAt = this.context.now() + feedLag
    const message = this.#log.storeSystem(key, systemWords[event], dueAt)
    if (!message) return
    this.#audience.broadcast(messageFrame(message, ''))
    this.#wake(dueAt)
  }

  settle(isClosed: boolean, at: number, conversation: Conversed): void {
    this.#require(conversation)
    this.#store.settle(isClosed, at)
  }

  disconnect(conversation: Conversed): void {
    this.#require(conversation)
    this.#store.disconnected(Math.max(this.context.now(), this.#store.status.disconnectedAt + 1))
    this.#dismiss(this.#audience.all, closeCodes.accessEnded, 'No longer open to you')
    this.#forget(() => true)
  }

  /** Forgets all of it. What is asked of it afterwards is asked of an empty room. */
  async erase(conversation: Conversed): Promise<void> {
    if (this.#isErased) return
    this.#require(conversation)
    this.#isErased = true
    this.#dismiss(this.#audience.all, closeCodes.accessEnded, 'No longer open to you')
    this.#forget(() => true)
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  // ── Alarm ──────────────────────────────────────────────────────────────────────────────────────

  #wake(at: number): void {
    if (this.#alarmAt !== null && this.#alarmAt <= at) return
    this.#alarmAt = at
    void this.ctx.storage.setAlarm(at)
  }

  /** Tells the database what it does not know yet, until it does, and closes who has fallen silent. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null
    const nameOf = (userId: number) => this.#audience.nameOf(userId)
    // A room that was never asked for has nothing to tell.
    if (this.#identity.id === null) return
    const conversation = { id: this.#identity.id, name: this.ctx.id.name! }
    await feedDatabase(this.context, conversation, this.#store, nameOf)
    const now = this.context.now()
    this.#dismiss(this.#audience.silentAt(now), closeCodes.silent, 'Silent for too long')
    const behind = this.#store.outbox
    if (behind) this.#wake(behind.dueAt)
    if (this.#audience.all.length > 0) this.#wake(now + silenceMax)
  }
}
