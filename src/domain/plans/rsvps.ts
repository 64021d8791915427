// RSVPs: a person's one answer to a plan. Where places are limited, who wants to go queues up and is let
// in by `promote` in the same batch (`waitlist.ts`), so no plan ever holds more than its capacity.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { plans, rsvps, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs, writeAs } from '../accounts/sessions/sessions'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { isObjectId, newObjectId } from '../base/ids'
import { objectOf } from '../base/object-names'
import { type Page, type PageOf, toPage } from '../base/paging'
import { planIsThere, planMissing, type Rsvp, rsvpColumns } from './plans'
import { isThereFor, planIsThereFor } from '../people/visibility'
import { placeInQueue, placesTaken, promote, promoteBeside, promoteBesideAllOf } from './waitlist'

/** What a person can answer; `waitlisted` is what becomes of `going` where there is no place. */
export type Wish = 'going' | 'maybe' | 'declined'

/**
 * Answers to a plan, once per person.
 * @throws `plan.missing`, `id.invalid`, `rsvp.exists`
 */
export async function addRsvp(
  ctx: Context,
  caller: Caller,
  planId: string,
  answer: { status: Wish; guests: number },
): Promise<Rsvp> {
  const now = ctx.now()
  const id = newObjectId(now)
  const [added, , [rsvp], [plan]] = await writeAs(
    ctx,
    caller,
    insertRsvp({ id, me: caller, planId, wish: answer.status, guests: answer.guests, now }),
    promote({ planId }),
    rsvpOf({ me: caller, id }),
    planIsThere({ me: caller, id: planId }),
  )
  if (added.length > 0) {
    tellCreator(ctx, rsvp!)
    return rsvp!
  }
  throw plan ? new DomainError('rsvp.exists') : planMissing(planId)
}

/**
 * Changes one's own answer. Who comes to want to go queues at the end; who waits keeps the place.
 * @throws `rsvp.missing`, `id.invalid`, `permission.denied`, `rsvp.no_room` (more guests than fit)
 */
export async function changeRsvp(
  ctx: Context,
  caller: Caller,
  id: string,
  answer: { status?: Wish | undefined; guests?: number | undefined },
): Promise<Rsvp> {
  const [changed, , [rsvp]] = await writeAs(
    ctx,
    caller,
    updateRsvp({
      me: caller,
      id,
      wish: answer.status ?? null,
      guests: answer.guests ?? null,
      now: ctx.now(),
    }),
    promoteBeside({ rsvpId: id }),
    rsvpOf({ me: caller, id }),
  )
  if (!rsvp) throw rsvpMissing(id)
  if (changed.length > 0) {
    tellCreator(ctx, rsvp)
    return rsvp
  }
  throw new DomainError(rsvp.isMine ? 'rsvp.no_room' : 'permission.denied')
}

type Told = Rsvp & { username: string; creatorId: number; creatorObject: string }

/** Tells a plan's creator on all devices of somebody else's answer. */
function tellCreator(ctx: Context, rsvp: Told): void {
  const { id, planId, userId, username, status, creatorId, creatorObject } = rsvp
  if (userId === creatorId) return
  const event = { type: 'rsvp', planId, rsvpId: id, userId, username, status } as const
  const creator = { id: creatorId, name: creatorObject }
  ctx.later(() => ctx.people.notify(creator, event))
}

/** All answers to a plan, by id. @throws `plan.missing`, `id.invalid` */
export async function listRsvpsOfPlan(
  ctx: Context,
  caller: Caller,
  planId: string,
  page: PageOf<string>,
): Promise<Page<Rsvp, string>> {
  const { limit, cursor } = page
  const [[plan], rows] = await readAs(
    ctx,
    caller,
    planIsThere({ me: caller, id: planId }),
    rsvpsOfPlan({ me: caller, planId, after: cursor ?? '', count: limit + 1 }),
  )
  if (!plan) throw planMissing(planId)
  return toPage(rows, limit, (last) => last.id)
}

