// People's devices: where each is pushed to, told by the session that is there. An address is one device's.
import { and, desc, lt, type SQL, sql } from 'drizzle-orm'
import { pushTargets, sessions } from '../../db/schema'
import { q } from '../../db/compile'
import { count, maybeRow, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of, under } from '../../db/names'
import {
  type Caller,
  me,
  mySession,
  readAs,
  spendIfWritten,
  whyLimited,
  writeAs,
  writeIf,
} from '../accounts'
import type { Context } from '../base/context'
import { DomainError, invalid } from '../base/errors'
import { type Page, type PageOf, toPage } from '../base/paging'
import { notConfigured } from '../base/seal'
import {
  addressIssues,
  fcmHash,
  hashesOf,
  type PushAddress,
  sealAddress,
  webHash,
} from './addresses'

/** A device as its owner sees it. Times in milliseconds. */
export type Target = {
  id: number
  kind: 'web' | 'fcm'
  platform: 'web' | 'android' | 'ios'
  host: string
  isCurrent: boolean
  createdAt: number
  okAt: number | null
  lastError: string
}

/** Targets of one person, whose sessions are good. */
export const maxTargets = 20

/**
 * Has the caller's pushes sent to an address, from this session on; the same again is the same target.
 * @throws `fields.invalid` (`bad_push_host`, `bad_key`, `no_more`), `push.address_taken`, `tries.exceeded`,
 * `service.not_configured`
 */
export async function subscribe(
  ctx: Context,
  caller: Caller,
  address: PushAddress,
): Promise<{ target: Target; isNew: boolean }> {
  const issues = await addressIssues(ctx, address)
  if (issues.length > 0) {
    await readAs(ctx, caller, {})
    throw invalid(...issues)
  }
  const row = await rowOf(ctx, address)
  const asked = { ...row, caller, session: caller, now: ctx.now(), most: maxTargets }
  const whyNot = async () =>
    (await whyRefused(ctx, caller, asked, address)) ?? whyLimited(ctx, caller, 'pushSubscriptions')
  const done = await writeIf(ctx, caller, whyNot, {
    guard: guardTarget(asked),
    before: ownBefore(asked),
    written: writeTarget(asked),
    spent: spendIfWritten(ctx, caller, 'pushSubscriptions'),
    target: targetByHash({ hash: row.addressHash, session: caller }),
  })
  return { target: done.target, isNew: !done.before }
}

async function rowOf(ctx: Context, address: PushAddress) {
  const { vapid, fcm } = ctx.keys
  const hashes = hashesOf(ctx, address)
  const sealed = await sealAddress(ctx, hashes.addressHash, address)
  const { kind } = address
  if (kind === 'fcm') {
    if (!fcm) throw notConfigured(ctx, 'FCM_SERVICE_ACCOUNT')
    const { host } = new URL(ctx.rules.push.fcmUrl)
    return { ...hashes, sealed, kind, platform: address.platform, keyId: fcm.projectId, host }
  }
  if (!vapid) throw notConfigured(ctx, 'VAPID_PRIVATE_JWK')
  const { host } = new URL(address.endpoint)
  return { ...hashes, sealed, kind, platform: 'web' as const, keyId: vapid.kid, host }
}

async function whyRefused(
  ctx: Context,
  caller: Caller,
  asked: Asked,
  { kind }: PushAddress,
): Promise<DomainError | null> {
  const { verdict } = await readAs(ctx, caller, { verdict: verdictOn(asked) })
  if (verdict.isTaken) return new DomainError('push.address_taken')
  const field = kind === 'web' ? 'endpoint' : 'fcm_token'
  if (verdict.isFull) return invalid({ path: [field], code: 'no_more', detail: maxTargets })
  return null
}

/** The caller's targets whose sessions are good, newest first. */
export async function listTargets(
  ctx: Context,
  caller: Caller,
  { cursor, limit }: PageOf<number>,
): Promise<Page<Target, number>> {
  const before = cursor ?? Number.MAX_SAFE_INTEGER
  const given = { caller, session: caller, now: ctx.now(), before, count: limit + 1 }
  const { rows } = await readAs(ctx, caller, { rows: ownTargets(given) })
  return toPage(rows, limit, (last) => last.id)
}

/** Removes a target of the caller's; anybody else's, and what never was, stays as it is. */
export async function removeTarget(ctx: Context, caller: Caller, id: number): Promise<void> {
  await writeAs(ctx, caller, { removed: deleteById({ caller, id }) })
}

