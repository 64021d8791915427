// Tokens that nobody handed out: forged, respelled, or made where no door makes one yet.
import { env } from 'cloudflare:workers'
import { opaqueTokenHash } from '../../src/domain/accounts/sessions/callers'
import { database } from './database'

type Forgery = {
  key?: string
  alg?: string
  header?: Record<string, unknown>
}

/**
 * Signs claims with the tests' own secret and HS256, or as it is told. By hand: a library refuses to
 * make what a library has to refuse.
 */
export async function forge(claims: object, forgery: Forgery = {}): Promise<string> {
  const { key = env.JWT_SECRET, alg = 'HS256', header = {} } = forgery
  const text = `${base64url(utf8({ alg, typ: 'JWT', ...header }))}.${base64url(utf8(claims))}`
  const hmac = { name: 'HMAC', hash: alg.replace('HS', 'SHA-') }
  const signer = await crypto.subtle.importKey('raw', encoder.encode(key), hmac, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', signer, encoder.encode(text))
  return `${text}.${base64url(new Uint8Array(signature))}`
}

/** A token without a signature (RFC 7519 §6). */
export function unsigned(claims: object, alg = 'none'): string {
  return `${base64url(utf8({ alg, typ: 'JWT' }))}.${base64url(utf8(claims))}.`
}

const encoder = new TextEncoder()
const utf8 = (part: object) => encoder.encode(JSON.stringify(part))

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * The same token with other unused bits: a signature of 32 bytes has 43 digits, of whose last one two
 * bits say nothing (RFC 4648 §3.5).
 */
export function flipUnusedBits(token: string): string {
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) ^ 1]!
}

let made = 0

/** Gives a session an opaque token, whose hash is all that the database holds. */
export async function addOpaqueToken(sessionId: string): Promise<string> {
  const token = (++made).toString(16).padStart(40, 'a')
  await database
    .prepare('insert into opaque_tokens (hash, session_id) values (?, ?)')
    .bind(opaqueTokenHash(token), sessionId)
    .run()
  return token
}
