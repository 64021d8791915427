// What people are told of plans: the creator of answers to it, the invited, and those who answered of what
// becomes of it.
import { type SQL, sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { of } from '../../db/names'
import { statement } from '../../db/declare'
import { me } from '../accounts'
import { type EventKind, tell, telling, type Telling } from '../base/events'

/** An answer was given, changed or taken back (`removed`). */
export const rsvpChanged = {
  kind: 'rsvp.changed',
  group: 'answers',
  channels: ['feed', 'socket', 'push', 'webhook'],
  subject: 'plan',
} as const satisfies EventKind

const channels = ['feed', 'socket', 'push', 'webhook'] as const

/** The creator invites somebody. */
export const planInvited = {
  kind: 'plan.invited',
  group: 'invited',
  channels,
  subject: 'plan',
} as const satisfies EventKind

/** A plan that is not over has another title, place, time or zone. */
export const planChanged = {
  kind: 'plan.changed',
  group: 'changed',
  channels,
  subject: 'plan',
  merges: true,
} as const satisfies EventKind

/** A plan that is not over was deleted; its title goes along. */
export const planCancelled = {
  kind: 'plan.cancelled',
  group: 'cancelled',
  channels,
  subject: null,
  isUrgent: true,
} as const satisfies EventKind

/** A place became free for somebody who waited for one; it names nobody who freed it. */
export const rsvpPromoted = {
  kind: 'rsvp.promoted',
  group: 'promoted',
  channels,
  subject: 'plan',
  isUrgent: true,
} as const satisfies EventKind

/** What plans are told of. */
export const planEvents = [rsvpChanged, rsvpPromoted, planInvited, planChanged, planCancelled]

/** The stream of the plan in the statement's `plans` row. */
export const planStream = sql`'plan:' || ${of(plans.id)}`

/** An audience is no longer. */
const mostTold = sql.raw('20000')

/** Who has answered the plan in the statement's `plans` row, but for who declined and its creator. */
const attendees = sql`(select json_group_array(attendee) from (
  select ${of(rsvps.userId)} as attendee from ${rsvps} where ${of(rsvps.planId)} = ${of(plans.id)}
    and ${of(rsvps.status)} <> 'declined' and ${of(rsvps.userId)} <> ${of(plans.creatorId)} limit ${mostTold}))`

/** Plans with people to tell, by a condition on `plans`: each with its `attendees`. */
const attended = (columns: SQL, condition: SQL) => sql`from (
  select ${of(plans.id)} as plan_id, ${of(plans.creatorId)} as creator_id, ${attendees} as attendees, ${columns}
  from ${plans} where ${condition}) as attended where attended.attendees <> '[]'`

const ofAttended = {
  stream: sql`'plan:' || attended.plan_id`,
  to: sql`attended.attendees`,
}

/** Tells who has answered of a change: `changed` is JSON of what, `{}` for nothing. Ahead of it. */
export const tellOfChange = (changed: SQL, condition: SQL, p: Record<keyof typeof telling, SQL>) =>
  tell(planChanged, {
    ...p,
    ...ofAttended,
    actor: sql`attended.creator_id`,
    data: sql`json_object('plan_id', attended.plan_id, 'changed', json(attended.changed))`,
    key: sql`'plan.changed:' || attended.plan_id`,
    from: sql`${attended(sql`${changed} as changed`, condition)} and attended.changed <> '{}'`,
  })

const tellOfEnd = (
  { actor, words }: { actor: SQL; words: SQL },
  condition: SQL,
  p: Record<keyof typeof telling, SQL>,
) =>
  tell(planCancelled, {
    ...p,
    ...ofAttended,
    actor,
    words,
    data: sql`json_object('plan_id', attended.plan_id)`,
    from: attended(
      sql`${of(plans.title)} as title`,
      sql`${condition} and ${of(plans.endTime)} > ${p.toldAt}`,
    ),
  })

/** Tells who has answered that a plan is deleted. Unawaited: goes ahead of that. */
export const tellOfDeletion = statement({ me, id: plans.id, ...telling }, (p) =>
  tellOfEnd(
    { actor: sql`attended.creator_id`, words: sql`attended.title` },
    sql`${of(plans.id)} = ${p.id} and ${of(plans.creatorId)} = ${p.me}`,
    p,
  ),
)

/** The same of all plans of somebody who leaves: without a name or a title. */
export const tellOfLeaving = statement({ id: plans.creatorId, ...telling }, (p) =>
  tellOfEnd({ actor: sql`null`, words: sql`''` }, sql`${of(plans.creatorId)} = ${p.id}`, p),
)

/** Tells a plan's creator of somebody else's RSVPs that a condition names. */
export const tellCreatorOf = (
  status: SQL,
  condition: SQL | undefined,
  p: Record<keyof typeof telling, SQL>,
) => tell(rsvpChanged, { ...p, ...aboutRsvp(status), from: rsvpsWhere(condition) })

const aboutRsvp = (status: SQL): Pick<Telling, 'stream' | 'to' | 'actor' | 'data'> => ({
  stream: sql`'plan:' || ${of(rsvps.planId)}`,
  to: sql`json_array(${of(plans.creatorId)})`,
  actor: of(rsvps.userId),
  data: sql`json_object('plan_id', ${of(rsvps.planId)}, 'rsvp_id', ${of(rsvps.id)},
    'status', ${status})`,
})

const rsvpsWhere = (condition: SQL | undefined) => sql`from ${rsvps}
  join ${plans} on ${of(plans.id)} = ${of(rsvps.planId)} and ${of(plans.creatorId)} <> ${of(rsvps.userId)}
  where ${condition ?? sql`true`}`

/** Tells of the RSVP that this batch has written. Unawaited: goes behind the promotion. */
export const tellOfRsvp = statement({ id: rsvps.id, stamp: rsvps.stamp, ...telling }, (p) =>
  tellCreatorOf(
    of(rsvps.status),
    sql`${of(rsvps.id)} = ${p.id} and ${of(rsvps.stamp)} = ${p.stamp}`,
    p,
  ),
)

/** What a promotion writes as the stamp of those whom it lets in; of who has answered in its batch it stays. */
export const promotedStamp = (stamp: SQL) => sql`'+' || ${stamp}`

/** Tells those whom this batch has let in, of each plan by itself. Unawaited: goes behind the promotion. */
export const tellPromoted = statement({ stamp: rsvps.stamp, ...telling }, (p) =>
  tell(rsvpPromoted, {
    ...p,
    stream: sql`'plan:' || promoted.plan_id`,
    to: sql`promoted.people`,
    actor: sql`null`,
    data: sql`json_object('plan_id', promoted.plan_id)`,
    // The first of the conditions is the index's.
    from: sql`from (select plan_id, json_group_array(user_id) as people from (
        select ${of(rsvps.planId)} as plan_id, ${of(rsvps.userId)} as user_id from ${rsvps}
        where substr(${of(rsvps.stamp)}, 1, 1) = '+' and ${of(rsvps.stamp)} = ${promotedStamp(p.stamp)}
        limit ${mostTold}) group by plan_id) as promoted where true`,
  }),
)
