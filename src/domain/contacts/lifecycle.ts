// The address book's part in leaving and in the export.
import { eq } from 'drizzle-orm'
import { contacts as records } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { me } from '../accounts'
import type { Lifecycle } from '../base/lifecycle'
import { contactColumns, eraseOf } from './contacts'

const contactsOf = statement({ caller: me }, (p) =>
  q.select(contactColumns).from(records).where(eq(records.ownerId, p.caller)),
)

/**
 * What the address book says of itself.
 * @noun the private address book
 * @after people
 */
export const contacts = {
  name: 'contacts',
  tables: [records],
  erase: (_ctx, id) => eraseOf(id),
  held: { contacts: contactsOf },
} satisfies Lifecycle
