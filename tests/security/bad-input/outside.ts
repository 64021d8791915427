// Rows of the bad input for what goes out: devices that are pushed to, and webhooks, which alice has no right to.
import type { Field } from '../../support/hostile-fields'
import { oneBrowser } from '../../support/push'
import type { BodilessRow, BodyRow, ListRow, RecordRow } from './rows'

const notFound = { detail: 'Not found.' }
const required = ['This field is required.']
const notAllowed = 'This push service is not allowed.'
const noKey = 'Not a valid key.'
const endpoint: Field = { kind: 'text', max: 2000, required: true, form: notAllowed }
const keys: Field = {
  kind: 'object',
  required: true,
  parts: {
    p256dh: { kind: 'text', max: 100, required: true, form: noKey },
    auth: { kind: 'text', max: 30, required: true, form: noKey },
  },
  good: oneBrowser.keys,
}
const token: Field = { kind: 'text', max: 4096 }
const path = () => '/api/me/push-subscriptions/'
const denied = { detail: 'You do not have permission to perform this action.' }
const webhookFields: Record<string, Field> = {
  url: { kind: 'text', max: 2000 },
  kinds: { kind: 'list', max: 100, of: { kind: 'text', max: 100 } },
  description: { kind: 'text', max: 200, blank: true },
}
const hook = { url: 'https://hooks.example.net/', kinds: ['rsvp.changed'] }
const webhook = (route: string, rest = '') => ({
  route,
  path: (id: number | string) => `/api/staff/webhooks/${id}/${rest}`,
  status: 403,
  missing: denied,
})

export const bodies: BodyRow[] = [
  {
    route: 'POST /api/me/push-subscriptions',
    path,
    good: () => oneBrowser,
    fields: { endpoint, keys },
  },
  {
    route: 'POST /api/me/push-subscriptions',
    path,
    good: () => ({ fcm_token: 'abc', platform: 'ios' }),
    fields: { fcm_token: token, platform: { kind: 'choice', required: true } },
    empty: [400, { endpoint: required, keys: required }],
  },
  {
    route: 'DELETE /api/me/push-subscriptions',
    path,
    good: () => ({ endpoint: 'https://fcm.googleapis.com/fcm/send/nobody' }),
    fields: { endpoint: { kind: 'text', max: 2000, required: true } },
  },
  {
    route: 'POST /api/staff/webhooks',
    path: () => '/api/staff/webhooks/',
    good: () => hook,
    fields: {
      ...webhookFields,
      url: { ...webhookFields['url']!, required: true },
      kinds: { ...webhookFields['kinds']!, required: true },
    },
  },
  {
    route: 'PATCH /api/staff/webhooks/:id',
    path: () => '/api/staff/webhooks/1/',
    good: () => hook,
    fields: { ...webhookFields, is_enabled: { kind: 'boolean' } },
    empty: [403, denied],
  },
]

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /api/me/push-subscriptions/:id/test',
    path: '/api/me/push-subscriptions/0/test/',
    status: 404,
    body: notFound,
  },
  ...['rotate', 'test', 'deliveries/1/retry'].map((rest) => ({
    route: `POST /api/staff/webhooks/:id/${rest.replace('1', ':delivery')}`,
    path: `/api/staff/webhooks/1/${rest}/`,
    status: 403,
    body: denied,
  })),
]

export const records: RecordRow[] = [
  {
    route: 'DELETE /api/me/push-subscriptions/:id',
    path: (id) => `/api/me/push-subscriptions/${id}/`,
    status: 204,
    missing: null,
  },
  {
    route: 'POST /api/me/push-subscriptions/:id/test',
    path: (id) => `/api/me/push-subscriptions/${id}/test/`,
    missing: notFound,
  },
  webhook('GET /api/staff/webhooks/:id'),
  { ...webhook('PATCH /api/staff/webhooks/:id'), json: hook },
  webhook('DELETE /api/staff/webhooks/:id'),
  webhook('POST /api/staff/webhooks/:id/rotate', 'rotate/'),
  webhook('POST /api/staff/webhooks/:id/test', 'test/'),
  webhook('GET /api/staff/webhooks/:id/deliveries', 'deliveries/'),
  webhook('POST /api/staff/webhooks/:id/deliveries/:delivery/retry', 'deliveries/1/retry/'),
]

export const lists: ListRow[] = [{ route: 'GET /api/me/push-subscriptions', cursor: 'id' }]
