// Standard Webhooks 1.0: secrets, and what is signed with them.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { fromBase64Url, toBase64 } from '../base/base64url'

const prefix = 'whsec_'
const secretBytes = 32

/** A new secret, as its receiver sets it. */
export const newSecret = (): string =>
  prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)))

/** What is sent: `id` is the same at each try; `at` is the try's, in milliseconds. */
export type Signed = { id: string; at: number; body: string }

/** The three headers, signed with each of the secrets. */
export function signedHeaders(
  secrets: readonly string[],
  { id, at, body }: Signed,
): Record<string, string> {
  const seconds = String(Math.floor(at / 1000))
  const signed = utf8ToBytes(`${id}.${seconds}.${body}`)
  const signatures = secrets.map((secret) => `v1,${toBase64(hmac(sha256, keyOf(secret), signed))}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  }
}

const keyOf = (secret: string) => fromBase64Url(secret.slice(prefix.length))!
