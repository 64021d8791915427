// /api/staff/webhooks/<id>/test/: something made up, to see that an address hears.
import { Hono } from 'hono'
import { testEndpoint } from '../../../../domain/webhooks'
import type { AppEnv } from '../../../../wire/pipeline/app-env'
import { signedIn } from '../../../../wire/pipeline/credentials'
import { endpoint } from '../../../../wire/describe/notes'
import { integerId } from '../../../../wire/input/paths'
import { DeliveryRecord, deliveryView } from '../../../../wire/shapes/webhook-delivery'

export const apiStaffWebhooksTest = new Hono<AppEnv>()

apiStaffWebhooksTest.post(
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
