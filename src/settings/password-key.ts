// PASSWORD_ENCRYPTION_JWK: its form is checked with the other settings, and that its two halves belong
// together once per isolate, before the first answer.
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { PasswordKey } from '../domain/base/context'

const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
/** 32 bytes as base64url (RFC 7518 §6.2.1.2). */
const coordinate = /^[\w-]{43}$/

/** The key in `text`, a private EC P-256 JWK; null where it is none. */
export function readPasswordKey(text: string): PasswordKey | null {
  const jwk = parseObject(text)
  if (!jwk || jwk['kty'] !== 'EC' || jwk['crv'] !== 'P-256') return null
  const [x, y, d] = [jwk['x'], jwk['y'], jwk['d']]
  if (!isCoordinate(x) || !isCoordinate(y) || !isCoordinate(d)) return null
  const given = jwk['kid']
  const kid = typeof given === 'string' && given !== '' ? given : thumbprint(x, y)
  return { kty: 'EC', crv: 'P-256', x, y, d, kid }
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && coordinate.test(value)
}

/** RFC 7638 §3: SHA-256 over the required members in this order. */
function thumbprint(x: string, y: string): string {
  const digest = sha256(utf8ToBytes(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })))
  const base64 = btoa(String.fromCharCode(...digest))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Whether `x` and `y` are a point of the curve and `d` is what it was made from. */
export async function isKeyPair({ kty, crv, x, y, d }: PasswordKey): Promise<boolean> {
  try {
    const { subtle } = crypto
    const usages = ['deriveBits']
    const [own, ownPublic, other] = await Promise.all([
      subtle.importKey('jwk', { kty, crv, x, y, d }, ecdh, false, usages),
      subtle.importKey('jwk', { kty, crv, x, y }, ecdh, false, []),
      subtle.generateKey(ecdh, false, usages) as Promise<CryptoKeyPair>,
    ])
    // What each side of a key agreement finds is the same only for a true pair.
    const [ours, theirs] = await Promise.all([
      agreement(own, other.publicKey),
      agreement(other.privateKey, ownPublic),
    ])
    return crypto.subtle.timingSafeEqual(ours, theirs)
  } catch {
    return false
  }
}

function agreement(privateKey: CryptoKey, publicKey: CryptoKey): Promise<ArrayBuffer> {
  return crypto.subtle.deriveBits(
    { name: 'ECDH', public: publicKey } as unknown as SubtleCryptoDeriveKeyAlgorithm,
    privateKey,
    256,
  )
}
