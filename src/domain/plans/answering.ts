// Answering plans. Where places are limited, who finds none queues up, and what frees one runs `promote` in the
// same batch (`waitlist.ts`), so no plan ever holds more than its capacity.
import { and, eq, sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, value } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, readAs, spendIfWritten, whyLimited, writeIf } from '../accounts'
import { planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { newStamp, startTelling, toldBy } from '../base/events'
import { newObjectId } from '../base/ids'
import { tellOfRsvp, tellPromoted } from './events'
import { planIsThere, planMissing, type Rsvp, rsvpColumns } from './plans'
import { planIsSeenBy, rsvpMissing, rsvpOf } from './rsvps'
import { hasRoomFor, placeInQueue, placesTaken, promoteBeside } from './waitlist'

/** What a person can answer; `waitlisted` is what becomes of `going` where there is no place. */
export type Wish = 'going' | 'maybe' | 'declined'

/**
 * Answers to a plan, once per person.
 * @throws `plan.missing`, `id.invalid`, `rsvp.exists`, `tries.exceeded`
 */
export async function addRsvp(
  ctx: Context,
  caller: Caller,
  planId: string,
  answer: { status: Wish; guests: number },
): Promise<Rsvp> {
  const now = ctx.now()
  const id = newObjectId(now)
  const stamp = newStamp()
  const { added, told } = await writeIf(ctx, caller, () => whyLimited(ctx, caller, 'rsvps'), {
    added: insertRsvp({
      id,
      me: caller,
      planId,
      wish: answer.status,
      guests: answer.guests,
      now,
      stamp,
    }),
    spent: spendIfWritten(ctx, caller, 'rsvps'),
    told: tellOfRsvp({ id, stamp, ...toldBy(ctx) }),
  })
  startTelling(ctx, told)
  return added ?? refuseRsvp(ctx, caller, planId)
}

/** Why there is none, which only who is refused waits for. */
async function refuseRsvp(ctx: Context, caller: Caller, planId: string): Promise<never> {
  const { plan } = await readAs(ctx, caller, { plan: planIsThere({ me: caller, id: planId }) })
  throw plan ? new DomainError('rsvp.exists') : planMissing(planId)
}

/**
 * Changes one's own answer. Who comes to want to go queues at the end; who waits keeps the place.
 * @throws `rsvp.missing`, `id.invalid`, `permission.denied`, `rsvp.no_room` (more guests than fit),
 * `tries.exceeded`
 */
export async function changeRsvp(
  ctx: Context,
  caller: Caller,
  id: string,
  answer: { status?: Wish | undefined; guests?: number | undefined },
): Promise<Rsvp> {
  const wish = answer.status ?? null
  const guests = answer.guests ?? null
  const stamp = newStamp()
  // Who only comes to want to go frees nothing.
  const mayFree = guests !== null || (wish !== null && wish !== 'going')
  const work = {
    changed: updateRsvp({ me: caller, id, wish, guests, now: ctx.now(), stamp }),
    spent: spendIfWritten(ctx, caller, 'rsvps'),
    promoted: mayFree ? promoteBeside({ rsvpId: id, stamp }) : undefined,
    told: tellOfRsvp({ id, stamp, ...toldBy(ctx) }),
    promotedTold: mayFree ? tellPromoted({ stamp, ...toldBy(ctx) }) : undefined,
    rsvp: rsvpOf({ me: caller, id }),
  }
  const whyNot = () => whyLimited(ctx, caller, 'rsvps')
  const { changed, rsvp, told, promotedTold } = await writeIf(ctx, caller, whyNot, work)
  if (!rsvp) throw rsvpMissing(id)
  if (!changed) throw new DomainError(rsvp.isMine ? 'rsvp.no_room' : 'permission.denied')
  startTelling(ctx, told, promotedTold)
  return rsvp
}

const insertRsvp = maybeRow(
  {
    id: rsvps.id,
    me,
    planId: plans.id,
    wish: rsvps.status,
    guests: rsvps.guests,
    now: value<number>(),
    stamp: rsvps.stamp,
  },
  (p) =>
    q
      .insert(rsvps)
      // In the order of the table's columns.
      .select(
        sql`select ${p.id}, ${of(plans.id)}, ${p.me},
          case when ${p.wish} = 'going' and not ${hasRoomFor(p.guests)} then 'waitlisted'
            else ${p.wish} end,
          ${p.guests}, ${placeInQueue(plans.id, p.now)}, ${p.now}, ${p.stamp}
          from ${plans} where ${of(plans.id)} = ${p.planId} and ${planIsThereFor(p.me)}`,
      )
      .onConflictDoNothing({ target: [rsvps.planId, rsvps.userId] })
      .returning(rsvpColumns),
)

const updateRsvp = maybeRow(
  {
    id: rsvps.id,
    me,
    wish: value<Wish | null>(),
    guests: value<number | null>(),
    now: value<number>(),
    stamp: rsvps.stamp,
  },
  (p) => {
    const guests = sql`coalesce(${p.guests}, ${of(rsvps.guests)})`
    const wish = sql`coalesce(${p.wish},
      case ${of(rsvps.status)} when 'waitlisted' then 'going' else ${of(rsvps.status)} end)`
    const joins = sql`${wish} = 'going' and ${of(rsvps.status)} not in ('going', 'waitlisted')`
    const findsRoom = sql`exists (select 1 from ${plans}
      where ${of(plans.id)} = ${of(rsvps.planId)} and ${hasRoomFor(guests)})`
    const isSame = sql`${guests} = ${of(rsvps.guests)} and (${wish} = ${of(rsvps.status)}
      or (${wish} = 'going' and ${of(rsvps.status)} = 'waitlisted'))`
    const bringsTooMany = sql`${of(rsvps.status)} = 'going' and ${wish} = 'going'
      and ${guests} > ${of(rsvps.guests)} and exists (select 1 from ${plans}
        where ${of(plans.id)} = ${of(rsvps.planId)} and ${of(plans.capacity)}
          < ${placesTaken(plans.id)} - ${of(rsvps.guests)} + ${guests})`
    return q
      .update(rsvps)
      .set({
        guests,
        // The same again is no news.
        stamp: sql`case when ${isSame} then ${of(rsvps.stamp)} else ${p.stamp} end`,
        status: sql`case when ${joins} then case when ${findsRoom} then 'going' else 'waitlisted' end
          when ${wish} = 'going' then ${of(rsvps.status)} else ${wish} end`,
        queuedAt: sql`case when ${joins} then ${placeInQueue(rsvps.planId, p.now)}
          else ${of(rsvps.queuedAt)} end`,
      })
      .where(
        and(
          eq(rsvps.id, p.id),
          eq(rsvps.userId, p.me),
          planIsSeenBy(p.me),
          sql`not (${bringsTooMany})`,
        ),
      )
      .returning({ id: rsvps.id })
  },
)
