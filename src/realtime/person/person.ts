// The live side of one account: where its sockets are on all devices, which of its sessions have ended,
// and how long it counts as connected. Its own sockets (`/ws/me`) carry what happens to the person.
import { DurableObject } from 'cloudflare:workers'
import { presentUntil } from '../../domain/accounts/sessions/sessions'
import type { Context, PersonEvent, SocketOwner } from '../../domain/base/context'
import { objectName } from '../../domain/base/object-names'
import { keepPresent, presenceOf } from '../../domain/people/presence'
import { createObjectContext } from '../../platform/context'
import { eventFrame } from './event-frames'
import { backoff } from '../backoff'
import { barredFor } from '../sockets/frame-guard'
import { Identity } from '../identity'
import {
  answerClose,
  badFrames,
  closeCodes,
  closeQuietly,
  isSilent,
  sendQuietly,
  silenceMax,
  tooBig,
} from '../sockets/closing'
import { type Ended, type Entry, type Place, refusal, Registry } from './registry'

/** The room number of a person's own sockets. */
const own = 0
/** Presence is written at most so often while nothing else changes, in milliseconds. */
const leaseEvery = 60_000
/** Work that failed is tried again, in milliseconds. */
const waits = { first: 5000, most: 5 * 60_000 }
/** When somebody has too many sockets, another handshake may be tried after so long, in seconds. */
const fullFor = 10
/** An own socket is closed at so many frames that say nothing, or at one of so many bytes. */
const ownFramesMax = 10
const ownFrameBytes = 1024

/** What an own socket carries through the object's sleep; `frames` are those it should not have sent. */
type Attachment = { socketId: string; sessionId: string; joinedAt: number; frames?: number }
/** Failures so far, and when the next try is due. */
type Retry = { attempts: number; at: number }

