// One push to one target, whichever service it goes by.
import type { Context } from '../base/context'
import { openAddress } from './addresses'
import { pushToApp } from './fcm'
import type { PushNews } from './news'
import type { PushOutcome } from './outcomes'
import { pushToBrowser } from './web'

/** What of a target's row its sender needs. */
export type PushTarget = { id: number; addressHash: string; sealed: string; keyId: string }

/**
 * Sends a push, one try; `noteOutcome` makes statements of what came of it.
 * @throws `service.not_configured` where its keys are missing
 */
export async function sendPush(
  ctx: Context,
  target: PushTarget,
  news: PushNews,
): Promise<PushOutcome> {
  const address = await openAddress(ctx, target)
  if (address.kind === 'fcm') return pushToApp(ctx, address, news)
  return pushToBrowser(ctx, target.keyId, address, news)
}
