// The right to use FCM: an access token of Google's for everybody, fetched for an assertion that the service
// account has signed (RFC 7523). One fetches it, ten minutes before the old one ends; the others use that.
import { importPKCS8, SignJWT } from 'jose'
import { sql } from 'drizzle-orm'
import { outsideTokens } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { assign, bare, insertInto, of } from '../../db/names'
import type { Context, FcmAccount } from '../base/context'
import { open, seal } from '../base/seal'

/** A token, and its row's text of it; or when to come again for one, in milliseconds from now. */
export type TokenFound = { token: string; sealed: string } | { wait: number; error: string }

const scope = 'https://www.googleapis.com/auth/firebase.messaging'
/** So long before its end the next one is fetched. */
const early = 10 * 60_000
/** Who has begun to fetch one has so long for it. */
const fetchTime = 15_000
/** Who finds none, because somebody is fetching it, comes again. */
const others = 2_000
/** Google gives them for an hour; for longer we keep none. */
const maxLife = 60 * 60
const maxBytes = 16 * 1024

/** Today's token of an account. `stale` is the `sealed` of one that Google has refused: another is fetched. */
export async function fcmToken(
  ctx: Context,
  account: FcmAccount,
  stale: string | null = null,
): Promise<TokenFound> {
  const name = `fcm:${account.projectId}`
  const now = ctx.now()
  const { elected, row } = await runBatch(ctx.db, {
    refused: stale === null ? undefined : dropToken({ name, now, sealed: stale }),
    elected: electOne({ name, now, until: now + fetchTime }),
    row: tokenRow({ name, now }),
  })
  if (elected.length > 0) return fetchToken(ctx, account, name)
  if (!row || row.sealed === '') return { wait: others, error: 'token_pending' }
  return { token: await opened(ctx, name, row.sealed), sealed: row.sealed }
}

async function opened(ctx: Context, name: string, sealed: string): Promise<string> {
  const bytes = await open(ctx, { table: 'outside_tokens', id: name }, sealed)
  return new TextDecoder().decode(bytes)
}

async function fetchToken(ctx: Context, account: FcmAccount, name: string): Promise<TokenFound> {
  const answer = await ctx.outside.send({
    url: ctx.rules.push.fcmTokenUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await assertionOf(ctx, account),
    }).toString(),
    most: maxBytes,
  })
  if (answer.kind !== 'answered') return { wait: fetchTime, error: answer.kind }
  const given = answer.status === 200 ? tokenIn(answer.body) : null
  if (!given) {
    ctx.report('push.fcm_token', `Google gave no token: status ${answer.status}`)
    return { wait: fetchTime, error: `token_${answer.status}` }
  }
  const expiresAt = ctx.now() + given.seconds * 1000
  const sealed = await seal(ctx, { table: 'outside_tokens', id: name }, given.token)
  const renewAt = Math.max(expiresAt - early, ctx.now() + others)
  await runBatch(ctx.db, { kept: keepToken({ name, sealed, expiresAt, renewAt }) })
  return { token: given.token, sealed }
}

async function assertionOf(ctx: Context, account: FcmAccount): Promise<string> {
  const now = Math.floor(ctx.now() / 1000)
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: account.keyId })
    .setIssuer(account.email)
    .setAudience(ctx.rules.push.fcmTokenUrl)
    .setIssuedAt(now)
    .setExpirationTime(now + maxLife)
    .sign(await importPKCS8(account.privateKey, 'RS256'))
}

function tokenIn(body: Uint8Array): { token: string; seconds: number } | null {
  try {
    const json = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>
    const [token, seconds] = [json['access_token'], json['expires_in']]
    if (typeof token !== 'string' || token === '' || typeof seconds !== 'number') return null
    return { token, seconds: Math.min(Math.max(seconds, 0), maxLife) }
  } catch {
    return null
  }
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const named = { name: outsideTokens.name, now: value<number>() }

/** Whoever moves it on has it to do. */
const electOne = statement({ ...named, until: value<number>() }, (p) =>
  q.all<{ name: string }>(sql`${insertInto(outsideTokens, 'name', 'expiresAt', 'renewAt')}
    values (${p.name}, 0, ${p.until})
    on conflict (${bare(outsideTokens.name)}) do update
      set ${assign(outsideTokens, { renewAt: p.until })}
      where ${of(outsideTokens.renewAt)} <= ${p.now} returning ${bare(outsideTokens.name)}`),
)

const tokenRow = maybeRow(named, (p) =>
  q
    .select({ sealed: outsideTokens.sealed })
    .from(outsideTokens)
    .where(sql`${outsideTokens.name} = ${p.name} and ${outsideTokens.expiresAt} > ${p.now}`),
)

const keepToken = statement(
  {
    name: outsideTokens.name,
    sealed: outsideTokens.sealed,
    expiresAt: outsideTokens.expiresAt,
    renewAt: outsideTokens.renewAt,
  },
  ({ name, ...p }) =>
    q
      .update(outsideTokens)
      .set(p)
      .where(sql`${outsideTokens.name} = ${name}`),
)

// Only that one: by now somebody may have fetched another.
const dropToken = statement({ ...named, sealed: outsideTokens.sealed }, (p) =>
  q
    .update(outsideTokens)
    .set({ sealed: '', expiresAt: 0, renewAt: sql`${p.now}` })
    .where(sql`${outsideTokens.name} = ${p.name} and ${outsideTokens.sealed} = ${p.sealed}`),
)
