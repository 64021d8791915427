// Who may open which live socket: one in a conversation's room, or a person's own.
import { and, eq } from 'drizzle-orm'
import { conversationMembers, conversations, sessions, users } from '../../db/schema'
import { q } from '../../db/compile'
import { maybeRow, oneRow, statement } from '../../db/declare'
import { type Caller, me, mySession, readAs, writeAs } from '../accounts'
import { listensFor, listensLife, notBlocked } from '../people'
import type { Admission, After, Context } from '../base/context'
import { DomainError } from '../base/errors'

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
  const { admission, members } = await readAs(ctx, caller, {
    admission: admissionTo({ caller, session: caller, conversationId }),
    members: membersOf({ conversationId }),
  })
  if (!admission) throw new DomainError('conversation.missing')
  return ctx.rooms.join({ ...admission, checkedAt, ...wishes }, members)
}

/**
 * Opens the caller's own socket, which carries what happens to them.
 * @throws `credential.*`
 */
export async function joinOwnEvents(ctx: Context, caller: Caller, after: After): Promise<Response> {
  const { owner } = await writeAs(ctx, caller, {
    listens: listensFor({ caller, until: ctx.now() + listensLife }),
    owner: ownerOf({ session: caller }),
  })
  return ctx.people.join(owner, after)
}

/** Whether an admission is still what it was: neither has the session ended nor does a block stand. */
export async function isStillAdmitted(ctx: Context, admission: Admission): Promise<boolean> {
  const { userId, sessionId, conversationId } = admission
  const caller = { userId, sessionId, tokenHash: null }
  try {
    const { found } = await readAs(ctx, caller, {
      found: admissionTo({ caller, session: caller, conversationId }),
    })
    return found !== undefined
  } catch (error) {
    if (error instanceof DomainError) return false
    throw error
  }
}

const admissionTo = maybeRow(
  { caller: me, session: mySession, conversationId: conversations.id },
  (p) =>
    q
      .select({
        conversationId: conversations.id,
        room: conversations.room,
        userId: users.id,
        object: users.object,
        username: users.username,
        sessionId: sessions.id,
        signedInAt: sessions.createdAt,
        closedAt: conversations.closedAt,
      })
      .from(conversationMembers)
      .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
      .innerJoin(users, eq(users.id, conversationMembers.userId))
      .innerJoin(sessions, eq(sessions.id, p.session))
      .where(
        and(
          eq(conversationMembers.conversationId, p.conversationId),
          eq(conversationMembers.userId, p.caller),
          notBlocked(p.caller, conversationMembers.otherId),
        ),
      ),
)

const membersOf = statement({ conversationId: conversations.id }, (p) =>
  q
    .select({ userId: users.id, username: users.username })
    .from(conversationMembers)
    .innerJoin(users, eq(users.id, conversationMembers.userId))
    .where(eq(conversationMembers.conversationId, p.conversationId)),
)

const ownerOf = oneRow({ session: mySession }, (p) =>
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
