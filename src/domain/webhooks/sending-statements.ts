// The statements of the job that sends deliveries.
import { and, eq, sql } from 'drizzle-orm'
import { events, users, webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, oneRow, statement, value } from '../../db/declare'
import { assign, of } from '../../db/names'
import { jobsFrom } from '../base/jobs'
import { maxUserIds, type Told } from './payload'

const thisOne = { id: webhookEndpoints.id }

/** What of an endpoint is needed to send to it. */
export type ToSend = {
  id: number
  url: string
  handle: string
  sealedSecret: string
  sealedPrevious: string
  previousUntil: number | null
}

/** An enabled endpoint. Unawaited, like the others. */
export const endpointToSend = maybeRow(thisOne, (p) =>
  q
    .select({
      id: webhookEndpoints.id,
      url: webhookEndpoints.url,
      handle: webhookEndpoints.handle,
      sealedSecret: webhookEndpoints.sealedSecret,
      sealedPrevious: webhookEndpoints.sealedPrevious,
      previousUntil: webhookEndpoints.previousUntil,
    })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.id, p.id), eq(webhookEndpoints.state, 'enabled'))),
)

/** A delivery that was taken up: `attempts` counts this one. */
export type Claimed = { id: number; eventId: number; attempts: number }

/** Takes up an endpoint's oldest due deliveries: one, while it does not answer, none where it is not enabled. */
export const claimDue = statement(
  { ...thisOne, now: value<number>(), lease: value<number>(), most: value<number>() },
  (p) =>
    q.all<Claimed>(sql`update ${webhookDeliveries} set ${assign(webhookDeliveries, {
      attempts: sql`${of(webhookDeliveries.attempts)} + 1`,
      dueAt: p.lease,
    })} where ${of(webhookDeliveries.id)} in (select ${of(webhookDeliveries.id)}
      from ${webhookDeliveries} where ${of(webhookDeliveries.endpointId)} = ${p.id}
        and ${of(webhookDeliveries.state)} = 'waiting' and ${of(webhookDeliveries.dueAt)} <= ${p.now}
      order by ${of(webhookDeliveries.dueAt)}
      limit cast(coalesce((select case when ${of(webhookEndpoints.failingSince)} is null
          then ${p.most} else 1 end from ${webhookEndpoints}
        where ${of(webhookEndpoints.id)} = ${p.id}
          and ${of(webhookEndpoints.state)} = 'enabled'), 0) as integer))
      returning id as id, event_id as eventId, attempts as attempts`),
)

/** What they are about; it may be more than this run has taken up. */
export const claimedEvents = statement({ ...thisOne, lease: value<number>() }, (p) =>
  q.all<Told>(sql`select ${of(events.id)} as id, ${of(events.kind)} as kind,
      ${of(events.actorId)} as actorId, ${of(events.data)} as data,
      ${of(events.createdAt)} as createdAt,
      (select json_group_array(told.value) from (select value from json_each(${of(events.audience)})
        limit ${sql.raw(String(maxUserIds))}) as told) as userIds
    from ${events} where ${of(events.id)} in (select ${of(webhookDeliveries.eventId)}
      from ${webhookDeliveries} where ${of(webhookDeliveries.endpointId)} = ${p.id}
        and ${of(webhookDeliveries.state)} = 'waiting'
        and ${of(webhookDeliveries.dueAt)} = ${p.lease})`),
)

/** What became of one, unless somebody else has taken it up since. */
export const settleDelivery = statement(
  {
    id: webhookDeliveries.id,
    lease: webhookDeliveries.dueAt,
    state: webhookDeliveries.state,
    dueAt: value<number>(),
    lastError: webhookDeliveries.lastError,
    lastMs: webhookDeliveries.lastMs,
    deliveredAt: webhookDeliveries.deliveredAt,
  },
  ({ id, lease, dueAt, ...p }) =>
    q
      .update(webhookDeliveries)
      .set({ ...p, dueAt: sql`${dueAt}` })
      .where(
        and(
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.dueAt, lease),
          eq(webhookDeliveries.state, 'waiting'),
        ),
      ),
)

/** It answered as it should. */
export const noteAnswered = statement({ ...thisOne, now: value<number>() }, (p) =>
  q
    .update(webhookEndpoints)
    .set({ okAt: sql`${p.now}`, failingSince: null })
    .where(eq(webhookEndpoints.id, p.id)),
)

/** It did not answer as it should: disabled at once where it is gone, or has not for too long. */
export const noteFailing = statement(
  { ...thisOne, now: value<number>(), isGone: value<number>(), before: value<number>() },
  (p) => {
    const isFailing = sql`${of(webhookEndpoints.failingSince)} <= ${p.before}`
    return q
      .update(webhookEndpoints)
      .set({
        failingSince: sql`coalesce(${of(webhookEndpoints.failingSince)}, ${p.now})`,
        state: sql`case when ${p.isGone} or ${isFailing} then 'disabled' else 'enabled' end`,
        disabledReason: sql`case when ${p.isGone} then 'gone' when ${isFailing} then 'failing'
          else '' end`,
      })
      .where(and(eq(webhookEndpoints.id, p.id), eq(webhookEndpoints.state, 'enabled')))
  },
)

/** What a disabled endpoint was still to hear, it will not. */
export const giveUpDisabled = statement(thisOne, (p) =>
  q.run(sql`update ${webhookDeliveries} set ${assign(webhookDeliveries, { state: sql`'failed'` })}
    where ${of(webhookDeliveries.endpointId)} = ${p.id}
      and ${of(webhookDeliveries.state)} = 'waiting'
      and exists (select 1 from ${webhookEndpoints} where ${of(webhookEndpoints.id)} = ${p.id}
        and ${of(webhookEndpoints.state)} = 'disabled')`),
)

/** The kind of job that tells an endpoint's maker that it was disabled. */
export const mailKind = 'mail.webhook_disabled'

/** Asks for the mail of one that was disabled for not answering. */
export const mailOfFailing = statement({ ...thisOne, now: value<number>() }, (p) =>
  jobsFrom({
    kind: mailKind,
    key: sql`cast(${of(webhookEndpoints.id)} as text)`,
    payload: sql`json_object('endpointId', ${of(webhookEndpoints.id)})`,
    now: p.now,
    from: sql`from ${webhookEndpoints} where ${of(webhookEndpoints.id)} = ${p.id}
      and ${of(webhookEndpoints.state)} = 'disabled'
      and ${of(webhookEndpoints.disabledReason)} = 'failing'`,
  }),
)

/** Where that mail goes: whoever made it, if they are there; the address's host is all it says of it. */
export const makerOf = maybeRow(thisOne, (p) =>
  q
    .select({ email: users.email, url: webhookEndpoints.url })
    .from(webhookEndpoints)
    .innerJoin(users, and(eq(users.id, webhookEndpoints.createdBy), eq(users.isActive, true)))
    .where(eq(webhookEndpoints.id, p.id)),
)

/** When the next delivery of an endpoint is due; null where none waits. */
export const nextDue = oneRow(thisOne, (p) =>
  q.all<{ dueAt: number | null }>(sql`select min(${of(webhookDeliveries.dueAt)}) as dueAt
    from ${webhookDeliveries} where ${of(webhookDeliveries.endpointId)} = ${p.id}
      and ${of(webhookDeliveries.state)} = 'waiting'`),
)
