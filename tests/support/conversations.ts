// Conversations of the tests: two people who have started one.
import { env } from 'cloudflare:workers'
import { type Person, signUp } from './people'
import type { World } from './world'

/** Signs up alice and bob, and starts the conversation of the two. */
export async function startChat(world: World): Promise<{ alice: Person; bob: Person; id: number }> {
  const [alice, bob] = [await signUp(world, 'alice'), await signUp(world, 'bob')]
  return { alice, bob, id: await startWith(world, alice, bob) }
}

/** Starts a conversation over HTTP. */
export async function startWith(world: World, person: Person, other: Person): Promise<number> {
  const json = { username: other.username }
  const { status, body, text } = await world.call('POST', '/conversations/start/', {
    json,
    as: person,
  })
  if (status !== 201 && status !== 200) throw new Error(`start answered ${status}: ${text}`)
  return body.conversation_id
}

/** Blocks somebody in the database alone, without what else a block does. */
export async function blockBySql(blocker: Person, blocked: Person): Promise<void> {
  await env.DB.prepare('insert into blocks (blocker_id, blocked_id, created_at) values (?, ?, 0)')
    .bind(blocker.id, blocked.id)
    .run()
}
