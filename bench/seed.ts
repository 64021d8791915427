// Fills the database: a crowd of any size, and a few measured people who have the same belongings
// whatever the crowd, so that only its size differs from run to run.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './build.ts'

/** As much of a D1 database as seeding needs. */
type Database = {
  prepare(sql: string): unknown
  batch(statements: never[]): Promise<unknown>
}

/** Who is in the database, by account id. */
export const people = {
  /** Read their own things and everybody's. */
  readers: [1, 2, 3, 4, 5, 6, 7, 8],
  /** Create things. */
  writers: [9, 10, 11, 12, 13, 14, 15, 16],
  /** Pairs who share a conversation each, which nobody else touches: 17 and 18, 19 and 20 … */
  chatters: Array.from({ length: 64 }, (_, i) => 17 + i),
  /** May read everybody at contract E's paths. */
  administrator: 1,
  /** The crowd begins here. */
  firstOfCrowd: 101,
}

/** What each measured person has, whatever the crowd. */
export const belongings = {
  contacts: 50,
  friends: 30,
  received: 5,
  sent: 5,
  blocks: 3,
  plans: 20,
  rsvps: 20,
  sessions: 2,
}

/** Plans of one member of the crowd, open to everyone and long past: what RSVPs are made to. */
export const planPool = 20_000

const measured = people.readers.length + people.writers.length
/** So many of the crowd belong to each measured person, one measured person behind the other. */
export const perPerson =
  belongings.friends + belongings.received + belongings.sent + belongings.blocks
const chunk = 5000

/** The id of a session of a measured person (1-based). */
export function sessionIdOf(userId: number, number = 1): string {
  return `00000000-0000-4000-8000-${String(userId).padStart(8, '0')}${String(number).padStart(4, '0')}`
}

/** The id of a plan of the pool (0-based). */
export function poolPlanId(number: number): string {
  return `5${number.toString(16).padStart(23, '0')}`
}

/** Ids of a measured person's first contact, plan and RSVP, and of the conversation with the first friend. */
export const firstOf = {
  contact: (userId: number) => (userId - 1) * belongings.contacts + 1,
  plan: (userId: number) => ownPlanId(userId, 0),
  conversation: (userId: number) => (userId - 1) * belongings.friends + 1,
  friend: (userId: number, crowd: number, nth = 0) =>
    people.firstOfCrowd + (((userId - 1) * perPerson + nth) % crowd),
}

/** Ids of the requests that wait for a measured person's answer. */
export const requestIdOf = {
  received: (userId: number, nth: number) =>
    2_000_000_000 + userId * 100 + belongings.friends + nth,
}

/** The conversation of the pair of chatters of that number (0-based). */
export function chatConversation(pair: number): number {
  return 10_001 + pair
}

function ownPlanId(userId: number, number: number): string {
  return `6${(userId * 1000 + number).toString(16).padStart(23, '0')}`
}

/** Migrates an empty database and fills it; `progress` is told how far it is, from 0 to 1. */
export async function seed(
  db: Database,
  crowd: number,
  now: number,
  progress: (done: number) => void,
): Promise<void> {
  await run(db, await migrations())
  await run(db, measuredPeople(now))
  for (let from = 0; from < crowd; from += chunk) {
    await run(db, crowdPeople(from, Math.min(from + chunk, crowd), now))
    progress((0.4 * Math.min(from + chunk, crowd)) / crowd)
  }
  for (let from = 0; from < crowd; from += chunk) {
    await run(db, crowdBelongings(from, Math.min(from + chunk, crowd), crowd, now))
    progress(0.4 + (0.6 * Math.min(from + chunk, crowd)) / crowd)
  }
  await run(db, measuredBelongings(crowd, now))
}

async function run(db: Database, statements: string[]): Promise<void> {
  await db.batch(statements.map((text) => db.prepare(text) as never))
}

async function migrations(): Promise<string[]> {
  const directory = join(root, 'drizzle')
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')))
  return texts.flatMap((text) => text.split('--> statement-breakpoint'))
}

/** `with n(i)`: the whole numbers from `from`, below `to`. */
const numbers = (from: number, to: number) =>
  `with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${to})`

const insertUsers = `insert into users
  (id, username, username_key, email, email_key, password, first_name, last_name, bio, joined_at)`

const day = 86_400_000
const year = 365 * day

// ── The measured ─────────────────────────────────────────────────────────────────────────────────

