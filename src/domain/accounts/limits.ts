// Tries are counted in the database: spent before a password is compared and given back when it was
// right, so that parallel ones cannot slip past. One set of counters for every door
// (docs/contract.md, Sign-in, sessions, limits).
import { type SQL, sql } from 'drizzle-orm'
import { counters, users } from '../../db/schema'
import { composite, q, statement, value } from '../../db/statements'
import type { Context, Limit } from '../context'
import { DomainError } from '../errors'
import { type Caller, me } from './callers'
import { keyedHash } from './keyed-hash'
import { addressHash, isKnownTo } from './known-addresses'

/**
 * The statements that spend one try on the password of the account with a name, or of no account: one
 * nobody has is counted alike. Unawaited; their two results go to `spentTries`.
 */
export function spendTryByName(ctx: Context, usernameKey: string) {
  const name = keyedHash(ctx.keys, 'name', usernameKey)
  const given = { ...tryNow(ctx), usernameKey, name }
  return [closedByName(given), spendByName(given)] as const
}

/** The same for the caller's own password, inside one's account. */
export function spendTryOf(ctx: Context, caller: Caller) {
  const given = { ...tryNow(ctx), caller }
  return [closedByCaller(given), spendByCaller(given)] as const
}

/**
 * The counters on which a try was spent: give them back (`giveBack`) when it was right.
 * @throws `tries.exceeded` where one of them was closed, and nothing was spent
 */
export function spentTries(
  ctx: Context,
  closed: { until: number | null } | undefined,
  spent: { key: string }[],
): string[] {
  const until = closed?.until ?? null
  if (until === null) return spent.map(({ key }) => key)
  throw new DomainError('tries.exceeded', { retryAfter: Math.ceil((until - ctx.now()) / 1000) })
}

/** Gives a try back, on the counters that `spentTries` named. Unawaited. */
export function giveBack(keys: string[]) {
  return restore({ keys: JSON.stringify(keys) })
}

function tryNow(ctx: Context) {
  return { now: ctx.now(), from: addressHash(ctx), ...ctx.rules.passwordLimits }
}

// ── Any set of counters ──────────────────────────────────────────────────────────────────────────

/** Until when the latest of the counters is closed. `tries` defines "tries" ("key", "most", "window"). */
export function closedUntil(tries: SQL, now: SQL) {
  return q.get<{ until: number | null }>(sql`with ${tries}
    select max(${counters.expiresAt}) as "until" from ${counters}
    join "tries" on "tries"."key" = ${counters.key} where ${isClosed(now)}`)
}

/** Spends one try on each of the counters, unless one of them is closed. */
function spendUnlessClosed(tries: SQL, now: SQL) {
  return q.all<{ key: string }>(sql`with ${tries}
    insert into ${counters} ("key", "spent", "expires_at")
    select "key", 1, ${now} + "window" from "tries" where not exists (
      select 1 from ${counters} join "tries" on "tries"."key" = ${counters.key}
      where ${isClosed(now)})
    on conflict ("key") do update set
      "spent" = case when ${counters.expiresAt} <= ${now} then 1 else ${counters.spent} + 1 end,
      "expires_at" = case when ${counters.expiresAt} <= ${now}
        then excluded."expires_at" else ${counters.expiresAt} end
    returning "key"`)
}

function isClosed(now: SQL): SQL {
  return sql`(${counters.spent} >= "tries"."most" and ${counters.expiresAt} > ${now})`
}

const restore = statement({ keys: value<string>() }, (p) =>
  q.run(sql`update ${counters} set "spent" = "spent" - 1 where "spent" > 0
    and "key" in (select value from json_each(${p.keys}))`),
)

// ── Passwords ────────────────────────────────────────────────────────────────────────────────────

/** A limit as the two columns "most" and "window". */
const limit = composite<Limit>((part) => sql`${part('most')}, ${part('window')}`)

const passwordTry = {
  now: counters.expiresAt,
  from: value<string>(),
  accountAndAddress: limit,
  newAddresses: limit,
  address: limit,
}
type Try = Record<keyof typeof passwordTry, SQL>

/** The counters of one try, for an account's id; where that is null, `otherwise` stands for it. */
// The cast: D1 binds every number as a REAL, whose text would be another key.
function passwordTries(p: Try, account: SQL, otherwise: SQL): SQL {
  return sql`
    "aim" ("account", "name") as (select cast(${account} as integer), ${otherwise}),
    "tries" ("key", "most", "window") as (
      select 'password/' || coalesce("account", "name") || '/' || ${p.from}, ${p.accountAndAddress}
      from "aim"
      union all
      select 'password/' || coalesce("account", "name"), ${p.newAddresses}
      from "aim" where not ${isKnownTo(sql`"aim"."account"`, p.from)}
      union all
      select 'password//' || ${p.from}, ${p.address})`
}

const byName = { ...passwordTry, usernameKey: users.usernameKey, name: value<string>() }
const triesByName = (p: Try & { usernameKey: SQL; name: SQL }) =>
  passwordTries(
    p,
    sql`(select ${users.id} from ${users} where ${users.usernameKey} = ${p.usernameKey})`,
    p.name,
  )
const closedByName = statement(byName, (p) => closedUntil(triesByName(p), p.now))
const spendByName = statement(byName, (p) => spendUnlessClosed(triesByName(p), p.now))

const byCaller = { ...passwordTry, caller: me }
const triesOfCaller = (p: Try & { caller: SQL }) => passwordTries(p, p.caller, sql`''`)
const closedByCaller = statement(byCaller, (p) => closedUntil(triesOfCaller(p), p.now))
const spendByCaller = statement(byCaller, (p) => spendUnlessClosed(triesOfCaller(p), p.now))
