// Secrets that have to be read again: AES-256-GCM (NIST SP 800-38D) under SEAL_KEY. Table and id are sealed in
// as additional data, so that no row's secret opens in another's place; a key is named by 8 hex digits.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { fromBase64Url, toBase64Url } from './base64url'
import type { Context } from './context'
import { DomainError } from './errors'

/** What a secret belongs to. `id` is known before the row is written, and never changes. */
export type SealPlace = { table: string; id: string | number }

const nonceBytes = 12
type Key = Uint8Array<ArrayBuffer>

/** By what a key is known: the beginning of its SHA-256. */
export const sealKeyId = (key: Uint8Array): string => bytesToHex(sha256(key)).slice(0, 8)

/**
 * Seals a secret: `<key id>.<base64url of nonce and ciphertext>`, for a column.
 * @throws `service.not_configured`
 */
export async function seal(ctx: Context, place: SealPlace, bytes: Key | string): Promise<string> {
  const key = sealKeyOf(ctx)
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const plain = typeof bytes === 'string' ? utf8ToBytes(bytes) : bytes
  const aes = await imported(key)
  const sealed = await crypto.subtle.encrypt(parameters(place, nonce), aes, plain)
  const all = new Uint8Array([...nonce, ...new Uint8Array(sealed)])
  return `${sealKeyId(key)}.${toBase64Url(all)}`
}

/**
 * Opens what `seal` made for this very place, under the key of today or the one before.
 * @throws `service.not_configured` without its key; an Error where it was not sealed so, which is a fault
 */
export async function open(ctx: Context, place: SealPlace, sealed: string): Promise<Key> {
  const [keyId = '', text = ''] = sealed.split('.')
  const bytes = fromBase64Url(text) ?? new Uint8Array(0)
  const aes = await imported(keyNamed(ctx, keyId))
  const [nonce, rest] = [bytes.slice(0, nonceBytes), bytes.slice(nonceBytes)]
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters(place, nonce), aes, rest))
  } catch {
    throw new Error(`a secret of ${place.table} does not open`)
  }
}

/** The key that seals. @throws `service.not_configured` */
export function sealKeyOf(ctx: Context): Key {
  return ctx.keys.seal ?? missing(ctx)
}

function keyNamed(ctx: Context, keyId: string): Key {
  const keys = [ctx.keys.seal, ctx.keys.sealPrevious]
  return keys.find((key) => key && sealKeyId(key) === keyId) ?? missing(ctx)
}

function missing(ctx: Context): never {
  throw notConfigured(ctx, 'SEAL_KEY')
}

/** The error for what lacks a setting; its name goes to the log. */
export function notConfigured(ctx: Context, setting: string): DomainError {
  ctx.report('not_configured', `The setting ${setting} is missing. docs/settings.md describes it.`)
  return new DomainError('service.not_configured')
}

function parameters({ table, id }: SealPlace, iv: Key) {
  return { name: 'AES-GCM', iv, additionalData: utf8ToBytes(`${table}:${id}`) as Key }
}

const imported = (key: Key) =>
  crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt'])
