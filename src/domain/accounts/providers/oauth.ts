// Sign-in through a provider. The browser keeps what belongs to its request in a sealed ticket;
// `provided-accounts.ts` has the account.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { base64url, EncryptJWT, errors, jwtDecrypt } from 'jose'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import type { Fetched, Provider } from '../../base/providers'
import type { Grant } from '../sessions/grants'
import { signInAs } from './provided-accounts'

/** How long a person may take at the provider, in milliseconds. */
export const ticketLife = 600_000

const sealing = { alg: 'dir', enc: 'A256GCM' } as const

/** What one browser's sign-in is bound to. `next` is where it ends, '' for the tokens as the answer. */
export type Ticket = { state: string; verifier: string; next: string }

/**
 * Begins a sign-in: where the browser goes, and the ticket that it keeps meanwhile. `id` is the provider's.
 * @throws `oauth.unavailable`, `oauth.refused`, `oauth.failed`
 */
export async function beginProvided(
  ctx: Context,
  id: string,
  { redirectUri, next }: { redirectUri: string; next: string },
): Promise<{ url: string; ticket: string }> {
  const provider = requireProvider(ctx, id)
  const [state, verifier] = [randomText(), randomText()]
  // RFC 7636 §4.2
  const challenge = base64url.encode(sha256(utf8ToBytes(verifier)))
  const expiry = Math.floor((ctx.now() + ticketLife) / 1000)
  const ticket = await new EncryptJWT({ state, verifier, next, exp: expiry })
    .setProtectedHeader(sealing)
    .encrypt(ticketKey(ctx))
  return { url: gotten(await provider.authorize({ state, challenge, redirectUri })), ticket }
}

/** What comes back from the provider with the browser. */
export type Callback = {
  /** As `openTicket` answers it. */
  ticket: Ticket | null
  state: string
  code: string
  /** RFC 6749 §4.1.2.1; '' where there is none. */
  error: string
  redirectUri: string
}

/**
 * Ends a sign-in. `grant` is null where the person said no at the provider.
 * @throws `oauth.wrong_state`, `oauth.refused`, `oauth.failed`, `oauth.unavailable`, `account.inactive`,
 * `registration.closed`
 */
export async function finishProvided(
  ctx: Context,
  id: string,
  { ticket, state, code, error, redirectUri }: Callback,
): Promise<{ grant: Grant | null; next: string }> {
  const provider = requireProvider(ctx, id)
  if (!ticket || ticket.state !== state) throw new DomainError('oauth.wrong_state')
  const { verifier, next } = ticket
  if (error === 'access_denied') return { grant: null, next }
  if (error !== '' || code === '') throw new DomainError('oauth.refused')
  const profile = gotten(await provider.profile({ code, verifier, redirectUri }))
  return { grant: await signInAs(ctx, id, profile), next }
}

function requireProvider(ctx: Context, id: string): Provider {
  const provider = ctx.providers.get(id)
  if (!provider) throw new DomainError('oauth.unavailable')
  return provider
}

function gotten<T>(fetched: Fetched<T>): T {
  if (!fetched.ok) throw new DomainError(`oauth.${fetched.reason}`)
  return fetched.got
}

/** What the first good one of a browser's tickets says; made up, of another deployment or too old is none. */
export async function openTicket(ctx: Context, tickets: readonly string[]): Promise<Ticket | null> {
  for (const ticket of tickets) {
    const opened = await open(ctx, ticket)
    if (opened) return opened
  }
  return null
}

async function open(ctx: Context, ticket: string): Promise<Ticket | null> {
  try {
    const { payload } = await jwtDecrypt<Ticket>(ticket, ticketKey(ctx), {
      keyManagementAlgorithms: [sealing.alg],
      contentEncryptionAlgorithms: [sealing.enc],
      requiredClaims: ['exp'],
      currentDate: new Date(ctx.now()),
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** A key of its own, so that nothing else we sign or hash is ever taken for a ticket. */
function ticketKey(ctx: Context): Uint8Array {
  return hmac(sha256, ctx.keys.pepper, utf8ToBytes('oauth ticket'))
}

function randomText(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
}
