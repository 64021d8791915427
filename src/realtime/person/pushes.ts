// What is still to be pushed to a person's devices: the newest of each topic. It waits while a device may have
// heard of it, and is put off where it could not go; what of it goes out, the last look says (push-look.ts).
import { messageCreated } from '../../domain/chat'
import type { Limit } from '../../domain/base/context'
import type { Waiting } from '../../domain/notifications'
import type { Numbered } from './log'
import type { KeyValues } from './registry'

/** How long a device that was sent the frame has to give a sign of life, and nobody else, in milliseconds. */
const signOfLifeMax = 45_000
const soon = 1_000
/** A topic is pushed once in so long: of messages, and of all else. */
const pauses = { messages: 5_000, others: 60_000 }

const pauseOf = (kind: string) => (kind === messageCreated.kind ? pauses.messages : pauses.others)

/** An object's storage, as much as is needed of it. */
type Storage = { sql: Pick<SqlStorage, 'exec'>; kv: KeyValues }

/** What is kept of an item for its push. */
export type Entry = Omit<Waiting, 'topic'> & {
  seq: number
  urgency: 'normal' | 'high'
  /** In seconds. */
  ttl: number
}

/** A push that waits. Times in milliseconds. */
export type Push = {
  topic: string
  entry: Entry
  /** When its newest event came, and the first that no device has answered for. */
  since: number
  unheardSince: number
  /** The own sockets that were sent it. */
  sockets: string[]
  /** Tries that have failed, and the targets that are left of them; null is all. */
  attempts: number
  left: number[] | null
}

type Row = {
  topic: string
  entry: string
  since: number
  unheard_since: number
  sockets: string
  attempts: number
  left: string | null
}

/** A person's pushes that wait; their table is made when the first is to be written. */
export class Pushes {
  #isMade = false

  constructor(private readonly storage: Storage) {}

  /** Has an item pushed, unless one of the `sockets` that were sent it gives a sign of life. */
  add(item: Numbered, sockets: readonly string[], now: number): void {
    const { push, here } = item
    if (!push || here) return
    this.#make()
    const due = now + (sockets.length > 0 ? signOfLifeMax : soon)
    this.storage.sql.exec(
      `insert into pushes (topic, entry, since, unheard_since, sockets, due_at) values (?1, ?2, ?3, ?3, ?4, ?5)
       on conflict (topic) do update set entry = excluded.entry, since = excluded.since, sockets = excluded.sockets,
         unheard_since = case when due_at is null or attempts > 0 then excluded.since else unheard_since end,
         due_at = max(coalesce(sent_at + ?6, 0),
           case when due_at is null or attempts > 0 then excluded.due_at else min(due_at, excluded.due_at) end),
         attempts = 0, left = null`,
      push.topic,
      JSON.stringify(entryOf(item, push)),
      now,
      JSON.stringify(sockets),
      due,
      pauseOf(item.kind),
    )
  }

  /** Those that are due, the longest first; so many at most. */
  due(now: number, most: number): Push[] {
    const sql = `select topic, entry, since, unheard_since, sockets, attempts, left from pushes
      where due_at <= ? order by due_at limit ?`
    return this.#rows<Row>(sql, now, most).map(toPush)
  }

  /** When the next one is due, or null. */
  get next(): number | null {
    return this.#rows<{ n: number | null }>('select min(due_at) as n from pushes')[0]?.n ?? null
  }

  /** A device has heard all but the newest: that has its own time. */
  listenOn({ topic, since }: Push): void {
    const sql = 'update pushes set unheard_since = since, due_at = ? where topic = ? and since = ?'
    this.#run(sql, since + signOfLifeMax, topic, since)
  }

  /** It is nobody's to send any more; what came since stays. */
  drop({ topic, since }: Push): void {
    this.#run('update pushes set due_at = null where topic = ? and since = ?', topic, since)
  }

  /** It has gone out: the next of its topic waits, also what came meanwhile. */
  sent(push: Push, now: number): void {
    const sql = 'update pushes set sent_at = ?, due_at = max(due_at, ?) where topic = ?'
    this.#run(sql, now, now + pauseOf(push.entry.kind), push.topic)
    this.drop(push)
  }

  /** It goes on at that time: with all targets, or those that are `left` of a try. */
  later({ topic, since, attempts }: Push, at: number, left: readonly number[] | null): void {
    const sql = 'update pushes set due_at = ?, attempts = ?, left = ? where topic = ? and since = ?'
    const tried = left === null ? attempts : attempts + 1
    this.#run(sql, at, tried, left === null ? null : JSON.stringify(left), topic, since)
  }

  /** Counts a push; false where there were as many as there may be. */
  spend({ most, window }: Limit, now: number): boolean {
    const { since, count } = (this.storage.kv.get('pushed') as Spent | undefined) ?? none
    const isOver = since + window <= now
    const spent = isOver ? { since: now, count: 1 } : { since, count: count + 1 }
    if (spent.count > most) return false
    this.storage.kv.put('pushed', spent)
    return true
  }

  /** Forgets what nothing waits for any more. */
  sweep(now: number): void {
    const sql = 'delete from pushes where due_at is null and coalesce(sent_at, 0) <= ?'
    this.#run(sql, now - pauses.others)
  }

  /** Nothing is to be pushed: the account is closed, or has left. */
  close(): void {
    this.#run('delete from pushes')
    this.storage.kv.delete('pushed')
  }

  get #exists(): boolean {
    const sql = `select 1 from sqlite_schema where type = 'table' and name = 'pushes'`
    return (this.#isMade ||= this.storage.sql.exec(sql).toArray().length > 0)
  }

  #make(): void {
    if (this.#exists) return
    this.storage.sql
      .exec(`create table pushes (topic text primary key, entry text not null, since integer not null,
      unheard_since integer not null, sockets text not null, due_at integer, attempts integer not null default 0,
      left text, sent_at integer) without rowid`)
    this.#isMade = true
  }

  #rows<T extends Record<string, SqlStorageValue>>(
    sql: string,
    ...values: (string | number)[]
  ): T[] {
    return this.#exists ? this.storage.sql.exec<T>(sql, ...values).toArray() : []
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    if (this.#exists) this.storage.sql.exec(sql, ...values)
  }
}

/** Pushes since a window began. */
type Spent = { since: number; count: number }
const none: Spent = { since: 0, count: 0 }

function entryOf(item: Numbered, { urgency, ttl }: NonNullable<Numbered['push']>): Entry {
  const { kind, data, notificationId, actor, seq } = item
  return {
    kind,
    data,
    seq,
    urgency,
    ttl,
    ...(notificationId === undefined ? {} : { notificationId }),
    ...(actor ? { actorId: actor.id } : {}),
  }
}

function toPush({ entry, unheard_since: unheardSince, sockets, left, ...row }: Row): Push {
  return {
    ...row,
    entry: JSON.parse(entry) as Entry,
    unheardSince,
    sockets: JSON.parse(sockets) as string[],
    left: left === null ? null : (JSON.parse(left) as number[]),
  }
}
