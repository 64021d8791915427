// A small world of rows to act in: alice, who asks, and what she has and whom she knows. Everything is
// written in one batch, and everything that was there before goes, so that each case begins alike.
import { env } from 'cloudflare:workers'
import { opaqueTokenHash } from '../../src/domain/accounts/sessions/callers'
import { allRows } from '../support/database-rows'
import { signUp } from '../support/people'
import * as file from '../support/pictures'
import { forge } from '../support/tokens'
import type { World } from '../support/world'

export const password = 'alice has a password'
const names = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank'] as const
const day = 24 * 60 * 60_000

export type Stage = {
  alice: { id: number; username: string; access: string; refresh: string; opaque: string }
  /** Bob is a friend, carol nobody, dan has asked, erin is blocked, frank was asked. */
  ids: Record<(typeof names)[number], number>
  usernames: Record<(typeof names)[number], string>
  /** Another session of alice's. */
  otherSession: string
  contact: number
  /** Of dan to alice, and of alice to frank. */
  requests: { dan: number; frank: number }
  conversation: number
  /** Alice's plan is full: bob goes, dan waits. To bob's, alice goes. */
  plans: { alice: string; bob: string; carol: string }
  rsvps: { alice: string; bob: string }
  avatar: string
  calendar: string
  ticket: string
}

let hash = ''
/** Ids that no file before has used: their objects may still be awake. */
let used = (Math.floor(Date.now() / 1000) % 1_000_000) * 1000

/** For a file's `beforeAll`: hashes the one password that they all have. */
export async function prepareStages(world: World): Promise<void> {
  const { id } = await signUp(world, 'alice')
  const row = await env.DB.prepare('select password from users where id = ?').bind(id).first()
  const form = await world.call('POST', '/auth/login/', {
    json: { username: 'nobody', password: 'of no account' },
  })
  if (form.status !== 400) throw new Error(`nobody signed in: ${form.status}`)
  hash = row!['password'] as string
}

const hex = (number: number, length: number) => number.toString(16).padStart(length, '0')

