// Places at plans and the queue for them: here alone capacity is decided. Everything that frees or changes
// places runs `promote` in the same batch, so at rest nobody who would fit is left waiting, and whoever
// comes and fits may go at once (docs/contract.md, RSVPs). Behind it `tellPromoted` tells who was let in.
import { type SQL, sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { assign, bare, of, under } from '../../db/names'
import { type Caller, me } from '../accounts'
import { planIsMeantFor } from '../people'
import type { Context } from '../base/context'
import { newStamp, toldBy } from '../base/events'
import { promotedStamp, tellPromoted } from './events'

/** The columns of `rsvps` by another name. */
const rsvpsAs = (alias: string) => ({
  id: under(alias, rsvps.id),
  planId: under(alias, rsvps.planId),
  userId: under(alias, rsvps.userId),
  status: under(alias, rsvps.status),
  guests: under(alias, rsvps.guests),
  queuedAt: under(alias, rsvps.queuedAt),
})
const going = rsvpsAs('going')
const waiting = rsvpsAs('waiting')
const next = rsvpsAs('next')
const mine = rsvpsAs('mine')

/** Places taken at a plan: those who go, and the guests they bring along; without one RSVP's. */
export function placesTaken(planId: Place, but?: SQL): SQL {
  return sql`(select coalesce(sum(${going.guests} + 1), 0) from ${rsvps} as going
    where ${going.planId} = ${planId} and ${going.status} = 'going'${andNot(going.id, but)})`
}

type Place = SQL | { getSQL(): SQL }

const andNot = (id: SQL, but?: SQL) => (but ? sql` and ${id} <> ${but}` : sql``)

/**
 * The statement's `plans` row has room for who comes to it with so many guests. Only who comes last asks: at
 * rest nobody who waits would fit.
 */
export function hasRoomFor(guests: SQL): SQL {
  return sql`(${of(plans.capacity)} is null
    or ${placesTaken(of(plans.id))} + 1 + ${guests} <= ${of(plans.capacity)})`
}

/** The last place in a plan's queue: now, or just behind the last who waits. */
export function placeInQueue(planId: Place, now: SQL): SQL {
  return sql`max(${now}, coalesce((select max(${waiting.queuedAt}) + 1 from ${rsvps} as waiting
    where ${waiting.planId} = ${planId} and ${waiting.status} = 'waitlisted'), 0))`
}

/**
 * Walks through the queues of some plans in order and lets in everyone who fits into what is left. A
 * party that is too big is passed over and keeps its place: the first that fits is promoted. As if the RSVP
 * `but` were not there. Where nobody waits, nothing is counted.
 */
function promotion(planIds: SQL, stamp: SQL, but?: SQL): SQL {
  return sql`with recursive walk(plan_id, free, queued_at, id) as (
    select ${of(plans.id)}, coalesce(${of(plans.capacity)}, 9000000000000000)
        - ${placesTaken(of(plans.id), but)}, -9000000000000000, ''
      from ${plans} where ${of(plans.id)} in (${planIds}) and exists (select 1 from ${rsvps} as waiting
        where ${waiting.planId} = ${of(plans.id)} and ${waiting.status} = 'waitlisted')
    union all
    select walk.plan_id, walk.free - 1 - ${next.guests}, ${next.queuedAt}, ${next.id}
      from walk cross join ${rsvps} as next on ${next.id} = (
        select ${waiting.id} from ${rsvps} as waiting
        where ${waiting.planId} = walk.plan_id and ${waiting.status} = 'waitlisted'
          and (${waiting.queuedAt}, ${waiting.id}) > (walk.queued_at, walk.id)
          and ${waiting.guests} < walk.free${andNot(waiting.id, but)}
        order by ${waiting.queuedAt}, ${waiting.id} limit 1)
      where walk.free > 0)
    update ${rsvps} set ${assign(rsvps, { status: sql`'going'`, stamp: stampOf(stamp) })}
      where ${bare(rsvps.id)} in (select walk.id from walk where walk.id <> '')`
}

const stampOf = (stamp: SQL) =>
  sql`case ${of(rsvps.stamp)} when ${stamp} then ${stamp} else ${promotedStamp(stamp)} end`

/** Lets in who fits at a plan. Unawaited, like the others: after what frees a place, in its batch. */
export const promote = statement({ planId: plans.id, stamp: rsvps.stamp }, (p) =>
  q.run(promotion(sql`${p.planId}`, p.stamp)),
)

/** Lets in who fits at the plan that an RSVP is for. */
export const promoteBeside = statement({ rsvpId: rsvps.id, stamp: rsvps.stamp }, (p) =>
  q.run(
    promotion(
      sql`select ${mine.planId} from ${rsvps} as mine where ${mine.id} = ${p.rsvpId}`,
      p.stamp,
    ),
  ),
)

/** Lets in who fits at the plan of an RSVP that goes next in the batch. */
export function promoteWithout(id: SQL, mayGo: SQL | undefined, stamp: SQL) {
  const planId = sql`select ${of(rsvps.planId)} from ${rsvps} where ${mayGo ?? sql`true`}`
  return q.run(promotion(planId, stamp, id))
}

/** Lets in who fits at every plan that a person has an RSVP for. */
export const promoteBesideAllOf = statement({ userId: value<number>(), stamp: rsvps.stamp }, (p) =>
  q.run(
    promotion(
      sql`select ${mine.planId} from ${rsvps} as mine where ${mine.userId} = ${p.userId}`,
      p.stamp,
    ),
  ),
)

/**
 * Takes the RSVPs from those for whom the caller's own plan is no longer meant, and lets in who fits then:
 * after what changed the plan or closed it to somebody. Unawaited.
 */
export function shutOut(ctx: Context, caller: Caller, planId: string) {
  const plan = { me: caller, planId }
  const stamp = newStamp()
  return {
    placesFreed: vacateShutOut(plan),
    promoted: promote({ planId, stamp }),
    promotedTold: tellPromoted({ stamp, ...toldBy(ctx) }),
    rsvpsRemoved: deleteShutOut(plan),
  }
}

const isShutOut = (p: { me: SQL; planId: SQL }) => sql`
  ${of(rsvps.planId)} = (select ${of(plans.id)} from ${plans} where ${of(plans.id)} = ${p.planId}
    and ${of(plans.creatorId)} = ${p.me} and ${of(plans.visibility)} <> 'everyone')
  and not exists (select 1 from ${plans} where ${of(plans.id)} = ${of(rsvps.planId)}
    and ${planIsMeantFor(of(rsvps.userId))})`

// They lose the place first, so that it can be given away, and then the row.
const vacateShutOut = statement({ me, planId: plans.id }, (p) =>
  q.update(rsvps).set({ status: 'declined' }).where(isShutOut(p)),
)

const deleteShutOut = statement({ me, planId: plans.id }, (p) =>
  q.delete(rsvps).where(isShutOut(p)),
)
