// The statements of targets.
import { and, desc, lt, type SQL, sql } from 'drizzle-orm'
import { pushTargets, sessions } from '../../db/schema'
import { q } from '../../db/compile'
import { count, maybeRow, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of, under } from '../../db/names'
import { me, mySession } from '../accounts'

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
/** What a subscription brings, as the values of these statements. */
export type Asked = Parameters<ReturnType<typeof statement<typeof asking, any>>>[0]
type Parts = Record<keyof typeof asking, SQL<any>>

/** Who knows the address of somebody's phone takes it away from nobody; one browser may have two people. */
const isTaken = (p: Parts) => sql`exists (select 1 from ${pushTargets}
  where ${of(pushTargets.addressHash)} = ${p.addressHash}
    and ${of(pushTargets.userId)} <> ${p.caller} and ${isOfGoodSession(p.now)}
    and not (${p.kind} = 'web' and ${of(pushTargets.keysHash)} = ${p.keysHash}))`

const isFull = (p: Parts) => sql`(select count(*) from ${pushTargets}
  where ${of(pushTargets.userId)} = ${p.caller} and ${isOfGoodSession(p.now)}
    and ${of(pushTargets.addressHash)} <> ${p.addressHash}) >= ${p.most}`

/** Fails the batch where the address is somebody else’s, or there is no room for one more. Unawaited, like the others. */
export const guardTarget = statement(asking, (p) =>
  failUnless(sql`not ${isTaken(p)} and not ${isFull(p)}`),
)

/** Why `guardTarget` has failed. */
export const verdictOn = oneRow(asking, (p) =>
  q.all<{ isTaken: 0 | 1; isFull: 0 | 1 }>(
    sql`select ${isTaken(p)} as isTaken, ${isFull(p)} as isFull`,
  ),
)

/** The caller’s target of that address, from before. */
export const ownBefore = maybeRow(asking, (p) =>
  q
    .select({ id: pushTargets.id })
    .from(pushTargets)
    .where(
      sql`${pushTargets.addressHash} = ${p.addressHash} and ${pushTargets.userId} = ${p.caller}`,
    ),
)

const isAnothers = sql`${of(pushTargets.userId)} <> ${under('excluded', pushTargets.userId)}`
const newer = (column: Parameters<typeof under>[1]) => under('excluded', column)

const { most: _most, ...writing } = asking

/** Writes the target, or moves the one of that address to the caller and this session. */
export const writeTarget = statement(writing, ({ caller, session, now, ...p }) =>
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

/** The target of an address. */
export const targetByHash = oneRow({ hash: pushTargets.addressHash, session: mySession }, (p) =>
  q
    .select(shown(p.session))
    .from(pushTargets)
    .where(sql`${pushTargets.addressHash} = ${p.hash}`),
)

/** A page of the caller’s whose sessions are good, newest first. */
export const ownTargets = statement(
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

/** Removes one of the caller’s. */
export const deleteById = statement({ caller: me, id: pushTargets.id }, (p) =>
  q
    .delete(pushTargets)
    .where(sql`${pushTargets.id} = ${p.id} and ${pushTargets.userId} = ${p.caller}`),
)

/** The same by its address. */
export const deleteByHash = statement({ caller: me, hash: pushTargets.addressHash }, (p) =>
  q
    .delete(pushTargets)
    .where(sql`${pushTargets.addressHash} = ${p.hash} and ${pushTargets.userId} = ${p.caller}`),
)
