// Passwords that contract D's clients send encrypted: compact JWE (RFC 7516 §7.1) for our public key,
// ECDH-ES with A256GCM and nothing else. Plain text, which TLS protects, is taken as it is.
import { compactDecrypt, errors } from 'jose'
import type { Context, PasswordKey } from '../../base/context'
import { DomainError, invalid } from '../../base/errors'
import { issuesOf, newPassword } from '../../base/fields'

const keyAlgorithm = 'ECDH-ES'
const contentAlgorithm = 'A256GCM'
/** Characters of a compact JWE at most: a password of 256 characters needs a fifth of it. */
const maxLength = 8192

/**
 * The password that was meant: `given` itself, or what it holds where it is a compact JWE.
 * @throws `password.sealed_wrong` for a JWE that is not for our key or not of our form
 */
export async function openPassword(ctx: Context, given: string): Promise<string> {
  const header = sealHeader(given)
  if (!header) return given
  const key = ctx.keys.passwords
  if (!key || given.length > maxLength || !isOurs(header, key)) throw refused()
  try {
    const { plaintext } = await compactDecrypt(given, await decryptionKey(key), {
      keyManagementAlgorithms: [keyAlgorithm],
      contentEncryptionAlgorithms: [contentAlgorithm],
    })
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
  } catch (error) {
    if (error instanceof errors.JOSEError || isOfTheText(error)) throw refused()
    throw error
  }
}

/**
 * `openPassword` for a new password, whose rules hold for what was meant. `field` is its name in the body.
 * @throws `password.sealed_wrong`, `fields.invalid`
 */
export async function openNewPassword(ctx: Context, given: string, field: string): Promise<string> {
  const parsed = newPassword.safeParse(await openPassword(ctx, given))
  if (parsed.success) return parsed.data
  throw invalid(...issuesOf(parsed.error).map((issue) => ({ ...issue, path: [field] })))
}

function refused(): DomainError {
  return new DomainError('password.sealed_wrong')
}

type Header = { alg?: unknown; enc?: unknown; zip?: unknown; crit?: unknown; kid?: unknown }

/** The protected header, or null where the text is no compact JWE: then it is somebody's password. */
function sealHeader(text: string): Header | null {
  if (!/^[\w-]+(?:\.[\w-]*){4}$/.test(text)) return null
  const part = text.slice(0, text.indexOf('.'))
  try {
    const bytes = Uint8Array.fromBase64(part, { alphabet: 'base64url' })
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes),
    )
    return typeof header === 'object' && header !== null && 'enc' in header ? header : null
  } catch {
    return null
  }
}

// What is compressed tells by its length what it holds, and unpacks to any size: never `zip`.
function isOurs(header: Header, key: PasswordKey): boolean {
  return (
    header.alg === keyAlgorithm &&
    header.enc === contentAlgorithm &&
    header.zip === undefined &&
    header.crit === undefined &&
    (header.kid === undefined || header.kid === key.kid)
  )
}

/** Faults that only the text can cause: an `epk` off the curve, bytes that are no UTF-8. */
function isOfTheText(error: unknown): boolean {
  return error instanceof TypeError || error instanceof DOMException
}

/** The public half as it is published (RFC 7517 §4). */
export type PublicPasswordKey = Omit<PasswordKey, 'd'> & { use: 'enc'; alg: 'ECDH-ES' }

/** The keys for which clients may encrypt passwords; none where the deployment has no key. */
export function passwordKeys(ctx: Context): PublicPasswordKey[] {
  const key = ctx.keys.passwords
  if (!key) return []
  // Named one by one, so that nothing private can come along.
  const { kty, crv, x, y, kid } = key
  return [{ kty, crv, x, y, kid, use: 'enc', alg: keyAlgorithm }]
}

const imported = new WeakMap<PasswordKey, CryptoKey>()

async function decryptionKey(key: PasswordKey): Promise<CryptoKey> {
  const known = imported.get(key)
  if (known) return known
  const { kty, crv, x, y, d } = key
  const ecdh = { name: 'ECDH', namedCurve: crv }
  const made = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, ecdh, false, [
    'deriveBits',
  ])
  imported.set(key, made)
  return made
}
