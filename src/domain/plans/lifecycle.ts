// Plans' part in leaving and in the export.
import { and, eq, getTableColumns } from 'drizzle-orm'
import { calendarFeeds, planInvites, plans as plansTable, rsvps } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { me } from '../accounts'
import { planIsThereFor } from '../people'
import type { Lifecycle } from '../base/lifecycle'
import { eraseOf as eraseCalendarOf } from './calendars'
import { planEvents, tellOfLeaving } from './events'
import { eraseOf as erasePlansOf } from './plans'
import { eraseOf as eraseRsvpsOf } from './rsvps'

const own = { caller: me }

const plansOf = statement(own, (p) =>
  q.select().from(plansTable).where(eq(plansTable.creatorId, p.caller)),
)

// Not the stamp: it tells nothing about anybody.
const { stamp: _, ...rsvpShown } = getTableColumns(rsvps)

const rsvpsOf = statement(own, (p) =>
  q
    .select(rsvpShown)
    .from(rsvps)
    .innerJoin(plansTable, eq(plansTable.id, rsvps.planId))
    .where(and(eq(rsvps.userId, p.caller), planIsThereFor(p.caller))),
)

const invitesOf = statement(own, (p) =>
  q
    .select({ planId: planInvites.planId, createdAt: planInvites.createdAt })
    .from(planInvites)
    .innerJoin(plansTable, eq(plansTable.id, planInvites.planId))
    .where(and(eq(planInvites.userId, p.caller), planIsThereFor(p.caller))),
)

const feedsOf = statement(own, (p) =>
  q
    .select({ createdAt: calendarFeeds.createdAt })
    .from(calendarFeeds)
    .where(eq(calendarFeeds.userId, p.caller)),
)

/**
 * What plans say of themselves.
 * @noun plans, invitations, RSVPs, the waitlist, calendars
 * @after friends
 */
export const plans = {
  name: 'plans',
  tables: [plansTable, planInvites, rsvps, calendarFeeds],
  events: planEvents,
  erase: (ctx, id) => [
    // By the timer: nobody waits for it.
    tellOfLeaving({ id, toldAt: ctx.now(), runner: '' }),
    // Ahead of the RSVPs, whose places go to others: in a plan that is off there are none.
    ...erasePlansOf(id),
    ...eraseRsvpsOf(ctx, id),
    ...eraseCalendarOf(id),
  ],
  held: { plans: plansOf, rsvps: rsvpsOf, planInvitations: invitesOf, calendarFeeds: feedsOf },
} satisfies Lifecycle