function measuredPeople(now: number): string[] {
  const last = people.chatters.at(-1)!
  const statements = [
    `${numbers(1, last + 1)} ${insertUsers} select i, printf('m%07d', i), printf('m%07d', i),
      printf('m%d@example.org', i), printf('m%d@example.org', i), '', 'Measured', 'Person ' || i,
      'One of those who are measured.', ${now - year} from n`,
    `insert into memberships (user_id, group_id) select ${people.administrator}, id from "groups" order by id limit 1`,
    `${numbers(0, planPool)} insert into plans (id, creator_id, title, address1, city, state, zipcode,
        start_time, end_time, sort_time, visibility, created_at, updated_at)
      select '5' || printf('%023x', i), ${last}, 'Plan ' || i, '1 Main Street', 'Springfield', 'IL',
        '62701', ${now - 2 * year} + i, ${now - 2 * year + 3_600_000} + i, ${now - 2 * year} + i,
        'everyone', ${now - 2 * year}, ${now - 2 * year} from n`,
  ]
  // However long the measuring takes: a sign of life that is written down would change answers in between.
  const lastUsed = now + day
  const sessions = Array.from({ length: last }, (_, i) => i + 1).flatMap((userId) =>
    Array.from(
      { length: belongings.sessions },
      (_, n) =>
        `('${sessionIdOf(userId, n + 1)}', ${userId}, ${now - day}, ${lastUsed}, ${now + year}, 'bench')`,
    ),
  )
  statements.push(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at, user_agent)
      values ${sessions.join(', ')}`,
  )
  const pairs = people.chatters.flatMap((userId, i) =>
    i % 2 === 0 ? [{ id: chatConversation(i / 2), one: userId, other: userId + 1 }] : [],
  )
  const conversations = pairs.map(({ id, one, other }) => `(${id}, ${one}, ${other}, ${now})`)
  const members = pairs.flatMap(({ id, one, other }) => [
    `(${id}, ${one}, ${other}, ${now})`,
    `(${id}, ${other}, ${one}, ${now})`,
  ])
  statements.push(
    `insert into conversations (id, initiator_id, receiver_id, created_at)
      values ${conversations.join(', ')}`,
    `insert into conversation_members (conversation_id, user_id, other_id, active_at)
      values ${members.join(', ')}`,
  )
  return statements
}

/** `p(m, k, c)`: each measured person with the first so many of their part of the crowd. */
const partOfCrowd = (crowd: number) => `with recursive
  people(m) as (select 1 union all select m + 1 from people where m < ${measured}),
  places(k) as (select 0 union all select k + 1 from places where k + 1 < ${perPerson}),
  p(m, k, c) as (select m, k,
    ${people.firstOfCrowd} + ((m - 1) * ${perPerson} + k) % ${crowd} from people, places)`

function measuredBelongings(crowd: number, now: number): string[] {
  const { contacts, friends, received, sent, plans, rsvps } = belongings
  const part = partOfCrowd(crowd)
  // Beyond every id of the crowd's requests.
  const requestId = `(2000000000 + m * 100 + k)`
  const message = `json_object('id', 1, 'senderId', c, 'clientId', null, 'kind', 'text',
    'text', 'See you tomorrow?', 'attachment', null, 'sentAt', ${now - day})`
  const each = (count: number) => `with recursive
    people(m) as (select 1 union all select m + 1 from people where m < ${measured}),
    n(i) as (select 0 union all select i + 1 from n where i + 1 < ${count})`
  return [
    `${each(contacts)} insert into contacts (id, owner_id, first_name, last_name, phone_number, birthday,
        platform, contact_info, note, created_at, updated_at)
      select (m - 1) * ${contacts} + i + 1, m, 'Hanako ' || i, 'Yamada', '+81312345678', '1990-02-28',
        'Mail', 'hanako@example.org', 'Met at the station.', ${now - day}, ${now - day}
      from people, n order by m, i`,
    `${part} insert into friend_requests (id, sender_id, receiver_id, status, created_at, updated_at)
      select ${requestId}, case when k >= ${friends + received} then m else c end,
        case when k >= ${friends + received} then c else m end,
        case when k < ${friends} then 'accepted' else 'pending' end, ${now - day} + k, ${now - day} + k
      from p where k < ${friends + received + sent}`,
    `${part} insert into friendships (user_id, friend_id, label, agreed, request_id, created_at)
      select m, c, case when k % 3 = 0 then 'Work' else 'Default' end, 1, ${requestId}, ${now - day}
      from p where k < ${friends}`,
    `${part} insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      select c, m, 1, ${requestId}, ${now - day} from p where k < ${friends}`,
    `insert into friend_labels (user_id, label) select distinct user_id, label from friendships
      where user_id <= ${measured} and label <> 'Default'`,
    `${part} insert into blocks (blocker_id, blocked_id, created_at) select m, c, ${now - day} from p
      where k >= ${friends + received + sent}`,
    `${part} insert into conversations (id, initiator_id, receiver_id, created_at, last_message_id,
        last_message)
      select (m - 1) * ${friends} + k + 1, c, m, ${now - day}, 1, ${message} from p where k < ${friends}`,
    `${part} insert into conversation_members (conversation_id, user_id, other_id, active_at, unread)
      select (m - 1) * ${friends} + k + 1, m, c, ${now - day} + k, 1 from p where k < ${friends}`,
    `${part} insert into conversation_members (conversation_id, user_id, other_id, active_at)
      select (m - 1) * ${friends} + k + 1, c, m, ${now - day} + k from p where k < ${friends}`,
    `${each(plans)} insert into plans (id, creator_id, title, description, address1, city, state, zipcode,
        start_time, end_time, sort_time, timezone, visibility, created_at, updated_at)
      select '6' || printf('%023x', m * 1000 + i), m, 'Own plan ' || i, 'Bring something to eat.',
        '1 Main Street', 'Springfield', 'IL', '62701', ${now + 30 * day} + i, ${now + 31 * day} + i,
        ${now + 30 * day} + i, 'America/Chicago', case when i % 2 then 'friends' else 'everyone' end,
        ${now - day}, ${now - day} from people, n`,
    `${each(rsvps)} insert into rsvps (id, plan_id, user_id, status, queued_at, created_at)
      select '7' || printf('%023x', m * 1000 + i), '5' || printf('%023x', i), m, 'going',
        ${now - day} + m, ${now - day} from people, n`,
  ]
}

// ── The crowd ────────────────────────────────────────────────────────────────────────────────────

/** Each of the crowd has a name that sorts behind the measured, in the order of the ids. */
function crowdPeople(from: number, to: number, now: number): string[] {
  const id = `(i + ${people.firstOfCrowd})`
  return [
    `${numbers(from, to)} ${insertUsers} select ${id}, printf('p%07d', i), printf('p%07d', i),
      printf('p%d@example.org', i), printf('p%d@example.org', i), '', 'Person', 'Number ' || i,
      'One of very many.', ${now - year} + i from n`,
    `${numbers(from, to)} insert into sessions
        (id, user_id, created_at, last_used_at, expires_at, user_agent)
      select printf('10000000-0000-4000-8000-%012d', i), ${id}, ${now - day}, ${now - day},
        ${now + year}, 'bench' from n`,
    `${numbers(from, to)} insert into refresh_tokens (jti, session_id, created_at, expires_at)
      select printf('%032x', i), printf('10000000-0000-4000-8000-%012d', i), ${now - day}, ${now + year}
      from n`,
    `${numbers(5 * from, 5 * to)} insert into contacts
        (id, owner_id, first_name, last_name, created_at, updated_at)
      select 100000 + i, i / 5 + ${people.firstOfCrowd}, 'Taro ' || i, 'Yamada', ${now - day}, ${now - day}
      from n`,
    `${numbers(from, to)} insert into plans (id, creator_id, title, address1, city, state, zipcode,
        start_time, end_time, sort_time, visibility, created_at, updated_at)
      select '4' || printf('%023x', i), ${id}, 'Plan of ' || i, '1 Main Street', 'Springfield', 'IL',
        '62701', ${now + day} + i, ${now + 2 * day} + i, ${now + day} + i, 'everyone', ${now - day},
        ${now - day} from n`,
  ]
}

/** Friends of the next three in the ring, a conversation with the next one, RSVPs to the next two's plans. */
function crowdBelongings(from: number, to: number, crowd: number, now: number): string[] {
  const id = (i: string) => `(${i} % ${crowd} + ${people.firstOfCrowd})`
  const three = `${numbers(from, to)}, d(k) as (values (1), (2), (3))`
  const requestId = `(1000000001 + i * 3 + k)`
  return [
    `${three} insert into friend_requests (id, sender_id, receiver_id, status, created_at, updated_at)
      select ${requestId}, ${id('i')}, ${id('(i + k)')}, 'accepted', ${now - day}, ${now - day}
      from n, d`,
    `${three} insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      select ${id('i')}, ${id('(i + k)')}, 1, ${requestId}, ${now - day} from n, d`,
    `${three} insert into friendships (user_id, friend_id, agreed, request_id, created_at)
      select ${id('(i + k)')}, ${id('i')}, 1, ${requestId}, ${now - day} from n, d`,
    `${numbers(from, to)} insert into conversations (id, initiator_id, receiver_id, created_at)
      select 20000 + i, ${id('i')}, ${id('(i + 1)')}, ${now - day} from n`,
    `${numbers(from, to)} insert into conversation_members (conversation_id, user_id, other_id, active_at)
      select 20000 + i, ${id('i')}, ${id('(i + 1)')}, ${now - day} from n`,
    `${numbers(from, to)} insert into conversation_members (conversation_id, user_id, other_id, active_at)
      select 20000 + i, ${id('(i + 1)')}, ${id('i')}, ${now - day} from n`,
    `${numbers(from, to)}, d(k) as (values (1), (2))
      insert into rsvps (id, plan_id, user_id, status, queued_at, created_at)
      select '8' || printf('%023x', i * 2 + k), '4' || printf('%023x', (i + k) % ${crowd}), ${id('i')},
        'going', ${now - day} + k, ${now - day} from n, d`,
  ]
}
