// What the export shows of conversations and of the pictures in and outside them. A block must not be told
// from it: a conversation that it hides is not there, nor are its pictures.
import { and, eq, sql } from 'drizzle-orm'
import { conversationMembers, conversations, media } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { notBlocked } from '../people'
import { conversedColumns } from './conversations'

// Whether one is closed, not since when: that would be the second of a block.
const conversationsOf = statement({ caller: me }, (p) =>
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

const picturesOf = statement({ caller: me }, (p) =>
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
          where ${of(conversationMembers.conversationId)} = ${of(media.conversationId)}
            and ${of(conversationMembers.userId)} = ${p.caller}
            and not ${notBlocked(p.caller, of(conversationMembers.otherId))})`,
      ),
    ),
)

/** The export's parts of this noun, in the document's order. */
export const held = { conversations: conversationsOf, pictures: picturesOf }
