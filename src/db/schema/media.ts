// Files in R2.
import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { conversations } from './chat'
import { flag, time } from './columns'
import { person } from './person'

/**
 * Files in R2. One that nothing points to is swept.
 * @row a file in R2, and whose it is: uploads, pictures of a chat, 42's picture
 * @goes nothing points to it (an hour later); replaced; leaving; with its conversation
 */
export const media = sqliteTable(
  'media',
  {
    /** Path below /media/ and key in R2. */
    key: text('key').primaryKey(),
    ownerId: person('owner_id', { kept: 'pictures in a conversation stay with it' }),
    kind: text('kind', { enum: ['avatar', 'chat'] }).notNull(),
    conversationId: integer('conversation_id').references(() => conversations.id),
    type: text('type').notNull(),
    size: integer('size').notNull(),
    createdAt: time('created_at'),
    /** The sweep has found what points to it; new ones are not looked at yet. */
    isChecked: flag('is_checked').default(true),
  },
  (t) => [
    index('media_unchecked')
      .on(t.createdAt)
      .where(sql`is_checked = 0`),
    index('media_owner').on(t.ownerId),
    index('media_conversation').on(t.conversationId),
    index('media_created').on(t.createdAt),
  ],
)
