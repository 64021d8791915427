// Where a device is: what clients send of it, judged, and as it is kept, sealed.
import { fromBase64Url, toBase64Url } from '../base/base64url'
import type { Context } from '../base/context'
import type { Issue } from '../base/errors'
import { open, seal } from '../base/seal'
import { keyedHash } from '../base/secrets'
import { type BrowserKeys, isPoint } from './encryption'

/** A browser's, as `PushSubscription.toJSON()` has it, or an app's. */
export type PushAddress =
  | { kind: 'web'; endpoint: string; p256dh: string; auth: string }
  | { kind: 'fcm'; token: string; platform: 'android' | 'ios' }

/** Characters of an endpoint. */
export const maxEndpoint = 2000

/** An address of the web, opened. */
export type WebAddress = { endpoint: string; keys: BrowserKeys }

/** All that is wrong with an address, by the names that clients know. */
export async function addressIssues(ctx: Context, given: PushAddress): Promise<Issue[]> {
  if (given.kind === 'fcm') return []
  const isGood = {
    endpoint: isPushService(ctx, given.endpoint),
    p256dh: await isPoint(fromBase64Url(given.p256dh) ?? new Uint8Array(0)),
    auth: fromBase64Url(given.auth)?.length === 16,
  }
  const issues: Issue[] = []
  if (!isGood.endpoint) issues.push({ path: ['endpoint'], code: 'bad_push_host' })
  if (!isGood.p256dh) issues.push({ path: ['keys', 'p256dh'], code: 'bad_key' })
  if (!isGood.auth) issues.push({ path: ['keys', 'auth'], code: 'bad_key' })
  return issues
}

function isPushService({ outside, rules }: Context, endpoint: string): boolean {
  if (endpoint.length > maxEndpoint || endpoint.includes('#') || !outside.mayAsk(endpoint)) {
    return false
  }
  const { host, hostname } = new URL(endpoint)
  return rules.push.hosts.some((known) =>
    known.startsWith('*.') ? hostname.endsWith(known.slice(1)) : known === host,
  )
}

/** By what an address is found, and its keys are told from others. Nothing of them can be read in it. */
export function hashesOf(ctx: Context, given: PushAddress) {
  const hash = (text: string) => keyedHash(ctx.keys, 'push', text)
  if (given.kind === 'fcm') return { addressHash: hash(`fcm:${given.token}`), keysHash: '' }
  // Base64 has more than one spelling of the same bytes.
  const keys = [given.p256dh, given.auth].map((key) => toBase64Url(fromBase64Url(key)!))
  return { addressHash: webHash(ctx, given.endpoint), keysHash: hash(`keys:${keys.join('.')}`) }
}

/** What finds a target when only its address is known. */
export const webHash = (ctx: Context, endpoint: string) =>
  keyedHash(ctx.keys, 'push', `web:${endpoint}`)
/** The same of an app's. */
export const fcmHash = (ctx: Context, token: string) => keyedHash(ctx.keys, 'push', `fcm:${token}`)

/** What is kept of an address. @throws `service.not_configured` */
export function sealAddress(ctx: Context, id: string, given: PushAddress): Promise<string> {
  return seal(ctx, { table: 'push_targets', id }, JSON.stringify(given))
}

/** What `sealAddress` has kept. @throws `service.not_configured` */
export async function openAddress(ctx: Context, target: Sealed): Promise<PushAddress> {
  const bytes = await open(ctx, { table: 'push_targets', id: target.addressHash }, target.sealed)
  return JSON.parse(new TextDecoder().decode(bytes)) as PushAddress
}

/** What of a target's row is its address. */
export type Sealed = { addressHash: string; sealed: string }

/** A browser's keys as bytes: they were good when they were kept. */
export const keysOf = ({ p256dh, auth }: { p256dh: string; auth: string }): BrowserKeys => ({
  p256dh: fromBase64Url(p256dh)!,
  auth: fromBase64Url(auth)!,
})