/** The same by the address, which is all that a browser knows. */
export async function removeAddress(
  ctx: Context,
  caller: Caller,
  address: { endpoint: string } | { token: string },
): Promise<void> {
  const hash = 'token' in address ? fcmHash(ctx, address.token) : webHash(ctx, address.endpoint)
  await writeAs(ctx, caller, { removed: deleteByHash({ caller, hash }) })
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

/** The session that told of a target is good; `now` in milliseconds. */
export const isOfGoodSession = (now: SQL) => sql`exists (select 1 from ${sessions}
  where ${of(sessions.id)} = ${of(pushTargets.sessionId)}
    and ${of(sessions.endedAt)} is null and ${of(sessions.expiresAt)} > ${now})`

const asking = {
  caller: me,
  session: mySession,
  kind: pushTargets.kind,
  platform: pushTargets.platform,
  addressHash: pushTargets.addressHash,
  keysHash: pushTargets.keysHash,
  sealed: pushTargets.sealed,
  keyId: pushTargets.keyId,
  host: pushTargets.host,
  now: value<number>(),
  most: value<number>(),
}
type Asked = Parameters<ReturnType<typeof statement<typeof asking, any>>>[0]
type Parts = Record<keyof typeof asking, SQL<any>>

/** Who knows the address of somebody's phone takes it away from nobody; one browser may have two people. */
const isTaken = (p: Parts) => sql`exists (select 1 from ${pushTargets}
  where ${of(pushTargets.addressHash)} = ${p.addressHash}
    and ${of(pushTargets.userId)} <> ${p.caller} and ${isOfGoodSession(p.now)}
    and not (${p.kind} = 'web' and ${of(pushTargets.keysHash)} = ${p.keysHash}))`

const isFull = (p: Parts) => sql`(select count(*) from ${pushTargets}
  where ${of(pushTargets.userId)} = ${p.caller} and ${isOfGoodSession(p.now)}
    and ${of(pushTargets.addressHash)} <> ${p.addressHash}) >= ${p.most}`

const guardTarget = statement(asking, (p) =>
  failUnless(sql`not ${isTaken(p)} and not ${isFull(p)}`),
)

const verdictOn = oneRow(asking, (p) =>
  q.all<{ isTaken: 0 | 1; isFull: 0 | 1 }>(
    sql`select ${isTaken(p)} as isTaken, ${isFull(p)} as isFull`,
  ),
)

const ownBefore = maybeRow(asking, (p) =>
  q
    .select({ id: pushTargets.id })
    .from(pushTargets)
    .where(
      sql`${pushTargets.addressHash} = ${p.addressHash} and ${pushTargets.userId} = ${p.caller}`,
    ),
)

const isAnothers = sql`${of(pushTargets.userId)} <> ${under('excluded', pushTargets.userId)}`
const newer = (column: Parameters<typeof under>[1]) => under('excluded', column)

const writeTarget = statement(asking, ({ caller, session, now, most: _, ...p }) =>
  q
    .insert(pushTargets)
    .values({ ...p, userId: caller, sessionId: session, createdAt: now })
    .onConflictDoUpdate({
      target: pushTargets.addressHash,
      set: {
        userId: newer(pushTargets.userId),
        sessionId: newer(pushTargets.sessionId),
        platform: newer(pushTargets.platform),
        keysHash: newer(pushTargets.keysHash),
        sealed: newer(pushTargets.sealed),
        keyId: newer(pushTargets.keyId),
        host: newer(pushTargets.host),
        createdAt: sql`case when ${isAnothers} then ${newer(pushTargets.createdAt)}
          else ${of(pushTargets.createdAt)} end`,
        okAt: sql`case when ${isAnothers} then null else ${of(pushTargets.okAt)} end`,
        failingSince: null,
        lastError: '',
      },
    }),
)

const shown = (session: SQL) => ({
  id: pushTargets.id,
  kind: pushTargets.kind,
  platform: pushTargets.platform,
  host: pushTargets.host,
  isCurrent: sql<boolean>`${of(pushTargets.sessionId)} = ${session}`
    .mapWith(Boolean)
    .as('is_current'),
  createdAt: pushTargets.createdAt,
  okAt: pushTargets.okAt,
  lastError: pushTargets.lastError,
})

const targetByHash = oneRow({ hash: pushTargets.addressHash, session: mySession }, (p) =>
  q
    .select(shown(p.session))
    .from(pushTargets)
    .where(sql`${pushTargets.addressHash} = ${p.hash}`),
)

const ownTargets = statement(
  {
    caller: me,
    session: mySession,
    now: value<number>(),
    before: pushTargets.id,
    count: value<number>(),
  },
  (p) =>
    q
      .select(shown(p.session))
      .from(pushTargets)
      .where(
        and(
          sql`${pushTargets.userId} = ${p.caller}`,
          lt(pushTargets.id, p.before),
          isOfGoodSession(p.now),
        ),
      )
      .orderBy(desc(pushTargets.id))
      .limit(count(p.count)),
)

const deleteById = statement({ caller: me, id: pushTargets.id }, (p) =>
  q
    .delete(pushTargets)
    .where(sql`${pushTargets.id} = ${p.id} and ${pushTargets.userId} = ${p.caller}`),
)

const deleteByHash = statement({ caller: me, hash: pushTargets.addressHash }, (p) =>
  q
    .delete(pushTargets)
    .where(sql`${pushTargets.addressHash} = ${p.hash} and ${pushTargets.userId} = ${p.caller}`),
)
