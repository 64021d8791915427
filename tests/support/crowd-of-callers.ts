// Many people at once, by rows: two hundred sign-ups would hash two hundred passwords.
import { database } from './database'
import type { World } from './world'

let made = 0

/** People with a session each; answers with them as the domain knows a caller. */
export async function crowd(world: World, size: number) {
  const first = 100_000 + made
  made += size
  const ids = Array.from({ length: size }, (_, i) => first + i)
  const { now } = world.clock
  await database.batch([
    database
      .prepare(
        `insert into users (id, username, username_key, is_active, code_required, joined_at, online_until)
        select value, 'guest-' || value, 'guest-' || value, 1, 0, 0, 0 from json_each(?)`,
      )
      .bind(JSON.stringify(ids)),
    database
      .prepare(
        `insert into sessions (id, user_id, created_at, last_used_at, expires_at)
        select 'session-' || value, value, ?1, ?1, ?1 + 86400000 from json_each(?2)`,
      )
      .bind(now, JSON.stringify(ids)),
  ])
  return ids.map((userId) => ({ userId, sessionId: `session-${userId}`, tokenHash: null }))
}
