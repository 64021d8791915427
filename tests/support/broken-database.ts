// A service whose database does not answer.
import type { Context } from '../../src/domain/base/context'
import { withBatches } from './database'

/** Replaces the database of a context by one whose every batch fails with these words. */
export function withBrokenDatabase(words: string): (context: Context) => Context {
  const fail = () => Promise.reject(new Error(words))
  return (context) => ({ ...context, db: withBatches(context.db, fail) })
}
