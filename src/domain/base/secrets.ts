// HMACs of what could be guessed from a bare hash: addresses, names, codes, tickets. Only these are
// stored.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Keys } from './context'

/** What is hashed; the same text for another purpose has another hash. */
export type HashPurpose =
  | 'address'
  | 'agent'
  | 'name'
  | 'code'
  | 'ticket'
  | 'recipient'
  | 'held'
  | 'push'
  | 'topic'

/** HMAC-SHA-256 under the pepper, in hex. */
export function keyedHash(keys: Keys, purpose: HashPurpose, text: string): string {
  return bytesToHex(hmac(sha256, keys.pepper, utf8ToBytes(`${purpose}:${text}`)))
}
