// The jobs that send endpoints what they are to hear: one for each endpoint.
import { type SQL, sql } from 'drizzle-orm'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { jobsFrom } from '../base/jobs'

/** The kind of job that sends an endpoint what it is to hear. */
export const sendKind = 'webhook.send'

/** Asks for the sending of an endpoint's deliveries, where a condition says so. */
const sendingWhere = (now: SQL, condition: SQL) =>
  jobsFrom({
    kind: sendKind,
    // The cast: D1 binds every number as a REAL, whose text would be another key.
    key: sql`cast(${of(webhookEndpoints.id)} as text)`,
    payload: sql`json_object('endpointId', ${of(webhookEndpoints.id)})`,
    now,
    lane: 1,
    isSooner: true,
    from: sql`from ${webhookEndpoints} where ${condition}`,
  })

/** Of all that have still to be told of an event. Unawaited, like the other. */
export const jobsOfEvent = statement(
  { eventId: webhookDeliveries.eventId, now: value<number>() },
  (p) =>
    sendingWhere(
      p.now,
      sql`${of(webhookEndpoints.state)} = 'enabled' and exists (select 1 from ${webhookDeliveries}
        where ${of(webhookDeliveries.endpointId)} = ${of(webhookEndpoints.id)}
          and ${of(webhookDeliveries.eventId)} = ${p.eventId}
          and ${of(webhookDeliveries.state)} = 'waiting')`,
    ),
)

/** Of one endpoint, whatever waits for it. */
export const jobOfEndpoint = statement({ id: webhookEndpoints.id, now: value<number>() }, (p) =>
  sendingWhere(p.now, sql`${of(webhookEndpoints.id)} = ${p.id}`),
)
