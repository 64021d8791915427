// The copy on this device: one database for each account, in the clear. Where there is no IndexedDB, or no
// room in it, the app goes on without.
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'

/** A message of a conversation, as the app keeps it. */
export type StoredMessage = {
  conversation: number
  seq: number
  text: string
  picture: string | null
  sender: number | null
  senderName: string
  at: string
  isSystem: boolean
}

/** A message that is on its way. `picture` is a data URL. */
export type OutgoingMessage = {
  clientId: string
  conversation: number
  text: string
  picture: { data: string; format: string } | null
  at: number
  /** Why it was refused for good; null while it is on its way. */
  failed: string | null
}

interface Schema extends DBSchema {
  copies: { key: string; value: { key: string; data: unknown; at: number } }
  messages: {
    key: [number, number]
    value: StoredMessage
    indexes: { byConversation: number }
  }
  opened: { key: number; value: { conversation: number; at: number } }
  outbox: { key: string; value: OutgoingMessage }
  drafts: { key: string; value: { key: string; text: string; at: number } }
}

/** The database of an account. */
export type Store = IDBPDatabase<Schema>

const prefix = 'kith-'
let opened: Promise<Store | null> | null = null

/** The store of whoever is signed in; null where this browser keeps nothing. */
export function store(): Promise<Store | null> {
  const id = accountId()
  if (id === null) return Promise.resolve(null)
  return (opened ??= openStore(prefix + String(id)))
}

/** Read here too: the store must not wait for what waits for it. */
function accountId(): number | null {
  try {
    return (
      (JSON.parse(localStorage.getItem('kith.user') ?? 'null') as { id: number } | null)?.id ?? null
    )
  } catch {
    return null
  }
}

async function openStore(name: string): Promise<Store | null> {
  try {
    return await openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('copies', { keyPath: 'key' })
        const messages = db.createObjectStore('messages', { keyPath: ['conversation', 'seq'] })
        messages.createIndex('byConversation', 'conversation')
        db.createObjectStore('opened', { keyPath: 'conversation' })
        db.createObjectStore('outbox', { keyPath: 'clientId' })
        db.createObjectStore('drafts', { keyPath: 'key' })
      },
      // Another tab takes it away: this one lets go.
      blocking: (_now, _next, event) => (event.target as IDBDatabase).close(),
    })
  } catch {
    return null
  }
}

/** Lets go of the store, so that it can be removed. */
export async function closeStore(): Promise<void> {
  const db = await opened?.catch(() => null)
  db?.close()
  opened = null
}

/** Removes every account's store from the device. */
export async function deleteStores(): Promise<void> {
  await closeStore()
  const all = await indexedDB.databases?.().catch(() => [])
  const names = (all ?? []).flatMap(({ name }) => (name?.startsWith(prefix) ? [name] : []))
  await Promise.all(names.map((name) => deleteDB(name).catch(() => {})))
}

/** Runs work on the store where there is one; what fails there fails nothing else. */
export async function withStore<T>(work: (db: Store) => Promise<T>): Promise<T | null> {
  const db = await store()
  if (!db) return null
  try {
    return await work(db)
  } catch (error) {
    if ((error as DOMException).name === 'QuotaExceededError') await makeRoom(db)
    return null
  }
}

/** Messages go first: they are read anew where they are wanted. */
async function makeRoom(db: Store): Promise<void> {
  await db.clear('messages').catch(() => {})
}
