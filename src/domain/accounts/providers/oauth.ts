// Sign-in through 42. The browser keeps what belongs to its request in a sealed ticket; the account is
// tied to 42's own id and to nothing else of the profile.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { eq, sql } from 'drizzle-orm'
import { EncryptJWT, errors, jwtDecrypt } from 'jose'
import { identities, users } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { statement, value } from '../../../db/declare'
import type { Context, IdentityProvider, Profile } from '../../base/context'
import { DomainError } from '../../base/errors'
import { addJob, startJobs } from '../../base/jobs'
import { newObjectName } from '../../base/object-names'
import { requireOpenRegistration } from '../doors/closed'
import { type Grant, openSession } from '../sessions/grants'
import { heldHash, isHeld } from '../held-names'
import { rememberAddress } from '../familiar'
import { addressFor, usernamesFor } from './provided-names'
import { newTokenId } from '../sessions/tokens'

/** How long a person may take at 42, in milliseconds. */
export const ticketLife = 600_000
/** The picture is tried for so long, in milliseconds; then the account keeps the default one. */
const pictureLife = 24 * 60 * 60_000

const sealing = { alg: 'dir', enc: 'A256GCM' } as const

/** What one browser's sign-in is bound to. `next` is where it ends, '' for the tokens as the answer. */
export type Ticket = { state: string; verifier: string; next: string }

/**
 * Begins a sign-in: where the browser goes, and the ticket that it keeps meanwhile.
 * @throws `oauth.unavailable`
 */
export async function beginFortyTwo(
  ctx: Context,
  { redirectUri, next }: { redirectUri: string; next: string },
): Promise<{ url: string; ticket: string }> {
  const provider = requireProvider(ctx)
  const [state, verifier] = [randomText(), randomText()]
  // RFC 7636 §4.2
  const challenge = base64url(sha256(utf8ToBytes(verifier)))
  const expiry = Math.floor((ctx.now() + ticketLife) / 1000)
  const ticket = await new EncryptJWT({ state, verifier, next, exp: expiry })
    .setProtectedHeader(sealing)
    .encrypt(ticketKey(ctx))
  return { url: provider.authorizeUrl({ state, challenge, redirectUri }), ticket }
}

/** What comes back from 42 with the browser. */
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
 * Ends a sign-in. `grant` is null where the person said no at 42.
 * @throws `oauth.wrong_state`, `oauth.refused`, `oauth.failed`, `oauth.unavailable`, `account.inactive`,
 * `registration.closed`
 */
export async function finishFortyTwo(
  ctx: Context,
  { ticket, state, code, error, redirectUri }: Callback,
): Promise<{ grant: Grant | null; next: string }> {
  const provider = requireProvider(ctx)
  if (!ticket || ticket.state !== state) throw new DomainError('oauth.wrong_state')
  const { verifier, next } = ticket
  if (error === 'access_denied') return { grant: null, next }
  if (error !== '' || code === '') throw new DomainError('oauth.refused')
  const fetched = await provider.fetchProfile({ code, verifier, redirectUri })
  if (!fetched.ok) throw new DomainError(`oauth.${fetched.reason}`)
  return { grant: await signInAs(ctx, fetched.got), next }
}

