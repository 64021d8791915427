// Who rejected or removed whom. From then on these can only ask, even where friends are made at once,
// until the other side asks, adds or accepts (docs/contract.md, Friendship and blocks).
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, refusals, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { me } from '../accounts/sessions/callers'
import { areFriends, whomThere } from '../people/visibility'

/** `refuser` has rejected or removed `refused` and has not taken that back. */
export function hasRefused(refuser: SQL, refused: SQL): SQL {
  return sql`exists (select 1 from ${refusals}
    where "refusals"."refuser_id" = ${refuser} and "refusals"."refused_id" = ${refused})`
}

const pair = { caller: me, other: whomThere }
type Pair = { caller: SQL; other: SQL }

/** The request that the other has sent to the caller waits. */
const theirsWaits = ({ caller, other }: Pair) => sql`exists (select 1 from ${friendRequests}
  where "friend_requests"."sender_id" = ${other} and "friend_requests"."receiver_id" = ${caller}
    and "friend_requests"."status" = 'pending')`

const refuseIf = (p: Pair & { now: SQL }, condition: SQL) =>
  q.run(sql`insert into ${refusals} ("refuser_id", "refused_id", "created_at")
    select ${p.caller}, "users"."id", ${p.now} from ${users}
    where "users"."id" = ${p.other} and ${condition}
    on conflict do update set "created_at" = excluded."created_at"`)

/**
 * Remembers that the caller ends a friendship or, where `received` is 1, turns down the other's request.
 * Unawaited: goes into the batch that does so, ahead of it; nothing happens where there is neither.
 */
export const refuseByEnding = statement(
  { ...pair, received: value<number>(), now: refusals.createdAt },
  (p) =>
    refuseIf(
      p,
      sql`(${areFriends(p.caller, p.other)} or (${p.received} = 1 and ${theirsWaits(p)}))`,
    ),
)

const asked = { ...pair, id: friendRequests.id }

const waits = (p: Pair & { id: SQL }) => sql`(${theirsWaits(p)} and ${p.id} = (
  select "id" from ${friendRequests} where "sender_id" = ${p.other} and "receiver_id" = ${p.caller}))`

/** Remembers that the caller rejects a request that waits. Unawaited: goes ahead of the rejection. */
export const refuseAsker = statement({ ...asked, now: refusals.createdAt }, (p) =>
  refuseIf(p, waits(p)),
)

const notRefused = ({ caller, other }: Pair) => sql`delete from ${refusals}
  where "refuser_id" = ${caller} and "refused_id" = ${other}`

/** The caller asks or adds somebody: whatever they refused before is forgotten. Unawaited. */
export const forgive = statement(pair, (p) => q.run(notRefused(p)))

/** The same for whoever accepts a request that waits. Unawaited: goes ahead of the acceptance. */
export const forgiveAsker = statement(asked, (p) => q.run(sql`${notRefused(p)} and ${waits(p)}`))

/** Removes all that an account refused, and what others refused to it. Unawaited. */
export const goneRefusals = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${refusals} where "refuser_id" = ${p.id} or "refused_id" = ${p.id}`),
)