/** One's own answers, by id; without those to plans that one may no longer see. */
export async function listOwnRsvps(
  ctx: Context,
  caller: Caller,
  page: PageOf<string>,
): Promise<Page<Rsvp, string>> {
  const { limit, cursor } = page
  const own = ownRsvps({ me: caller, after: cursor ?? '', count: limit + 1 })
  const [rows] = await readAs(ctx, caller, own)
  return toPage(rows, limit, (last) => last.id)
}

/**
 * Takes an answer back: one's own, or any to one's own plan.
 * @throws `rsvp.missing`, `id.invalid`, `permission.denied`
 */
export async function removeRsvp(ctx: Context, caller: Caller, id: string): Promise<void> {
  const [, , removed, [left]] = await writeAs(
    ctx,
    caller,
    vacate({ me: caller, id }),
    promoteBeside({ rsvpId: id }),
    deleteRsvp({ me: caller, id }),
    rsvpOf({ me: caller, id }),
  )
  if (removed.length > 0) return
  throw left ? new DomainError('permission.denied') : rsvpMissing(id)
}

/** Takes one's own answer to a plan back. @throws `plan.missing`, `id.invalid`, `rsvp.missing` */
export async function removeOwnRsvp(ctx: Context, caller: Caller, planId: string): Promise<void> {
  const [removed, , [plan]] = await writeAs(
    ctx,
    caller,
    deleteOwnRsvp({ me: caller, planId }),
    promote({ planId }),
    planIsThere({ me: caller, id: planId }),
  )
  if (!plan) throw planMissing(planId)
  if (removed.length === 0) throw new DomainError('rsvp.missing')
}

/** Removes all answers to one's own plan. @throws `plan.missing`, `id.invalid`, `permission.denied` */
export async function removeAllRsvps(ctx: Context, caller: Caller, planId: string): Promise<void> {
  const [, [plan]] = await writeAs(
    ctx,
    caller,
    deleteAllRsvps({ me: caller, planId }),
    planIsThere({ me: caller, id: planId }),
  )
  if (!plan) throw planMissing(planId)
  if (!plan.isMine) throw new DomainError('permission.denied')
}

/**
 * All of a person's answers, their places given to those who wait: for the batch of their deletion.
 * Unawaited.
 */
export function eraseOf(id: number) {
  return [vacateAllOf({ id }), promoteBesideAllOf({ userId: id }), deleteRsvpsOf({ id })] as const
}

function rsvpMissing(id: string): DomainError {
  return new DomainError(isObjectId(id) ? 'rsvp.missing' : 'id.invalid')
}

/** The RSVP's plan is there for the caller. */
const planIsSeenBy = (viewer: SQL) => sql`exists (select 1 from ${plans}
  where "plans"."id" = "rsvps"."plan_id" and ${planIsThereFor(viewer)})`

/** The RSVP's person is there for the caller, or is the caller. */
const personIsSeenBy = (viewer: SQL) => sql`("rsvps"."user_id" = ${viewer} or exists (
  select 1 from ${users} where "users"."id" = "rsvps"."user_id" and ${isThereFor(viewer)}))`

const isPlanOf = (creator: SQL) => sql`exists (select 1 from ${plans}
  where "plans"."id" = "rsvps"."plan_id" and "plans"."creator_id" = ${creator})`

const insertRsvp = statement(
  {
    id: rsvps.id,
    me,
    planId: plans.id,
    wish: rsvps.status,
    guests: rsvps.guests,
    now: value<number>(),
  },
  (p) =>
    q
      .insert(rsvps)
      // In the order of the table's columns. Without a limit there is nothing to queue for.
      .select(
        sql`select ${p.id}, "plans"."id", ${p.me},
          case when ${p.wish} = 'going' and "plans"."capacity" is not null then 'waitlisted'
            else ${p.wish} end,
          ${p.guests}, ${placeInQueue(plans.id, p.now)}, ${p.now}, ''
          from ${plans} where "plans"."id" = ${p.planId} and ${planIsThereFor(p.me)}`,
      )
      .onConflictDoNothing({ target: [rsvps.planId, rsvps.userId] })
      .returning({ id: rsvps.id }),
)

