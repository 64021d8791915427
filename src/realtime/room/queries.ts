// The queries of a room that every message runs through. Drizzle takes longer to write one than SQLite to
// run it, so each is written once per object.
import { and, desc, eq, gt, lt, ne, sql } from 'drizzle-orm'
import type { DrizzleSqliteDODatabase } from 'drizzle-orm/durable-sqlite'
import { members, messages, outbox, status } from './schema'

/** Each is written at its first use. */
export function queriesOn(db: DrizzleSqliteDODatabase) {
  const given = sql.placeholder
  return {
    append: once(() =>
      db
        .insert(messages)
        .values({
          senderId: given('senderId'),
          clientId: given('clientId'),
          kind: given('kind'),
          text: given('text'),
          attachment: given('attachment'),
          sentAt: given('sentAt'),
        })
        .onConflictDoNothing()
        .returning({ id: messages.id })
        .prepare(),
    ),
    known: once(() =>
      db
        .select()
        .from(messages)
        .where(
          and(eq(messages.senderId, given('senderId')), eq(messages.clientId, given('clientId'))),
        )
        .prepare(),
    ),
    before: once(() =>
      db
        .select()
        .from(messages)
        .where(lt(messages.id, given('id')))
        .orderBy(desc(messages.id))
        .limit(given('limit'))
        .prepare(),
    ),
    newestOfOthers: once(() =>
      db
        .select()
        .from(messages)
        .where(and(gt(messages.id, given('id')), ne(messages.senderId, given('userId'))))
        .orderBy(desc(messages.id))
        .limit(1)
        .prepare(),
    ),
    members: once(() => db.select().from(members).prepare()),
    addUnread: once(() =>
      db
        .update(members)
        .set({ unread: sql`${members.unread} + ${given('unread')}` })
        .where(ne(members.userId, given('senderId')))
        .prepare(),
    ),
    status: once(() => db.select().from(status).prepare()),
    outbox: once(() => db.select().from(outbox).prepare()),
    fallBehind: once(() =>
      db
        .insert(outbox)
        .values({ id: 1, toldUpTo: given('toldUpTo'), dueAt: given('dueAt') })
        .onConflictDoUpdate({ target: outbox.id, set: { version: sql`${outbox.version} + 1` } })
        .prepare(),
    ),
    forget: once(() =>
      db
        .delete(outbox)
        .where(eq(outbox.version, given('version')))
        .prepare(),
    ),
    goOn: once(() =>
      db
        .update(outbox)
        .set({ toldUpTo: sql`${given('toldUpTo')}`, attempts: 0, dueAt: sql`${given('dueAt')}` })
        .prepare(),
    ),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
