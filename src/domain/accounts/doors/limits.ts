// Tries are counted in the database: spent before a password is compared and given back when it was
// right, so that parallel ones cannot slip past. One set of counters for every door
// (docs/contract.md, Sign-in, sessions, limits).
import { type SQL, sql } from 'drizzle-orm'
import { counters, users } from '../../../db/schema'
import { q } from '../../../db/compile'
import { composite, oneRow, statement, value } from '../../../db/declare'
import { assign, bare, insertInto, of } from '../../../db/names'
import type { Context, Limit } from '../../base/context'
import { isFull, noEnd, spentAgain, throttledUntil } from '../../base/counters'
import { type Caller, me } from '../sessions/callers'
import { keyedHash } from '../../base/secrets'
import { addressHash, isKnownTo, siteFactor, siteHash } from '../familiar'
import { rightKey } from '../passwords/right-passwords'
import { lifeOfRun, runKey, waitAfter, waitKey } from './wrong-runs'

/**
 * The statements that spend one try on the password of the account with a name, or of no account: one
 * nobody has is counted alike. Unawaited; their two results, `closed` and `spent`, go to `spentTries`.
 */
export function spendTryByName(ctx: Context, usernameKey: string) {
  const name = keyedHash(ctx.keys, 'name', usernameKey)
  const given = { ...tryNow(ctx), usernameKey, name }
  return { closed: closedByName(given), spent: spendByName(given) }
}

/** The same for the caller's own password, inside one's account. */
export function spendTryOf(ctx: Context, caller: Caller) {
  const given = { ...tryNow(ctx), caller }
  return { closed: closedByCaller(given), spent: spendByCaller(given) }
}

/**
 * The counters on which a try was spent: give them back (`giveBack`) when it was right.
 * @throws `tries.exceeded` where one of them was closed, and nothing was spent
 */
export function spentTries(
  ctx: Context,
  { closed, spent }: { closed: { until: number | null }; spent: { key: string }[] },
): string[] {
  if (closed.until !== null) throw throttledUntil(ctx, closed.until)
  return spent.map(({ key }) => key)
}

/**
 * Gives a try of an account back, on the counters that `spentTries` named; a run of wrong ones is over.
 * Unawaited.
 */
export function giveBack(userId: number, keys: string[]) {
  return unspend({ userId, keys: JSON.stringify(keys) })
}

function tryNow(ctx: Context) {
  const { passwordLimits: limits, rightPasswords } = ctx.rules
  return {
    now: ctx.now(),
    from: addressHash(ctx),
    site: siteHash(ctx),
    ...limits,
    accountAndSite: ofSite(limits.accountAndAddress),
    siteOfAny: ofSite(limits.address),
    right: rightPasswords.most,
  }
}

const ofSite = ({ most, window }: Limit): Limit => ({ most: most * siteFactor, window })

// ── Any set of counters ──────────────────────────────────────────────────────────────────────────

/** Until when the latest of the counters is closed. `tries` defines `tries (key, most, span)`. */
function closedUntil(tries: SQL, now: SQL) {
  return q.all<{ until: number | null }>(sql`with ${tries}
    select max(${of(counters.expiresAt)}) as until ${closed(now)}`)
}

/** Spends one try on each of the counters that have a window, unless one of them all is closed. */
function spendUnlessClosed(tries: SQL, now: SQL) {
  return q.all<{ key: string }>(sql`with ${tries}
    ${insertInto(counters, 'key', 'spent', 'expiresAt')}
    select key, 1, ${now} + span from tries where span is not null and not exists (
      select 1 ${closed(now)})
    on conflict (${bare(counters.key)}) do update set ${assign(counters, spentAgain(now))}
    returning ${bare(counters.key)}`)
}

const closed = (now: SQL) => sql`from ${counters} join tries on tries.key = ${of(counters.key)}
  where ${isFull(sql`tries.most`, now)}`

const unspend = statement({ userId: users.id, keys: value<string>() }, (p) => {
  const run = runKey(sql`cast(${p.userId} as integer)`)
  const [key, spent] = [of(counters.key), of(counters.spent)]
  return q.run(sql`update ${counters}
    set ${assign(counters, { spent: sql`case when ${key} = ${run} then 0 else ${spent} - 1 end` })}
    where ${spent} > 0
      and ${key} in (select value from json_each(${p.keys}) union all select ${run})`)
})

// ── Passwords ────────────────────────────────────────────────────────────────────────────────────

/** A limit as the two columns `most` and `span`. */
const limit = composite<Limit>((part) => sql`${part('most')}, ${part('window')}`)

const passwordTry = {
  now: counters.expiresAt,
  from: value<string>(),
  site: value<string>(),
  accountAndAddress: limit,
  newAddresses: limit,
  address: limit,
  accountAndSite: limit,
  siteOfAny: limit,
  right: value<number>(),
}
type Try = Record<keyof typeof passwordTry, SQL>

/** The counters of one try, for an account's id; where that is null, `otherwise` stands for it. */
// The cast: D1 binds every number as a REAL, whose text would be another key. Rows of VALUES, since D1 takes
// no more than five SELECTs in one; those without a key are none.
function passwordTries(p: Try, account: SQL, otherwise: SQL): SQL {
  const aimed = (key: SQL, condition = sql`1`) => sql`(select ${key} from aim where ${condition})`
  const owner = sql`aim.owner`
  const isNew = sql`aim.is_new`
  const wait = sql`(select ${waitAfter(owner, p.now)} from aim)`
  return sql`
    aim (owner, is_new) as (
      select coalesce(account, ${otherwise}), not ${isKnownTo(sql`account`, p.from)}
      from (select cast(${account} as integer) as account)),
    tries (key, most, span) as (
      select column1, column2, column3 from (values
        (${aimed(sql`'password/' || ${owner} || '/' || ${p.from}`)}, ${p.accountAndAddress}),
        (${aimed(sql`'password/' || ${owner} || '/' || ${p.site}`, sql`${p.site} <> ''`)}, ${p.accountAndSite}),
        (${aimed(sql`'password/' || ${owner}`, isNew)}, ${p.newAddresses}),
        (${aimed(runKey(owner), isNew)}, ${sql.raw(String(noEnd))}, ${lifeOfRun}),
        (${aimed(waitKey(owner), sql`${isNew} and ${wait} is not null`)}, 1, ${wait}),
        (${aimed(rightKey(owner))}, ${p.right}, null),
        ('password//' || ${p.from}, ${p.address}),
        (${aimed(sql`'password//' || ${p.site}`, sql`${p.site} <> ''`)}, ${p.siteOfAny})
      ) where column1 is not null)`
}

const byName = { ...passwordTry, usernameKey: users.usernameKey, name: value<string>() }
const triesByName = (p: Try & { usernameKey: SQL; name: SQL }) =>
  passwordTries(
    p,
    sql`(select ${users.id} from ${users} where ${users.usernameKey} = ${p.usernameKey})`,
    p.name,
  )
const closedByName = oneRow(byName, (p) => closedUntil(triesByName(p), p.now))
const spendByName = statement(byName, (p) => spendUnlessClosed(triesByName(p), p.now))

const byCaller = { ...passwordTry, caller: me }
const triesOfCaller = (p: Try & { caller: SQL }) => passwordTries(p, p.caller, sql`''`)
const closedByCaller = oneRow(byCaller, (p) => closedUntil(triesOfCaller(p), p.now))
const spendByCaller = statement(byCaller, (p) => spendUnlessClosed(triesOfCaller(p), p.now))
