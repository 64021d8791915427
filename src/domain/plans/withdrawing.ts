// Taking answers to plans back; in the same batch the places that they free go to who waits.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement } from '../../db/declare'
import { of } from '../../db/names'
import { type Caller, me, writeAs } from '../accounts'
import type { Context } from '../base/context'
import { newStamp, startTelling, telling, toldBy } from '../base/events'
import { DomainError } from '../base/errors'
import { tellCreatorOf, tellPromoted } from './events'
import { planIsThere, planMissing } from './plans'
import { personIsSeenBy, planIsSeenBy, rsvpMissing, rsvpOf } from './rsvps'
import { promote, promoteWithout } from './waitlist'

/**
 * Takes an answer back: one's own, or any to one's own plan.
 * @throws `rsvp.missing`, `id.invalid`, `permission.denied`
 */
export async function removeRsvp(ctx: Context, caller: Caller, id: string): Promise<void> {
  const stamp = newStamp()
  const { removed, left, told, promotedTold } = await writeAs(ctx, caller, {
    told: tellOfRemoval({ me: caller, id, ...toldBy(ctx) }),
    promoted: promoteInPlaceOf({ me: caller, id, stamp }),
    promotedTold: tellPromoted({ stamp, ...toldBy(ctx) }),
    removed: deleteRsvp({ me: caller, id }),
    left: rsvpOf({ me: caller, id }),
  })
  startTelling(ctx, told, promotedTold)
  if (removed) return
  throw left ? new DomainError('permission.denied') : rsvpMissing(id)
}

/** Takes one's own answer to a plan back. @throws `plan.missing`, `id.invalid`, `rsvp.missing` */
export async function removeOwnRsvp(ctx: Context, caller: Caller, planId: string): Promise<void> {
  const stamp = newStamp()
  const { removed, plan, told, promotedTold } = await writeAs(ctx, caller, {
    told: tellOfOwnRemoval({ me: caller, planId, ...toldBy(ctx) }),
    removed: deleteOwnRsvp({ me: caller, planId }),
    promoted: promote({ planId, stamp }),
    promotedTold: tellPromoted({ stamp, ...toldBy(ctx) }),
    plan: planIsThere({ me: caller, id: planId }),
  })
  startTelling(ctx, told, promotedTold)
  if (!plan) throw planMissing(planId)
  if (!removed) throw new DomainError('rsvp.missing')
}

/** Removes all answers to one's own plan. @throws `plan.missing`, `id.invalid`, `permission.denied` */
export async function removeAllRsvps(ctx: Context, caller: Caller, planId: string): Promise<void> {
  const { plan } = await writeAs(ctx, caller, {
    removed: deleteAllRsvps({ me: caller, planId }),
    plan: planIsThere({ me: caller, id: planId }),
  })
  if (!plan) throw planMissing(planId)
  if (!plan.isMine) throw new DomainError('permission.denied')
}

const isPlanOf = (creator: SQL) => sql`exists (select 1 from ${plans}
  where ${of(plans.id)} = ${of(rsvps.planId)} and ${of(plans.creatorId)} = ${creator})`

/** Who may take an RSVP back: its person, and the creator of its plan. */
const mayRemove = (p: { me: SQL; id: SQL }) =>
  and(
    eq(rsvps.id, p.id),
    planIsSeenBy(p.me),
    personIsSeenBy(p.me),
    sql`(${of(rsvps.userId)} = ${p.me} or ${isPlanOf(p.me)})`,
  )

/** One's own answer to a plan that one sees. */
const isOwnOf = (p: { me: SQL; planId: SQL }) =>
  and(eq(rsvps.planId, p.planId), eq(rsvps.userId, p.me), planIsSeenBy(p.me))

const removed = sql`'removed'`

// Its own person alone is told of: a creator who removes it acted themselves.
const tellOfRemoval = statement({ me, id: rsvps.id, ...telling }, (p) =>
  tellCreatorOf(removed, and(mayRemove(p), eq(rsvps.userId, p.me)), p),
)

const tellOfOwnRemoval = statement({ me, planId: rsvps.planId, ...telling }, (p) =>
  tellCreatorOf(removed, isOwnOf(p), p),
)

// Before the row goes, which says of which plan it is.
const promoteInPlaceOf = statement({ me, id: rsvps.id, stamp: rsvps.stamp }, (p) =>
  promoteWithout(p.id, mayRemove(p), p.stamp),
)

const deleteRsvp = maybeRow({ me, id: rsvps.id }, (p) =>
  q.delete(rsvps).where(mayRemove(p)).returning({ id: rsvps.id }),
)

const deleteOwnRsvp = maybeRow({ me, planId: rsvps.planId }, (p) =>
  q.delete(rsvps).where(isOwnOf(p)).returning({ id: rsvps.id }),
)

const deleteAllRsvps = statement({ me, planId: rsvps.planId }, (p) =>
  q.delete(rsvps).where(and(eq(rsvps.planId, p.planId), isPlanOf(p.me))),
)
