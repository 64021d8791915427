// Everything that the service holds about a person, for that person: by table, without what would help
// somebody else (secrets, hashes) and without what others have said of them in private. A block must not
// be told from it, so it goes by what its owner sees elsewhere: who is not there is not in it either.
import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import {
  blocks,
  calendarFeeds,
  codes,
  contacts,
  conversationMembers,
  conversations,
  familiar,
  friendLabels,
  friendRequests,
  friendships,
  groups,
  identities,
  media,
  memberships,
  planInvites,
  plans,
  refusals,
  rsvps,
  sessions,
  users,
} from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { type Caller, me } from '../accounts/sessions/callers'
import { readAs } from '../accounts/sessions/sessions'
import { contactColumns } from '../contacts/contacts'
import type { Context, Conversed } from '../base/context'
import { conversedColumns, conversedOf, type ConversedRow } from '../chat/conversations'
import { accountIsThereFor, isThereFor, notBlocked, planIsThereFor } from '../people/visibility'

/** All that is held about the caller, in one round trip; the messages from their rooms. Times in milliseconds. */
export async function exportOf(ctx: Context, caller: Caller) {
  const own = { caller }
  const results = await readAs(
    ctx,
    caller,
    accountOf(own),
    identitiesOf(own),
    groupsOf(own),
    sessionsOf(own),
    codesOf(own),
    familiarOf(own),
    contactsOf(own),
    friendshipsOf(own),
    requestsOf(own),
    labelsOf(own),
    blocksOf(own),
    conversationsOf(own),
    picturesOf(own),
    plansOf(own),
    rsvpsOf(own),
    invitesOf(own),
    feedsOf(own),
    refusalsOf(own),
  )
  const [account, identities, groups, sessions, codes, familiar, ...more] = results
  const [contacts, friends, requests, labels, blocked, conversations, ...rest] = more
  const [pictures, plans, rsvps, invitations, feeds, refusals] = rest
  const { id } = account[0]!
  return {
    account: account[0]!,
    identities,
    groups,
    sessions,
    codes,
    familiar,
    contacts,
    friends,
    friendRequests: requests,
    friendLabels: labels,
    blocked,
    refusals,
    conversations: await withOwnMessages(ctx, conversations, id),
    pictures,
    plans,
    rsvps,
    planInvitations: invitations,
    calendarFeeds: feeds,
  }
}

/** Rooms that are asked at the same time, and messages that each is asked for at a time. */
const roomsAtOnce = 6
const messagesAtOnce = 500

/** Each conversation with what the person wrote in it, oldest first: the rest is the other's. */
async function withOwnMessages<C extends ConversedRow>(ctx: Context, rows: C[], author: number) {
  const complete: (Omit<C, 'room'> & { messages: OwnMessage[] })[] = []
  for (let at = 0; at < rows.length; at += roomsAtOnce) {
    const some = rows.slice(at, at + roomsAtOnce).map(async ({ room, ...row }) => ({
      ...row,
      messages: await ownMessages(ctx, conversedOf({ ...row, room }), author),
    }))
    for (const conversation of await Promise.all(some)) complete.push(conversation)
  }
  return complete
}

type OwnMessage = { id: number; text: string; attachment: string | null; sentAt: number }

async function ownMessages(ctx: Context, conversation: Conversed, author: number) {
  const found: OwnMessage[] = []
  for (let before: number | null = null; ;) {
    const page = await ctx.rooms.history(conversation, { before, limit: messagesAtOnce })
    const mine = page.filter(({ senderId }) => senderId === author)
    found.push(
      ...mine.map(({ id, text, attachment, sentAt }) => ({ id, text, attachment, sentAt })),
    )
    if (page.length < messagesAtOnce) return found.toReversed()
    before = page.at(-1)!.id
  }
}

const own = { caller: me }
const other = alias(users, 'other')

const accountOf = statement(own, (p) =>
  q
    .select({
      id: users.id,
      username: users.username,
      email: users.email,
      hasPassword: sql<boolean>`"users"."password" <> ''`.mapWith(Boolean).as('has_password'),
      firstName: users.firstName,
      lastName: users.lastName,
      bio: users.bio,
      phoneNumber: users.phoneNumber,
      dateOfBirth: users.dateOfBirth,
      avatar: users.avatar,
      codeRequired: users.codeRequired,
      joinedAt: users.joinedAt,
      onlineUntil: users.onlineUntil,
    })
    .from(users)
    .where(eq(users.id, p.caller)),
)

const identitiesOf = statement(own, (p) =>
  q
    .select({
      provider: identities.provider,
      subject: identities.subject,
      createdAt: identities.createdAt,
    })
    .from(identities)
    .where(eq(identities.userId, p.caller)),
)

const groupsOf = statement(own, (p) =>
  q
    .select({ id: groups.id, name: groups.name })
    .from(memberships)
    .innerJoin(groups, eq(groups.id, memberships.groupId))
    .where(eq(memberships.userId, p.caller)),
)

