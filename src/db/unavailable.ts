// A database that could not do its part, told apart from one that refused a statement: the first passes
// by itself and is answered with 503, the second is a fault of ours or a rule that was broken.

/** The database was not reached, was too slow, or could not work just now. Tried later, it may go well. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
  constructor(cause: unknown) {
    super('the database is not available', { cause })
  }
}

/**
 * What sqld and SQLite answer where the statement is not to blame: locks, disk, memory, transactions that
 * were closed on us; and what `@libsql/client` says of an answer that is none.
 */
const libsqlCodes =
  /^(?:SQLITE_(?:BUSY|LOCKED|PROTOCOL|INTERRUPT|IOERR|FULL|CANTOPEN|NOMEM|READONLY)|TRANSACTION_|STREAM_EXPIRED|BLOCKED|HRANA_|SERVER_ERROR)/

/** D1's own errors for which its documentation recommends to try again or to wait (Debug D1, error list). */
const d1Words =
  /Network connection lost|is overloaded|object to be reset|reset because its code|and was reset|transient issue|exceeded timeout/i

/** The same error, as `DatabaseUnavailable` where it says that the database could not do its part. */
export function classified(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return error
  const { code } = error as { code?: unknown }
  const isOfLibsql = typeof code === 'string' && libsqlCodes.test(code)
  return isOfLibsql || d1Words.test(error.message) ? new DatabaseUnavailable(error) : error
}

/** How long a batch that was turned away is tried again, in milliseconds. */
const patience = 800

/**
 * Runs a batch on libSQL again while the server says that it is busy: so it does while it moves its log
 * into its file. Nothing of such a batch was done.
 */
export async function whenNotBusy<R>(run: () => Promise<R>): Promise<R> {
  const until = Date.now() + patience
  for (let wait = 20; ; wait *= 2) {
    try {
      return await run()
    } catch (error) {
      const isBusy = (error as { code?: unknown }).code === 'SQLITE_BUSY'
      if (!isBusy || Date.now() + wait > until) throw error
    }
    const some = wait * (0.5 + Math.random() / 2)
    await new Promise((resolve) => setTimeout(resolve, some))
  }
}
