// Who rejected or removed whom. From then on these can only ask, even where friends are made at once,
// until the other side asks, adds or accepts (docs/contract.md, Friendship and blocks).
import { type SQL, sql } from 'drizzle-orm'
import { friendRequests, refusals, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { assign, insertInto, of, under } from '../../db/names'
import { areFriends } from '../people'
import { type Pair, pair, theirsWaits } from './pair'

/** `refuser` has rejected or removed `refused` and has not taken that back. */
export function hasRefused(refuser: SQL, refused: SQL): SQL {
  return sql`exists (select 1 from ${refusals}
    where ${of(refusals.refuserId)} = ${refuser} and ${of(refusals.refusedId)} = ${refused})`
}

const refuseIf = (p: Pair & { now: SQL }, condition: SQL) =>
  q.run(sql`${insertInto(refusals, 'refuserId', 'refusedId', 'createdAt')}
    select ${p.caller}, ${of(users.id)}, ${p.now} from ${users}
    where ${of(users.id)} = ${p.other} and ${condition}
    on conflict do update
      set ${assign(refusals, { createdAt: under('excluded', refusals.createdAt) })}`)

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
  select ${of(friendRequests.id)} from ${friendRequests}
  where ${of(friendRequests.senderId)} = ${p.other} and ${of(friendRequests.receiverId)} = ${p.caller}))`

/** Remembers that the caller rejects a request that waits. Unawaited: goes ahead of the rejection. */
export const refuseAsker = statement({ ...asked, now: refusals.createdAt }, (p) =>
  refuseIf(p, waits(p)),
)

const notRefused = ({ caller, other }: Pair) => sql`delete from ${refusals}
  where ${of(refusals.refuserId)} = ${caller} and ${of(refusals.refusedId)} = ${other}`

/** The caller asks or adds somebody: whatever they refused before is forgotten. Unawaited. */
export const forgive = statement(pair, (p) => q.run(notRefused(p)))

/** The same for whoever accepts a request that waits. Unawaited: goes ahead of the acceptance. */
export const forgiveAsker = statement(asked, (p) => q.run(sql`${notRefused(p)} and ${waits(p)}`))

/** Removes all that an account refused, and what others refused to it. Unawaited. */
export const goneRefusals = statement({ id: users.id }, (p) =>
  q.run(sql`delete from ${refusals} where ${of(refusals.refuserId)} = ${p.id}
    or ${of(refusals.refusedId)} = ${p.id}`),
)
