// Plans: what people mean to do together, where and when. One that somebody may not see does not exist
// for them; only its creator changes or deletes it.
import { and, eq, sql } from 'drizzle-orm'
import { planInvites, plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { change, changeTo, statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs, requireSession, writeAs, writeIf } from '../accounts/sessions/sessions'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { spendIfWritten, whyLimited } from '../accounts/spending'
import { isObjectId, newObjectId } from '../base/ids'
import { textsWithin, whyTextsOver } from '../accounts/usage'
import { planIsThereFor } from '../people/visibility'
import { shutOut } from './waitlist'

/** Where a plan takes place; '' for what is not given. */
export type Location = {
  name: string
  address1: string
  address2: string
  city: string
  state: string
  zipcode: string
}

export type Visibility = (typeof plans.$inferSelect)['visibility']

/** What can be written of a plan. Times in milliseconds; null for no start and for no limit. */
export type PlanFields = {
  title: string
  description: string
  location: Location
  startTime: number | null
  endTime: number
  /** IANA name, or ''. */
  timezone: string
  visibility: Visibility
  /** Places, guests included. */
  capacity: number | null
}

const addressColumns = {
  address1: plans.address1,
  address2: plans.address2,
  city: plans.city,
  state: plans.state,
  zipcode: plans.zipcode,
}

/** The columns of a plan itself. */
export const planColumns = {
  id: plans.id,
  creatorId: plans.creatorId,
  title: plans.title,
  description: plans.description,
  location: { name: plans.locationName, ...addressColumns },
  startTime: plans.startTime,
  endTime: plans.endTime,
  sortTime: plans.sortTime,
  timezone: plans.timezone,
  visibility: plans.visibility,
  capacity: plans.capacity,
  sequence: plans.sequence,
  updatedAt: plans.updatedAt,
}

/** The columns of an answer to a plan. */
export const rsvpColumns = {
  id: rsvps.id,
  planId: rsvps.planId,
  userId: rsvps.userId,
  status: rsvps.status,
  guests: rsvps.guests,
  createdAt: rsvps.createdAt,
}

/** An answer to a plan. */
export type Rsvp = Omit<typeof rsvps.$inferSelect, 'queuedAt' | 'stamp'>

/**
 * A plan as somebody sees it: how many RSVPs say that their person goes, and the viewer's own one. For a
 * statement over `plans` with `rsvps` joined to the viewer's own.
 */
export const planRecord = {
  ...planColumns,
  rsvpCount: sql<number>`(select count(*) from ${rsvps} as "going"
    where "going"."plan_id" = ${plans.id} and "going"."status" = 'going')`.as('rsvp_count'),
  rsvp: rsvpColumns,
}

/** A plan without the viewer's part. */
export type PlanFacts = PlanFields & {
  id: string
  creatorId: number
  sortTime: number
  sequence: number
  updatedAt: number
}
export type Plan = PlanFacts & { rsvpCount: number; rsvp: Rsvp | null }

/** The error for a plan that is not there for the caller, or whose id is none. */
export function planMissing(id: string): DomainError {
  return new DomainError(isObjectId(id) ? 'plan.missing' : 'id.invalid')
}

/** @throws `plan.missing`, `id.invalid` */
export async function getPlan(ctx: Context, caller: Caller, id: string): Promise<Plan> {
  const [[plan]] = await readAs(ctx, caller, planOf({ me: caller, id }))
  if (!plan) throw planMissing(id)
  return plan
}

/**
 * Makes a plan.
 * @throws `plan.end_before_start`, `tries.exceeded`, `quota.exceeded`
 */
export async function addPlan(ctx: Context, caller: Caller, fields: PlanFields): Promise<Plan> {
  if (fields.startTime !== null && fields.startTime > fields.endTime) {
    await requireSession(ctx, caller)
    throw new DomainError('plan.end_before_start')
  }
  const { location, ...rest } = fields
  const { name: locationName, ...address } = location
  const now = ctx.now()
  const id = newObjectId(now)
  const [, , [plan]] = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'plans'),
    insertPlan({
      ...rest,
      ...address,
      locationName,
      sortTime: fields.startTime ?? fields.endTime,
      id,
      me: caller,
      now,
    }),
    spendIfWritten(ctx, caller, 'plans'),
    planOf({ me: caller, id }),
  )
  return plan!
}

/**
 * Changes the fields that are given, and no other; a location is replaced as a whole. Who may no longer
 * see the plan loses the RSVP, and who waits and now fits is let in.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`, `plan.end_before_start`, `quota.exceeded`
 */
