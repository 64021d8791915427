// Passwords as they are stored: hashed with Argon2id, verified in that form and in Django's PBKDF2 form.
// What a password has to be like at registration is not decided here.
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import wasm from 'argon2id/dist/simd.wasm'
import setupArgon2id, { type computeHash } from 'argon2id/lib/setup.js'
import { normalPassword } from '../../base/fields'
import { paced } from './pace'

/** What `verifyPassword` found. `stale`: right, but not in today's form, so worth hashing anew. */
export type PasswordCheck = { ok: boolean; stale: boolean }

type Cost = { memorySize: number; passes: number; parallelism: number }

// OWASP's minimum for Argon2id; memory in KiB.
const TODAY: Cost = { memorySize: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const TAG_BYTES = 32
const TODAYS_PREFIX = prefixOf(TODAY)
const TODAYS_LENGTH = TODAYS_PREFIX.length + 22 + '$'.length + 43

// The instance is born with 65 MiB, so 64 never make it grow; 2^18 blocks are some 0.3 s of CPU.
const MAX_MEMORY_KIB = 65_536
const MAX_BLOCKS = 262_144
const MAX_LANES = 16
// Some 6 s of CPU, at 3 µs each. Django 6.0 writes 1,200,000.
const MAX_ITERATIONS = 2_000_000

// UTF-16 units, so 1,024 characters of any script; longer ones are not even normalised.
const MAX_PASSWORD_LENGTH = 2_048
// The package takes the one byte of a shorter text for its length, and throws.
const MIN_PASSWORD_BYTES = 2

const ARGON2ID =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,4}),t=([1-9]\d{0,5}),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$[A-Za-z0-9+/]{43}$/
const DJANGO_PBKDF2 = /^pbkdf2_sha256\$([1-9]\d{0,6})\$([^$]{1,128})\$[A-Za-z0-9+/]{43}=$/

const utf8 = new TextEncoder()
const DUMMY_PASSWORD = utf8.encode('nobody has this password')
const DUMMY_SALT = utf8.encode('nobody has salt.')

/**
 * Hashes a password into a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, with a salt of its own.
 *
 * The text is hashed in its normal form (`normalPassword`), in UTF-8, and not trimmed. Takes 2 bytes to 2,048
 * UTF-16 units, else a RangeError: callers check the rules for new passwords first. Blocks the isolate while it
 * computes, once it is its turn (`pace.ts`).
 */
export async function hashPassword(password: string): Promise<string> {
  const [bytes] = formsOf(password)
  if (bytes === undefined) throw new RangeError('A password is 2 bytes to 2048 units long.')
  return encodeArgon2id(bytes, crypto.getRandomValues(new Uint8Array(SALT_BYTES)), TODAY)
}

/**
 * Compares a password with a stored one: a PHC string of Argon2id version 19 with a tag of 32 bytes, or Django's
 * `pbkdf2_sha256$<iterations>$<salt>$<hash>`. Never throws for what either text holds.
 *
 * Where its normal form is another text than what was sent, both are tried: hashes made before there was a normal
 * form, Django's among them, are of what was sent. So it costs two hashes at most, and what only the second found is
 * not called stale: hashing it anew would be a third.
 *
 * Not ok, at the price of one hash of today's form: a password `hashPassword` would not take; a stored one that is
 * empty, unusable in Django's way (`!…`), malformed, or dearer than 64 MiB, 2^18 blocks over all passes, 16 lanes
 * or 2,000,000 iterations. A stored one within these bounds costs what it says, so until its owner's next sign-in
 * an account from Django answers later than the others.
 */
export async function verifyPassword(password: string, encoded: string): Promise<PasswordCheck> {
  const forms = formsOf(password)
  // What is not in today's form was most likely made of what was sent.
  const inTurn = isTodays(encoded) ? forms : forms.toReversed()
  let spent = 0
  for (const form of inTurn) {
    const candidate = await encodeLike(form, encoded)
    if (candidate === null) break
    if (isSameText(candidate, encoded))
      return { ok: true, stale: spent === 0 && !isTodays(encoded) }
    spent++
  }
  if (spent === 0) await spendDummyHash(password)
  return { ok: false, stale: false }
}

