// The column that names a person. By it the test of the lifecycles finds what is about somebody, and demands
// the noun whose table it is and that it goes when they leave, or the reason why it stays.
import { type Column } from 'drizzle-orm'
import { integer } from 'drizzle-orm/sqlite-core'
import { users } from './users'

/** `kept`: why the column still names somebody who has left. `isKey: false`: without a foreign key. */
type Facts = { kept?: string; isKey?: boolean }

const known = new WeakMap<object, Facts>()

/** An account that has to be there. */
export const person = (name: string, facts: Facts = {}) => personOrNone(name, facts).notNull()

/** An account, or null. */
export function personOrNone(name: string, facts: Facts = {}) {
  const column = integer(name)
  known.set(configOf(column), facts)
  return facts.isKey === false ? column : column.references(() => users.id)
}

/** What is known of a column that names a person; undefined for one that was not declared as such. */
export const personFacts = (column: Column): Facts | undefined => known.get(configOf(column))

// Drizzle hands a builder's configuration on to the column that it builds, but hides it from the types.
const configOf = (column: object) => (column as { config: object }).config