export class Person extends DurableObject<Env> {
  /** Replaceable, so that a test can set the clock. */
  context: Context
  readonly #registry: Registry
  readonly #identity: Identity
  #lookedAt = 0

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.context = createObjectContext(env, state)
    this.#registry = new Registry(state.storage.kv)
    this.#identity = new Identity(state.storage.kv, state.id.name)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  get #userId(): number {
    return this.#identity.id!
  }

  #require(userId: number): void {
    if (!this.#identity.is(userId))
      throw new Error(`person ${this.#userId} was asked for ${userId}`)
  }

  // ── Sockets come and go ────────────────────────────────────────────────────────────────────────

  /** Opens an own socket. */
  override async fetch(request: Request): Promise<Response> {
    const { sessionId, signedInAt, userId } = ownerIn(request)
    if (!this.#identity.is(userId)) return new Response(null, { status: 401 })
    const socketId = crypto.randomUUID()
    await this.#makeRoom()
    // In one step from here on: a look around finds the socket with its place.
    const entry = this.#letIn({ room: own, socketId, sessionId }, signedInAt)
    if (entry !== 'in') return refusal(entry)
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const joinedAt = this.context.now()
    server.serializeAttachment({ socketId, sessionId, joinedAt } satisfies Attachment)
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
    await this.#takeStock()
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
    await this.#wake(until)
  }

  /** Sockets that are gone. The person does not go with them: presence runs out by itself. */
  leave(places: readonly Pick<Place, 'room' | 'socketId'>[], userId: number): void {
    this.#require(userId)
    const leaving = new Set(places.map(({ socketId }) => socketId))
    const left = this.#registry.all.filter(({ socketId }) => leaving.has(socketId))
    this.#registry.leave(places)
    this.#after(() => this.#followUp(left.map(({ sessionId }) => sessionId)))
  }

  /** These sockets only tell: what comes in is no `ping`, which the runtime answers, and says nothing. */
  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const attachment = socket.deserializeAttachment() as Attachment | null
    if (!attachment) return
    if (bytesOf(data) > ownFrameBytes) return this.#dismissOwn(socket, tooBig, 'Frame too big')
    const frames = (attachment.frames ?? 0) + 1
    if (frames >= ownFramesMax) return this.#dismissOwn(socket, badFrames, 'Too many bad frames')
    socket.serializeAttachment({ ...attachment, frames } satisfies Attachment)
  }

  #dismissOwn(socket: WebSocket, code: number, reason: string): void {
    this.#leaveOwn(socket)
    socket.serializeAttachment(null)
    closeQuietly(socket, code, reason)
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code)
    this.#leaveOwn(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.#leaveOwn(socket)
  }

  #leaveOwn(socket: WebSocket): void {
    const attachment = socket.deserializeAttachment() as Attachment | null
    if (attachment) this.leave([{ room: own, socketId: attachment.socketId }], this.#userId)
  }

  /** Own sockets that are open and not sent away. */
  get #own(): { socket: WebSocket; attachment: Attachment }[] {
    return this.ctx.getWebSockets().flatMap((socket) => {
      const attachment = socket.deserializeAttachment() as Attachment | null
      return attachment ? [{ socket, attachment }] : []
    })
  }

  // ── Called by the Worker ───────────────────────────────────────────────────────────────────────

  /** See `People.endSessions`. */
  async endSessions(ended: Ended, userId: number, at = this.context.now()): Promise<void> {
    this.#require(userId)
    // An access token outlives its session's end by no more than its own life.
    const remember = this.context.now() + this.context.rules.accessTokenLife + leaseEvery
    await this.#sendAway(this.#registry.end(ended, at, remember), ended)
    // The database has put the presence back to what is left of it.
    this.ctx.storage.kv.delete('lease')
    const left = this.#registry.live.map(({ sessionId }) => sessionId)
    // The sockets are closed, which is what the caller waits for; the presence can follow.
    if (left.length > 0) await this.#lease(left).catch(this.#again)
    this.#after(() => this.#announce())
    await this.#wake(remember)
  }

  async #sendAway(places: readonly Place[], ended: Ended): Promise<void> {
    for (const { socket, attachment } of this.#own) {
      if (ended !== 'all' && !ended.includes(attachment.sessionId)) continue
      socket.serializeAttachment(null)
      closeQuietly(socket, closeCodes.sessionEnded, 'Session ended')
    }
    const sent = roomsOf(places).map((room) => this.#sendOutOf(room, places, ended))
    await Promise.all(sent)
  }

  async #sendOutOf(place: Place, places: readonly Place[], ended: Ended): Promise<void> {
    try {
      const drop = () => this.#room(place).drop(this.#userId, ended)
      if (place.room !== own) await this.context.inTime('room', drop)
      this.#registry.leave(places.filter(({ room }) => room === place.room))
    } catch (error) {
      this.context.report('person.drop', error)
      await this.#tryAgain()
    }
  }

  #room({ room, roomName = '' }: Place) {
    return this.env.ROOMS.getByName(objectName({ id: room, name: roomName }))
  }

  /** See `People.presenceChanged`. */
  async presenceChanged(userId: number): Promise<void> {
    this.#require(userId)
    return this.#announce()
  }

  /** Tells the person something, on every device that listens. */
  notify(event: PersonEvent, userId: number): void {
    this.#require(userId)
    const frame = eventFrame(event)
    for (const { socket } of this.#own) sendQuietly(socket, frame)
  }

  // ── Presence ───────────────────────────────────────────────────────────────────────────────────

  /** After sockets of these sessions came or went: presence moves on, and friends learn what changed. */
  async #followUp(sessionIds: readonly string[]): Promise<void> {
    if (this.#leaseAge >= leaseEvery && sessionIds.length > 0) await this.#lease(sessionIds)
    if (!this.ctx.storage.kv.get<boolean>('shown')) await this.#announce()
    await this.#wakeForSockets()
  }

  get #leaseAge(): number {
    return this.context.now() - (this.ctx.storage.kv.get<number>('lease') ?? 0)
  }

  /** How often live sockets move the presence on: well before it runs out. */
  get #leaseRhythm(): number {
    return (presentUntil(this.context) - this.context.now()) / 2
  }

  async #wakeForSockets(): Promise<void> {
    if (this.#registry.all.length === 0) return
    const wait = this.#own.length > 0 ? Math.min(this.#leaseRhythm, silenceMax) : this.#leaseRhythm
    await this.#wake(this.context.now() + wait)
  }

  /** Writes the presence through; sessions that turn out to have ended lose their sockets. */
  async #lease(sessionIds: readonly string[]): Promise<void> {
    const asked = [...new Set(sessionIds)]
    const good = await keepPresent(this.context, this.#userId, asked)
    this.ctx.storage.kv.put('lease', this.context.now())
    const ended = asked.filter((id) => !good.includes(id))
    const stranded = this.#registry.all.filter(({ sessionId }) => ended.includes(sessionId))
    if (stranded.length > 0) await this.#sendAway(stranded, ended)
  }

  /** Tells friends when the person has come or gone since they were last told. */
  async #announce(): Promise<void> {
    const presence = await presenceOf(this.context, this.#userId)
    const isShown = this.ctx.storage.kv.get<boolean>('shown') ?? false
    const isConnected = presence?.isConnected ?? false
    if (isConnected) await this.#wake(presence!.until + 1)
    if (isConnected === isShown || !presence) return
    this.ctx.storage.kv.put('shown', isConnected)
    const { username, friends } = presence
    const event = { type: 'presence', userId: this.#userId, username, isConnected } as const
    await Promise.all(friends.map((friend) => this.context.people.notify(friend, event)))
  }

  // ── Alarm ──────────────────────────────────────────────────────────────────────────────────────

  readonly #again = async (error: unknown) => {
    this.context.report('person', error)
    await this.#tryAgain()
  }

  /** Later, and each time later than before as long as something fails. */
  async #tryAgain(): Promise<void> {
    const now = this.context.now()
    const last = this.ctx.storage.kv.get<Retry>('retry') ?? { attempts: 0, at: 0 }
    // What failed together is tried again together.
    if (last.at > now) return this.#wake(last.at)
    const at = Math.ceil(now + backoff(waits, last.attempts))
    this.ctx.storage.kv.put('retry', { attempts: last.attempts + 1, at } satisfies Retry)
    await this.#wake(at)
  }

  #after(work: () => Promise<void>): void {
    this.ctx.waitUntil(work().catch(this.#again))
  }

  async #wake(at: number): Promise<void> {
    const set = await this.ctx.storage.getAlarm()
    if (set === null || set > at) await this.ctx.storage.setAlarm(at)
  }

  override async alarm(): Promise<void> {
    try {
      await this.#look()
      if (this.#registry.stranded.length === 0) this.ctx.storage.kv.delete('retry')
    } catch (error) {
      this.context.report('person.alarm', error)
      await this.#tryAgain()
    }
  }

  async #look(): Promise<void> {
    const now = this.context.now()
    const forgetAt = this.#registry.forget(now)
    if (forgetAt !== null) await this.#wake(forgetAt)
    this.#closeSilent(now)
    const stranded = this.#registry.stranded
    const ended = stranded.map(({ sessionId }) => sessionId)
    if (stranded.length > 0) await this.#sendAway(stranded, ended)
    if (this.#leaseAge >= this.#leaseRhythm - leaseEvery) {
      await this.#takeStock()
      const live = this.#registry.live.map(({ sessionId }) => sessionId)
      if (live.length > 0) await this.#lease(live)
    }
    await this.#wakeForSockets()
    if (this.ctx.storage.kv.get<boolean>('shown')) await this.#announce()
  }

  /** Forgets sockets that a crash has taken: only what is there keeps a person present. */
  async #takeStock(): Promise<void> {
    const places = this.#registry.all
    const looks = roomsOf(places).map((place) => {
      const here = places.filter(({ room }) => room === place.room)
      return this.#lookInto(place, here)
    })
    await Promise.all(looks)
  }

  /** What a room does not tell stays as it is. */
  async #lookInto(place: Place, here: readonly Place[]): Promise<void> {
    try {
      const ids = await this.#socketsIn(place)
      this.#registry.leave(here.filter(({ socketId }) => !ids.includes(socketId)))
    } catch (error) {
      this.context.report('person.stock', error)
    }
  }

  async #socketsIn(place: Place): Promise<string[]> {
    if (place.room === own) return this.#own.map(({ attachment }) => attachment.socketId)
    return this.context.inTime('room', () => this.#room(place).socketsOf(this.#userId))
  }

  #closeSilent(now: number): void {
    for (const { socket, attachment } of this.#own) {
      const lastPing = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? null
      if (!isSilent(lastPing, attachment.joinedAt, now)) continue
      this.#dismissOwn(socket, closeCodes.silent, 'Silent for too long')
    }
  }
}

/** Whose socket is asked for, as the Worker passes it. */
function ownerIn(request: Request): SocketOwner {
  return JSON.parse(request.headers.get('x-owner') ?? 'null') as SocketOwner
}

function bytesOf(data: string | ArrayBuffer): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).byteLength : data.byteLength
}

/** One place of each room. */
function roomsOf(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [place.room, place])).values()]
}
