// Tickets: a browser can send no header with a socket, so it may ask for a ticket first and put that into
// the socket's address. One use, 30 seconds, only its HMAC is stored.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { and, eq, gt, sql } from 'drizzle-orm'
import { sessions, tickets } from '../../../db/schema'
import { runBatch } from '../../../db/batch'
import { q } from '../../../db/compile'
import { statement } from '../../../db/declare'
import type { Context } from '../../base/context'
import { DomainError } from '../../base/errors'
import { type Caller, mySession } from './callers'
import { spendIfWritten, whyLimited } from '../spending'
import { writeIf } from './sessions'

/** How long a ticket is good, in milliseconds. */
const ticketLife = 30_000

/** A ticket for one socket, to be used within 30 seconds. @throws `tries.exceeded` */
export async function issueTicket(ctx: Context, caller: Caller): Promise<string> {
  const bytes = crypto.getRandomValues(new Uint8Array(20))
  const ticket = bytesToHex(bytes)
  await writeIf(
    ctx,
    caller,
    () => whyLimited(ctx, caller, 'tickets'),
    insertTicket({ caller, hash: ticketHash(ctx, ticket), expiresAt: ctx.now() + ticketLife }),
    spendIfWritten(ctx, caller, 'tickets'),
  )
  return ticket
}

/**
 * Uses a ticket up and answers with the caller it was issued to.
 * @throws `credential.unknown`
 */
export async function redeemTicket(ctx: Context, ticket: string): Promise<Caller> {
  const hash = ticketHash(ctx, ticket)
  const [[used]] = await runBatch(ctx.db, [useTicket({ hash, now: ctx.now() })])
  if (!used) throw new DomainError('credential.unknown')
  return { userId: used.userId, sessionId: used.sessionId, tokenHash: null }
}

function ticketHash(ctx: Context, ticket: string): string {
  return bytesToHex(hmac(sha256, ctx.keys.pepper, utf8ToBytes(`ticket:${ticket}`)))
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

const useTicket = statement({ hash: tickets.hash, now: tickets.expiresAt }, (p) =>
  q
    .delete(tickets)
    .where(and(eq(tickets.hash, p.hash), gt(tickets.expiresAt, p.now)))
    .returning({
      sessionId: tickets.sessionId,
      userId: sql<number>`(select "user_id" from ${sessions} where "id" = "tickets"."session_id")`
        .mapWith(Number)
        .as('user_id'),
    }),
)
