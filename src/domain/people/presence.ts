// Presence (docs/contract.md): a stored time until which somebody counts as connected, moved by requests
// (`accounts/sessions/sessions.ts`) and, while sockets live, by the person's object. Friends who are there are told
// when it changes.
import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { friendships, sessions, users } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { me, presentUntil } from '../accounts'
import type { Context, Named } from '../base/context'

/** For so long an own socket that was just seen counts as open, in milliseconds. */
export const listensLife = 20 * 60_000

/** Somebody's own socket opens: they listen until then. Unawaited. */
export const listensFor = statement({ caller: me, until: users.listensUntil }, (p) =>
  q
    .update(users)
    .set({ listensUntil: sql`max(${users.listensUntil}, ${p.until})` })
    .where(eq(users.id, p.caller)),
)

/** Whose own sockets were not open for so long cannot resume, in milliseconds. */
export const awayAfter = 7 * 24 * 60 * 60_000

/** 1 where nobody need call the object of the statement's account, as nothing can come back to what it is told. */
export const isAway = (listensUntil: SQL, now: SQL) =>
  sql<0 | 1>`coalesce(${listensUntil} <= ${now} - ${sql.raw(String(awayAfter))}, 0)`

/** How many friends are told of a change at most. */
const maxTold = 500

/**
 * A sign of life of live sockets: moves the person's presence on, if any of their sessions is still good.
 * With `listens` an own socket is among them. Answers with the ids of those that are.
 */
export async function keepPresent(
  ctx: Context,
  userId: number,
  sessionIds: readonly string[],
  listens: boolean,
): Promise<string[]> {
  const now = ctx.now()
  const given = { userId, sessionIds: JSON.stringify(sessionIds), now }
  const { good } = await runBatch(ctx.db, {
    extended: extendPresence({
      ...given,
      until: presentUntil(ctx),
      listensUntil: listens ? now + listensLife : 0,
    }),
    good: goodSessions(given),
  })
  return good.map(({ id }) => id)
}

/** Somebody's presence: `until` is when it ends by itself, should nothing happen. */
export type Presence = { username: string; isConnected: boolean; until: number }

/** Somebody's presence and the friends who are there to be told of it; null when the account has left. */
export async function presenceOf(
  ctx: Context,
  userId: number,
): Promise<(Presence & { friends: Named[] }) | null> {
  const now = ctx.now()
  const { person, friends } = await runBatch(ctx.db, {
    person: storedPresence({ userId }),
    friends: friendsPresent({ userId, now }),
  })
  if (!person) return null
  const isConnected = person.isActive && person.until > now
  return { ...person, isConnected, friends }
}

const given = { userId: users.id, sessionIds: value<string>(), now: sessions.expiresAt }

const goodSessions = statement(given, (p) =>
  q
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(users, and(eq(users.id, sessions.userId), eq(users.isActive, true)))
    .where(
      and(
        eq(sessions.userId, p.userId),
        sql`${sessions.id} in (select value from json_each(${p.sessionIds}))`,
        isNull(sessions.endedAt),
        gt(sessions.expiresAt, p.now),
      ),
    ),
)

const extendPresence = statement(
  { ...given, until: users.onlineUntil, listensUntil: users.listensUntil },
  (p) =>
    q
      .update(users)
      .set({
        onlineUntil: sql`max(${users.onlineUntil}, ${p.until})`,
        listensUntil: sql`max(${users.listensUntil}, ${p.listensUntil})`,
      })
      .where(
        sql`${users.id} = ${p.userId} and ${users.isActive} = 1 and exists (
        select 1 from ${sessions} where ${sessions.userId} = ${p.userId}
        and ${sessions.id} in (select value from json_each(${p.sessionIds}))
        and ${sessions.endedAt} is null and ${sessions.expiresAt} > ${p.now})`,
      ),
)

const storedPresence = maybeRow({ userId: users.id }, (p) =>
  q
    .select({ username: users.username, isActive: users.isActive, until: users.onlineUntil })
    .from(users)
    .where(eq(users.id, p.userId)),
)

const friendsPresent = statement({ userId: users.id, now: users.onlineUntil }, (p) =>
  q
    .select({ id: users.id, name: users.object })
    .from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(
      and(eq(friendships.userId, p.userId), eq(users.isActive, true), gt(users.onlineUntil, p.now)),
    )
    .limit(maxTold),
)
