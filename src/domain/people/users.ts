// People as others see them: the directories of contracts B, C and D. Who is not there for the viewer
// (inactive, left, parted by a block) is in none of them.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, count, statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs, writeIf } from '../accounts/sessions/sessions'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { foldCase } from '../base/fields'
import { spend, whyLimited } from '../accounts/spending'
import { type Page, pageBytes, type PageOf, toPage } from '../base/paging'
import { isThereFor, notBlocked } from './visibility'

/** How many friends' names a record carries at most: one among others, and one that is asked for alone. */
const friendNames = 50
const friendNamesAlone = 500

/** A person as contract C shows one. `avatar` is '' for the default picture. */
export type PersonRecord = {
  username: string
  isConnected: boolean
  avatar: string
  /** The first of their names, and how many there are. */
  friends: { names: string[]; count: number }
}

/**
 * The columns of a `PersonRecord` out of a statement's `users` row, friends' names aggregated in the
 * same statement. Of friends whom a block parts from `viewer`, nothing is said.
 */
export function personRecord(viewer: SQL, now: SQL, names = friendNames) {
  const limit = sql.raw(String(names))
  const friends = sql`from ${friendships}
    join ${users} as "friend" on "friend"."id" = "friendships"."friend_id"
    where "friendships"."user_id" = "users"."id" and "friend"."is_active" = 1
      and ${notBlocked(viewer, sql`"friend"."id"`)}`
  return {
    username: users.username,
    isConnected: isConnected(now),
    avatar: users.avatar,
    friends: sql<PersonRecord['friends']>`(
      select json_object('names', json_group_array("name"), 'count', case
          when count(*) < ${limit} then count(*) else (select count(*) ${friends}) end)
      from (select "friend"."username" as "name" ${friends}
        order by "friend"."username_key" limit ${limit}))`
      .mapWith((json: string) => JSON.parse(json) as PersonRecord['friends'])
      .as('friends'),
  }
}

/** The same for a record that is asked for alone, with more names of friends. */
export function personRecordAlone(viewer: SQL, now: SQL) {
  return personRecord(viewer, now, friendNamesAlone)
}

/** Whether the person in the statement's `users` row is present. */
export function isConnected(now: SQL) {
  return sql<boolean>`"users"."online_until" > ${now}`.mapWith(Boolean).as('is_connected')
}

/** A person's own record: what others see, and what only they do. */
export type OwnRecord = PersonRecord & { id: number; email: string }

/** The caller's own record. */
export async function getOwnRecord(ctx: Context, caller: Caller): Promise<OwnRecord> {
  const [[record]] = await readAs(ctx, caller, ownRecord({ owner: caller, now: ctx.now() }))
  return record!
}

const ownRecord = statement({ owner: me, now: value<number>() }, (p) =>
  q
    .select({ id: users.id, email: users.email, ...personRecordAlone(p.owner, p.now) })
    .from(users)
    .where(eq(users.id, p.owner)),
)

// ── Contract C: everybody, the caller included, by username ──────────────────────────────────────

/** The cursor is the last person's username as it is compared. */
export async function listRecords(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<string>,
): Promise<Page<PersonRecord, string>> {
  const given = { viewer: caller, now: ctx.now(), after: cursor ?? '', count: limit + 1 }
  const [rows] = await readAs(ctx, caller, recordsByName(given))
  return toPage(rows, limit, (last) => last.usernameKey)
}

const recordsByName = statement(
  { viewer: me, now: value<number>(), after: users.usernameKey, count: value<number>() },
  (p) =>
    q
      .select({ ...personRecord(p.viewer, p.now), usernameKey: users.usernameKey })
      .from(users)
      .where(and(gt(users.usernameKey, p.after), isThereFor(p.viewer)))
      .orderBy(asc(users.usernameKey))
      .limit(count(p.count)),
  pageBytes,
)

// ── Contract B: public fields ────────────────────────────────────────────────────────────────────

/** What contract B shows of a person. */
export type PublicPerson = {
  id: number
  username: string
  firstName: string
  lastName: string
  bio: string
}

const publicFields = {
  id: users.id,
  username: users.username,
  firstName: users.firstName,
  lastName: users.lastName,
  bio: users.bio,
}

