// The names of objects outside the database: random, never a number out of one of its sequences. After a
// restore these count from where they stood, and the next row would get an object that others have filled.
import { eq, type SQL, sql } from 'drizzle-orm'
import { sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { of, under } from '../../db/names'
import type { Named } from './context'

/** A name for a new row's object: 128 random bits. A row without one ('') goes by its id. */
export const newObjectName = sql`lower(hex(randomblob(16)))`

/** What an object is found by. */
export function objectName({ id, name }: Named): string {
  return name || String(id)
}

/** The same inside a statement, for a row's columns. */
export function objectNameOf(id: SQL, name: SQL): SQL {
  return sql`case ${name} when '' then cast(${id} as text) else ${name} end`
}

/** The column `object` of an account that a statement knows by its id alone. */
export const objectOf = (userId: SQL) =>
  sql<string>`(select ${under('person', users.object)} from ${users} as person
    where ${under('person', users.id)} = ${userId})`

/** What a statement tells of a session that it has ended, or begun. */
export const sessionOwner = {
  userId: sessions.userId,
  object: objectOf(of(sessions.userId)).as('object'),
}

/** An account as its object is found. Unawaited. */
export const namedPerson = statement({ id: users.id }, (p) =>
  q.select({ id: users.id, name: users.object }).from(users).where(eq(users.id, p.id)),
)
