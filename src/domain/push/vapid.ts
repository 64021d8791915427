// By what a push service knows us (RFC 8292): a token that one of our keys has signed, for that service alone.
import { importJWK, SignJWT } from 'jose'
import { fromBase64Url, toBase64Url } from '../base/base64url'
import type { Context, PasswordKey } from '../base/context'
import { notConfigured } from '../base/seal'

/** A day is the most that it may be good. */
const life = 12 * 60 * 60

/** The key's public half as browsers and push services take it: a point, in base64url. */
export function publicKeyOf({ x, y }: PasswordKey): string {
  const halves = [fromBase64Url(x)!, fromBase64Url(y)!]
  return toBase64Url(new Uint8Array([4, ...halves[0]!, ...halves[1]!]))
}

/** The key that a target subscribed under, if it still is one of ours. */
export function vapidKeyOf({ keys }: Context, keyId: string): PasswordKey | null {
  return [keys.vapid, keys.vapidPrevious].find((key) => key?.kid === keyId) ?? null
}

/** `Authorization` of a push to an endpoint. */
export async function vapidHeader(ctx: Context, key: PasswordKey, url: string): Promise<string> {
  const now = Math.floor(ctx.now() / 1000)
  const token = await new SignJWT({})
    .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
    .setAudience(new URL(url).origin)
    .setExpirationTime(now + life)
    .setSubject(ctx.rules.push.subject)
    .sign(await importJWK({ ...key }, 'ES256'))
  return `vapid t=${token}, k=${publicKeyOf(key)}`
}

/** What browsers subscribe under. @throws `service.not_configured` */
export function publicKey(ctx: Context): { publicKey: string; keyId: string } {
  const key = ctx.keys.vapid
  if (!key) throw notConfigured(ctx, 'VAPID_PRIVATE_JWK')
  return { publicKey: publicKeyOf(key), keyId: key.kid }
}
