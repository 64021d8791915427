// Somebody who has one of everything that the service keeps about a person, mostly written as rows: what is
// here, and what the fixture of each further noun makes.
import { env } from 'cloudflare:workers'
import { database } from './database'
import { fixtures } from './fixtures'
import { type Person, signUp } from './people'
import { ask, befriend, block, join, refuse } from './relations'
import { addOpaqueToken } from './tokens'
import { sessionOf } from './people'
import * as file from './pictures'
import type { World } from './world'

let made = 0

export type Everything = {
  /** The text that stands in every field where the person says something. */
  marker: string
  person: Person
  friend: Person
  opaque: string
  avatarKey: string
  chatKey: string
  conversationId: number
}

const run = (sql: string, ...values: (string | number | null)[]) =>
  database
    .prepare(sql)
    .bind(...values)
    .run()

/** Makes that person, and a friend. */
export async function oneOfEverything(world: World): Promise<Everything> {
  const marker = `zanzibar${++made}x`
  const [person, friend] = [await signUp(world, marker), await signUp(world, 'bob')]
  const { id } = person
  const as = person
  await world.call('PATCH', '/api/profile/update/', {
    json: { first_name: marker, last_name: marker, bio: marker, date_of_birth: '1990-01-01' },
    as,
  })
  await run(
    `update users set email = ?1, email_key = ?1, phone_number = '+15550199' where id = ?2`,
    `${person.username}@example.com`,
    id,
  )
  const form = new FormData()
  form.append('avatar', new File([file.png()], 'me.png'))
  const { avatar } = (await world.call('POST', '/users/update/', { form, as })).body
  await world.call('POST', '/friends/', {
    json: { first_name: marker, last_name: marker, note: marker },
    as,
  })
  await befriend(person, friend, { labels: [marker, marker] })
  await ask(await someone(), person)
  await run('insert into friend_labels (user_id, label) values (?, ?)', id, marker)
  await block(person, await someone())
  await block(await someone(), person)
  await refuse(person, await someone())
  await refuse(await someone(), person)
  await join(person, 'Parents')
  const conversationId = await conversationOf(person, friend)
  const chatKey = `chat/${'c'.repeat(32)}${String(id).padStart(8, '0')}.png`
  await env.MEDIA.put(chatKey, file.png())
  await run(
    `insert into media (key, owner_id, kind, conversation_id, type, size, created_at)
     values (?, ?, 'chat', ?, 'image/png', 1, 0)`,
    chatKey,
    id,
    conversationId,
  )
  await run(
    `insert into identities (provider, subject, user_id, created_at) values ('42', ?, ?, 0)`,
    `42-${id}`,
    id,
  )
  await run(
    'insert into codes (user_id, hash, created_at, expires_at) values (?, ?, 0, 4e12)',
    id,
    marker,
  )
  await run(
    `insert or replace into familiar (user_id, kind, hash, seen_at) values (?, 'agent', ?, 0)`,
    id,
    marker,
  )
  await run(
    'insert into tickets (hash, session_id, expires_at) values (?, ?, 4e12)',
    `ticket-${id}`,
    sessionOf(person),
  )
  await run(
    `insert into push_targets (user_id, session_id, kind, platform, address_hash, sealed, host,
       created_at) values (?, ?, 'web', 'web', ?, 'sealed', 'fcm.googleapis.com', 0)`,
    id,
    sessionOf(person),
    `push-${id}`,
  )
  await run(
    // Switched off: what happens to the others is not told to it.
    `insert into webhook_endpoints (url, kinds, handle, state, created_by, created_at)
     values ('https://hooks.example.net/secret-path', '["*"]', ?, 'disabled', ?, 0)`,
    `hook-${id}`,
    id,
  )
  await run(
    'insert into held_names (hash, user_id, held_until) values (?, ?, 4e12)',
    `held-${id}`,
    id,
  )
  for (const { example } of fixtures) await example({ world, marker, person, friend })
  const opaque = await addOpaqueToken(sessionOf(person))
  const avatarKey = avatar.slice('/media/'.length)
  return { marker, person, friend, opaque, avatarKey, chatKey, conversationId }
}

/** An account that nobody signs in to. */
async function someone(): Promise<{ id: number }> {
  const name = `someone-${++made}`
  return (await database
    .prepare(
      'insert into users (username, username_key, joined_at) values (?1, ?1, 0) returning id',
    )
    .bind(name)
    .first<{ id: number }>())!
}

// Its room has a name of its own: one called by its id may be another file's, which is never emptied.
async function conversationOf(one: Person, other: Person): Promise<number> {
  const made = await database
    .prepare(
      `insert into conversations (initiator_id, receiver_id, room, created_at, last_message_id, last_message)
     values (?, ?, hex(randomblob(16)), 0, 1, json_object('text', 'Hello')) returning id`,
    )
    .bind(one.id, other.id)
    .first<{ id: number }>()
  const row = `insert into conversation_members (conversation_id, user_id, other_id, active_at)
    values (?, ?, ?, 0)`
  await run(row, made!.id, one.id, other.id)
  await run(row, made!.id, other.id, one.id)
  return made!.id
}