/** Costs what verifying against today's form costs, so that a name nobody has is not told by the time. */
export async function spendDummyHash(password: string): Promise<void> {
  const forms = formsOf(password)
  for (const form of forms.length > 0 ? forms : [DUMMY_PASSWORD]) {
    await encodeArgon2id(form, DUMMY_SALT, TODAY)
  }
}

/** The password in the very form of `encoded`, its salt and cost included, or null where that is none of ours. */
async function encodeLike(password: Uint8Array, encoded: string): Promise<string | null> {
  const phc = ARGON2ID.exec(encoded)
  if (phc !== null) {
    const [, memorySize, passes, parallelism, salt = ''] = phc
    const cost = {
      memorySize: Number(memorySize),
      passes: Number(passes),
      parallelism: Number(parallelism),
    }
    if (!isAffordable(cost) || salt.length % 4 === 1) return null
    return encodeArgon2id(password, Uint8Array.fromBase64(salt), cost)
  }
  const django = DJANGO_PBKDF2.exec(encoded)
  if (django === null) return null
  const [, iterations, salt = ''] = django
  if (Number(iterations) > MAX_ITERATIONS) return null
  return encodeDjangoPbkdf2(password, salt, Number(iterations))
}

async function encodeArgon2id(password: Uint8Array, salt: Uint8Array, cost: Cost): Promise<string> {
  const compute = await sharedArgon2id()
  const tag = await paced(() => compute({ password, salt, ...cost, tagLength: TAG_BYTES }))
  const [saltText, tagText] = [salt, tag].map((bytes) => bytes.toBase64({ omitPadding: true }))
  return `${prefixOf(cost)}${saltText}$${tagText}`
}

// Not by WebCrypto: production refuses more than 100,000 rounds there.
async function encodeDjangoPbkdf2(
  password: Uint8Array,
  salt: string,
  iterations: number,
): Promise<string> {
  const cost = { c: iterations, dkLen: 32 }
  const hash = await paced(() => pbkdf2(sha256, password, utf8.encode(salt), cost))
  return `pbkdf2_sha256$${iterations}$${salt}$${hash.toBase64()}`
}

let argon2id: Promise<computeHash> | undefined

// One instance per isolate: its 65 MiB are never given back. It is made in one go, without waiting for anything
// outside, so no request is left with a promise that another one took down; the hash itself is synchronous.
function sharedArgon2id(): Promise<computeHash> {
  argon2id ??= setupArgon2id(instantiate, instantiate).catch((error: unknown) => {
    argon2id = undefined
    throw error
  })
  return argon2id
}

function instantiate(imports: WebAssembly.Imports) {
  return { module: wasm, instance: new WebAssembly.Instance(wasm, imports) }
}

/** What may have been hashed: the normal form, then the text as it was sent; none where the length is no password's. */
function formsOf(password: string): Uint8Array[] {
  if (password.length > MAX_PASSWORD_LENGTH) return []
  const texts = new Set([normalPassword(password), password])
  const forms = [...texts].map((text) => utf8.encode(text))
  return forms.filter(({ length }) => length >= MIN_PASSWORD_BYTES)
}

function isAffordable({ memorySize, passes, parallelism }: Cost): boolean {
  return (
    parallelism <= MAX_LANES &&
    memorySize >= 8 * parallelism && // RFC 9106 §3.1
    memorySize <= MAX_MEMORY_KIB &&
    memorySize * passes <= MAX_BLOCKS
  )
}

// The salt's length follows from that of the whole.
function isTodays(encoded: string): boolean {
  return encoded.startsWith(TODAYS_PREFIX) && encoded.length === TODAYS_LENGTH
}

function prefixOf({ memorySize, passes, parallelism }: Cost): string {
  return `$argon2id$v=19$m=${memorySize},t=${passes},p=${parallelism}$`
}

// Whole texts are compared, so that a second spelling in base64 is no match. Their lengths are no secret.
function isSameText(left: string, right: string): boolean {
  const [a, b] = [utf8.encode(left), utf8.encode(right)]
  return a.length === b.length && crypto.subtle.timingSafeEqual(a, b)
}
