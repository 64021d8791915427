// Rows of the bad input for what goes out: devices that are pushed to.
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
]

export const bodiless: BodilessRow[] = [
  {
    route: 'POST /api/me/push-subscriptions/:id/test',
    path: '/api/me/push-subscriptions/0/test/',
    status: 404,
    body: notFound,
  },
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
]

export const lists: ListRow[] = [{ route: 'GET /api/me/push-subscriptions', cursor: 'id' }]