export async function changePlan(
  ctx: Context,
  caller: Caller,
  id: string,
  fields: Partial<PlanFields>,
): Promise<Plan> {
  const { location } = fields
  const [changed, , , , , [plan], [there]] = await writeIf(
    ctx,
    caller,
    () => whyTextsOver(ctx, caller),
    updatePlan({
      me: caller,
      id,
      now: ctx.now(),
      revised: Object.keys(fields).length > 0 ? 1 : 0,
      title: changeTo(fields.title),
      description: changeTo(fields.description),
      locationName: changeTo(location?.name),
      address1: changeTo(location?.address1),
      address2: changeTo(location?.address2),
      city: changeTo(location?.city),
      state: changeTo(location?.state),
      zipcode: changeTo(location?.zipcode),
      startTime: changeTo(fields.startTime),
      endTime: changeTo(fields.endTime),
      timezone: changeTo(fields.timezone),
      visibility: changeTo(fields.visibility),
      capacity: changeTo(fields.capacity),
    }),
    textsWithin(ctx, caller),
    ...shutOut(caller, id),
    planOf({ me: caller, id }),
    planIsThere({ me: caller, id }),
  )
  if (!plan || !there) throw planMissing(id)
  if (changed.length > 0) return plan
  throw new DomainError(there.isMine ? 'plan.end_before_start' : 'permission.denied')
}

/**
 * Deletes a plan with its invitations and RSVPs.
 * @throws `plan.missing`, `id.invalid`, `permission.denied`
 */
export async function removePlan(ctx: Context, caller: Caller, id: string): Promise<void> {
  const [removed, [left]] = await writeAs(
    ctx,
    caller,
    deletePlan({ me: caller, id }),
    planIsThere({ me: caller, id }),
  )
  if (removed.length > 0) return
  throw left ? new DomainError('permission.denied') : planMissing(id)
}

/** Everything of a person's own plans: for the batch of their deletion. Unawaited. */
export function eraseOf(id: number) {
  return [deleteInvitesOf({ id }), deletePlansOf({ id })] as const
}

const planOf = statement({ me, id: plans.id }, (p) =>
  q
    .select(planRecord)
    .from(plans)
    .leftJoin(rsvps, and(eq(rsvps.planId, plans.id), eq(rsvps.userId, p.me)))
    .where(and(eq(plans.id, p.id), planIsThereFor(p.me))),
)

/** One row where the plan is there for the caller. Unawaited. */
export const planIsThere = statement({ me, id: plans.id }, (p) =>
  q
    .select({
      isMine: sql<boolean>`"plans"."creator_id" = ${p.me}`.mapWith(Boolean).as('is_mine'),
    })
    .from(plans)
    .where(and(eq(plans.id, p.id), planIsThereFor(p.me))),
)

const insertPlan = statement(
  {
    id: plans.id,
    me,
    title: plans.title,
    description: plans.description,
    locationName: plans.locationName,
    ...addressColumns,
    startTime: plans.startTime,
    endTime: plans.endTime,
    sortTime: plans.sortTime,
    timezone: plans.timezone,
    visibility: plans.visibility,
    capacity: plans.capacity,
    now: plans.createdAt,
  },
  ({ me, now, ...fields }) =>
    q.insert(plans).values({ ...fields, creatorId: me, createdAt: now, updatedAt: now }),
)

const updatePlan = statement(
  {
    me,
    id: plans.id,
    now: plans.updatedAt,
    revised: value<number>(),
    title: change(plans.title),
    description: change(plans.description),
    locationName: change(plans.locationName),
    address1: change(plans.address1),
    address2: change(plans.address2),
    city: change(plans.city),
    state: change(plans.state),
    zipcode: change(plans.zipcode),
    startTime: change(plans.startTime),
    endTime: change(plans.endTime),
    timezone: change(plans.timezone),
    visibility: change(plans.visibility),
    capacity: change(plans.capacity),
  },
  ({ me, id, now, revised, ...fields }) =>
    q
      .update(plans)
      .set({
        ...fields,
        sortTime: sql`coalesce(${fields.startTime}, ${fields.endTime})`,
        sequence: sql`${plans.sequence} + ${revised}`,
        updatedAt: now,
      })
      .where(
        and(
          eq(plans.id, id),
          eq(plans.creatorId, me),
          sql`coalesce(${fields.startTime} <= ${fields.endTime}, 1)`,
        ),
      )
      .returning({ id: plans.id }),
)

const deletePlan = statement({ me, id: plans.id }, (p) =>
  q
    .delete(plans)
    .where(and(eq(plans.id, p.id), eq(plans.creatorId, p.me)))
    .returning({ id: plans.id }),
)

const deleteInvitesOf = statement({ id: planInvites.userId }, (p) =>
  q.delete(planInvites).where(eq(planInvites.userId, p.id)),
)

const deletePlansOf = statement({ id: plans.creatorId }, (p) =>
  q.delete(plans).where(eq(plans.creatorId, p.id)),
)
