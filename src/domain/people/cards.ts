// People as an app shows them beside everything else: oneself with what an app decides by, and the cards of
// whoever stands behind some ids.
import { and, asc, eq, sql } from 'drizzle-orm'
import { groups, memberships, sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, mySession, readAs } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { areFriends, isThereFor } from './visibility'

/** Somebody in a list; `avatar` is '' for the default picture. */
export type PersonCard = {
  id: number
  username: string
  firstName: string
  lastName: string
  avatar: string
  isConnected: boolean
  isFriend: boolean
}

/** Oneself: `groups` are the names of the permission groups, `signedInAt` is in milliseconds. */
export type Me = Pick<PersonCard, 'id' | 'username' | 'firstName' | 'lastName' | 'avatar'> & {
  groups: string[]
  sessionId: string
  signedInAt: number
}

const names = {
  id: users.id,
  username: users.username,
  firstName: users.firstName,
  lastName: users.lastName,
  avatar: users.avatar,
}

/** The caller, and the sign-in that the request was made with. */
export async function getMe(ctx: Context, caller: Caller): Promise<Me> {
  const { own } = await readAs(ctx, caller, { own: meById({ self: caller, session: caller }) })
  if (!own) throw new DomainError('credential.invalid')
  return own
}

/** Those of some people who are there for the caller, by id. */
export async function listCards(
  ctx: Context,
  caller: Caller,
  ids: readonly number[],
): Promise<PersonCard[]> {
  const given = { viewer: caller, ids: JSON.stringify(ids), now: ctx.now() }
  const { cards } = await readAs(ctx, caller, { cards: cardsOf(given) })
  return cards
}

const meById = maybeRow({ self: me, session: mySession }, (p) =>
  q
    .select({
      ...names,
      groups: sql<string[]>`(select json_group_array(name) from (
          select ${of(groups.name)} as name from ${memberships}
          join ${groups} on ${of(groups.id)} = ${of(memberships.groupId)}
          where ${of(memberships.userId)} = ${of(users.id)} order by name))`
        .mapWith((json: string) => JSON.parse(json) as string[])
        .as('groups'),
      sessionId: sessions.id,
      signedInAt: sessions.createdAt,
    })
    .from(users)
    .innerJoin(sessions, and(eq(sessions.id, p.session), eq(sessions.userId, users.id)))
    .where(eq(users.id, p.self)),
)

// One's own row is looked up by id for each that is named: as many rows as ids, however many accounts there are.
const cardsOf = statement({ viewer: me, ids: value<string>(), now: users.onlineUntil }, (p) =>
  q
    .select({
      ...names,
      isConnected: sql<boolean>`${of(users.onlineUntil)} > ${p.now}`
        .mapWith(Boolean)
        .as('is_connected'),
      isFriend: sql<boolean>`${areFriends(p.viewer, of(users.id))}`
        .mapWith(Boolean)
        .as('is_friend'),
    })
    .from(users)
    .where(and(sql`${users.id} in (select value from json_each(${p.ids}))`, isThereFor(p.viewer)))
    .orderBy(asc(users.id)),
)
