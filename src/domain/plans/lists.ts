// The list of plans that somebody sees, newest starts first. It asks in parts that each read an index
// from its end: what is open to everyone, one's own, friends', and what one is invited to. So the rows
// read grow with the page (and with one's own friends), never with plans that one may not see.
import { type SQL, sql } from 'drizzle-orm'
import { friendships, planInvites, plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import type { Rows } from '../../db/rows-in-bytes'
import { type Caller, me, readAs } from '../accounts'
import { notBlocked, planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { type Page, pageBytes, type PageOf, toPage } from '../base/paging'
import { packedPlan, unpackedPlan } from './packed'
import type { Plan } from './plans'

/** The place in the list of a plan: what it is ordered by. */
export type PlanCursor = { time: number; id: string }

/** Which plans of a list; null filters nothing. */
export type PlanFilter = {
  /** All that one sees; one's own and friends'; or one's own. */
  scope: 'all' | 'friends' | 'mine'
  /** Starts then or later (by the end where there is no start); in milliseconds. */
  from: number | null
  /** Ends then or earlier. */
  to: number | null
}

/** The farthest that a time in milliseconds can be from 1970. */
const farthest = 8_640_000_000_000_000

/** So many plans are 5 MB at most, whatever stands in them; the database weighs longer pages. */
const weighedAbove = 100

/** The latest starts before the cursor, the latest first; the next page goes back in time. */
export async function listPlans(
  ctx: Context,
  caller: Caller,
  filter: PlanFilter,
  page: PageOf<PlanCursor>,
): Promise<Page<Plan, PlanCursor>> {
  const before = page.cursor ?? { time: farthest, id: 'g' }
  const list = { all: seenPlans, friends: friendsPlans, mine: ownPlans }[filter.scope]
  const { rows } = await readAs(ctx, caller, {
    rows: list[page.limit > weighedAbove ? 'weighed' : 'light']({
      me: caller,
      from: filter.from ?? -farthest,
      to: filter.to ?? farthest,
      // One bound for the index: who ends by then has started by then.
      until: Math.min(filter.to ?? farthest, before.time),
      beforeTime: before.time,
      beforeId: before.id,
      count: page.limit + 1,
    }),
  })
  const found: Rows<Plan> = rows.map(({ record }) => unpackedPlan(record))
  if ((rows.at(-1)?.bytes ?? 0) >= pageBytes) found.isCut = true
  return toPage(found, page.limit, ({ sortTime, id }) => ({ time: sortTime, id }))
}

type Given = Record<'me' | 'from' | 'to' | 'until' | 'beforeTime' | 'beforeId' | 'count', SQL>

/** A part of the list: the newest ids out of `source` that pass `where` and the filters. */
function newest(p: Given, source: SQL, where: SQL): SQL {
  return sql`select * from (select ${of(plans.id)} as id, ${of(plans.sortTime)} as time from ${source}
    where ${where} and ${of(plans.sortTime)} between ${p.from} and ${p.until}
      and (${of(plans.sortTime)} < ${p.beforeTime} or ${of(plans.id)} < ${p.beforeId})
      and ${of(plans.endTime)} <= ${p.to}
    order by ${of(plans.sortTime)} desc, ${of(plans.id)} desc limit ${p.count})`
}

const own = (p: Given) => newest(p, sql`${plans}`, sql`${of(plans.creatorId)} = ${p.me}`)

const open = (p: Given) =>
  newest(
    p,
    sql`${plans}`,
    sql`${of(plans.visibility)} = 'everyone' and ${notBlocked(p.me, plans.creatorId)}`,
  )

// A cross join keeps SQLite to this order: first the few, then their plans.
const ofAgreedFriends = (p: Given) =>
  newest(
    p,
    sql`${friendships} cross join ${plans} on ${of(plans.creatorId)} = ${of(friendships.userId)}`,
    sql`${of(friendships.friendId)} = ${p.me} and ${of(friendships.agreed)} = 1
      and ${of(plans.visibility)} = 'friends' and ${notBlocked(p.me, plans.creatorId)}`,
  )

const ofFriends = (p: Given) =>
  newest(
    p,
    sql`${friendships} cross join ${plans} on ${of(plans.creatorId)} = ${of(friendships.friendId)}`,
    sql`${of(friendships.userId)} = ${p.me} and ${planIsThereFor(p.me)}`,
  )

const invitedTo = (p: Given) =>
  newest(
    p,
    sql`${planInvites} cross join ${plans} on ${of(plans.id)} = ${of(planInvites.planId)}`,
    sql`${of(planInvites.userId)} = ${p.me} and ${notBlocked(p.me, plans.creatorId)}`,
  )

function listOf(...parts: ((p: Given) => SQL)[]) {
  const union = (p: Given) =>
    sql.join(
      parts.map((part) => part(p)),
      sql` union `,
    )
  return {
    light: statement(given, (p) => q.all<Listed>(records(p, union(p)))),
    weighed: statement(given, (p) => q.all<Listed>(untilPageBytes(records(p, union(p))))),
  }
}

const given = {
  me,
  from: value<number>(),
  to: value<number>(),
  until: value<number>(),
  beforeTime: plans.sortTime,
  beforeId: plans.id,
  count: value<number>(),
}

/** `bytes`: of the records up to this one, where they are weighed. */
type Listed = { record: string; bytes?: number }

// The parts choose what to look at; what may be seen is said in one place. The plus keeps SQLite from walking
// an index of all plans for the order's sake.
const records = (p: Given, union: SQL) => sql`select ${packedPlan} as record from ${plans}
  left join ${rsvps} on ${of(rsvps.planId)} = ${of(plans.id)} and ${of(rsvps.userId)} = ${p.me}
  where ${of(plans.id)} in (select id from (${union}) order by time desc, id desc limit ${p.count})
    and ${planIsThereFor(p.me)}
  order by +${of(plans.sortTime)} desc, ${of(plans.id)} desc limit ${p.count}`

// The LIMIT of no limit keeps SQLite from merging the selects, which would make each record twice.
const untilPageBytes = (list: SQL) => sql`select record, bytes from (
    select record, size, sum(size) over (rows unbounded preceding) as bytes from (
      select record, length(cast(record as blob)) as size from (${list}) limit -1))
  where bytes - size < ${sql.raw(String(pageBytes))}`

const seenPlans = listOf(open, own, ofAgreedFriends, invitedTo)
const friendsPlans = listOf(own, ofFriends)
const ownPlans = listOf(own)
