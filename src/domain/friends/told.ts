// How often somebody is told that they were added: nobody was asked, so adding and removing in turn
// would be a bell in a stranger's hand.
import { type SQL, sql } from 'drizzle-orm'
import { counters, friendRequests } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { me } from '../accounts/sessions/callers'
import { whomThere } from '../people/visibility'

/** Two people hear of each other's instant adds once in so long, in milliseconds. */
const hour = 60 * 60_000

// The casts: D1 binds every number as a REAL, whose text would be another key.
const keyOf = (one: SQL, other: SQL) => sql`'added/'
  || min(cast(${one} as integer), cast(${other} as integer)) || '/'
  || max(cast(${one} as integer), cast(${other} as integer))`

/**
 * Whether the other is told that the caller has just added them: one row at most once per pair and hour.
 * Unawaited: goes behind what accepts the caller's own request.
 */
export const mayTellAdded = statement({ caller: me, other: whomThere, now: value<number>() }, (p) =>
  q.all<{ key: string }>(sql`insert into ${counters} ("key", "spent", "expires_at")
      select ${keyOf(p.caller, sql`"receiver_id"`)}, 1, ${p.now} + ${sql.raw(String(hour))}
      from ${friendRequests} where "sender_id" = ${p.caller} and "receiver_id" = ${p.other}
        and "status" = 'accepted' and "updated_at" = ${p.now}
      on conflict ("key") do update set "spent" = 1, "expires_at" = excluded."expires_at"
        where "counters"."expires_at" <= ${p.now}
      returning "key"`),
)
