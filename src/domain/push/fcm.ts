// A push to an app, by Google's FCM (HTTP v1). Google can read it: by default without anybody's names and texts.
import type { Context, OutsideAnswer } from '../base/context'
import { notConfigured } from '../base/seal'
import type { PushAddress } from './addresses'
import { fcmToken } from './fcm-token'
import { type PushNews, saysNothing } from './news'
import { outcomeOf, type PushOutcome } from './outcomes'

type FcmAddress = Extract<PushAddress, { kind: 'fcm' }>

/** Bytes of an error that are read: what it is called stands in its beginning. */
const maxBytes = 16 * 1024

/**
 * Sends a push to an app, once more where Google knows our access token no more.
 * @throws `service.not_configured`
 */
export async function pushToApp(
  ctx: Context,
  address: FcmAddress,
  news: PushNews,
): Promise<PushOutcome> {
  const first = await sendTo(ctx, address, news, null)
  if (first.result !== 'unknown_token') return first
  const second = await sendTo(ctx, address, news, first.stale)
  return second.result === 'unknown_token' ? { result: 'failed', error: 'status_401' } : second
}

type Sent = PushOutcome | { result: 'unknown_token'; stale: string }

async function sendTo(
  ctx: Context,
  address: FcmAddress,
  news: PushNews,
  stale: string | null,
): Promise<Sent> {
  const account = ctx.keys.fcm
  if (!account) throw notConfigured(ctx, 'FCM_SERVICE_ACCOUNT')
  const found = await fcmToken(ctx, account, stale)
  if (!('token' in found)) return { result: 'later', ...found }
  const url = `${ctx.rules.push.fcmUrl}/v1/projects/${account.projectId}/messages:send`
  const answer = await ctx.outside.send({
    url,
    headers: {
      authorization: `Bearer ${found.token}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({ message: messageOf(ctx, address, news) }),
    most: maxBytes,
  })
  if (answer.kind === 'answered' && answer.status === 401) {
    return { result: 'unknown_token', stale: found.sealed }
  }
  const isGone = answer.kind === 'answered' && saysGone(answer)
  return isGone
    ? { result: 'gone', error: 'unregistered' }
    : outcomeOf(ctx, new URL(url).host, answer)
}

/** The message as FCM takes it: values of `data` are texts. */
function messageOf(ctx: Context, { token }: FcmAddress, news: PushNews) {
  const { kind, topic, ttl, urgency, badge } = news
  const notification = ctx.rules.push.text === 'all' ? news.words : news.bare
  const data = Object.entries<string | number>({ kind, ...news.data }).map(([name, to]) => [
    name,
    String(to),
  ])
  const isHigh = urgency === 'high'
  return {
    token,
    notification: notification.title === '' ? saysNothing(ctx) : notification,
    data: Object.fromEntries(data) as Record<string, string>,
    android: {
      collapse_key: topic,
      priority: isHigh ? 'HIGH' : 'NORMAL',
      ttl: `${ttl}s`,
      notification: { tag: topic },
    },
    apns: {
      headers: {
        'apns-collapse-id': topic,
        'apns-priority': isHigh ? '10' : '5',
        'apns-expiration': String(Math.floor(ctx.now() / 1000) + ttl),
      },
      payload: { aps: { ...(badge === null ? {} : { badge }), 'thread-id': topic } },
    },
  }
}

type Answered = Extract<OutsideAnswer, { kind: 'answered' }>

/** Whether the app's token is none, or none of ours: then there is nobody to push to. */
function saysGone({ status, body }: Answered): boolean {
  const details = detailsIn(body)
  const codes = details.map(({ errorCode }) => errorCode)
  if (codes.includes('UNREGISTERED') || codes.includes('SENDER_ID_MISMATCH')) return true
  const fields = details.flatMap(({ fieldViolations: found }) =>
    Array.isArray(found) ? found : [],
  )
  return status === 400 && fields.some((one) => one?.field === 'message.token')
}

type Detail = { errorCode?: unknown; fieldViolations?: ({ field?: unknown } | null)[] }

function detailsIn(body: Uint8Array): Detail[] {
  try {
    const json = JSON.parse(new TextDecoder().decode(body)) as { error?: { details?: unknown } }
    const details = json.error?.details
    const isGood = (one: unknown) => typeof one === 'object' && one !== null
    return Array.isArray(details) ? details.filter(isGood) : []
  } catch {
    return []
  }
}
