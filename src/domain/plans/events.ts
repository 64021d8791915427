// What the creator of a plan is told of: others' answers to it.
import { type SQL, sql } from 'drizzle-orm'
import { plans, rsvps } from '../../db/schema'
import { of } from '../../db/names'
import { statement } from '../../db/declare'
import { type EventKind, tell, telling, type Telling } from '../base/events'

/** An answer was given, changed or taken back (`removed`). */
export const rsvpChanged = {
  kind: 'rsvp.changed',
  group: 'answers',
  channels: ['feed', 'socket', 'push', 'webhook'],
  subject: 'plan',
} as const satisfies EventKind

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
