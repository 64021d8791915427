// RSVPs: a person's one answer to a plan. Who sees one, the lists, and what goes with a person stand here; they
// are made and changed in `answering.ts` and taken back in `withdrawing.ts`.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm'
import { plans, rsvps, users } from '../../db/schema'
import { q } from '../../db/compile'
import { count, list, maybeRow, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, readAs } from '../accounts'
import { isThereFor, planIsThereFor } from '../people'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { newStamp } from '../base/events'
import { isObjectId } from '../base/ids'
import { type Page, type PageOf, toPage } from '../base/paging'
import { tellPromoted } from './events'
import { planMissing, type Rsvp, rsvpColumns } from './plans'
import { promoteBesideAllOf } from './waitlist'

/** All answers to a plan, by id. @throws `plan.missing`, `id.invalid` */
export async function listRsvpsOfPlan(
  ctx: Context,
  caller: Caller,
  planId: string,
  page: PageOf<string>,
): Promise<Page<Rsvp, string>> {
  const { limit, cursor } = page
  const { rows } = await readAs(ctx, caller, {
    rows: rsvpsOfPlan({ me: caller, planId, after: cursor ?? '', count: limit + 1 }),
  })
  if (rows.length === 0) throw planMissing(planId)
  const answers = rows.flatMap(({ rsvp }) => rsvp ?? [])
  return toPage(answers, limit, (last) => last.id)
}

/** One's own answers, by id; without those to plans that one may no longer see. */
export async function listOwnRsvps(
  ctx: Context,
  caller: Caller,
  page: PageOf<string>,
): Promise<Page<Rsvp, string>> {
  const { limit, cursor } = page
  const { rows } = await readAs(ctx, caller, {
    rows: ownRsvps({ me: caller, after: cursor ?? '', count: limit + 1 }),
  })
  return toPage(rows, limit, (last) => last.id)
}

/**
 * All of a person's answers, their places given to those who wait, who are told by the timer: for the batch of
 * their deletion. Unawaited.
 */
export function eraseOf(ctx: Context, id: number) {
  const stamp = newStamp()
  return [
    vacateAllOf({ id }),
    promoteBesideAllOf({ userId: id, stamp }),
    tellPromoted({ stamp, toldAt: ctx.now(), runner: '' }),
    deleteRsvpsOf({ id }),
  ] as const
}

/** The error for an RSVP that is not there for the caller, or whose id is none. */
export function rsvpMissing(id: string): DomainError {
  return new DomainError(isObjectId(id) ? 'rsvp.missing' : 'id.invalid')
}

/** The RSVP's plan is there for the caller. */
export const planIsSeenBy = (viewer: SQL) => sql`exists (select 1 from ${plans}
  where ${of(plans.id)} = ${of(rsvps.planId)} and ${planIsThereFor(viewer)})`

/** The RSVP's person is there for the caller, or is the caller. */
export const personIsSeenBy = (viewer: SQL) => sql`(${of(rsvps.userId)} = ${viewer} or exists (
  select 1 from ${users} where ${of(users.id)} = ${of(rsvps.userId)} and ${isThereFor(viewer)}))`

/** An RSVP that is there for the caller. Unawaited. */
export const rsvpOf = maybeRow({ me, id: rsvps.id }, (p) =>
  q
    .select({
      ...rsvpColumns,
      isMine: sql<boolean>`${of(rsvps.userId)} = ${p.me}`.mapWith(Boolean).as('is_mine'),
    })
    .from(rsvps)
    .where(and(eq(rsvps.id, p.id), planIsSeenBy(p.me), personIsSeenBy(p.me))),
)

const page = { after: rsvps.id, count: value<number>() }

// One row without an RSVP where the plan is there and nobody has answered.
const rsvpsOfPlan = list({ me, planId: plans.id, ...page }, (p) =>
  q
    .select({ rsvp: rsvpColumns })
    .from(plans)
    .leftJoin(rsvps, and(eq(rsvps.planId, plans.id), gt(rsvps.id, p.after), personIsSeenBy(p.me)))
    .where(and(eq(plans.id, p.planId), planIsThereFor(p.me)))
    .orderBy(asc(rsvps.id))
    .limit(count(p.count)),
)

const ownRsvps = list({ me, ...page }, (p) =>
  q
    .select(rsvpColumns)
    .from(rsvps)
    .where(and(eq(rsvps.userId, p.me), gt(rsvps.id, p.after), planIsSeenBy(p.me)))
    .orderBy(asc(rsvps.id))
    .limit(count(p.count)),
)

const vacateAllOf = statement({ id: rsvps.userId }, (p) =>
  q.update(rsvps).set({ status: 'declined' }).where(eq(rsvps.userId, p.id)),
)

const deleteRsvpsOf = statement({ id: rsvps.userId }, (p) =>
  q.delete(rsvps).where(eq(rsvps.userId, p.id)),
)
