// What has happened to a person, for their devices that come back: numbered 1, 2, 3 … without a gap, each once.
// Ids and codes alone: names, and who is there, are the database's to say when it is read again.
import type { Item } from '../../domain/base/context'
import type { KeyValues } from './registry'

/** An entry is kept for so long, in milliseconds, and the newest so many of them. */
const keptFor = 7 * 24 * 60 * 60_000
const mostKept = 1000

/** An object's storage, as much as is needed of it. */
type Storage = {
  sql: Pick<SqlStorage, 'exec'>
  kv: KeyValues
  transactionSync<T>(work: () => T): T
}

/** What is kept of an item beside its key and when it came. */
type Entry = Pick<Item, 'kind' | 'data' | 'notificationId'> & { at: number; actorId?: number }

/** An item that is new, with its number. */
export type Numbered = Item & { seq: number }

/** What is kept of an item, with its number. */
export type Kept = Entry & { seq: number }

/** A person's log; its table is made when something is first to be written. */
export class PersonLog {
  #isMade = false

  constructor(private readonly storage: Storage) {}

  /** Writes down what is not known by its key, and answers with that, in order. All of it or nothing. */
  append(items: readonly Item[], now: number): Numbered[] {
    this.#make()
    return this.storage.transactionSync(() => {
      let { last } = this
      const fresh = items.flatMap((item): Numbered[] => {
        const numbered = { ...item, seq: last + 1 }
        if (!this.#insert(numbered, now)) return []
        last += 1
        return [numbered]
      })
      if (fresh.length > 0) this.#prune(last, now)
      return fresh
    })
  }

  /** The newest number, 0 before the first. */
  get last(): number {
    const newest = this.#number('select max(seq) as n from log')
    return newest ?? (this.storage.kv.get('log-last') as number | undefined) ?? 0
  }

  /** The oldest number that is kept, or null. */
  get first(): number | null {
    return this.#number('select min(seq) as n from log')
  }

  /** Nobody goes on from before that number. */
  get floor(): number {
    return (this.storage.kv.get('log-floor') as number | undefined) ?? 0
  }

  /** Whether nothing is missing here of what came after a number; from then on there is something to go on from. */
  goesOnFrom(after: number, now: number): boolean {
    this.#make()
    this.sweep(now)
    const { first, floor, last } = this
    if (after < floor || after > last) return false
    return after === last || (first !== null && first <= after + 1)
  }

  /** What came after a number, in order. */
  after(seq: number): Kept[] {
    const sql = 'select seq, entry from log where seq > ? order by seq'
    const rows = this.#rows<{ seq: number; entry: string }>(sql, seq)
    return rows.map(({ seq: number, entry }) => ({ seq: number, ...(JSON.parse(entry) as Entry) }))
  }

  /**
   * Forgets all, so that nobody goes on from it: the account is closed, or has left. That takes a number of its
   * own, from which those go on who come afterwards.
   */
  close(): void {
    if (!this.#exists) return
    const floor = this.last + 1
    this.storage.kv.put('log-floor', floor)
    this.#forget(floor, floor)
  }

  /** Forgets what is too old; answers when the next entry is, if there is one. */
  sweep(now: number): number | null {
    if (!this.#exists) return null
    const [oldest] = this.#rows<{ at: number }>('select at from log order by seq limit 1')
    if (!oldest) return null
    if (oldest.at + keptFor > now) return oldest.at + keptFor
    const upTo = this.#number('select max(seq) as n from log where at <= ?', now - keptFor)
    this.#forget(upTo ?? 0, this.last)
    return this.sweep(now)
  }

  #insert({ seq, key, kind, at, actor, data, notificationId }: Numbered, now: number): boolean {
    const entry: Entry = {
      kind,
      at,
      data,
      ...(actor ? { actorId: actor.id } : {}),
      ...(notificationId === undefined ? {} : { notificationId }),
    }
    const insert =
      'insert into log (seq, key, at, entry) values (?, ?, ?, ?) on conflict (key) do nothing'
    return this.#rows(`${insert} returning seq`, seq, key, now, JSON.stringify(entry)).length > 0
  }

  #prune(last: number, now: number): void {
    this.storage.sql.exec('delete from log where seq <= ?', last - mostKept)
    this.sweep(now)
  }

  // The counter outlives the entries that it counted.
  #forget(upTo: number, last: number): void {
    this.storage.kv.put('log-last', last)
    this.storage.sql.exec('delete from log where seq <= ?', upTo)
  }

  get #exists(): boolean {
    const sql = `select 1 from sqlite_schema where type = 'table' and name = 'log'`
    return (this.#isMade ||= this.#rows(sql).length > 0)
  }

  #make(): void {
    if (this.#isMade) return
    this.storage.sql.exec(`create table if not exists log (
      seq integer primary key, key text not null unique, at integer not null, entry text not null)`)
    this.#isMade = true
  }

  #rows<T extends Record<string, SqlStorageValue>>(
    sql: string,
    ...values: (string | number)[]
  ): T[] {
    return this.storage.sql.exec<T>(sql, ...values).toArray()
  }

  #number(sql: string, ...values: number[]): number | null {
    return this.storage.sql.exec<{ n: number | null }>(sql, ...values).one().n
  }
}
