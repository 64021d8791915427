// The column that names a person, by which the test of the lifecycles finds what is about them.
import { integer } from 'drizzle-orm/sqlite-core'
import { users } from './users'

/** An account that has to be there. */
export const person = (name: string) =>
  integer(name)
    .notNull()
    .references(() => users.id)
