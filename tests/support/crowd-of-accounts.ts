// Many accounts at once, written as rows: to see what lists and searches cost when the service has grown.
import { database } from './database'

/**
 * Fills the database up to `count` accounts named crowd-1, crowd-2 …, of whom every tenth has left; each of
 * the others is in a group and has three friends among its neighbours.
 */
export async function growTo(count: number): Promise<void> {
  const from = await highestId()
  const numbers = `with recursive n(i) as (
    select cast(?1 as integer) + 1 union all select i + 1 from n where i < ?2)`
  const run = (sql: string) => database.prepare(`${numbers} ${sql}`).bind(from, count).run()
  await run(`insert into users (id, username, username_key, is_active, left_at, joined_at, email, email_key)
    select i, iif(i % 10, 'crowd-', 'deleted-') || i, iif(i % 10, 'crowd-', 'deleted-') || i,
      iif(i % 10, 1, 0), iif(i % 10, null, 1), i,
      iif(i % 10, i || '@example.com', ''), iif(i % 10, i || '@example.com', '') from n`)
  await run(`insert into memberships (user_id, group_id) select i, 3 from n where i % 10`)
  for (const step of [1, 2, 3]) {
    const pairs = `from n where i % 10 and (i - ${step}) % 10 and i - ${step} > ?1`
    await run(`insert into friend_requests (sender_id, receiver_id, status, created_at, updated_at)
      select i, i - ${step}, 'accepted', i, ${step} ${pairs}`)
    const insert = `insert into friendships (user_id, friend_id, agreed, request_id, created_at)`
    const request = `(select max(id) from friend_requests where sender_id = i)`
    await run(`${insert} select i, i - ${step}, 1, ${request}, i ${pairs}`)
    await run(`${insert} select i - ${step}, i, 1, ${request}, i ${pairs}`)
  }
}

async function highestId(): Promise<number> {
  return (await database.prepare('select max(id) as id from users').first<{ id: number }>())!.id
}
