// The body of a push, which nobody between us and the browser can read: RFC 8291 over RFC 8188 (`aes128gcm`),
// one record, with a key and a salt of its own.
import { utf8ToBytes } from '@noble/hashes/utils.js'

type Bytes = Uint8Array<ArrayBuffer>

/** A browser's half, as it sends it: a point of P-256 (65 bytes), and 16 bytes. */
export type BrowserKeys = { p256dh: Bytes; auth: Bytes }

/** Bytes of a body at most: Firefox for Android takes no more. */
export const maxBody = 3000
/** How long a text seems is in steps of so many bytes. */
const paddingStep = 512
const recordSize = 4096
const headerBytes = 16 + 4 + 1 + 65
/** The authentication tag, and the byte that ends the text. */
const overhead = 16 + 1
/** Bytes of text that a body has room for. */
export const maxText = maxBody - headerBytes - overhead

const ecdh = { name: 'ECDH', namedCurve: 'P-256' }

/**
 * Encrypts a text of at most `maxText` bytes for a browser.
 * @throws where its keys are none, or the text is longer
 */
export async function encryptPush(keys: BrowserKeys, text: Bytes): Promise<Bytes> {
  if (text.length > maxText) throw new RangeError('the text is too long for a push')
  const own = (await crypto.subtle.generateKey(ecdh, true, ['deriveBits'])) as KeyPair
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const padded = Math.ceil((text.length + 1) / paddingStep) * paddingStep
  const padding = Math.min(padded, maxText + 1) - text.length - 1
  return encryptWith({ keys, own, salt, padding }, text)
}

type KeyPair = { privateKey: CryptoKey; publicKey: CryptoKey }

/** What the two sides and chance bring; for the RFC's own example, too. */
export type Sending = { keys: BrowserKeys; own: KeyPair; salt: Bytes; padding: number }

/** RFC 8291 §3.4. */
export async function encryptWith(given: Sending, text: Bytes): Promise<Bytes> {
  const { keys, own, salt, padding } = given
  const ownPublic = new Uint8Array(
    (await crypto.subtle.exportKey('raw', own.publicKey)) as ArrayBuffer,
  )
  const secret = await agreed(own.privateKey, keys.p256dh)
  const info = joined(utf8ToBytes('WebPush: info\0'), keys.p256dh, ownPublic)
  const material = await derived(secret, { salt: keys.auth, info, bytes: 32 })
  return encodeRecord({ material, salt, keyId: ownPublic, padding }, text)
}

type Record = { material: Bytes; salt: Bytes; keyId: Bytes; padding: number }

/** A body of one record (RFC 8188 §2). */
export async function encodeRecord(record: Record, text: Bytes): Promise<Bytes> {
  const { material, salt, keyId, padding } = record
  const info = (what: string) => utf8ToBytes(`Content-Encoding: ${what}\0`) as Bytes
  const [key, iv] = await Promise.all([
    derived(material, { salt, info: info('aes128gcm'), bytes: 16 }),
    derived(material, { salt, info: info('nonce'), bytes: 12 }),
  ])
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  // 2 ends the text of the last record; the padding behind it is zeros.
  const plain = joined(text, new Uint8Array([2]), new Uint8Array(padding))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, aes, plain)
  return joined(salt, bigEndian(recordSize), new Uint8Array([keyId.length]), keyId, sealed)
}

/** Whether bytes are a point of P-256, uncompressed. */
export async function isPoint(bytes: Bytes): Promise<boolean> {
  if (bytes.length !== 65) return false
  try {
    await crypto.subtle.importKey('raw', bytes, ecdh, false, [])
    return true
  } catch {
    return false
  }
}

async function agreed(privateKey: CryptoKey, point: Bytes): Promise<Bytes> {
  const theirs = await crypto.subtle.importKey('raw', point, ecdh, false, [])
  // The runtime's types have another name for `public`.
  const how = { name: 'ECDH', public: theirs } as never
  return new Uint8Array(await crypto.subtle.deriveBits(how, privateKey, 256))
}

type Derivation = { salt: Bytes; info: Bytes; bytes: number }

/** HKDF with SHA-256 (RFC 5869). */
async function derived(material: Bytes, { salt, info, bytes }: Derivation): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', material, 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, bytes * 8))
}

function bigEndian(number: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return bytes
}

function joined(...parts: (Uint8Array | ArrayBuffer)[]): Bytes {
  const all = parts.map((part) => (part instanceof Uint8Array ? part : new Uint8Array(part)))
  const whole = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of all) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
