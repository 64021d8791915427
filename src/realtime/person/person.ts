// The live side of one account: where its sockets are on all devices, which of its sessions have ended,
// and how long it counts as connected. Its own sockets (`/ws/me`) carry what happens to the person.
import { DurableObject } from 'cloudflare:workers'
import type { Context, Item, PersonEvent, State } from '../../domain/base/context'
import { createObjectContext } from '../../platform/context'
import { Identity } from '../identity'
import { answerClose, closeCodes } from '../sockets/closing'
import { eventFrame } from './event-frames'
import { type Close, ownerIn } from './own-sockets'
import { createParts } from './parts'
import { leaseEvery } from './presence-lease'
import { type Ended, type Entry, own, type Place, refusal, sessionsOf } from './registry'
import { changedFrame } from './resumed-frames'

/** The object of an account: its sockets everywhere, and whether it is present. Its methods are called over RPC, where errors lose their class. */
export class Person extends DurableObject<Env> {
  /** Replaceable, so that a test can set the clock. */
  context: Context
  readonly #identity: Identity
  readonly #parts: ReturnType<typeof createParts>

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.context = createObjectContext(env, state)
    this.#identity = new Identity(state.storage.kv, state.id.name)
    this.#parts = createParts({
      state,
      rooms: env.ROOMS,
      context: () => this.context,
      userId: () => this.#userId,
      dismiss: (socket, close) => this.#dismissOwn(socket, close),
    })
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    this.#parts.resuming.goOn()
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
    await this.#parts.doors.makeRoom()
    // In one step from here on: a look around finds the socket with its place.
    const entry = this.#letIn({ room: own, socketId, sessionId }, signedInAt)
    if (entry !== 'in') return refusal(entry)
    const { 0: client, 1: server } = new WebSocketPair()
    const socket = { socketId, sessionId, joinedAt: this.context.now() }
    this.#parts.resuming.admit(server, socket, after)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** A room asks before it lets a socket in. */
  async enter(place: Place, signedInAt: number, userId: number): Promise<Entry> {
    if (!this.#identity.is(userId)) return 'ended'
    await this.#parts.doors.makeRoom()
    return this.#letIn(place, signedInAt)
  }

  #letIn(place: Place, signedInAt: number): Entry {
    const entry = this.#parts.doors.letIn(place, signedInAt)
    if (entry === 'in') this.#after(() => this.#parts.upkeep.followUp([place.sessionId]))
    return entry
  }

  /** A socket was closed for what it sent: its session stays out for a while. */
  async bar(place: Place, userId: number): Promise<void> {
    this.#require(userId)
    const until = this.#parts.doors.bar(place.sessionId)
    this.leave([place], userId)
    await this.#parts.wakes.wake(until)
  }

  /** Sockets that are gone. The person does not go with them: presence runs out by itself. */
  leave(places: readonly Pick<Place, 'room' | 'socketId'>[], userId: number): void {
    this.#require(userId)
    const leaving = new Set(places.map(({ socketId }) => socketId))
    const left = this.#parts.registry.all.filter(({ socketId }) => leaving.has(socketId))
    this.#parts.registry.leave(places)
    this.#after(() => this.#parts.upkeep.followUp(sessionsOf(left)))
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const close = this.#parts.own.hear(socket, data)
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
    this.#parts.own.dismiss(socket, close)
  }

  #leaveOwn(socket: WebSocket): void {
    const socketId = this.#parts.own.idOf(socket)
    if (socketId !== null) this.leave([{ room: own, socketId }], this.#userId)
  }

  // ── Called by the Worker ───────────────────────────────────────────────────────────────────────

  /** See `People.endSessions`. */
  async endSessions(ended: Ended, userId: number, at = this.context.now()): Promise<void> {
    this.#require(userId)
    // An access token outlives its session's end by no more than its own life.
    const remember = this.context.now() + this.context.rules.accessTokenLife + leaseEvery
    if (ended === 'all') this.#close()
    await this.#parts.upkeep.sendAway(this.#parts.registry.end(ended, at, remember), ended)
    this.#parts.presence.forget()
    const left = sessionsOf(this.#parts.registry.live)
    // The sockets are closed, which is what the caller waits for; the presence can follow.
    if (left.length > 0) await this.#parts.upkeep.lease(left).catch(this.#again)
    this.#after(() => this.#parts.upkeep.announce())
    await this.#parts.wakes.wake(remember)
  }

  #close(): void {
    this.#parts.log.close()
    this.#parts.pushes.close()
  }

  /** See `People.presenceChanged`. */
  async presenceChanged(userId: number): Promise<void> {
    this.#require(userId)
    return this.#parts.upkeep.announce()
  }

  /**
   * Writes down what happened to the person, and tells every device that listens: in one step, without the
   * database. What is known is not told again.
   */
  deliver(items: readonly Item[], userId: number): void {
    this.#require(userId)
    const now = this.context.now()
    const fresh = this.#parts.log.append(items, now)
    const told = this.#parts.own.tellItems(fresh)
    fresh.forEach((item, i) => this.#parts.pushes.add(item, told[i]!, now))
    if (fresh.some(({ push }) => push)) this.#after(() => this.#wakeForPushes())
    if (fresh[0]?.seq === this.#parts.log.first) this.#after(() => this.#forgetInTime(now))
  }

  /** Tells the person how something is, on every device that listens; the version before tells all so. */
  notify(event: PersonEvent | State, userId: number): void {
    this.#require(userId)
    if (event.type === 'changed') this.#parts.own.tellResuming(changedFrame(event))
    else this.#parts.own.tell(eventFrame(event))
  }

  // ── Alarm ──────────────────────────────────────────────────────────────────────────────────────

  readonly #again = async (error: unknown) => {
    this.context.report('person', error)
    await this.#parts.wakes.tryAgain()
  }

  #after(work: () => Promise<void>): void {
    this.ctx.waitUntil(work().catch(this.#again))
  }

  override async alarm(): Promise<void> {
    try {
      await this.#look()
      if (this.#parts.registry.stranded.length === 0) this.#parts.wakes.succeeded()
    } catch (error) {
      this.context.report('person.alarm', error)
      await this.#parts.wakes.tryAgain()
    }
  }

  async #forgetInTime(now: number): Promise<void> {
    const forgetAt = this.#parts.log.sweep(now)
    if (forgetAt !== null) await this.#parts.wakes.wake(forgetAt)
  }

  async #wakeForPushes(next = this.#parts.pushes.next): Promise<void> {
    if (next !== null) await this.#parts.wakes.wake(next)
  }

  async #look(): Promise<void> {
    const now = this.context.now()
    await this.#wakeForPushes(await this.#parts.pushLook.look())
    await this.#forgetInTime(now)
    const forgetAt = this.#parts.registry.forget(now)
    if (forgetAt !== null) await this.#parts.wakes.wake(forgetAt)
    const silent = { code: closeCodes.silent, reason: 'Silent for too long' }
    for (const socket of this.#parts.own.silentAt(now)) this.#dismissOwn(socket, silent)
    await this.#parts.upkeep.look()
  }
}