const updateRsvp = statement(
  {
    id: rsvps.id,
    me,
    wish: value<Wish | null>(),
    guests: value<number | null>(),
    now: value<number>(),
  },
  (p) => {
    const guests = sql`coalesce(${p.guests}, "rsvps"."guests")`
    const wish = sql`coalesce(${p.wish},
      case "rsvps"."status" when 'waitlisted' then 'going' else "rsvps"."status" end)`
    const joins = sql`${wish} = 'going' and "rsvps"."status" not in ('going', 'waitlisted')`
    const bringsTooMany = sql`"rsvps"."status" = 'going' and ${wish} = 'going'
      and ${guests} > "rsvps"."guests" and exists (select 1 from ${plans}
        where "plans"."id" = "rsvps"."plan_id" and "plans"."capacity"
          < ${placesTaken(plans.id)} - "rsvps"."guests" + ${guests})`
    return q
      .update(rsvps)
      .set({
        guests,
        status: sql`case when ${joins} then 'waitlisted'
          when ${wish} = 'going' then "rsvps"."status" else ${wish} end`,
        queuedAt: sql`case when ${joins} then ${placeInQueue(rsvps.planId, p.now)}
          else "rsvps"."queued_at" end`,
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

const rsvpOf = statement({ me, id: rsvps.id }, (p) =>
  q
    .select({
      ...rsvpColumns,
      isMine: sql<boolean>`"rsvps"."user_id" = ${p.me}`.mapWith(Boolean).as('is_mine'),
      username: users.username,
      creatorId: plans.creatorId,
      creatorObject: objectOf(sql`${plans.creatorId}`).as('creator_object'),
    })
    .from(rsvps)
    .innerJoin(plans, eq(plans.id, rsvps.planId))
    .innerJoin(users, eq(users.id, rsvps.userId))
    .where(and(eq(rsvps.id, p.id), planIsSeenBy(p.me), personIsSeenBy(p.me))),
)

const page = { after: rsvps.id, count: value<number>() }

const rsvpsOfPlan = statement({ me, planId: rsvps.planId, ...page }, (p) =>
  q
    .select(rsvpColumns)
    .from(rsvps)
    .where(and(eq(rsvps.planId, p.planId), gt(rsvps.id, p.after), personIsSeenBy(p.me)))
    .orderBy(asc(rsvps.id))
    .limit(count(p.count)),
)

const ownRsvps = statement({ me, ...page }, (p) =>
  q
    .select(rsvpColumns)
    .from(rsvps)
    .where(and(eq(rsvps.userId, p.me), gt(rsvps.id, p.after), planIsSeenBy(p.me)))
    .orderBy(asc(rsvps.id))
    .limit(count(p.count)),
)

/** Who may take an RSVP back: its person, and the creator of its plan. */
const mayRemove = (p: { me: SQL; id: SQL }) =>
  and(
    eq(rsvps.id, p.id),
    planIsSeenBy(p.me),
    personIsSeenBy(p.me),
    sql`("rsvps"."user_id" = ${p.me} or ${isPlanOf(p.me)})`,
  )

// The place first, so that `promoteBeside` finds the plan by an RSVP that is still there.
const vacate = statement({ me, id: rsvps.id }, (p) =>
  q.update(rsvps).set({ status: 'declined' }).where(mayRemove(p)),
)

const deleteRsvp = statement({ me, id: rsvps.id }, (p) =>
  q.delete(rsvps).where(mayRemove(p)).returning({ id: rsvps.id }),
)

const deleteOwnRsvp = statement({ me, planId: rsvps.planId }, (p) =>
  q
    .delete(rsvps)
    .where(and(eq(rsvps.planId, p.planId), eq(rsvps.userId, p.me), planIsSeenBy(p.me)))
    .returning({ id: rsvps.id }),
)

const deleteAllRsvps = statement({ me, planId: rsvps.planId }, (p) =>
  q.delete(rsvps).where(and(eq(rsvps.planId, p.planId), isPlanOf(p.me))),
)

const vacateAllOf = statement({ id: rsvps.userId }, (p) =>
  q.update(rsvps).set({ status: 'declined' }).where(eq(rsvps.userId, p.id)),
)

const deleteRsvpsOf = statement({ id: rsvps.userId }, (p) =>
  q.delete(rsvps).where(eq(rsvps.userId, p.id)),
)
