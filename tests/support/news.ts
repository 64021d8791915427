// What people were told: their objects' logs, the lines of their feeds, and an event of the tests' own making.
import { runInDurableObject } from 'cloudflare:test'
import { database } from './database'
import { personOf } from './sockets'

type Person = { id: number }

/** What somebody's object has written down: numbers, keys, kinds and codes, in order. */
export async function logOf({
  id,
}: Person): Promise<{ seq: number; key: string; kind: string; data: any }[]> {
  return runInDurableObject(personOf(id), (_person, { storage }) => {
    const tables = storage.sql.exec(`select 1 from sqlite_schema where name = 'log'`).toArray()
    if (tables.length === 0) return []
    const rows = storage.sql.exec<{ seq: number; key: string; entry: string }>(
      'select seq, key, entry from log order by seq',
    )
    return rows.toArray().map(({ seq, key, entry }) => {
      const { kind, data } = JSON.parse(entry) as { kind: string; data: unknown }
      return { seq, key, kind, data }
    })
  })
}

/** Somebody's feed, newest position first. */
export async function feedOf({ id }: Person): Promise<any[]> {
  const sql = 'select * from notifications where user_id = ? order by position desc'
  return (await database.prepare(sql).bind(id).all()).results
}

/** Events by what is left of them: untold ones. */
export async function untold(): Promise<{ id: number; stream: string; attempts: number }[]> {
  const sql = 'select id, stream, attempts from events where told_at is null order by id'
  return (await database.prepare(sql).all<{ id: number; stream: string; attempts: number }>())
    .results
}

/** Writes an event as a request that was killed behind its commit would have left it. */
export async function leaveEvent(event: {
  kind: string
  stream: string
  actor: number | null
  to: number[]
  data: object
  at: number
}): Promise<number> {
  const { kind, stream, actor, to, data, at } = event
  const row = await database
    .prepare(
      `insert into events (kind, stream, actor_id, audience, data, runner, due_at, created_at)
       values (?1, ?2, ?3, ?4, ?5, 'killed', ?6, ?7) returning id`,
    )
    .bind(kind, stream, actor, JSON.stringify(to), JSON.stringify(data), at + 30_000, at)
    .first<{ id: number }>()
  return row!.id
}

/** Writes a line of somebody's feed; without more, of a plan that somebody has cancelled. */
export async function addNotice(
  { id }: Person,
  line: { position: number; actor: Person; kind?: string; data?: object; group?: string },
): Promise<void> {
  const { position, actor, kind = 'plan.cancelled', data = {}, group = `notice-${position}` } = line
  await database
    .prepare(
      `insert into notifications (user_id, position, event_id, kind, group_key, actor_id, actors, count, data, words,
         created_at, updated_at) values (?1, ?2, ?2, ?3, ?4, ?5, json_array(?5), 1, ?6, 'Tea', 4e12, 4e12)`,
    )
    .bind(id, position, kind, group, actor.id, JSON.stringify(data))
    .run()
}
