// A room's own storage: synchronous, so that what is stored and what is sent happen in one step.
import { and, count, eq, gt, lt, ne, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { migrate } from 'drizzle-orm/durable-sqlite/migrator'
import migrations from '../../../drizzle/room/migrations'
import type { StoredMessage } from '../../domain/base/context'
import { queriesOn } from './queries'
import { members, messages, outbox, status } from './schema'

/** A message that is to be stored. */
export type NewMessage = Omit<StoredMessage, 'id'>
/** Up to which message id a member has read, and how many of others lie beyond. */
export type Member = { userId: number; readUpTo: number; unread: number }
/** What the database has still to be told, and when. */
export type OutboxRow = typeof outbox.$inferSelect

/** The storage of a room. */
export class RoomStore {
  readonly #db
  readonly #queries

  constructor(private readonly storage: DurableObjectStorage) {
    this.#db = drizzle(storage)
    this.#queries = queriesOn(this.#db)
  }

  migrate(): Promise<void> {
    return migrate(this.#db, migrations)
  }

  /** All of it or nothing. */
  transaction<T>(work: () => T): T {
    return this.storage.transactionSync(work)
  }

  /** Stores a message under the next id; undefined when its sender has sent that `clientId` before. */
  append(message: NewMessage): StoredMessage | undefined {
    const stored = this.#queries.append().get(message)
    return stored && { id: stored.id, ...message }
  }

  /** The message that a sender stored under a `clientId`. */
  known(senderId: number, clientId: string | null): StoredMessage | undefined {
    return clientId === null ? undefined : this.#queries.known().get({ senderId, clientId })
  }

  get newest(): StoredMessage | undefined {
    return this.before(null, 1)[0]
  }

  /** Oldest first, at most `limit`, after an id. */
  after(id: number, limit: number): StoredMessage[] {
    const later = gt(messages.id, id)
    return this.#db.select().from(messages).where(later).orderBy(messages.id).limit(limit).all()
  }

  /** Newest first, at most `limit`, before an id (null: from the end). */
  before(id: number | null, limit: number): StoredMessage[] {
    return this.#queries.before().all({ id: id ?? Number.MAX_SAFE_INTEGER, limit })
  }

  /** The newest message after `id` that somebody else than `userId` sent. */
  newestOfOthers(userId: number, id: number): StoredMessage | undefined {
    return this.#queries.newestOfOthers().get({ userId, id })
  }

  /** Whether the room itself has said so since a time: its own messages are few, and have an index. */
  hasSaid(text: string, since: number): boolean {
    const said = and(eq(messages.senderId, 0), eq(messages.text, text), gt(messages.sentAt, since))
    return this.#db.select({ id: messages.id }).from(messages).where(said).limit(1).all().length > 0
  }

  // ── Members ────────────────────────────────────────────────────────────────────────────────────

  get members(): Member[] {
    return this.#queries.members().all()
  }

  /** Whose conversation it is; what others sent before they were entered is unread. */
  enter(userIds: readonly number[]): void {
    for (const userId of userIds) {
      const unread = this.#othersAfter(userId, 0)
      this.#db.insert(members).values({ userId, unread }).onConflictDoNothing().run()
    }
  }

  addUnread(senderId: number, unread: number): void {
    this.#queries.addUnread().run({ senderId, unread })
  }

  /** Whether this moved the member's mark on. Only what it passes is counted: thousands may follow. */
  markRead(userId: number, upTo: number): boolean {
    const passed = sql`(select count(*) from ${messages} where ${messages.id} > ${members.readUpTo}
      and ${messages.id} <= ${upTo} and ${messages.senderId} <> ${userId})`
    const moved = this.#db
      .update(members)
      .set({ readUpTo: upTo, unread: sql`${members.unread} - ${passed}` })
      .where(and(eq(members.userId, userId), lt(members.readUpTo, upTo)))
      .returning({ userId: members.userId })
      .all()
    return moved.length > 0
  }

  #othersAfter(userId: number, id: number): number {
    const others = and(gt(messages.id, id), ne(messages.senderId, userId))
    return this.#db.select({ n: count() }).from(messages).where(others).get()!.n
  }

  // ── Status ─────────────────────────────────────────────────────────────────────────────────────

  get status() {
    const row = this.#queries.status().get()
    return row ?? { isClosed: false, settledAt: 0, disconnectedAt: 0 }
  }

  /** Opens or closes the room, unless it knows of something later. */
  settle(isClosed: boolean, settledAt: number): void {
    this.#db
      .insert(status)
      .values({ id: 1, isClosed, settledAt })
      .onConflictDoUpdate({
        target: status.id,
        set: { isClosed, settledAt },
        setWhere: lt(status.settledAt, settledAt),
      })
      .run()
  }

  disconnected(disconnectedAt: number): void {
    this.#db
      .insert(status)
      .values({ id: 1, disconnectedAt })
      .onConflictDoUpdate({ target: status.id, set: { disconnectedAt } })
      .run()
  }

  // ── Outbox ─────────────────────────────────────────────────────────────────────────────────────

  get outbox(): OutboxRow | undefined {
    return this.#queries.outbox().get()
  }

  /** The database is behind by what is being stored: `toldUpTo` is where it was before. */
  fallBehind(toldUpTo: number, dueAt: number): void {
    this.#queries.fallBehind().run({ toldUpTo, dueAt })
  }

  /** The database knows all up to a version of the outbox; what came since stays due. */
  caughtUp(version: number, toldUpTo: number, dueAt: number): void {
    this.#queries.forget().run({ version })
    this.#queries.goOn().run({ toldUpTo, dueAt })
  }

  postpone(dueAt: number): void {
    this.#db
      .update(outbox)
      .set({ attempts: sql`${outbox.attempts} + 1`, dueAt })
      .run()
  }
}