/** Everybody, the caller included, by id. */
export async function listPeople(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<number>,
): Promise<Page<PublicPerson, number>> {
  const given = { viewer: caller, after: cursor ?? 0, count: limit + 1 }
  const [rows] = await readAs(ctx, caller, peopleById(given))
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `person.missing` */
export async function getPerson(ctx: Context, caller: Caller, id: number): Promise<PublicPerson> {
  const [[person]] = await readAs(ctx, caller, personById({ viewer: caller, id }))
  if (!person) throw new DomainError('person.missing')
  return person
}

const peopleById = statement({ viewer: me, after: users.id, count: value<number>() }, (p) =>
  q
    .select(publicFields)
    .from(users)
    .where(and(gt(users.id, p.after), isThereFor(p.viewer)))
    .orderBy(asc(users.id))
    .limit(count(p.count)),
)

const personById = statement({ viewer: me, id: users.id }, (p) =>
  q
    .select(publicFields)
    .from(users)
    .where(and(eq(users.id, p.id), isThereFor(p.viewer))),
)

// ── Contract D: one person, with the caller's own label where they are friends ───────────────────

/** A person's name and picture. */
export type Card = { id: number; username: string; avatar: string }
/** `label` is the caller's own for a friend, null for anybody else. */
export type PersonInfo = Card & { bio: string; joinedAt: number; label: string | null }
export type FriendCard = Card & { label: string }

const card = { id: users.id, username: users.username, avatar: users.avatar }

/** @throws `person.missing` */
export async function getInfo(ctx: Context, caller: Caller, id: number): Promise<PersonInfo> {
  const [[person]] = await readAs(ctx, caller, infoById({ viewer: caller, id }))
  if (!person) throw new DomainError('person.missing')
  return person
}

/**
 * The person of exactly that name, without regard to case.
 * @throws `person.missing`, `tries.exceeded`
 */
export async function findByName(ctx: Context, caller: Caller, username: string): Promise<Card> {
  const given = { viewer: caller, usernameKey: foldCase(username) }
  const [, [person]] = await searchAs(ctx, caller, cardByName(given))
  if (!person) throw new DomainError('person.missing')
  return person
}

/** Which of one's friends: '' is any. */
export type FriendSearch = { prefix: string; label: string }

/**
 * The caller's friends whose names begin with a prefix, without regard to case, by id.
 * @throws `tries.exceeded`
 */
export async function searchFriends(
  ctx: Context,
  caller: Caller,
  { prefix, label }: FriendSearch,
  { cursor, limit }: PageOf<number>,
): Promise<Page<FriendCard, number>> {
  const from = foldCase(prefix)
  const range = { from, upTo: from + lastCharacter }
  const given = { viewer: caller, ...range, label, after: cursor ?? 0, count: limit + 1 }
  const [, rows] = await searchAs(ctx, caller, friendsByPrefix(given))
  return toPage(rows, limit, (last) => last.id)
}

/** Counted, in the round trip of the search itself. */
function searchAs<R>(ctx: Context, caller: Caller, search: Bound<R>) {
  const whyNot = () => whyLimited(ctx, caller, 'searches')
  return writeIf(ctx, caller, whyNot, spend(ctx, caller, 'searches'), search)
}

/** Behind every character of a name, by code point as by UTF-8 byte. */
const lastCharacter = '\u{10FFFF}'

const infoById = statement({ viewer: me, id: users.id }, (p) =>
  q
    .select({ ...card, bio: users.bio, joinedAt: users.joinedAt, label: friendships.label })
    .from(users)
    .leftJoin(
      friendships,
      and(eq(friendships.userId, p.viewer), eq(friendships.friendId, users.id)),
    )
    .where(and(eq(users.id, p.id), isThereFor(p.viewer))),
)

const cardByName = statement({ viewer: me, usernameKey: users.usernameKey }, (p) =>
  q
    .select(card)
    .from(users)
    .where(and(eq(users.usernameKey, p.usernameKey), isThereFor(p.viewer))),
)

// The friends first, whose number is one's own (hence the cross join): half of everybody may have a
// name that begins with a.
const friendsByPrefix = statement(
  {
    viewer: me,
    from: users.usernameKey,
    upTo: users.usernameKey,
    label: friendships.label,
    after: friendships.friendId,
    count: value<number>(),
  },
  (p) =>
    q
      .select({ ...card, label: friendships.label })
      .from(friendships)
      .crossJoin(users)
      .where(
        sql`${friendships.userId} = ${p.viewer} and ${friendships.friendId} > ${p.after}
          and ${users.id} = ${friendships.friendId}
          and ${users.usernameKey} >= ${p.from} and ${users.usernameKey} < ${p.upTo}
          and (${p.label} = '' or ${friendships.label} = ${p.label}) and ${isThereFor(p.viewer)}`,
      )
      .orderBy(asc(friendships.friendId))
      .limit(count(p.count)),
)