function requireProvider(ctx: Context): IdentityProvider {
  if (!ctx.fortyTwo) throw new DomainError('oauth.unavailable')
  return ctx.fortyTwo
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
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

function base64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

// ── The account ──────────────────────────────────────────────────────────────────────────────────

/** Signs in who has an account; makes one for who has none, once however many ask at the same time. */
async function signInAs(ctx: Context, profile: Profile): Promise<Grant> {
  const { subject } = profile
  const session = openSession(ctx, { subject }, { opaque: true })
  const [[known], [begun]] = await runBatch(ctx.db, [
    identityOf({ subject }),
    session.begin,
    ...session.rest,
    rememberAddress(ctx, session.sessionId),
  ])
  if (begun) return session.grant(begun)
  if (known) throw new DomainError('account.inactive')
  return signUpAs(ctx, profile)
}

async function signUpAs(ctx: Context, profile: Profile): Promise<Grant> {
  requireOpenRegistration(ctx)
  const { subject, login, picture } = profile
  const now = ctx.now()
  const names = usernamesFor(login).map((one) => ({ ...one, held: heldHash(ctx, one.key) }))
  const candidates = JSON.stringify(names)
  // Tells the new row from all others until the end of the batch; nobody ever sees it.
  const mark = `!${newTokenId()}`
  const session = openSession(ctx, { subject }, { opaque: true })
  const [, , , [begun]] = await runBatch(ctx.db, [
    insertAccount({ subject, candidates, ...addressFor(profile.email), mark, now }),
    insertIdentity({ subject, candidates, mark, now }),
    clearMark({ subject, mark }),
    session.begin,
    ...session.rest,
    rememberAddress(ctx, session.sessionId),
    ...(picture === '' ? [] : [pictureJob(ctx, subject, picture)]),
  ])
  if (!begun) throw new DomainError('account.inactive')
  startJobs(ctx)
  return session.grant(begun)
}

/** What the job that fetches a picture is told. Times in milliseconds. */
export type PictureJob = { subject: string; link: string; until: number }
/** The kind of that job. */
export const pictureJobKind = 'avatar.fetch'

function pictureJob(ctx: Context, subject: string, link: string) {
  const payload: PictureJob = { subject, link, until: ctx.now() + pictureLife }
  return addJob(ctx, { kind: pictureJobKind, key: subject, payload })
}

const identityOf = statement({ subject: identities.subject }, (p) =>
  q
    .select({ userId: identities.userId })
    .from(identities)
    .where(sql`${identities.provider} = '42' and ${identities.subject} = ${p.subject}`),
)

// The first name that is free, and the address if it is: both decided as the row is written.
const insertAccount = statement(
  {
    subject: identities.subject,
    candidates: value<string>(),
    email: users.email,
    emailKey: users.emailKey,
    mark: users.password,
    now: users.joinedAt,
  },
  (p) =>
    q.run(sql`insert into ${users}
        ("username", "username_key", "email", "email_key", "password", "object", "joined_at")
      select "one"."value" ->> 'name', "one"."value" ->> 'key',
        iif("mail"."taken", '', ${p.email}), iif("mail"."taken", '', ${p.emailKey}), ${p.mark},
        ${newObjectName}, ${p.now}
      from json_each(${p.candidates}) as "one", (select exists (
        select 1 from ${users} where ${users.emailKey} = ${p.emailKey} and ${users.emailKey} <> ''
      ) as "taken") as "mail"
      where not exists (select 1 from ${identities}
          where ${identities.provider} = '42' and ${identities.subject} = ${p.subject})
        and not exists (select 1 from ${users} where ${users.usernameKey} = "one"."value" ->> 'key')
        and not ${isHeld(sql`"one"."value" ->> 'held'`, sql`null`, p.now)}
      order by "one"."key" limit 1`),
)

const insertIdentity = statement(
  {
    subject: identities.subject,
    candidates: value<string>(),
    mark: users.password,
    now: identities.createdAt,
  },
  (p) =>
    q.run(sql`insert into ${identities} ("provider", "subject", "user_id", "created_at")
      select '42', ${p.subject}, ${users.id}, ${p.now} from ${users}
      where ${users.usernameKey} in (
          select "one"."value" ->> 'key' from json_each(${p.candidates}) as "one")
        and ${users.password} = ${p.mark}`),
)

const clearMark = statement({ subject: identities.subject, mark: users.password }, (p) =>
  q
    .update(users)
    .set({ password: '' })
    .where(
      sql`${eq(users.password, p.mark)} and ${users.id} = (select ${identities.userId}
        from ${identities}
        where ${identities.provider} = '42' and ${identities.subject} = ${p.subject})`,
    ),
)
