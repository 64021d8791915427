// Wrong passwords of one account in a row, from addresses that it does not know: after a hundred of them the
// wait between two grows, and the owner is told once. A right password ends the run.
import { type SQL, sql } from 'drizzle-orm'
import { counters, users } from '../../../db/schema'
import { statement, value } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { isFull } from '../../base/counters'
import { jobsFrom } from '../../base/jobs'

/** So many come without a wait of their own. */
const free = 100
/** The first wait, in milliseconds; it doubles with each further try … */
const firstWait = 60_000
/** … up to this one. */
const maxWait = 60 * 60_000
const doublings = Math.ceil(Math.log2(maxWait / firstWait))
/** A run that is older begins anew. */
export const lifeOfRun = sql.raw(String(30 * 24 * 60 * 60_000))

/** The counter of an account's run of wrong passwords. */
export const runKey = (account: SQL) => sql`'password.run/' || ${account}`
/** The counter that is closed while the account waits. */
export const waitKey = (account: SQL) => sql`'password.wait/' || ${account}`

/** How long the next try closes the account to new addresses, in milliseconds; null while it does not. */
export const waitAfter = (account: SQL, now: SQL) => sql`(
  select min(${sql.raw(String(maxWait))},
    ${sql.raw(String(firstWait))} << min(${of(counters.spent)} - ${sql.raw(String(free))}, ${sql.raw(String(doublings))}))
  from ${counters} where ${of(counters.key)} = ${runKey(account)}
    and ${isFull(sql.raw(String(free)), now)})`

/**
 * Tells the owner of the name's account when a try was spent that has a hundred wrong ones before it. Unawaited:
 * straight behind the spending; call `startJobs` where it has changed a row.
 */
export function tellOfRun(ctx: Context, usernameKey: string) {
  return tellOwner({ usernameKey, now: ctx.now(), told: free + 1 })
}

const tellOwner = statement(
  { usernameKey: users.usernameKey, now: value<number>(), told: value<number>() },
  (p) =>
    jobsFrom({
      kind: 'mail.wrong_passwords',
      key: of(users.id),
      payload: sql`json_object('userId', ${of(users.id)}, 'at', ${p.now})`,
      now: p.now,
      from: sql`from ${users} join ${counters} on ${of(counters.key)} = ${runKey(of(users.id))}
        where changes() > 0 and ${of(users.usernameKey)} = ${p.usernameKey}
          and ${of(counters.spent)} = ${p.told}
          and ${of(counters.expiresAt)} > ${p.now}`,
    }),
)
