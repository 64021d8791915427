// People as contracts B and D show them: the directory by id, one person, and the search for one. Who is not
// there for the viewer (inactive, left, parted by a block) is in none of them.
import { and, asc, eq, gt, gte, lt, sql } from 'drizzle-orm'
import { friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, count, list, maybeRow, value } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, readAs, spend, whyLimited, writeIf } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { foldCase } from '../base/fields'
import { type Page, type PageOf, toPage } from '../base/paging'
import { isThereFor } from './visibility'

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
  const { rows } = await readAs(ctx, caller, { rows: peopleById(given) })
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `person.missing` */
export async function getPerson(ctx: Context, caller: Caller, id: number): Promise<PublicPerson> {
  const { person } = await readAs(ctx, caller, { person: personById({ viewer: caller, id }) })
  if (!person) throw new DomainError('person.missing')
  return person
}

const peopleById = list({ viewer: me, after: users.id, count: value<number>() }, (p) =>
  q
    .select(publicFields)
    .from(users)
    .where(and(gt(users.id, p.after), isThereFor(p.viewer)))
    .orderBy(asc(users.id))
    .limit(count(p.count)),
)

const personById = maybeRow({ viewer: me, id: users.id }, (p) =>
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
/** A friend: `label` is the caller's own for them. */
export type FriendCard = Card & { label: string }

const card = { id: users.id, username: users.username, avatar: users.avatar }

/** @throws `person.missing` */
export async function getInfo(ctx: Context, caller: Caller, id: number): Promise<PersonInfo> {
  const { person } = await readAs(ctx, caller, { person: infoById({ viewer: caller, id }) })
  if (!person) throw new DomainError('person.missing')
  return person
}

/**
 * The person of exactly that name, without regard to case.
 * @throws `person.missing`, `tries.exceeded`
 */
export async function findByName(ctx: Context, caller: Caller, username: string): Promise<Card> {
  const given = { viewer: caller, usernameKey: foldCase(username) }
  const person = await searchAs(ctx, caller, cardByName(given))
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
  const rows = await searchAs(ctx, caller, friendsByPrefix(given))
  return toPage(rows, limit, (last) => last.id)
}

/** Counted, in the round trip of the search itself. */
async function searchAs<R>(ctx: Context, caller: Caller, search: Bound<R>): Promise<R> {
  const whyNot = () => whyLimited(ctx, caller, 'searches')
  const work = { spent: spend(ctx, caller, 'searches'), found: search }
  const { found } = await writeIf(ctx, caller, whyNot, work)
  return found
}

/** Behind every character of a name, by code point as by UTF-8 byte. */
const lastCharacter = '\u{10FFFF}'

const infoById = maybeRow({ viewer: me, id: users.id }, (p) =>
  q
    .select({ ...card, bio: users.bio, joinedAt: users.joinedAt, label: friendships.label })
    .from(users)
    .leftJoin(
      friendships,
      and(eq(friendships.userId, p.viewer), eq(friendships.friendId, users.id)),
    )
    .where(and(eq(users.id, p.id), isThereFor(p.viewer))),
)

const cardByName = maybeRow({ viewer: me, usernameKey: users.usernameKey }, (p) =>
  q
    .select(card)
    .from(users)
    .where(and(eq(users.usernameKey, p.usernameKey), isThereFor(p.viewer))),
)

// The friends first, whose number is one's own (hence the cross join): half of everybody may have a
// name that begins with a.
const friendsByPrefix = list(
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
        and(
          eq(friendships.userId, p.viewer),
          gt(friendships.friendId, p.after),
          eq(users.id, friendships.friendId),
          gte(users.usernameKey, p.from),
          lt(users.usernameKey, p.upTo),
          sql`(${p.label} = '' or ${of(friendships.label)} = ${p.label})`,
          isThereFor(p.viewer),
        ),
      )
      .orderBy(asc(friendships.friendId))
      .limit(count(p.count)),
)
