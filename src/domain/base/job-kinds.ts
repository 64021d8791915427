// How often kinds of job are tried before they are parked or given up.
import type { JobHandlers, JobKinds } from './context'

/** Tries of a week: six waits that double, then one an hour. */
const weekOfTries = 180
/** Tries of eight hours: news that come later are none. */
const mailTries = 15

/** Kinds that are parked after a week. */
export const kindsOf = (handlers: JobHandlers): JobKinds => declared(handlers, { cap: weekOfTries })

/** Kinds that send mail: given up after eight hours. */
export const mailKinds = (handlers: JobHandlers): JobKinds =>
  declared(handlers, { cap: mailTries, isGivenUp: true })

function declared(handlers: JobHandlers, facts: { cap: number; isGivenUp?: boolean }): JobKinds {
  const kinds = Object.entries(handlers).map(([kind, run]) => [kind, { ...facts, run }])
  return Object.fromEntries(kinds)
}
