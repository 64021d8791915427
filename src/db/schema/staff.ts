// Contract E's permission groups.
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { person } from './person'

/**
 * The permission groups.
 * @row the permission groups: a migration
 * @goes never
 */
export const groups = sqliteTable('groups', {
  id: integer('id').primaryKey(),
  name: text('name').notNull().unique(),
})

/**
 * Who is in which of them.
 * @row who is in which: registration, administrators, `npm run admin`
 * @goes taken out; leaving
 */
export const memberships = sqliteTable(
  'memberships',
  {
    userId: person('user_id'),
    groupId: integer('group_id')
      .notNull()
      .references(() => groups.id),
  },
  (t) => [primaryKey({ columns: [t.userId, t.groupId] }), index('memberships_group').on(t.groupId)],
)
