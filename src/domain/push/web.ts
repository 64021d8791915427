// A push to a browser: encrypted for it alone (RFC 8291), signed for its push service (RFC 8292).
import type { Context } from '../base/context'
import { keysOf, type PushAddress } from './addresses'
import { encryptPush } from './encryption'
import { type PushNews, saysNothing, webBodyOf } from './news'
import { outcomeOf, type PushOutcome } from './outcomes'
import { vapidHeader, vapidKeyOf } from './vapid'

type WebAddress = Extract<PushAddress, { kind: 'web' }>

/** Sends a push to a browser that subscribed under one of our keys. Never throws for what a service does. */
export async function pushToBrowser(
  ctx: Context,
  keyId: string,
  address: WebAddress,
  news: PushNews,
): Promise<PushOutcome> {
  const outcome = await sendTo(ctx, keyId, address, news)
  if (outcome.result !== 'too_large') return outcome
  const short = { ...news, words: saysNothing(ctx), bare: saysNothing(ctx), data: {} }
  const second = await sendTo(ctx, keyId, address, short)
  return second.result === 'too_large' ? { ...second, result: 'failed' } : second
}

async function sendTo(
  ctx: Context,
  keyId: string,
  address: WebAddress,
  news: PushNews,
): Promise<PushOutcome> {
  const key = vapidKeyOf(ctx, keyId)
  // Subscribed under a key that is ours no more: its service would refuse all others.
  if (!key) return { result: 'gone', error: 'key_gone' }
  const { endpoint } = address
  const answer = await ctx.outside.send({
    url: endpoint,
    headers: {
      authorization: await vapidHeader(ctx, key, endpoint),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(news.ttl),
      urgency: news.urgency,
      topic: news.topic,
    },
    body: await encryptPush(keysOf(address), webBodyOf(ctx, news)),
  })
  return outcomeOf(ctx, new URL(endpoint).host, answer)
}
