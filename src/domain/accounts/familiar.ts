// From where an account has signed in before, as HMACs: a stranger's tries must not lock the owner out.
import { type SQL, sql } from 'drizzle-orm'
import { familiar, sessions } from '../../db/schema'
import { q, statement } from '../../db/statements'
import type { Context } from '../context'
import { keyedHash } from './keyed-hash'

/** Notes the address of a sign-in whose session was just written. Unawaited. */
export function rememberAddress(ctx: Context, sessionId: string) {
  const hash = addressHash(ctx)
  return rememberFamiliar({ sessionId, kind: 'address', hash, now: ctx.now() })
}

/** How the client's address is stored. */
export function addressHash(ctx: Context): string {
  return keyedHash(ctx.keys, 'address', ctx.client.address)
}

/** An account has signed in from there before. */
export function isFamiliar(kind: 'address' | 'agent', account: SQL, hash: SQL): SQL {
  return sql`exists (select 1 from ${familiar} where "familiar"."user_id" = ${account}
    and "familiar"."kind" = ${sql.raw(`'${kind}'`)} and "familiar"."hash" = ${hash})`
}

const rememberFamiliar = statement(
  { sessionId: sessions.id, kind: familiar.kind, hash: familiar.hash, now: familiar.seenAt },
  (p) =>
    q.run(sql`insert into ${familiar} ("user_id", "kind", "hash", "seen_at")
      select ${sessions.userId}, ${p.kind}, ${p.hash}, ${p.now} from ${sessions}
      where ${sessions.id} = ${p.sessionId}
      on conflict do update set "seen_at" = excluded."seen_at"`),
)
