// Conversations of the tests: two people who have started one.
import { opaqueTokenHash } from '../../src/domain/accounts/sessions/callers'
import { database } from './database'
import { claimsOf } from './golden'
import { noteConversation } from './object-names'
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
  await noteConversation(body.conversation_id)
  return body.conversation_id
}

/** Gives a person's session one of contract C's tokens. */
export async function opaqueTokenOf(person: Person): Promise<string> {
  const token = crypto.randomUUID().replaceAll('-', '') + person.id.toString(16).padStart(8, '0')
  const sessionId = claimsOf(person.access)['sid'] as string
  await database
    .prepare('insert into opaque_tokens (hash, session_id) values (?, ?)')
    .bind(opaqueTokenHash(token), sessionId)
    .run()
  return token
}
