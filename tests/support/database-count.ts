// A database that counts its round trips, the statements in them and the rows that they read and wrote.
// libSQL's driver does not tell of rows: there only round trips and statements count.
import type { Db } from '../../src/db/client'
import { withBatches } from './database'

/** `statements`: of all batches together, the check of the session and the repair's guard among them. */
export type DatabaseCount = {
  trips: number
  statements: number
  rowsRead: number
  rowsWritten: number
}

/** A binding of D1, of which the service may use nothing but what `src/db/batch.ts` uses. */
export function countDatabase(
  db: Pick<D1Database, 'prepare' | 'batch'>,
  count: DatabaseCount,
): D1Database {
  return new Proxy(countBatches(db as D1Database, count), {
    get(target, name) {
      if (name === 'prepare' || name === 'batch') return target[name]
      throw new Error(`the service called D1's ${String(name)}`)
    },
    has: (_target, name) => name === 'prepare' || name === 'batch',
  })
}

/** Counts what goes through `batch`. */
export function countBatches<D extends Db>(db: D, count: DatabaseCount): D {
  return withBatches(db, async (run, statements) => {
    count.trips++
    count.statements += statements
    const results = await run()
    for (const { meta } of results) {
      count.rowsRead += meta?.rows_read ?? 0
      count.rowsWritten += meta?.rows_written ?? 0
    }
    return results
  })
}
