// The list of plans that somebody sees, newest starts first, or the next ones first. It asks in parts that each
// read an index from an end: what is open to everyone, one's own, friends', and what one is invited to. So the
// rows read grow with the page (and with one's own friends), never with plans that one may not see.
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

type Order = 'latest' | 'soonest'

/** Which plans of a list; null filters nothing. */
export type PlanFilter = {
  /** All that one sees; one's own and friends'; one's own; or those that one goes, may go or waits to go to. */
  scope: 'all' | 'friends' | 'mine' | 'answered'
  /** The latest start first, back in time; or the first start first, on in time. */
  order: Order
  /** Starts then or later (by the end where there is no start); in milliseconds. */
  from: number | null
  /** Ends then or earlier. */
  to: number | null
}

/** The farthest that a time in milliseconds can be from 1970. */
const farthest = 8_640_000_000_000_000

/** So many plans are 5 MB at most, whatever stands in them; the database weighs longer pages. */
const weighedAbove = 100

/** Where a list begins, in its order: before every id, or behind it. */
const edges: Record<Order, PlanCursor> = {
  latest: { time: farthest, id: 'g' },
  soonest: { time: -farthest, id: '' },
}

/** The starts behind the cursor, in the order that is asked for. */
export async function listPlans(
  ctx: Context,
  caller: Caller,
  filter: PlanFilter,
  page: PageOf<PlanCursor>,
): Promise<Page<Plan, PlanCursor>> {
  const edge = page.cursor ?? edges[filter.order]
  const list = lists[filter.order][filter.scope]
  const isSoonest = filter.order === 'soonest'
  const [from, to] = [filter.from ?? -farthest, filter.to ?? farthest]
  const { rows } = await readAs(ctx, caller, {
    rows: list[page.limit > weighedAbove ? 'weighed' : 'light']({
      me: caller,
      // One bound at each end of the index: who ends by then has started by then.
      from: isSoonest ? Math.max(from, edge.time) : from,
      to,
      until: isSoonest ? to : Math.min(to, edge.time),
      edgeTime: edge.time,
      edgeId: edge.id,
      count: page.limit + 1,
    }),
  })
  const found: Rows<Plan> = rows.map(({ record }) => unpackedPlan(record))
  if ((rows.at(-1)?.bytes ?? 0) >= pageBytes) found.isCut = true
  return toPage(found, page.limit, ({ sortTime, id }) => ({ time: sortTime, id }))
}

type Given = Record<'me' | 'from' | 'to' | 'until' | 'edgeTime' | 'edgeId' | 'count', SQL>

/** How a list goes on in its order. */
const words = {
  latest: { direction: sql`desc`, behind: sql`<` },
  soonest: { direction: sql`asc`, behind: sql`>` },
} as const

type Part = (p: Given, order: Order) => SQL

/** A part of the list: the first ids, in its order, out of `source` that pass `where` and the filters. */
function firstOf(p: Given, order: Order, source: SQL, where: SQL): SQL {
  const { direction, behind } = words[order]
  return sql`select * from (select ${of(plans.id)} as id, ${of(plans.sortTime)} as time from ${source}
    where ${where} and ${of(plans.sortTime)} between ${p.from} and ${p.until}
      and (${of(plans.sortTime)} ${behind} ${p.edgeTime} or ${of(plans.id)} ${behind} ${p.edgeId})
      and ${of(plans.endTime)} <= ${p.to}
    order by ${of(plans.sortTime)} ${direction}, ${of(plans.id)} ${direction} limit ${p.count})`
}

const own: Part = (p, order) =>
  firstOf(p, order, sql`${plans}`, sql`${of(plans.creatorId)} = ${p.me}`)

const open: Part = (p, order) =>
  firstOf(
    p,
    order,
    sql`${plans}`,
    sql`${of(plans.visibility)} = 'everyone' and ${notBlocked(p.me, plans.creatorId)}`,
  )

// A cross join keeps SQLite to this order: first the few, then their plans.
const ofAgreedFriends: Part = (p, order) =>
  firstOf(
    p,
    order,
    sql`${friendships} cross join ${plans} on ${of(plans.creatorId)} = ${of(friendships.userId)}`,
    sql`${of(friendships.friendId)} = ${p.me} and ${of(friendships.agreed)} = 1
      and ${of(plans.visibility)} = 'friends' and ${notBlocked(p.me, plans.creatorId)}`,
  )

const ofFriends: Part = (p, order) =>
  firstOf(
    p,
    order,
    sql`${friendships} cross join ${plans} on ${of(plans.creatorId)} = ${of(friendships.friendId)}`,
    sql`${of(friendships.userId)} = ${p.me} and ${planIsThereFor(p.me)}`,
  )

const invitedTo: Part = (p, order) =>
  firstOf(
    p,
    order,
    sql`${planInvites} cross join ${plans} on ${of(plans.id)} = ${of(planInvites.planId)}`,
    sql`${of(planInvites.userId)} = ${p.me} and ${notBlocked(p.me, plans.creatorId)}`,
  )

const answered: Part = (p, order) =>
  firstOf(
    p,
    order,
    sql`${rsvps} cross join ${plans} on ${of(plans.id)} = ${of(rsvps.planId)}`,
    sql`${of(rsvps.userId)} = ${p.me} and ${of(rsvps.status)} in ('going', 'maybe', 'waitlisted')
      and ${planIsThereFor(p.me)}`,
  )

function listOf(order: Order, ...parts: Part[]) {
  const union = (p: Given) =>
    sql.join(
      parts.map((part) => part(p, order)),
      sql` union `,
    )
  return {
    light: statement(given, (p) => q.all<Listed>(records(p, order, union(p)))),
    weighed: statement(given, (p) => q.all<Listed>(untilPageBytes(records(p, order, union(p))))),
  }
}

const given = {
  me,
  from: value<number>(),
  to: value<number>(),
  until: value<number>(),
  edgeTime: plans.sortTime,
  edgeId: plans.id,
  count: value<number>(),
}

/** `bytes`: of the records up to this one, where they are weighed. */
type Listed = { record: string; bytes?: number }

// The parts choose what to look at; what may be seen is said in one place. The plus keeps SQLite from walking
// an index of all plans for the order's sake.
const records = (p: Given, order: Order, union: SQL) => {
  const { direction } = words[order]
  return sql`select ${packedPlan} as record from ${plans}
  left join ${rsvps} on ${of(rsvps.planId)} = ${of(plans.id)} and ${of(rsvps.userId)} = ${p.me}
  where ${of(plans.id)} in (select id from (${union}) order by time ${direction}, id ${direction} limit ${p.count})
    and ${planIsThereFor(p.me)}
  order by +${of(plans.sortTime)} ${direction}, ${of(plans.id)} ${direction} limit ${p.count}`
}

// The LIMIT of no limit keeps SQLite from merging the selects, which would make each record twice.
const untilPageBytes = (list: SQL) => sql`select record, bytes from (
    select record, size, sum(size) over (rows unbounded preceding) as bytes from (
      select record, length(cast(record as blob)) as size from (${list}) limit -1))
  where bytes - size < ${sql.raw(String(pageBytes))}`

const listsIn = (order: Order) => ({
  all: listOf(order, open, own, ofAgreedFriends, invitedTo),
  friends: listOf(order, own, ofFriends),
  mine: listOf(order, own),
  answered: listOf(order, answered),
})
const lists = { latest: listsIn('latest'), soonest: listsIn('soonest') }
