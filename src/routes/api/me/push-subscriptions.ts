// /api/me/push-subscriptions/…: the devices that a person is pushed to.
import { Hono } from 'hono'
import * as z from 'zod'
import { choice, text } from '../../../domain/base/fields'
import {
  listTargets,
  maxEndpoint,
  type PushAddress,
  removeAddress,
  removeTarget,
  subscribe,
  type Target,
  testTarget,
} from '../../../domain/push'
import type { AppEnv } from '../../../wire/pipeline/app-env'
import { bodyBy } from '../../../wire/input/body'
import { signedIn } from '../../../wire/pipeline/credentials'
import { endpoint } from '../../../wire/describe/notes'
import { listed, pageQuery } from '../../../wire/input/paging'
import { integerId } from '../../../wire/input/paths'
import { removed, timeText } from '../../../wire/shapes/common'
import { isoTime } from '../../../wire/shapes/times'

export const apiMePushSubscriptions = new Hono<AppEnv>()

const listMax = 200
const maxToken = 4096

const endpointText = text({ max: maxEndpoint, verbatim: true })
const WebSubscription = z.object({
  endpoint: endpointText,
  keys: z.object({ p256dh: text({ max: 100 }), auth: text({ max: 30 }) }),
})
const tokenText = text({ max: maxToken, verbatim: true })
const FcmSubscription = z.object({ fcm_token: tokenText, platform: choice('android', 'ios') })

const Subscription = z
  .object({
    id: z.int(),
    kind: z.enum(['web', 'fcm']),
    platform: z.enum(['web', 'android', 'ios']),
    host: z.string(),
    is_current: z.boolean(),
    created_at: timeText,
    last_ok_at: timeText.nullable(),
    last_error: z.string(),
  })
  .meta({ id: 'PushSubscription' })

apiMePushSubscriptions.post(
  '/api/me/push-subscriptions',
  endpoint({
    tags: ['more'],
    summary: 'Have pushes sent to this device',
    description:
      'Takes `PushSubscription.toJSON()` as it is, or an app’s `fcm_token`. The same address again is 200 and this session’s from then on.',
    answers: { 200: Subscription, 201: Subscription },
    errors: ['push.address_taken', 'tries.exceeded', 'service.not_configured'],
    examples: [
      { fcm_token: 'fGci…', platform: 'android' },
      {
        endpoint: 'https://fcm.googleapis.com/fcm/send/abc',
        expirationTime: null,
        keys: { p256dh: 'BCVxsr7N…', auth: 'BTBZMqHH6r4Tts7J_aSIgg' },
      },
    ],
  }),
  signedIn,
  bodyBy('fcm_token', FcmSubscription, WebSubscription),
  async (c) => {
    const address = addressOf(c.req.valid('json'))
    const done = await subscribe(c.get('context'), c.get('caller'), address)
    return c.json(targetView(done.target), done.isNew ? 201 : 200)
  },
)

function addressOf(
  given: z.output<typeof WebSubscription> | z.output<typeof FcmSubscription>,
): PushAddress {
  if ('fcm_token' in given) {
    return { kind: 'fcm', token: given.fcm_token, platform: given.platform }
  }
  return { kind: 'web', endpoint: given.endpoint, ...given.keys }
}

apiMePushSubscriptions.get(
  '/api/me/push-subscriptions',
  endpoint({
    tags: ['more'],
    summary: 'One’s own devices that pushes are sent to, newest first',
    answers: { 200: z.array(Subscription) },
  }),
  signedIn,
  pageQuery(listMax),
  async (c) => {
    const page = await listTargets(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, targetView))
  },
)

const WebAddress = z.object({ endpoint: endpointText })
const FcmAddress = z.object({ fcm_token: tokenText })

apiMePushSubscriptions.delete(
  '/api/me/push-subscriptions',
  endpoint({
    tags: ['more'],
    summary: 'Have no more pushes sent to a device, by its address',
    description: 'Also where there is none; somebody else’s stays.',
    answers: { 204: removed },
    examples: [{ fcm_token: 'fGci…' }, { endpoint: 'https://fcm.googleapis.com/fcm/send/abc' }],
  }),
  signedIn,
  bodyBy('fcm_token', FcmAddress, WebAddress),
  async (c) => {
    const given = c.req.valid('json')
    const address = 'fcm_token' in given ? { token: given.fcm_token } : given
    await removeAddress(c.get('context'), c.get('caller'), address)
    return c.body(null, 204)
  },
)

apiMePushSubscriptions.delete(
  '/api/me/push-subscriptions/:id',
  endpoint({
    tags: ['more'],
    summary: 'Have no more pushes sent to a device',
    description: 'Also where there is none; somebody else’s stays.',
    answers: { 204: removed },
  }),
  signedIn,
  async (c) => {
    await removeTarget(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

const TestResult = z.object({ result: z.enum(['accepted', 'gone', 'failed']) })

apiMePushSubscriptions.post(
  '/api/me/push-subscriptions/:id/test',
  endpoint({
    tags: ['more'],
    summary: 'Send a push to one of one’s own devices, now',
    description: '`gone`: its service knows the device no more, and it is removed.',
    answers: { 200: TestResult },
    errors: ['push.missing', 'tries.exceeded', 'service.not_configured'],
  }),
  signedIn,
  async (c) => {
    const result = await testTarget(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.json({ result } satisfies z.output<typeof TestResult>)
  },
)

function targetView(target: Target): z.output<typeof Subscription> {
  return {
    id: target.id,
    kind: target.kind,
    platform: target.platform,
    host: target.host,
    is_current: target.isCurrent,
    created_at: isoTime(target.createdAt),
    last_ok_at: target.okAt === null ? null : isoTime(target.okAt),
    last_error: target.lastError,
  }
}
