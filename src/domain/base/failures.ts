// Why work outside the database has failed, as a code that is kept beside it: no text of anybody's.
import { DatabaseUnavailable, MailRefused } from './errors'

/** `no_handler`: work of another version, which this one does not know. `fault`: ours. */
export type FailureCode =
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'unavailable'
  | 'fault'
  | 'no_handler'
  | `status_${number}`

/** The code of a failure. */
export function failureCode(error: unknown): FailureCode {
  if (error instanceof DatabaseUnavailable) return 'unavailable'
  if (error instanceof MailRefused) return 'refused'
  if (!(error instanceof Error)) return 'fault'
  if (error.name === 'TooLate' || error.name === 'TimeoutError') return 'timeout'
  const { status } = error as { status?: unknown }
  if (typeof status === 'number') return `status_${status}`
  return isUnreachable(error) ? 'unreachable' : 'fault'
}

/** What the runtime says of objects and servers that it did not get hold of. */
function isUnreachable(error: Error): boolean {
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown }
  const words = /network connection lost|fetch failed|connection (?:refused|reset|closed)/i
  return retryable === true || overloaded === true || words.test(error.message)
}
