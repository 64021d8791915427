// /api/staff/webhooks/<id>/deliveries/: what an address was told, and what became of it.
import { Hono } from 'hono'
import * as z from 'zod'
import { choice, optional } from '../../../../domain/base/fields'
import { listDeliveries, retryDelivery } from '../../../../domain/webhooks'
import type { AppEnv } from '../../../../wire/pipeline/app-env'
import { signedIn } from '../../../../wire/pipeline/credentials'
import { endpoint } from '../../../../wire/describe/notes'
import { listed, pageShape, query } from '../../../../wire/input/paging'
import { integerId } from '../../../../wire/input/paths'
import {
  DeliveryRecord,
  deliveryStates,
  deliveryView,
} from '../../../../wire/shapes/webhook-delivery'

export const apiStaffWebhooksDeliveries = new Hono<AppEnv>()

const listMax = 200

const DeliveriesQuery = pageShape(listMax).extend({ state: optional(choice(...deliveryStates)) })

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
