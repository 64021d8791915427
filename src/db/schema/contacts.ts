// The address book.
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { time, words } from './columns'
import { person } from './person'

/**
 * Private records about people who need have no account.
 * @row an entry of an address book
 * @goes deleted by its owner; leaving
 */
export const contacts = sqliteTable(
  'contacts',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    ownerId: person('owner_id'),
    firstName: text('first_name').notNull(),
    lastName: text('last_name').notNull(),
    phoneNumber: words('phone_number'),
    birthday: text('birthday'),
    platform: words('platform'),
    contactInfo: words('contact_info'),
    lastMetDate: text('last_met_date'),
    note: words('note'),
    createdAt: time('created_at'),
    updatedAt: time('updated_at'),
  },
  (t) => [index('contacts_owner').on(t.ownerId, t.id)],
)
