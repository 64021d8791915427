// What a deployment sets about pushes, webhooks and whatever else goes out: keys, hosts, Google's account.
import type { FcmAccount, PasswordKey } from '../domain/base/context'
import { isAddress } from './header-texts'
import { readPasswordKey } from './password-key'

const sealKeyBytes = 32

/**
 * 32 bytes in base64 or base64url; '' is none.
 * @throws an Error that says what it must be, and repeats nothing of the text
 */
export function readSealKey(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text === '') return undefined
  const bytes = /^[\w+/-]{43}=?$/.test(text) ? bytesOf(text) : null
  if (bytes?.length === sealKeyBytes && new Set(bytes).size > 1) return bytes
  throw new Error('must be 32 random bytes in base64. Make it: openssl rand -base64 32')
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}

/** A private P-256 key as JWK; '' is none. @throws an Error that says what it must be */
export function readVapidKey(text: string): PasswordKey | undefined {
  if (text === '') return undefined
  const key = readPasswordKey(text)
  if (key) return key
  throw new Error('is no private EC P-256 key as JWK (npm run dev makes one in .dev.vars).')
}

/** Google's file of a service account (JSON); '' is none. @throws an Error that says what it must be */
export function readFcmAccount(text: string): FcmAccount | undefined {
  if (text === '') return undefined
  const file = objectIn(text)
  const fieldOf = (name: string) => (typeof file[name] === 'string' ? file[name] : '')
  const account = {
    projectId: fieldOf('project_id'),
    email: fieldOf('client_email'),
    keyId: fieldOf('private_key_id'),
    privateKey: fieldOf('private_key'),
  }
  const isWhole = /^[\w:.-]{1,100}$/.test(account.projectId) && account.email !== ''
  if (isWhole && /-----BEGIN PRIVATE KEY-----/.test(account.privateKey)) return account
  throw new Error('must be the JSON file of a service account of Google.')
}

/** Whether Google's key is one that signs (PKCS #8, RSA): only an import shows it. */
export async function isSigningKey({ privateKey }: FcmAccount): Promise<boolean> {
  const bytes = bytesOf(privateKey.replaceAll(/-----[A-Z ]+-----|\s/g, ''))
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  try {
    return !!bytes && !!(await crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']))
  } catch {
    return false
  }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Hosts between commas, each with a port where it has one. @throws an Error that says what they must be */
export function readHosts(text: string): string[] {
  const hosts = listOf(text)
  if (hosts.every((host) => /^[\w.-]+(?::\d{1,5})?$|^\[[\da-f:.]+\](?::\d{1,5})?$/.test(host))) {
    return hosts
  }
  throw new Error('must be host names between commas, each with its port where it has one.')
}

/** The same, where `*.` may stand in front. @throws an Error that says what they must be */
export function readHostPatterns(text: string): string[] {
  const hosts = listOf(text)
  readHosts(hosts.map((host) => host.replace(/^\*\./, '')).join())
  return hosts
}

function listOf(text: string): string[] {
  const items = text.toLowerCase().split(',')
  return items.map((item) => item.trim()).filter((item) => item !== '')
}

/** An https address or `mailto:`; '' is none (RFC 8292 §2.1). @throws an Error that says what it must be */
export function readSubject(text: string): string {
  const isMail = text.startsWith('mailto:') && isAddress(text.slice('mailto:'.length))
  const isPage = text.startsWith('https://') && URL.canParse(text)
  if (text === '' || isMail || isPage) return text
  throw new Error('must be an https address or mailto:somebody@example.org.')
}

/** An address of Google's, or of what stands in for it. @throws an Error that says what it must be */
export function readServiceUrl(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (isUrl && !/[?#@]/.test(text)) return text.replace(/\/$/, '')
  throw new Error('must be an https address, without a query.')
}

/** A link with `{kind}` and `{id}`; '' is none. @throws an Error that says what it must be */
export function readLink(text: string): string {
  if (text === '' || (text.startsWith('https://') && URL.canParse(text))) return text
  throw new Error('must be an https address, with {kind} and {id} where these go.')
}

/** A name of a few words. @throws an Error that says what it must be */
export function readName(text: string): string {
  if (text.length <= 100 && text.isWellFormed()) return text
  throw new Error('must be a name of at most 100 characters.')
}
