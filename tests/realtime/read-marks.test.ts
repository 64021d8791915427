// What it costs a room to move a mark of what was read: the messages that it passes, never all that follow.
import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, expect, it } from 'vitest'
import { RoomStore } from '../../src/realtime/room/store'
import { startChat } from '../support/conversations'
import { roomOf, useFreshIds } from '../support/sockets'
import { createWorld } from '../support/world'

beforeAll(useFreshIds)

const world = createWorld({ now: Date.now() })

/** The same storage, with every statement's cursor kept: it knows how many rows were read. */
function counted({ sql, ...rest }: { sql: SqlStorage; transactionSync: unknown }) {
  const cursors: SqlStorageCursor<any>[] = []
  const exec = (...given: Parameters<SqlStorage['exec']>) => {
    const cursor = sql.exec(...given)
    cursors.push(cursor)
    return cursor
  }
  const storage = { ...rest, sql: { exec } } as unknown as DurableObjectStorage
  return { storage, rowsRead: () => cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0) }
}

it('reads what a mark passes, though thousands follow, and nothing where it does not move', async () => {
  const { alice, bob, id } = await startChat(world)
  const { unread, rows } = await runInDurableObject(roomOf(id), async (_room, { storage }) => {
    const { sql } = storage
    const { storage: kept, rowsRead } = counted({
      sql,
      transactionSync: storage.transactionSync.bind(storage),
    })
    await new RoomStore(storage).migrate()
    const store = new RoomStore(kept)
    if (store.members.length === 0) store.enter([alice.id, bob.id])
    for (let n = 1; n <= 2000; n++) {
      const senderId = n % 2 ? alice.id : bob.id
      store.append({
        senderId,
        clientId: null,
        kind: 'text',
        text: 'x',
        attachment: null,
        sentAt: n,
      })
      store.addUnread(senderId, 1)
    }
    const before = rowsRead()
    for (let upTo = 1; upTo <= 100; upTo++) store.markRead(bob.id, upTo)
    for (let n = 0; n < 100; n++) store.markRead(bob.id, 100)
    const own = store.members.find(({ userId }) => userId === bob.id)!
    return { unread: own.unread, rows: rowsRead() - before }
  })
  expect(unread).toBe(950)
  // A few rows for each of two hundred calls; all that follow were some 190,000.
  expect(rows).toBeLessThan(2000)
})
