// From where an account has signed in before, as HMACs: a stranger's tries must not lock the owner out.
import { type SQL, sql } from 'drizzle-orm'
import { familiar, sessions } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { assign, insertInto, of, under } from '../../db/names'
import type { Context } from '../base/context'
import { keyedHash } from '../base/secrets'

/** Notes the address of a sign-in whose session was just written. Unawaited. */
export function rememberAddress(ctx: Context, sessionId: string) {
  return insertAddress({ sessionId, hash: addressHash(ctx), now: ctx.now() })
}

/**
 * How the client's address is stored: the same for every account, since a try is counted before it is
 * known whose it is.
 */
export function addressHash(ctx: Context): string {
  return keyedHash(ctx.keys, 'address', ctx.client.address)
}

/** The same of the /48 that an IPv6 address is in, which counts too; '' for others. */
export function siteHash(ctx: Context): string {
  return ctx.client.site === '' ? '' : keyedHash(ctx.keys, 'address', ctx.client.site)
}

/** A /48 is so many times as generous as one address in it. */
export const siteFactor = 4

/** The account has signed in from the address with that hash before. */
export function isKnownTo(account: SQL, hash: SQL): SQL {
  return sql`exists (select 1 from ${familiar} where ${of(familiar.userId)} = ${account}
    and ${of(familiar.kind)} = 'address' and ${of(familiar.hash)} = ${hash})`
}

/** Forgets from where an account has signed in, but for the present address. Unawaited. */
export function forgetOtherAddresses(ctx: Context, userId: number) {
  return deleteOtherAddresses({ userId, hash: addressHash(ctx) })
}

const deleteOtherAddresses = statement({ userId: familiar.userId, hash: familiar.hash }, (p) =>
  q.run(sql`delete from ${familiar} where ${of(familiar.userId)} = ${p.userId}
    and ${of(familiar.kind)} = 'address' and ${of(familiar.hash)} <> ${p.hash}`),
)

const insertAddress = statement(
  { sessionId: sessions.id, hash: familiar.hash, now: familiar.seenAt },
  (p) =>
    q.run(sql`${insertInto(familiar, 'userId', 'kind', 'hash', 'seenAt')}
      select ${sessions.userId}, 'address', ${p.hash}, ${p.now} from ${sessions}
      where ${sessions.id} = ${p.sessionId}
      on conflict do update set ${assign(familiar, { seenAt: under('excluded', familiar.seenAt) })}`),
)
