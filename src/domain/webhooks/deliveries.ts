// What endpoints are to hear: a row for each event and each endpoint that asks for its kind, and staff's look
// at them.
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { events, webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { q } from '../../db/compile'
import { count, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { bare, insertInto, of } from '../../db/names'
import { asStaff, type Caller, me, readAsStaff } from '../accounts'
import { asksFor } from '../base/asked'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { newStamp } from '../base/events'
import { startJobs } from '../base/jobs'
import { type Page, type PageOf, toPage } from '../base/paging'
import { guardThere, isEndpoint } from './endpoint-statements'
import { manager, whyMissing } from './endpoints'
import { jobOfEndpoint, jobsOfEvent } from './send-jobs'

/** A delivery as staff see it. Times in milliseconds; `kind` is '' where the event is not kept any more. */
export type Delivery = {
  id: number
  eventId: number
  kind: string
  state: 'waiting' | 'delivered' | 'failed'
  attempts: number
  lastError: string
  lastMs: number | null
  dueAt: number
  deliveredAt: number | null
}

/**
 * Has every endpoint hear of an event that asks for its kind, once, however often this is run: a row each,
 * and a job for each endpoint. Unawaited: for the batch that ends the event's telling; then `startJobs`.
 */
export function deliveriesFor(ctx: Context, eventId: number, kind: string) {
  const now = ctx.now()
  return [insertDeliveries({ eventId, kind, now }), jobsOfEvent({ eventId, now })] as const
}

/**
 * An event that is told to one endpoint alone, to see that it hears.
 * @throws `permission.denied`, `webhook.missing`
 */
export async function testEndpoint(ctx: Context, caller: Caller, id: number): Promise<Delivery> {
  const given = { id, key: `webhook.test:${newStamp()}`, now: ctx.now() }
  const act = { action: 'webhooks.test', userId: null, subject: String(id) }
  const { delivery } = await asStaff(
    ctx,
    manager(caller),
    act,
    {
      guard: guardThere({ id }),
      event: insertTest({ ...given, caller }),
      made: deliverTest(given),
      job: jobOfEndpoint(given),
      delivery: testDelivery({ key: given.key }),
    },
    whyMissing,
  )
  startJobs(ctx)
  return delivery
}

/** Which deliveries of an endpoint: `state` null is all. */
export type DeliveriesOf = PageOf<number> & { id: number; state: Delivery['state'] | null }

/** An endpoint's deliveries, newest first; the cursor is an event's id. @throws `webhook.missing` */
export async function listDeliveries(
  ctx: Context,
  caller: Caller,
  { id, state, cursor, limit }: DeliveriesOf,
): Promise<Page<Delivery, number>> {
  const given = { id, state, before: cursor ?? Number.MAX_SAFE_INTEGER, count: limit + 1 }
  const { found, rows } = await readAsStaff(ctx, manager(caller), {
    found: endpointThere({ id }),
    rows: deliveriesByAge(given),
  })
  if (!found.isThere) throw new DomainError('webhook.missing')
  return toPage(rows, limit, (last) => last.eventId)
}

/** Tries a delivery again as if it never had been. @throws `permission.denied`, `webhook.missing` */
export async function retryDelivery(
  ctx: Context,
  caller: Caller,
  { id, endpointId }: { id: number; endpointId: number },
): Promise<Delivery> {
  const now = ctx.now()
  const subject = `${endpointId}/${id}`
  const act = { action: 'webhooks.retry', userId: null, subject }
  const { delivery } = await asStaff(
    ctx,
    manager(caller),
    act,
    {
      guard: guardDelivery({ id, endpointId }),
      begun: beginAnew({ id, now }),
      job: jobOfEndpoint({ id: endpointId, now }),
      delivery: deliveryById({ id }),
    },
    whyMissing,
  )
  startJobs(ctx)
  return delivery
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const intoDeliveries = insertInto(webhookDeliveries, 'endpointId', 'eventId', 'dueAt', 'createdAt')
const once = sql`on conflict (${bare(webhookDeliveries.endpointId)}, ${bare(webhookDeliveries.eventId)})
  do nothing`

const insertDeliveries = statement(
  { eventId: webhookDeliveries.eventId, kind: value<string>(), now: value<number>() },
  (p) =>
    q.run(sql`${intoDeliveries} select ${of(webhookEndpoints.id)}, ${p.eventId}, ${p.now}, ${p.now}
      from ${webhookEndpoints} where ${asksFor(p.kind)} ${once}`),
)

const test = { id: webhookEndpoints.id, key: value<string>(), now: value<number>() }

// It is told already: to nobody but the endpoint.
const insertTest = statement({ ...test, caller: me }, (p) =>
  q.run(sql`${insertInto(
    events,
    'kind',
    'stream',
    'key',
    'actorId',
    'audience',
    'data',
    'dueAt',
    'createdAt',
    'toldAt',
  )} values ('webhook.test', 'webhook:' || cast(${p.id} as integer), ${p.key}, ${p.caller},
    '[]', '{}', ${p.now}, ${p.now}, ${p.now})`),
)

const deliverTest = statement(test, (p) =>
  q.run(sql`${intoDeliveries} select ${p.id}, ${of(events.id)}, ${p.now}, ${p.now}
    from ${events} where ${of(events.key)} = ${p.key} ${once}`),
)

const shown = {
  id: webhookDeliveries.id,
  eventId: webhookDeliveries.eventId,
  kind: sql<string>`coalesce(${of(events.kind)}, '')`.as('kind'),
  state: webhookDeliveries.state,
  attempts: webhookDeliveries.attempts,
  lastError: webhookDeliveries.lastError,
  lastMs: webhookDeliveries.lastMs,
  dueAt: webhookDeliveries.dueAt,
  deliveredAt: webhookDeliveries.deliveredAt,
}
const deliveries = () =>
  q.select(shown).from(webhookDeliveries).leftJoin(events, eq(events.id, webhookDeliveries.eventId))

const testDelivery = oneRow({ key: events.key }, (p) => deliveries().where(eq(events.key, p.key)))
const deliveryById = oneRow({ id: webhookDeliveries.id }, (p) =>
  deliveries().where(eq(webhookDeliveries.id, p.id)),
)

const endpointThere = oneRow({ id: webhookEndpoints.id }, (p) =>
  q.all<{ isThere: 0 | 1 }>(sql`select ${isEndpoint(p.id)} as isThere`),
)

const deliveriesByAge = statement(
  {
    id: webhookEndpoints.id,
    state: value<string | null>(),
    before: webhookDeliveries.eventId,
    count: value<number>(),
  },
  (p) =>
    deliveries()
      .where(
        and(
          eq(webhookDeliveries.endpointId, p.id),
          lt(webhookDeliveries.eventId, p.before),
          sql`${of(webhookDeliveries.state)} = coalesce(${p.state}, ${of(webhookDeliveries.state)})`,
        ),
      )
      .orderBy(desc(webhookDeliveries.eventId))
      .limit(count(p.count)),
)

const guardDelivery = statement(
  { id: webhookDeliveries.id, endpointId: webhookEndpoints.id },
  (p) =>
    failUnless(sql`${isEndpoint(p.endpointId)} and exists (select 1 from ${webhookDeliveries}
    where ${of(webhookDeliveries.id)} = ${p.id}
      and ${of(webhookDeliveries.endpointId)} = ${p.endpointId})`),
)

const beginAnew = statement({ id: webhookDeliveries.id, now: value<number>() }, (p) =>
  q
    .update(webhookDeliveries)
    .set({ state: 'waiting', attempts: 0, dueAt: sql`${p.now}`, deliveredAt: null })
    .where(eq(webhookDeliveries.id, p.id)),
)
