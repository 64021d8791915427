// The storage that a dev server keeps on disk, read from outside: D1, the rooms, and what R2 holds.
import { createHash, createHmac } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export type Row = Record<string, any>

export type Storage = {
  /** Rows of the service's database. */
  rows: (sql: string, ...values: SQLInputValue[]) => Row[]
  /** For what only time would change otherwise. */
  write: (sql: string) => void
  /** The room of a conversation, if it ever woke. */
  roomOf: (conversationId: number) => Room | undefined
  /** Keys of the files in the bucket, but for those that say who has left. */
  files: string[]
}

/** One room's storage: whose it is, its log, and whether the database is still to be told something. */
export type Room = {
  isClosed: boolean
  members: { userId: number; readUpTo: number; unread: number }[]
  messages: { id: number; senderId: number; clientId: string | null; text: string }[]
  isBehind: boolean
}

/** Opens all of it for the time of `work`. Safe beside a running server, but then only `rows` agree with each other. */
export function withStorage<T>(directory: string, work: (storage: Storage) => T): T {
  const path = (...parts: string[]) => join(directory, 'v3', ...parts)
  const file = databasesIn(path('d1', 'miniflare-D1DatabaseObject')).at(0)!
  const database = open(file)
  try {
    return work({
      rows: (sql, ...values) => database.prepare(sql).all(...values),
      write: (sql) => database.exec(sql),
      roomOf(conversationId) {
        const named = database.prepare('select room from conversations where id = ?')
        const name = named.get(conversationId)?.['room'] as string | undefined
        const room = path(
          'do',
          'kith-ChatRoom',
          `${objectId('kith-ChatRoom', name || conversationId)}.sqlite`,
        )
        return existsSync(room) ? readRoom(room) : undefined
      },
      get files() {
        return databasesIn(path('r2', 'miniflare-R2BucketObject'))
          .flatMap(readKeys)
          .filter((key) => !key.startsWith('erased/'))
      },
    })
  } finally {
    database.close()
  }
}

function open(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false })
}

/** Under which id the runtime keeps the object of that name: what its `idFromName` answers. */
function objectId(kind: string, name: string | number): string {
  const key = createHash('sha256').update(kind).digest()
  const half = (text: string | Buffer) =>
    createHmac('sha256', key).update(text).digest().subarray(0, 16)
  const first = half(String(name))
  return Buffer.concat([first, half(first)]).toString('hex')
}

/** The databases of the objects of one kind. */
function databasesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
    .map((name) => join(folder, name))
}

function readAll<T>(file: string, read: (rows: (sql: string) => Row[]) => T): T {
  const database = open(file)
  try {
    return read((sql) => database.prepare(sql).all())
  } finally {
    database.close()
  }
}

const nothingYet: Room = { isClosed: false, members: [], messages: [], isBehind: false }

function readRoom(file: string): Room {
  return readAll(file, (rows) => {
    // One that was killed at its very first step has no tables yet.
    const tables = rows("select name from sqlite_schema where type = 'table'").map(
      (row) => row['name'],
    )
    if (!tables.includes('messages')) return nothingYet
    return {
      isClosed: rows('select is_closed as isClosed from status').at(0)?.['isClosed'] === 1,
      members: rows(
        'select user_id as userId, read_up_to as readUpTo, unread from members order by user_id',
      ) as Room['members'],
      messages: rows(
        'select id, sender_id as senderId, client_id as clientId, text from messages order by id',
      ) as Room['messages'],
      isBehind: rows('select * from outbox').length > 0,
    }
  })
}

function readKeys(file: string): string[] {
  return readAll(file, (rows) => rows('select key from _mf_objects').map((row) => row['key']))
}
