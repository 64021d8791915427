// /api/staff/webhooks/<id>/test/ and …/deliveries/: what an address was told, and what became of it.
import { Hono } from 'hono'
import * as z from 'zod'
import { choice, optional } from '../../../../domain/base/fields'
import {
  type Delivery,
  listDeliveries,
  retryDelivery,
  testEndpoint,
} from '../../../../domain/webhooks'
import type { AppEnv } from '../../../../wire/pipeline/app-env'
import { signedIn } from '../../../../wire/pipeline/credentials'
import { endpoint } from '../../../../wire/describe/notes'
import { listed, pageShape, query } from '../../../../wire/input/paging'
import { integerId } from '../../../../wire/input/paths'
import { timeText } from '../../../../wire/shapes/common'
import { isoTime } from '../../../../wire/shapes/times'

export const apiStaffWebhooksDeliveries = new Hono<AppEnv>()

const listMax = 200
const states = ['waiting', 'delivered', 'failed'] as const

const DeliveryRecord = z
  .object({
    id: z.int(),
    webhook_id: z.string().meta({ description: 'The `webhook-id` of each try.' }),
    kind: z.string(),
    state: z.enum(states),
    attempts: z.int(),
    last_error: z.string(),
    last_ms: z.int().nullable(),
    next_at: timeText.nullable(),
    delivered_at: timeText.nullable(),
  })
  .meta({ id: 'WebhookDelivery' })

apiStaffWebhooksDeliveries.post(
  '/api/staff/webhooks/:id/test',
  endpoint({
    tags: ['more'],
    summary: 'Tell one of something made up: `webhook.test`',
    answers: { 201: DeliveryRecord },
    errors: ['permission.denied', 'webhook.missing'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    const made = await testEndpoint(c.get('context'), c.get('caller'), id)
    return c.json(deliveryView(made), 201)
  },
)

const DeliveriesQuery = pageShape(listMax).extend({ state: optional(choice(...states)) })

apiStaffWebhooksDeliveries.get(
  '/api/staff/webhooks/:id/deliveries',
  endpoint({
    tags: ['more'],
    summary: 'What one was told, newest first',
    description: 'Kept for 30 days.',
    answers: { 200: z.array(DeliveryRecord) },
    errors: ['permission.denied', 'webhook.missing'],
  }),
  signedIn,
  query(DeliveriesQuery),
  async (c) => {
    const { state = null, ...page } = c.req.valid('query')
    const asked = { ...page, state, id: integerId(c.req.param('id')) }
    const found = await listDeliveries(c.get('context'), c.get('caller'), asked)
    return c.json(listed(c, found, deliveryView))
  },
)

apiStaffWebhooksDeliveries.post(
  '/api/staff/webhooks/:id/deliveries/:delivery/retry',
  endpoint({
    tags: ['more'],
    summary: 'Tell one of it again, as if it never had been told',
    answers: { 200: DeliveryRecord },
    errors: ['permission.denied', 'webhook.missing'],
  }),
  signedIn,
  async (c) => {
    const endpointId = integerId(c.req.param('id'))
    const asked = { endpointId, id: integerId(c.req.param('delivery')) }
    const begun = await retryDelivery(c.get('context'), c.get('caller'), asked)
    return c.json(deliveryView(begun))
  },
)

function deliveryView(one: Delivery): z.output<typeof DeliveryRecord> {
  return {
    id: one.id,
    webhook_id: `evt_${one.eventId}`,
    kind: one.kind,
    state: one.state,
    attempts: one.attempts,
    last_error: one.lastError,
    last_ms: one.lastMs,
    next_at: one.state === 'waiting' ? isoTime(one.dueAt) : null,
    delivered_at: one.deliveredAt === null ? null : isoTime(one.deliveredAt),
  }
}
