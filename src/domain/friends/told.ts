// How often somebody is told that they were added: nobody was asked, so adding and removing in turn
// would be a bell in a stranger's hand.
import { type SQL, sql } from 'drizzle-orm'
import { counters, friendRequests } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import { pairNow } from './pair'

/** Two people hear of each other's instant adds once in so long, in milliseconds. */
const hour = 60 * 60_000

// The casts: D1 binds every number as a REAL, whose text would be another key.
const keyOf = (one: SQL, other: SQL) => sql`'added/'
  || min(cast(${one} as integer), cast(${other} as integer)) || '/'
  || max(cast(${one} as integer), cast(${other} as integer))`

/**
 * Whether the other is told that the caller has just added them: a row at most once per pair and hour.
 * Unawaited: goes behind what accepts the caller's own request.
 */
export const mayTellAdded = maybeRow(pairNow, (p) =>
  q.all<{ key: string }>(sql`${insertInto(counters, 'key', 'spent', 'expiresAt')}
      select ${keyOf(p.caller, of(friendRequests.receiverId))}, 1, ${p.now} + ${sql.raw(String(hour))}
      from ${friendRequests} where ${of(friendRequests.senderId)} = ${p.caller}
        and ${of(friendRequests.receiverId)} = ${p.other}
        and ${of(friendRequests.status)} = 'accepted' and ${of(friendRequests.updatedAt)} = ${p.now}
      on conflict (${bare(counters.key)}) do update
        set ${assign(counters, { spent: sql`1`, expiresAt: under('excluded', counters.expiresAt) })}
        where ${of(counters.expiresAt)} <= ${p.now}
      returning ${bare(counters.key)}`),
)
