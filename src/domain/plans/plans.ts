// Plans: what people mean to do together, where and when. One that somebody may not see does not exist
// for them. What a plan is stands here; how it is made, changed and deleted in `editing.ts`.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { planInvites, plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, oneRow, statement } from '../../db/declare'
import { of, under } from '../../db/names'
import { type Caller, me, readAs } from '../accounts'
import { planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { isObjectId } from '../base/ids'

/** Where a plan takes place; '' for what is not given. */
export type Location = {
  name: string
  address1: string
  address2: string
  city: string
  state: string
  zipcode: string
}

/** Who may see a plan beside its creator: all, friends, or those who are invited. */
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

/** The columns of a plan's address, but for the place's name. */
export const addressColumns = {
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

/** How many RSVPs say that their person goes to a plan. */
export function goingTo(planId: SQL | { getSQL(): SQL }): SQL<number> {
  return sql<number>`(select count(*) from ${rsvps} as going
    where ${under('going', rsvps.planId)} = ${planId} and ${under('going', rsvps.status)} = 'going')`
}

/**
 * A plan as somebody sees it: how many RSVPs say that their person goes, and the viewer's own one. For a
 * statement over `plans` with `rsvps` joined to the viewer's own.
 */
export const planRecord = {
  ...planColumns,
  rsvpCount: goingTo(plans.id).as('rsvp_count'),
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
/** A plan as somebody sees it: with how many answers it has, and their own. */
export type Plan = PlanFacts & { rsvpCount: number; rsvp: Rsvp | null }

/** The error for a plan that is not there for the caller, or whose id is none. */
export function planMissing(id: string): DomainError {
  return new DomainError(isObjectId(id) ? 'plan.missing' : 'id.invalid')
}

/** @throws `plan.missing`, `id.invalid` */
export async function getPlan(ctx: Context, caller: Caller, id: string): Promise<Plan> {
  const { plan } = await readAs(ctx, caller, { plan: planOf({ me: caller, id }) })
  if (!plan) throw planMissing(id)
  return plan
}

/** Everything of a person's own plans: for the batch of their deletion. Unawaited. */
export function eraseOf(id: number) {
  return [deleteInvitesOf({ id }), deletePlansOf({ id })] as const
}

const given = { me, id: plans.id }

const recordOf = (p: Record<keyof typeof given, SQL>) =>
  q
    .select(planRecord)
    .from(plans)
    .leftJoin(rsvps, and(eq(rsvps.planId, plans.id), eq(rsvps.userId, p.me)))
    .where(and(eq(plans.id, p.id), planIsThereFor(p.me)))

/** The plan, where it is there for the caller. Unawaited. */
export const planOf = maybeRow(given, recordOf)

/** The plan that the batch has just made. Unawaited. */
export const planMade = oneRow(given, recordOf)

/** A row where the plan is there for the caller. Unawaited. */
export const planIsThere = maybeRow(given, (p) =>
  q
    .select({
      isMine: sql<boolean>`${of(plans.creatorId)} = ${p.me}`.mapWith(Boolean).as('is_mine'),
    })
    .from(plans)
    .where(and(eq(plans.id, p.id), planIsThereFor(p.me))),
)

const deleteInvitesOf = statement({ id: planInvites.userId }, (p) =>
  q.delete(planInvites).where(eq(planInvites.userId, p.id)),
)

const deletePlansOf = statement({ id: plans.creatorId }, (p) =>
  q.delete(plans).where(eq(plans.creatorId, p.id)),
)
