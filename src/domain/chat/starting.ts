// Starting a conversation with somebody who is connected, or taking up the one that is there, in either
// direction.
import { eq, type SQL, sql } from 'drizzle-orm'
import { conversationMembers, conversations, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { writeIf } from '../accounts/sessions/sessions'
import { whom, whomOf } from '../accounts/whom'
import type { Context, Conversed } from '../base/context'
import { conversationOfPair, conversedColumns, conversedOf, tellOfReopening } from './conversations'
import { DomainError } from '../base/errors'
import { ownRecord } from './inbox'
import { startJobs } from '../base/jobs'
import { newObjectName } from '../base/object-names'
import { spendIfWritten, whyLimited } from '../accounts/spending'
import { type PersonRecord, personRecord } from '../people/users'
import { isThereFor } from '../people/visibility'

/** A conversation and whether it was made just now. */
export type Started = {
  id: number
  isNew: boolean
  initiator: PersonRecord
  receiver: PersonRecord
}

/**
 * Starts the conversation with `username`; a closed one is open again.
 * @throws `conversation.with_oneself`, `conversation.with_nobody`, `conversation.not_connected`,
 * `tries.exceeded`
 */
export async function startConversation(
  ctx: Context,
  caller: Caller,
  username: string,
): Promise<Started> {
  const now = ctx.now()
  const pair = { caller, other: whomOf(caller, { username }), now }
  const [[own], [other], [known], , , , , [conversation]] = await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'conversationsStarted'),
    ownRecord(pair),
    otherRecord(pair),
    pairs(pair),
    tellOfStarting(pair),
    insertOrReopen(pair),
    // What is there already has its members.
    enterStarted(pair),
    spendIfWritten(ctx, caller, 'conversationsStarted'),
    pairs(pair),
  )
  if (!other) throw new DomainError('conversation.with_nobody')
  if (other.id === own!.id) throw new DomainError('conversation.with_oneself')
  if (!conversation) throw new DomainError('conversation.not_connected')
  if (known && known.closedAt !== null) await reopenRoom(ctx, conversedOf(known), now)
  const isOwn = conversation.initiatorId === own!.id
  return {
    id: conversation.id,
    isNew: known === undefined,
    initiator: isOwn ? own! : other,
    receiver: isOwn ? other : own!,
  }
}

/** At once, so that the first message is not refused; the job stays for a room that does not answer. */
async function reopenRoom(ctx: Context, conversation: Conversed, now: number): Promise<void> {
  try {
    await ctx.rooms.open(conversation, now)
  } catch (error) {
    ctx.report('conversation.reopen', error)
  }
  startJobs(ctx)
}

const pair = { caller: me, other: whom, now: value<number>() }
type Parts = { caller: SQL; other: SQL; now: SQL }

const otherRecord = statement(pair, (p) =>
  q
    .select({ id: users.id, ...personRecord(p.caller, p.now) })
    .from(users)
    .innerJoin(sql`(select 1)`, sql`true`)
    .where(sql`${users.id} = ${p.other} and ${isThereFor(p.caller)}`),
)

const pairs = statement(pair, (p) =>
  q
    .select({
      ...conversedColumns,
      closedAt: conversations.closedAt,
    })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .where(
      sql`${conversationMembers.userId} = ${p.caller} and ${conversationMembers.otherId} = ${p.other}`,
    ),
)

/** The other is somebody else who is there for the caller. */
const isSomebody = (p: Parts) => sql`exists (select 1 from ${users}
  where "users"."id" = ${p.other} and "users"."id" <> ${p.caller} and ${isThereFor(p.caller)})`

const tellOfStarting = statement(pair, (p) => tellOfReopening(p, isSomebody(p)))

const insertOrReopen = statement(pair, (p) =>
  q.run(sql`insert into ${conversations} ("initiator_id", "receiver_id", "room", "created_at")
    select ${p.caller}, ${p.other}, ${newObjectName}, ${p.now} from ${users}
    where "users"."id" = ${p.other} and ${isSomebody(p)}
      and ("users"."online_until" > ${p.now} or ${conversationOfPair(p)} is not null)
    on conflict do update set "closed_at" = null`),
)

const enterStarted = statement(pair, (p) => {
  // Found by the pair's index, which is written over these two expressions.
  const side = (own: SQL, other: SQL) => sql`
    select "id", ${own}, ${other}, ${p.now} from ${conversations} where ${isSomebody(p)}
      and case when initiator_id < receiver_id then initiator_id else receiver_id end
        = min(${p.caller}, ${p.other})
      and case when initiator_id < receiver_id then receiver_id else initiator_id end
        = max(${p.caller}, ${p.other})`
  return q.run(sql`insert into ${conversationMembers}
      ("conversation_id", "user_id", "other_id", "active_at")
    ${side(p.caller, p.other)} union all ${side(p.other, p.caller)}
    on conflict do nothing`)
})
