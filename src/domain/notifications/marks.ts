// What somebody has seen, read and removed of their feed. Marks come late and out of order: that none goes back is a
// condition of its statement.
import { type SQL, sql } from 'drizzle-orm'
import { notifications, notificationSettings } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { bare, insertInto, of, under } from '../../db/names'
import { type Caller, me, writeAs } from '../accounts'
import { tellChanged } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { type Counts, countsOf, toCounts } from './feed'

/** The caller has seen their feed up to a position, at most to the newest; what was seen stays so. */
export async function markSeen(ctx: Context, caller: Caller, upTo: number): Promise<Counts> {
  const { seen, counts } = await writeAs(ctx, caller, {
    seen: moveSeen({ caller, upTo }),
    counts: countsOf({ caller, now: ctx.now() }),
  })
  if (seen) tellChanged(ctx, caller, { what: 'notifications' })
  return toCounts(counts)
}

/** The caller has read their feed up to a position: that much they have seen, too. */
export async function markReadUpTo(ctx: Context, caller: Caller, upTo: number): Promise<Counts> {
  const now = ctx.now()
  const { seen, read, counts } = await writeAs(ctx, caller, {
    seen: moveSeen({ caller, upTo }),
    read: readUpTo({ caller, upTo, now }),
    counts: countsOf({ caller, now }),
  })
  if (seen || read.changes > 0) tellChanged(ctx, caller, { what: 'notifications' })
  return toCounts(counts)
}

/** The caller has read some lines; ids of others do nothing. */
export async function markRead(
  ctx: Context,
  caller: Caller,
  ids: readonly number[],
): Promise<Counts> {
  const now = ctx.now()
  const { read, counts } = await writeAs(ctx, caller, {
    read: readById({ caller, ids: JSON.stringify(ids), now }),
    counts: countsOf({ caller, now }),
  })
  if (read.changes > 0) tellChanged(ctx, caller, { what: 'notifications' })
  return toCounts(counts)
}

/**
 * Removes a line of the caller's feed, until something comes anew. Repeatable.
 * @throws `notification.missing` for what never was theirs
 */
export async function removeNotification(ctx: Context, caller: Caller, id: number): Promise<void> {
  const { removed, own } = await writeAs(ctx, caller, {
    removed: removeById({ caller, id, now: ctx.now() }),
    own: ownLine({ caller, id }),
  })
  if (!own) throw new DomainError('notification.missing')
  if (removed.changes > 0) tellChanged(ctx, caller, { what: 'notifications' })
}

/** The same with all up to a position. */
export async function removeUpTo(ctx: Context, caller: Caller, upTo: number): Promise<void> {
  const { removed } = await writeAs(ctx, caller, {
    removed: removeAll({ caller, upTo, now: ctx.now() }),
  })
  if (removed.changes > 0) tellChanged(ctx, caller, { what: 'notifications' })
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const newer = under('excluded', notificationSettings.seenUpTo)

const moveSeen = maybeRow({ caller: me, upTo: value<number>() }, (p) =>
  q.all<{
    seen_up_to: number
  }>(sql`${insertInto(notificationSettings, 'userId', 'seenUpTo')}
    select ${p.caller}, place from (
      select min(${p.upTo}, coalesce(max(${of(notifications.position)}), 0)) as place from ${notifications}
      where ${of(notifications.userId)} = ${p.caller}) where place > 0
    on conflict (${bare(notificationSettings.userId)}) do update
      set ${bare(notificationSettings.seenUpTo)} = ${newer}
      where ${newer} > ${of(notificationSettings.seenUpTo)}
    returning ${bare(notificationSettings.seenUpTo)}`),
)

const isOwn = (p: { caller: SQL }) => sql`${notifications.userId} = ${p.caller}`
const isUpTo = (p: { upTo: SQL }) => sql`${notifications.position} <= ${p.upTo}`
const isId = (p: { id: SQL }) => sql`${notifications.id} = ${p.id}`
const isKept = sql`${notifications.removedAt} is null`
const isUnread = sql`${notifications.readAt} is null and ${isKept}`

const marking = { caller: me, now: value<number>() }

const readUpTo = statement({ ...marking, upTo: notifications.position }, (p) =>
  q
    .update(notifications)
    .set({ readAt: p.now })
    .where(sql`${isOwn(p)} and ${isUpTo(p)} and ${isUnread}`),
)

const readById = statement({ ...marking, ids: value<string>() }, (p) =>
  q
    .update(notifications)
    .set({ readAt: p.now })
    .where(
      sql`${notifications.id} in (select value from json_each(${p.ids})) and ${isOwn(p)} and ${isUnread}`,
    ),
)

const removeById = statement({ ...marking, id: notifications.id }, (p) =>
  q
    .update(notifications)
    .set({ removedAt: p.now })
    .where(sql`${isId(p)} and ${isOwn(p)} and ${isKept}`),
)

const removeAll = statement({ ...marking, upTo: notifications.position }, (p) =>
  q
    .update(notifications)
    .set({ removedAt: p.now })
    .where(sql`${isOwn(p)} and ${isUpTo(p)} and ${isKept}`),
)

const ownLine = maybeRow({ caller: me, id: notifications.id }, (p) =>
  q
    .select({ id: notifications.id })
    .from(notifications)
    .where(sql`${isId(p)} and ${isOwn(p)}`),
)