// Not their ids: they are in the tokens.
const sessionsOf = statement(own, (p) =>
  q
    .select({
      createdAt: sessions.createdAt,
      lastUsedAt: sessions.lastUsedAt,
      expiresAt: sessions.expiresAt,
      endedAt: sessions.endedAt,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(eq(sessions.userId, p.caller)),
)

const codesOf = statement(own, (p) =>
  q
    .select({ createdAt: codes.createdAt, expiresAt: codes.expiresAt })
    .from(codes)
    .where(eq(codes.userId, p.caller)),
)

const familiarOf = statement(own, (p) =>
  q
    .select({ kind: familiar.kind, seenAt: familiar.seenAt })
    .from(familiar)
    .where(eq(familiar.userId, p.caller)),
)

const contactsOf = statement(own, (p) =>
  q.select(contactColumns).from(contacts).where(eq(contacts.ownerId, p.caller)),
)

const friendshipsOf = statement(own, (p) =>
  q
    .select({
      userId: friendships.friendId,
      username: users.username,
      label: friendships.label,
      createdAt: friendships.createdAt,
    })
    .from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(and(eq(friendships.userId, p.caller), isThereFor(p.caller))),
)

const requestsOf = statement(own, (p) =>
  q
    .select({
      id: friendRequests.id,
      senderId: friendRequests.senderId,
      receiverId: friendRequests.receiverId,
      status: friendRequests.status,
      createdAt: friendRequests.createdAt,
      updatedAt: friendRequests.updatedAt,
    })
    .from(friendRequests)
    .where(
      and(
        or(eq(friendRequests.senderId, p.caller), eq(friendRequests.receiverId, p.caller)),
        accountIsThereFor(p.caller, friendRequests.senderId),
        accountIsThereFor(p.caller, friendRequests.receiverId),
      ),
    ),
)

const labelsOf = statement(own, (p) =>
  q
    .select({ label: friendLabels.label })
    .from(friendLabels)
    .where(eq(friendLabels.userId, p.caller)),
)

const blocksOf = statement(own, (p) =>
  q
    .select({ userId: blocks.blockedId, username: other.username, createdAt: blocks.createdAt })
    .from(blocks)
    .innerJoin(other, eq(other.id, blocks.blockedId))
    .where(eq(blocks.blockerId, p.caller)),
)

const refusalsOf = statement(own, (p) =>
  q
    .select({
      userId: refusals.refusedId,
      username: users.username,
      createdAt: refusals.createdAt,
    })
    .from(refusals)
    .innerJoin(users, eq(users.id, refusals.refusedId))
    .where(and(eq(refusals.refuserId, p.caller), isThereFor(p.caller))),
)

// Whether one is closed, not since when: that would be the second of a block.
const conversationsOf = statement(own, (p) =>
  q
    .select({
      ...conversedColumns,
      createdAt: conversations.createdAt,
      isClosed: sql<boolean>`${conversations.closedAt} is not null`
        .mapWith(Boolean)
        .as('is_closed'),
      activeAt: conversationMembers.activeAt,
      unread: conversationMembers.unread,
      readUpTo: conversationMembers.readUpTo,
    })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .where(
      and(
        eq(conversationMembers.userId, p.caller),
        notBlocked(p.caller, conversationMembers.otherId),
      ),
    ),
)

const picturesOf = statement(own, (p) =>
  q
    .select({
      path: media.key,
      kind: media.kind,
      conversationId: media.conversationId,
      type: media.type,
      size: media.size,
      createdAt: media.createdAt,
    })
    .from(media)
    .where(
      and(
        eq(media.ownerId, p.caller),
        sql`not exists (select 1 from ${conversationMembers}
          where ${conversationMembers.conversationId} = ${media.conversationId}
            and ${conversationMembers.userId} = ${p.caller}
            and not ${notBlocked(p.caller, conversationMembers.otherId)})`,
      ),
    ),
)

const plansOf = statement(own, (p) => q.select().from(plans).where(eq(plans.creatorId, p.caller)))

const rsvpsOf = statement(own, (p) =>
  q
    .select(getTableColumns(rsvps))
    .from(rsvps)
    .innerJoin(plans, eq(plans.id, rsvps.planId))
    .where(and(eq(rsvps.userId, p.caller), planIsThereFor(p.caller))),
)

const invitesOf = statement(own, (p) =>
  q
    .select({ planId: planInvites.planId, createdAt: planInvites.createdAt })
    .from(planInvites)
    .innerJoin(plans, eq(plans.id, planInvites.planId))
    .where(and(eq(planInvites.userId, p.caller), planIsThereFor(p.caller))),
)

const feedsOf = statement(own, (p) =>
  q
    .select({ createdAt: calendarFeeds.createdAt })
    .from(calendarFeeds)
    .where(eq(calendarFeeds.userId, p.caller)),
)
