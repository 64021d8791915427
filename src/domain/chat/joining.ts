// Who may open which live socket: a seat in a conversation's room, or a person's own events.
import { and, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { conversationMembers, conversations, sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { type Caller, me, mySession } from '../accounts/sessions/callers'
import { readAs } from '../accounts/sessions/sessions'
import type { Context, Seat } from '../base/context'
import { DomainError } from '../base/errors'
import { notBlocked } from '../people/visibility'

/** How a socket wants its conversation: what came after a message id first, and other people's doings. */
export type Wishes = { after: number | null; events: boolean }

/**
 * Opens the caller's live socket in a conversation.
 * @throws `conversation.missing`, `credential.*`
 */
export async function joinConversation(
  ctx: Context,
  caller: Caller,
  conversationId: number,
  wishes: Wishes,
): Promise<Response> {
  const checkedAt = ctx.now()
  const [[seat]] = await readAs(ctx, caller, seatOf({ caller, session: caller, conversationId }))
  if (!seat) throw new DomainError('conversation.missing')
  return ctx.rooms.join({ ...seat, checkedAt, ...wishes })
}

/**
 * Opens the caller's own socket, which carries what happens to them.
 * @throws `credential.*`
 */
export async function joinOwnEvents(ctx: Context, caller: Caller): Promise<Response> {
  const [[pass]] = await readAs(ctx, caller, passOf({ session: caller }))
  return ctx.people.join(pass!)
}

/** Whether a seat is still what it was: neither has the session ended nor does a block stand. */
export async function isSeatGood(ctx: Context, seat: Seat): Promise<boolean> {
  const caller = { userId: seat.userId, sessionId: seat.sessionId, tokenHash: null }
  try {
    const { conversationId } = seat
    const [[found]] = await readAs(ctx, caller, seatOf({ caller, session: caller, conversationId }))
    return found !== undefined
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}

const other = alias(users, 'other')

const seatOf = statement(
  { caller: me, session: mySession, conversationId: conversations.id },
  (p) =>
    q
      .select({
        conversationId: conversations.id,
        room: conversations.room,
        userId: users.id,
        object: users.object,
        username: users.username,
        otherId: other.id,
        otherName: other.username,
        sessionId: sessions.id,
        signedInAt: sessions.createdAt,
        closedAt: conversations.closedAt,
      })
      .from(conversationMembers)
      .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
      .innerJoin(users, eq(users.id, conversationMembers.userId))
      .innerJoin(other, eq(other.id, conversationMembers.otherId))
      .innerJoin(sessions, eq(sessions.id, p.session))
      .where(
        and(
          eq(conversationMembers.conversationId, p.conversationId),
          eq(conversationMembers.userId, p.caller),
          notBlocked(p.caller, conversationMembers.otherId),
        ),
      ),
)

const passOf = statement({ session: mySession }, (p) =>
  q
    .select({
      userId: sessions.userId,
      object: users.object,
      sessionId: sessions.id,
      signedInAt: sessions.createdAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(eq(sessions.id, p.session)),
)
