// Tickets: a browser can send no header with a socket, so it may ask for a ticket first and put that into
// the socket's address. One use, 30 seconds, only its HMAC is stored.
import { and, eq, gt, sql } from 'drizzle-orm'
import { sessions, tickets } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { maybeRow, statement } from '../../../db/declare'
import { of } from '../../../db/names'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { keyedHash } from '../../base/secrets'
import { type Caller, mySession, newSecret } from './callers'
import { spendIfWritten, whyLimited } from '../spending'
import { writeIf } from './sessions'

/** How long a ticket is good, in milliseconds. */
const ticketLife = 30_000

/** A ticket for one socket, to be used within 30 seconds. @throws `tries.exceeded` */
export async function issueTicket(ctx: Context, caller: Caller): Promise<string> {
  const ticket = newSecret()
  const whyNot = () => whyLimited(ctx, caller, 'tickets')
  await writeIf(ctx, caller, whyNot, {
    issued: insertTicket({
      caller,
      hash: keyedHash(ctx.keys, 'ticket', ticket),
      expiresAt: ctx.now() + ticketLife,
    }),
    spent: spendIfWritten(ctx, caller, 'tickets'),
  })
  return ticket
}

/**
 * Uses a ticket up and answers with the caller it was issued to.
 * @throws `credential.unknown`
 */
export async function redeemTicket(ctx: Context, ticket: string): Promise<Caller> {
  const hash = keyedHash(ctx.keys, 'ticket', ticket)
  const { used } = await runBatch(ctx.db, { used: useTicket({ hash, now: ctx.now() }) })
  if (!used) throw new DomainError('credential.unknown')
  return { userId: used.userId, sessionId: used.sessionId, tokenHash: null }
}

const insertTicket = statement(
  { caller: mySession, hash: tickets.hash, expiresAt: tickets.expiresAt },
  (p) =>
    q.insert(tickets).values({
      hash: p.hash,
      sessionId: p.caller,
      expiresAt: p.expiresAt,
    }),
)

const useTicket = maybeRow({ hash: tickets.hash, now: tickets.expiresAt }, (p) =>
  q
    .delete(tickets)
    .where(and(eq(tickets.hash, p.hash), gt(tickets.expiresAt, p.now)))
    .returning({
      sessionId: tickets.sessionId,
      userId: sql<number>`(select ${of(sessions.userId)} from ${sessions}
        where ${of(sessions.id)} = ${of(tickets.sessionId)})`
        .mapWith(Number)
        .as('user_id'),
    }),
)