/** Empties the database and writes the rows. */
export async function setStage(world: World): Promise<Stage> {
  const base = (used += 10)
  const now = world.clock.now
  const ids = Object.fromEntries(names.map((name, i) => [name, base + i])) as Stage['ids']
  const usernames = Object.fromEntries(
    names.map((name) => [name, `${name}.${base}`]),
  ) as Stage['usernames']
  const { alice, bob, carol, dan, erin, frank } = ids
  const requests = {
    bob: 1_000_000_000 + base,
    dan: 1_000_000_001 + base,
    frank: 1_000_000_002 + base,
  }
  const plans = { alice: hex(base, 24), bob: hex(base + 1, 24), carol: hex(base + 2, 24) }
  const rsvps = { alice: hex(base + 3, 24), bob: hex(base + 4, 24), dan: hex(base + 5, 24) }
  const avatar = `avatars/${hex(base, 40)}.png`
  const [opaque, calendar] = [hex(base, 40), hex(base, 64)]
  const until = now + 30 * day
  const insert = (table: string, columns: string, ...rows: (string | number | null)[][]) =>
    rows.map((row) =>
      env.DB.prepare(
        `insert into ${table} (${columns}) values (${row.map(() => '?').join(', ')})`,
      ).bind(...row),
    )
  const session = (id: string, user: number) => [id, user, now, now, until]
  const token = (jti: string, id: string) => [jti, id, now, until]
  const sessionOf = (name: 'alice' | 'bob' | 'other') =>
    hex(base, 31) + { alice: 'a', bob: 'b', other: 'c' }[name]
  const jti = hex(base, 32)
  const tables = Object.keys(await allRows()).filter((table) => !kept.includes(table))
  await env.DB.batch([
    env.DB.prepare('pragma defer_foreign_keys = on'),
    ...tables.map((table) => env.DB.prepare(`delete from "${table}"`)),
    ...insert(
      'users',
      'id, username, username_key, email, email_key, password, joined_at, avatar, online_until',
      ...names.map((name) => {
        const email = `${usernames[name]}@example.org`
        const shown = name === 'alice' ? avatar : ''
        return [
          ids[name],
          usernames[name],
          usernames[name],
          email,
          email,
          hash,
          now,
          shown,
          now + day,
        ]
      }),
    ),
    ...insert(
      'sessions',
      'id, user_id, created_at, last_used_at, expires_at',
      session(sessionOf('alice'), alice),
      session(sessionOf('other'), alice),
      session(sessionOf('bob'), bob),
    ),
    ...insert(
      'refresh_tokens',
      'jti, session_id, created_at, expires_at',
      token(jti, sessionOf('alice')),
      token(`${jti}1`, sessionOf('other')),
      token(`${jti}2`, sessionOf('bob')),
    ),
    ...insert('opaque_tokens', 'hash, session_id', [opaqueTokenHash(opaque), sessionOf('alice')]),
    ...insert('memberships', 'user_id, group_id', [alice, 3], [alice, 1], [frank, 1]),
    ...insert('contacts', 'id, owner_id, first_name, last_name, created_at, updated_at', [
      base,
      alice,
      'Hanako',
      'Yamada',
      now,
      now,
    ]),
    ...insert(
      'friend_requests',
      'id, sender_id, receiver_id, status, created_at, updated_at',
      [requests.bob, bob, alice, 'accepted', now, now],
      [requests.dan, dan, alice, 'pending', now, now],
      [requests.frank, alice, frank, 'pending', now, now],
    ),
    ...insert(
      'friendships',
      'user_id, friend_id, agreed, request_id, created_at',
      [alice, bob, 1, requests.bob, now],
      [bob, alice, 1, requests.bob, now],
    ),
    ...insert('blocks', 'blocker_id, blocked_id, created_at', [alice, erin, now]),
    ...insert('conversations', 'id, initiator_id, receiver_id, created_at', [
      base,
      bob,
      alice,
      now,
    ]),
    ...insert(
      'conversation_members',
      'conversation_id, user_id, other_id, active_at',
      [base, alice, bob, now],
      [base, bob, alice, now],
    ),
    ...insert(
      'plans',
      `id, creator_id, title, address1, city, state, zipcode, end_time, sort_time, capacity,
        created_at, updated_at`,
      ...(
        [
          [plans.alice, alice, 1],
          [plans.bob, bob, null],
          [plans.carol, carol, null],
        ] as const
      ).map(([id, creator, capacity]) => [
        id,
        creator,
        'Game Night',
        '',
        '',
        '',
        '',
        until,
        until,
        capacity,
        now,
        now,
      ]),
    ),
    ...insert('plan_invites', 'plan_id, user_id, created_at', [plans.alice, bob, now]),
    ...insert(
      'rsvps',
      'id, plan_id, user_id, status, queued_at, created_at',
      [rsvps.bob, plans.alice, bob, 'going', now, now],
      [rsvps.dan, plans.alice, dan, 'waitlisted', now + 1, now],
      [rsvps.alice, plans.bob, alice, 'going', now, now],
    ),
    ...insert('calendar_feeds', 'user_id, hash, created_at', [
      alice,
      opaqueTokenHash(calendar),
      now,
    ]),
    ...insert('media', 'key, owner_id, kind, type, size, created_at', [
      avatar,
      alice,
      'avatar',
      'image/png',
      file.png().length,
      now,
    ]),
  ])
  await env.MEDIA.put(avatar, file.png(), { httpMetadata: { contentType: 'image/png' } })
  const iat = Math.floor(now / 1000)
  const claims = { iat, user_id: alice, sid: sessionOf('alice') }
  const refresh = { token_type: 'refresh', exp: Math.floor(until / 1000), jti, ...claims }
  const access = { token_type: 'access', exp: iat + 900, jti: hex(base, 32), ...claims }
  return {
    alice: {
      id: alice,
      username: usernames.alice,
      access: await forge(access),
      refresh: await forge(refresh),
      opaque,
    },
    ids,
    usernames,
    otherSession: sessionOf('other'),
    contact: base,
    requests,
    conversation: base,
    plans,
    rsvps,
    avatar,
    calendar,
    ticket: '',
  }
}

/** Rows that the migrations have written. */
const kept = ['groups', 'd1_migrations']
