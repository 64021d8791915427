// /api/staff/webhooks/…: where a team's other systems hear of what happens.
import { Hono } from 'hono'
import * as z from 'zod'
import { boolean, list, optional, text } from '../../../domain/base/fields'
import { eventKinds } from '../../../domain/moving'
import {
  addEndpoint,
  editEndpoint,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  removeEndpoint,
  rotateSecret,
} from '../../../domain/webhooks'
import type { AppEnv } from '../../../wire/pipeline/app-env'
import { body } from '../../../wire/input/body'
import { signedIn } from '../../../wire/pipeline/credentials'
import { endpoint } from '../../../wire/describe/notes'
import { listed, pageQuery } from '../../../wire/input/paging'
import { integerId } from '../../../wire/input/paths'
import { removed, timeText } from '../../../wire/shapes/common'
import { isoTime } from '../../../wire/shapes/times'

export const apiStaffWebhooks = new Hono<AppEnv>()

const listMax = 200

/** What endpoints can ask for. */
const known = eventKinds
  .filter(({ channels }) => channels.includes('webhook'))
  .map(({ kind }) => kind)

const url = text({ max: 2000, verbatim: true })
const kinds = list(text({ max: 100 }), 100)
const description = text({ max: 200, blank: true })

const webhook = {
  id: z.int(),
  url: z.string(),
  kinds: z.array(z.string()),
  description: z.string(),
  is_enabled: z.boolean(),
  disabled_reason: z.enum(['gone', 'failing', 'staff']).nullable(),
  failing_since: timeText.nullable(),
}
const Webhook = z.object(webhook).meta({ id: 'Webhook' })
const NewWebhook = z.object({ ...webhook, secret: z.string() }).meta({ id: 'NewWebhook' })

apiStaffWebhooks.post(
  '/api/staff/webhooks',
  endpoint({
    tags: ['more'],
    summary: 'Have an address hear of what happens',
    description:
      'Needs the right `webhooks.manage`. The `secret` (Standard Webhooks) is shown here and never again. At most 20.',
    answers: { 201: NewWebhook },
    errors: ['permission.denied', 'service.not_configured'],
    examples: [{ url: 'https://hooks.example.org/kith', kinds: ['rsvp.changed'] }],
  }),
  signedIn,
  body(z.object({ url, kinds, description: optional(description) })),
  async (c) => {
    const { description = '', ...given } = c.req.valid('json')
    const fields = { ...given, description }
    const made = await addEndpoint(c.get('context'), c.get('caller'), fields, known)
    return c.json({ ...webhookView(made.endpoint), secret: made.secret }, 201)
  },
)

apiStaffWebhooks.get(
  '/api/staff/webhooks',
  endpoint({
    tags: ['more'],
    summary: 'All addresses that hear of what happens, newest first',
    answers: { 200: z.array(Webhook) },
    errors: ['permission.denied'],
  }),
  signedIn,
  pageQuery(listMax),
  async (c) => {
    const page = await listEndpoints(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, webhookView))
  },
)

apiStaffWebhooks.get(
  '/api/staff/webhooks/:id',
  endpoint({
    tags: ['more'],
    summary: 'One of them',
    answers: { 200: Webhook },
    errors: ['permission.denied', 'webhook.missing'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(webhookView(await getEndpoint(c.get('context'), c.get('caller'), id)))
  },
)

const WebhookChanges = z.object({
  url: optional(url),
  kinds: optional(kinds),
  description: optional(description),
  is_enabled: optional(boolean),
})

apiStaffWebhooks.patch(
  '/api/staff/webhooks/:id',
  endpoint({
    tags: ['more'],
    summary: 'Change one; `is_enabled` true lets it begin anew',
    answers: { 200: Webhook },
    errors: ['permission.denied', 'webhook.missing'],
    examples: [{ is_enabled: true }],
  }),
  signedIn,
  body(WebhookChanges),
  async (c) => {
    const { is_enabled: isEnabled, ...given } = c.req.valid('json')
    const edit = { ...given, isEnabled, id: integerId(c.req.param('id')) }
    const changed = await editEndpoint(c.get('context'), c.get('caller'), edit, known)
    return c.json(webhookView(changed))
  },
)

apiStaffWebhooks.delete(
  '/api/staff/webhooks/:id',
  endpoint({
    tags: ['more'],
    summary: 'Let one hear no more',
    description: 'Also where there is none.',
    answers: { 204: removed },
    errors: ['permission.denied'],
  }),
  signedIn,
  async (c) => {
    await removeEndpoint(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

apiStaffWebhooks.post(
  '/api/staff/webhooks/:id/rotate',
  endpoint({
    tags: ['more'],
    summary: 'Give one a new secret',
    description: 'The one until now signs beside it for 24 hours; once more, and that is dropped.',
    answers: { 200: z.object({ secret: z.string(), previous_until: timeText }) },
    errors: ['permission.denied', 'webhook.missing', 'service.not_configured'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    const { secret, previousUntil } = await rotateSecret(c.get('context'), c.get('caller'), id)
    return c.json({ secret, previous_until: isoTime(previousUntil) })
  },
)

function webhookView(one: Endpoint): z.output<typeof Webhook> {
  return {
    id: one.id,
    url: one.url,
    kinds: one.kinds,
    description: one.description,
    is_enabled: one.state === 'enabled',
    disabled_reason: (one.disabledReason || null) as z.output<typeof Webhook>['disabled_reason'],
    failing_since: one.failingSince === null ? null : isoTime(one.failingSince),
  }
}
