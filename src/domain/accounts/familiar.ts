// From where an account has signed in before: addresses and user agents, as HMACs only.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Context } from '../context'

/** What of an address or a user agent is stored, different for each account. */
export function familiarHash(
  ctx: Context,
  userId: number,
  kind: 'address' | 'agent',
  text: string,
): string {
  return bytesToHex(hmac(sha256, ctx.keys.pepper, utf8ToBytes(`${kind}:${userId}:${text}`)))
}
