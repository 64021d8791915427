// Starting a conversation with somebody who is connected, or taking up the one that is there, in either
// direction.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { conversationMembers, conversations, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { insertInto, of } from '../../db/names'
import { type Caller, me, spendIfWritten, whom, whomOf, whyLimited, writeIf } from '../accounts'
import { isThereFor, ownRecordAmongOthers, personRecord, type PersonRecord } from '../people'
import type { Context, Conversed } from '../base/context'
import {
  conversationOfPair,
  conversedColumns,
  conversedOf,
  intoMembers,
  isOwnSide,
  isPair,
  orReopen,
  tellOfReopening,
} from './conversations'
import { DomainError } from '../base/errors'
import { startJobs } from '../base/jobs'
import { newObjectName } from '../base/object-names'

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
  const whyNot = () => whyLimited(ctx, caller, 'conversationsStarted')
  const { own, other, known, conversation } = await writeIf(ctx, caller, whyNot, {
    own: ownRecordAmongOthers({ caller, now }),
    other: otherRecord(pair),
    known: conversationOfTwo(pair),
    told: tellOfStarting(pair),
    opened: insertOrReopen(pair),
    // What is there already has its members.
    entered: enterStarted(pair),
    spent: spendIfWritten(ctx, caller, 'conversationsStarted'),
    conversation: conversationOfTwo(pair),
  })
  if (!other) throw new DomainError('conversation.with_nobody')
  if (other.id === own.id) throw new DomainError('conversation.with_oneself')
  if (!conversation) throw new DomainError('conversation.not_connected')
  if (known && known.closedAt !== null) await reopenRoom(ctx, conversedOf(known), now)
  const [initiator, receiver] = conversation.initiatorId === own.id ? [own, other] : [other, own]
  return { id: conversation.id, isNew: known === undefined, initiator, receiver }
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

const otherRecord = maybeRow(pair, (p) =>
  q
    .select({ id: users.id, ...personRecord(p.caller, p.now) })
    .from(users)
    .where(and(eq(of(users.id), p.other), isThereFor(p.caller))),
)

const conversationOfTwo = maybeRow(pair, (p) =>
  q
    .select({ ...conversedColumns, closedAt: conversations.closedAt })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .where(isOwnSide(p)),
)

/** The other is somebody else who is there for the caller. */
const isSomebody = (p: Parts) => sql`exists (select 1 from ${users}
  where ${of(users.id)} = ${p.other} and ${of(users.id)} <> ${p.caller} and ${isThereFor(p.caller)})`

const tellOfStarting = statement(pair, (p) => tellOfReopening(p, isSomebody(p)))

const insertOrReopen = statement(pair, (p) =>
  q.run(sql`${insertInto(conversations, 'initiatorId', 'receiverId', 'room', 'createdAt')}
    select ${p.caller}, ${p.other}, ${newObjectName}, ${p.now} from ${users}
    where ${of(users.id)} = ${p.other} and ${isSomebody(p)}
      and (${of(users.onlineUntil)} > ${p.now} or ${conversationOfPair(p)} is not null)
    ${orReopen}`),
)

const enterStarted = statement(pair, (p) => {
  const side = (own: SQL, other: SQL) => sql`
    select ${of(conversations.id)}, ${own}, ${other}, ${p.now} from ${conversations}
    where ${isSomebody(p)} and ${isPair(p.caller, p.other)}`
  return q.run(sql`${intoMembers}
    ${side(p.caller, p.other)} union all ${side(p.other, p.caller)}
    on conflict do nothing`)
})
