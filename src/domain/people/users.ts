// People as contract C shows them: name, picture, presence and the names of friends; one's own record, and
// the directory of everybody. Who is not there for the viewer (inactive, left, parted by a block) is not in it.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { friendships, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, oneRow, value } from '../../db/declare'
import { of, under } from '../../db/names'
import { parsed } from '../../db/rows-in-bytes'
import { type Caller, me, readAs } from '../accounts'
import type { Context } from '../base/context'
import { type Page, type PageOf, toPage } from '../base/paging'
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
    join ${users} as friend on ${under('friend', users.id)} = ${of(friendships.friendId)}
    where ${of(friendships.userId)} = ${of(users.id)} and ${under('friend', users.isActive)} = 1
      and ${notBlocked(viewer, under('friend', users.id))}`
  return {
    username: users.username,
    isConnected: isConnected(now),
    avatar: users.avatar,
    friends: sql<PersonRecord['friends']>`(
      select json_object('names', json_group_array(name), 'count', case
          when count(*) < ${limit} then count(*) else (select count(*) ${friends}) end)
      from (select ${under('friend', users.username)} as name ${friends}
        order by ${under('friend', users.usernameKey)} limit ${limit}))`
      .mapWith(parsed<PersonRecord['friends']>)
      .as('friends'),
  }
}

/** Whether the person in the statement's `users` row is present. */
export function isConnected(now: SQL) {
  return sql<boolean>`${of(users.onlineUntil)} > ${now}`.mapWith(Boolean).as('is_connected')
}

// ── Oneself ──────────────────────────────────────────────────────────────────────────────────────

/** A person's own record: what others see, and what only they do. */
export type OwnRecord = PersonRecord & { id: number; email: string }

/** The caller's own record. */
export async function getOwnRecord(ctx: Context, caller: Caller): Promise<OwnRecord> {
  const { own } = await readAs(ctx, caller, { own: ownRecord({ caller, now: ctx.now() }) })
  return own
}

const ownRecordWith = (names: number) =>
  oneRow({ caller: me, now: value<number>() }, (p) =>
    q
      .select({ id: users.id, email: users.email, ...personRecord(p.caller, p.now, names) })
      .from(users)
      .where(eq(users.id, p.caller)),
  )

/** The caller's own record where it is asked for alone. Unawaited. */
export const ownRecord = ownRecordWith(friendNamesAlone)

/** The same beside a list of others: once, not once per row. Unawaited. */
export const ownRecordAmongOthers = ownRecordWith(friendNames)

// ── Everybody, the caller included, by username ──────────────────────────────────────────────────

/** The cursor is the last person's username as it is compared. */
export async function listRecords(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<string>,
): Promise<Page<PersonRecord, string>> {
  const given = { viewer: caller, now: ctx.now(), after: cursor ?? '', count: limit + 1 }
  const { rows } = await readAs(ctx, caller, { rows: recordsByName(given) })
  return toPage(rows, limit, (last) => last.usernameKey)
}

// 500 at most (`everybodyMax`), of 30 KB where 50 friends have names of 150 letters.
const recordsByName = list(
  { viewer: me, now: value<number>(), after: users.usernameKey, count: value<number>() },
  (p) =>
    q
      .select({ ...personRecord(p.viewer, p.now), usernameKey: users.usernameKey })
      .from(users)
      .where(and(gt(users.usernameKey, p.after), isThereFor(p.viewer)))
      .orderBy(asc(users.usernameKey))
      .limit(count(p.count)),
)
