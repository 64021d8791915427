// The one list of what people can be told of. Whoever makes frames or texts of it has an entry for each kind:
// the compiler sees that none is missing.
import { type SQL, sql } from 'drizzle-orm'
import { type Channel, eachItsOwn, type EventKind } from '../base/events'
import { accounts } from '../accounts'
import { chat } from '../chat'
import { friends } from '../friends'
import { plans } from '../plans'

const all = [...friends.events, ...plans.events, ...chat.events, ...accounts.events]

type AnyKind = (typeof all)[number]
type NamesBy<K, C> = K extends { kind: infer Name; channels: readonly (infer Own)[] }
  ? C extends Own
    ? Name
    : never
  : never

/** The name of a kind of event. */
export type Kind = AnyKind['kind']
/** The names of those that are told by a channel. */
export type KindBy<C extends Channel> = NamesBy<AnyKind, C>

/** All kinds of event that people are told of. */
export const kinds: readonly EventKind[] = all

const text = (word: string) => sql.raw(`'${word}'`)

/** Of kinds that have something in common, their names as a list in SQL. */
const namesOf = (which: (kind: EventKind) => boolean): SQL =>
  sql.join(
    kinds.filter(which).map(({ kind }) => text(kind)),
    sql`, `,
  )

/** The kinds whose subject has to be there for whoever reads of it. */
export const kindsAbout = (subject: NonNullable<EventKind['subject']>): SQL =>
  namesOf((kind) => kind.subject === subject)

/** The kinds that people can have pushed. */
export const pushedKinds = namesOf(({ channels }) => channels.includes('push'))

/** Those of them that a device is to be woken for. */
export const urgentKinds: ReadonlySet<string> = new Set(
  kinds.filter(({ isUrgent }) => isUrgent).map(({ kind }) => kind),
)

/** The kinds of which those that wait are one. */
export const mergingKinds = namesOf(({ merges = false }) => merges)

/** The group of an event's line in the feed, null where the feed does not show it. */
export function groupOf(kind: SQL, id: SQL): SQL {
  const shown = kinds.filter(({ channels }) => channels.includes('feed'))
  const cases = shown.map(({ kind: name, group }) => {
    const own = group === eachItsOwn ? sql`cast(${id} as text)` : text(group ?? '')
    return sql`when ${text(name)} then ${own}`
  })
  return sql`case ${kind} ${sql.join(cases, sql` `)} end`
}
