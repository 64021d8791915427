// The live side of one account: where its sockets are on all devices, which of its sessions have ended,
// and how long it counts as connected. Its own sockets (`/ws/me`) carry what happens to the person.
import { DurableObject } from 'cloudflare:workers'
import type { Context, Item, PersonEvent, State } from '../../domain/base/context'
import { createObjectContext } from '../../platform/context'
import { Identity } from '../identity'
import { answerClose, closeCodes, silenceMax } from '../sockets/closing'
import { barredFor } from '../sockets/frame-guard'
import { eventFrame } from './event-frames'
import { PersonLog } from './log'
import { type Close, ownerIn, OwnSockets } from './own-sockets'
import { leaseEvery, PresenceLease } from './presence-lease'
import { type Ended, type Entry, own, type Place, refusal, Registry, sessionsOf } from './registry'
import { Pushes } from './pushes'
import { PushLook } from './push-look'
import { PersonsRooms } from './rooms'
import { changedFrame } from './resumed-frames'
import { Resuming } from './resuming'
import { Wakes } from './wakes'

/** When somebody has too many sockets, another handshake may be tried after so long, in seconds. */
const fullFor = 10

/** The object of an account: its sockets everywhere, and whether it is present. Its methods are called over RPC, where errors lose their class. */
export class Person extends DurableObject<Env> {
  /** Replaceable, so that a test can set the clock. */
  context: Context
  readonly #registry: Registry
  readonly #identity: Identity
  readonly #own: OwnSockets
  readonly #presence: PresenceLease
  readonly #wakes: Wakes
  readonly #rooms: PersonsRooms
  readonly #log: PersonLog
  readonly #resuming: Resuming
  readonly #pushes: Pushes
  readonly #pushLook: PushLook
  #lookedAt = 0

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.context = createObjectContext(env, state)
    this.#registry = new Registry(state.storage.kv)
    this.#identity = new Identity(state.storage.kv, state.id.name)
    this.#own = new OwnSockets(state)
    this.#presence = new PresenceLease(state.storage.kv, () => this.context)
    this.#wakes = new Wakes(state.storage, () => this.context.now())
    this.#rooms = this.#createRooms()
    this.#log = new PersonLog(state.storage)
    this.#resuming = this.#createResuming()
    this.#pushes = new Pushes(state.storage)
    this.#pushLook = this.#createPushLook()
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    this.#resuming.goOn()
  }

  #createResuming(): Resuming {
    return new Resuming({
      storage: this.ctx.storage.kv,
      log: this.#log,
      own: this.#own,
      context: () => this.context,
      userId: () => this.#userId,
      dismiss: (socket, close) => this.#dismissOwn(socket, close),
      later: (work) => this.ctx.waitUntil(work),
    })
  }

  #createPushLook(): PushLook {
    return new PushLook({
      pushes: this.#pushes,
      context: () => this.context,
      userId: () => this.#userId,
      lastSign: (socketId) => this.#own.lastSign(socketId),
    })
  }

  #createRooms(): PersonsRooms {
    return new PersonsRooms({
      rooms: this.env.ROOMS,
      registry: this.#registry,
      context: () => this.context,
      userId: () => this.#userId,
      ownIds: () => this.#own.ids,
      tryAgain: () => this.#wakes.tryAgain(),
    })
  }

  get #userId(): number {
    const { id } = this.#identity
    if (id === null) throw new Error('the person was not asked for yet')
    return id
  }

  #require(userId: number): void {
    if (this.#identity.is(userId)) return
    throw new Error(`person ${this.#userId} was asked for ${userId}`)
  }

  // ── Sockets come and go ────────────────────────────────────────────────────────────────────────

  /** Opens an own socket. */
  override async fetch(request: Request): Promise<Response> {
    const { sessionId, signedInAt, userId, after = null } = ownerIn(request)
    if (!this.#identity.is(userId)) return new Response(null, { status: 401 })
    const socketId = crypto.randomUUID()
    await this.#makeRoom()
    // In one step from here on: a look around finds the socket with its place.
    const entry = this.#letIn({ room: own, socketId, sessionId }, signedInAt)
    if (entry !== 'in') return refusal(entry)
    const { 0: client, 1: server } = new WebSocketPair()
    const socket = { socketId, sessionId, joinedAt: this.context.now() }
    this.#resuming.admit(server, socket, after)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** A room asks before it lets a socket in. */
  async enter(place: Place, signedInAt: number, userId: number): Promise<Entry> {
    if (!this.#identity.is(userId)) return 'ended'
    await this.#makeRoom()
    return this.#letIn(place, signedInAt)
  }

  #letIn(place: Place, signedInAt: number): Entry {
    const barred = this.#registry.barredFor(place.sessionId, this.context.now())
    if (barred > 0) return Math.ceil(barred / 1000)
    if (this.#isFull) return fullFor
    if (!this.#registry.enter(place, signedInAt)) return 'ended'
    this.#after(() => this.#followUp([place.sessionId]))
    return 'in'
  }

  /** Some may have died without a word. A look asks every room, so it is not for each of many handshakes. */
  async #makeRoom(): Promise<void> {
    if (!this.#isFull || Math.abs(this.context.now() - this.#lookedAt) < 1000) return
    this.#lookedAt = this.context.now()
    await this.#rooms.takeStock()
  }

  get #isFull(): boolean {
    return this.#registry.all.length >= this.context.rules.socketsPerPerson
  }

  /** A socket was closed for what it sent: its session stays out for a while. */
  async bar(place: Place, userId: number): Promise<void> {
    this.#require(userId)
    const until = this.context.now() + barredFor
    this.#registry.bar(place.sessionId, until)
    this.leave([place], userId)
    await this.#wakes.wake(until)
  }

  /** Sockets that are gone. The person does not go with them: presence runs out by itself. */
  leave(places: readonly Pick<Place, 'room' | 'socketId'>[], userId: number): void {
    this.#require(userId)
    const leaving = new Set(places.map(({ socketId }) => socketId))
    const left = this.#registry.all.filter(({ socketId }) => leaving.has(socketId))
    this.#registry.leave(places)
    this.#after(() => this.#followUp(sessionsOf(left)))
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const close = this.#own.hear(socket, data)
    if (close) this.#dismissOwn(socket, close)
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code)
    this.#leaveOwn(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.#leaveOwn(socket)
  }

  #dismissOwn(socket: WebSocket, close: Close): void {
    this.#leaveOwn(socket)
    this.#own.dismiss(socket, close)
  }

  #leaveOwn(socket: WebSocket): void {
    const socketId = this.#own.idOf(socket)
    if (socketId !== null) this.leave([{ room: own, socketId }], this.#userId)
  }

  // ── Called by the Worker ───────────────────────────────────────────────────────────────────────

  /** See `People.endSessions`. */
  async endSessions(ended: Ended, userId: number, at = this.context.now()): Promise<void> {
    this.#require(userId)
    // An access token outlives its session's end by no more than its own life.
    const remember = this.context.now() + this.context.rules.accessTokenLife + leaseEvery
    if (ended === 'all') this.#close()
    await this.#sendAway(this.#registry.end(ended, at, remember), ended)
    this.#presence.forget()
    const left = sessionsOf(this.#registry.live)
    // The sockets are closed, which is what the caller waits for; the presence can follow.
    if (left.length > 0) await this.#lease(left).catch(this.#again)
    this.#after(() => this.#announce())
    await this.#wakes.wake(remember)
  }

  #close(): void {
    this.#log.close()
    this.#pushes.close()
  }

  async #sendAway(places: readonly Place[], ended: Ended): Promise<void> {
    this.#own.drop(ended)
    await this.#rooms.drop(places, ended)
  }

  /** See `People.presenceChanged`. */
  async presenceChanged(userId: number): Promise<void> {
    this.#require(userId)
    return this.#announce()
  }

  /**
   * Writes down what happened to the person, and tells every device that listens: in one step, without the
   * database. What is known is not told again.
   */
  deliver(items: readonly Item[], userId: number): void {
    this.#require(userId)
    const now = this.context.now()
    const fresh = this.#log.append(items, now)
    const told = this.#own.tellItems(fresh)
    fresh.forEach((item, i) => this.#pushes.add(item, told[i]!, now))
    if (fresh.some(({ push }) => push)) this.#after(() => this.#wakeForPushes())
    if (fresh[0]?.seq === this.#log.first) this.#after(() => this.#forgetInTime(now))
  }

  /** Tells the person how something is, on every device that listens; the version before tells all so. */
  notify(event: PersonEvent | State, userId: number): void {
    this.#require(userId)
    if (event.type === 'changed') this.#own.tellResuming(changedFrame(event))
    else this.#own.tell(eventFrame(event))
  }

  // ── Presence ───────────────────────────────────────────────────────────────────────────────────

  /** After sockets of these sessions came or went: presence moves on, and friends learn what changed. */
  async #followUp(sessionIds: readonly string[]): Promise<void> {
    if (this.#presence.age >= leaseEvery && sessionIds.length > 0) await this.#lease(sessionIds)
    if (!this.#presence.isShown) await this.#announce()
    await this.#wakeForSockets()
  }

  async #wakeForSockets(): Promise<void> {
    if (this.#registry.all.length === 0) return
    const { rhythm } = this.#presence
    const wait = this.#own.all.length > 0 ? Math.min(rhythm, silenceMax) : rhythm
    await this.#wakes.wake(this.context.now() + wait)
  }

  /** Writes the presence through; sessions that turn out to have ended lose their sockets. */
  async #lease(sessionIds: readonly string[]): Promise<void> {
    const ended = await this.#presence.renew(this.#userId, sessionIds, this.#own.all.length > 0)
    this.#resuming.seen()
    const stranded = this.#registry.all.filter(({ sessionId }) => ended.includes(sessionId))
    if (stranded.length > 0) await this.#sendAway(stranded, ended)
  }

  #announce(): Promise<void> {
    return this.#presence.announce(this.#userId, (time) => this.#wakes.wake(time))
  }

  // ── Alarm ──────────────────────────────────────────────────────────────────────────────────────

  readonly #again = async (error: unknown) => {
    this.context.report('person', error)
    await this.#wakes.tryAgain()
  }

  #after(work: () => Promise<void>): void {
    this.ctx.waitUntil(work().catch(this.#again))
  }

  override async alarm(): Promise<void> {
    try {
      await this.#look()
      if (this.#registry.stranded.length === 0) this.#wakes.succeeded()
    } catch (error) {
      this.context.report('person.alarm', error)
      await this.#wakes.tryAgain()
    }
  }

  async #forgetInTime(now: number): Promise<void> {
    const forgetAt = this.#log.sweep(now)
    if (forgetAt !== null) await this.#wakes.wake(forgetAt)
  }

  async #wakeForPushes(next = this.#pushes.next): Promise<void> {
    if (next !== null) await this.#wakes.wake(next)
  }

  async #look(): Promise<void> {
    const now = this.context.now()
    await this.#wakeForPushes(await this.#pushLook.look())
    await this.#forgetInTime(now)
    const forgetAt = this.#registry.forget(now)
    if (forgetAt !== null) await this.#wakes.wake(forgetAt)
    const silent = { code: closeCodes.silent, reason: 'Silent for too long' }
    for (const socket of this.#own.silentAt(now)) this.#dismissOwn(socket, silent)
    const { stranded } = this.#registry
    const ended = sessionsOf(stranded)
    if (stranded.length > 0) await this.#sendAway(stranded, ended)
    if (this.#presence.age >= this.#presence.rhythm - leaseEvery) {
      await this.#rooms.takeStock()
      const live = sessionsOf(this.#registry.live)
      if (live.length > 0) await this.#lease(live)
    }
    await this.#wakeForSockets()
    if (this.#presence.isShown) await this.#announce()
  }
}
