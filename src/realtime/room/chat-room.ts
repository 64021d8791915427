// The live room of one conversation: a thin shell around its parts. Whoever gets in was let in by the Worker;
// the room trusts what the Worker passes and nothing else.
import { DurableObject } from 'cloudflare:workers'
import type {
  Admission,
  Context,
  Conversed,
  Named,
  NamedMember,
  StoredMessage,
  SystemMessage,
} from '../../domain/base/context'
import { createObjectContext } from '../../platform/context'
import { systemWords } from '../../wire/errors/words'
import { Identity } from '../identity'
import type { Ended } from '../person/registry'
import { answerClose, closeCodes, silenceMax } from '../sockets/closing'
import { feedDatabase, feedLag } from './feed'
import { messageFrame } from './frames'
import { createParts } from './parts'
import type { Registered } from './registrations'

/** The object of a conversation: its messages, and its members' sockets. Its methods are called over RPC, where errors lose their class. */
export class ChatRoom extends DurableObject<Env> {
  /** Replaceable, so that a test can set the clock or break the database. */
  context: Context
  readonly #identity: Identity
  readonly #parts: ReturnType<typeof createParts>
  #isErased = false

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.context = createObjectContext(env, state)
    this.#identity = new Identity(state.storage.kv, state.id.name)
    const context = () => this.context
    const conversation = () => this.#conversation
    this.#parts = createParts({ state, people: env.PEOPLE, context, conversation })
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    const { store, alarm, log, replays } = this.#parts
    void state.blockConcurrencyWhile(async () => {
      await store.migrate()
      await alarm.load()
      log.load()
    })
    replays.goOn()
  }

  get #conversation(): Named {
    const { id } = this.#identity
    if (id === null) throw new Error('the room was not asked for yet')
    return { id, name: this.ctx.id.name ?? '' }
  }

  /** Whether it is the room of this conversation of these members; the first who ask settle that. */
  #isOf({ id, members }: { id: number; members: readonly number[] }): boolean {
    if (this.#isErased || !this.#identity.is(id)) return false
    const { store } = this.#parts
    if (store.members.length === 0) store.enter(members)
    return store.members.every(({ userId }) => members.includes(userId))
  }

  #require(conversation: Conversed): void {
    if (this.#isOf(conversation)) return
    throw new Error(`the room of ${this.#identity.id} was asked for ${conversation.id}`)
  }

  // ── Sockets ────────────────────────────────────────────────────────────────────────────────────

  override async fetch(request: Request): Promise<Response> {
    const { admission, members } = askedIn(request)
    const userIds = members.map(({ userId }) => userId)
    const isHere = this.#isOf({ id: admission.conversationId, members: userIds })
    if (!isHere) return new Response(null, { status: 404 })
    this.#parts.names.learn(members)
    return this.#parts.joining.join(admission)
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    this.#parts.intake.hear(socket, data)
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code)
    this.#parts.leaving.left(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.#parts.leaving.left(socket)
  }

  // ── Called by persons' objects and by the Worker ───────────────────────────────────────────────

  /** Closes the sockets of sessions that have ended, those that are just joining included. */
  drop(userId: number, ended: Ended): void {
    const isMeant = ({ admission }: { admission: Admission }) =>
      admission.userId === userId && (ended === 'all' || ended.includes(admission.sessionId))
    this.#parts.joining.refuse(isMeant)
    this.#parts.leaving.drop(isMeant)
  }

  /** The ids of a person's sockets, those that are just joining included. */
  socketsOf(userId: number): string[] {
    const all: Registered[] = [...this.#parts.connections.all, ...this.#parts.joining.all]
    return all.filter(({ admission }) => admission.userId === userId).map(({ id }) => id)
  }

  history(
    page: { before: number | null; limit: number },
    conversation: Conversed,
  ): StoredMessage[] {
    this.#require(conversation)
    return this.#parts.store.before(page.before, page.limit)
  }

  systemMessage({ key, event }: SystemMessage, conversation: Conversed): void {
    this.#require(conversation)
    const dueAt = this.context.now() + feedLag
    const message = this.#parts.log.storeSystem(key, systemWords[event], dueAt)
    if (!message) return
    this.#parts.connections.broadcast(messageFrame(message, ''))
    this.#parts.alarm.wake(dueAt)
  }

  settle(isClosed: boolean, at: number, conversation: Conversed): void {
    this.#require(conversation)
    this.#parts.store.settle(isClosed, at)
  }

  disconnect(conversation: Conversed): void {
    this.#require(conversation)
    const { store, leaving } = this.#parts
    store.disconnected(Math.max(this.context.now(), store.status.disconnectedAt + 1))
    leaving.dropAll()
  }

  /** Forgets all of it. What is asked of it afterwards is asked of an empty room. */
  async erase(conversation: Conversed): Promise<void> {
    if (this.#isErased) return
    this.#require(conversation)
    this.#isErased = true
    this.#parts.leaving.dropAll()
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
  }

  // ── Alarm ──────────────────────────────────────────────────────────────────────────────────────

  /** Tells the database what it does not know yet, until it does, and closes who has fallen silent. */
  override async alarm(): Promise<void> {
    const { alarm, connections, leaving, names, store } = this.#parts
    alarm.rang()
    // A room that was never asked for has nothing to tell.
    if (this.#identity.id === null) return
    await feedDatabase(this.context, this.#conversation, { store, names, connections })
    const now = this.context.now()
    leaving.dismiss(connections.silentAt(now), closeCodes.silent, 'Silent for too long')
    const behind = store.outbox
    if (behind) alarm.wake(behind.dueAt)
    if (connections.all.length > 0) alarm.wake(now + silenceMax)
  }
}

/** Who asks for a socket, and whose conversation it is, as the Worker passes it. */
function askedIn(request: Request): { admission: Admission; members: NamedMember[] } {
  const asked = request.headers.get('x-admission') ?? 'null'
  return JSON.parse(decodeURIComponent(asked)) as ReturnType<typeof askedIn>
}
