// People's devices: where each is pushed to, told by the session that is there. An address is one device's.
import { type Caller, readAs, spendIfWritten, whyLimited, writeAs, writeIf } from '../accounts'
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
import {
  type Asked,
  deleteByHash,
  deleteById,
  guardTarget,
  ownBefore,
  ownTargets,
  targetByHash,
  verdictOn,
  writeTarget,
} from './target-statements'

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
