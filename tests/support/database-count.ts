// A D1 database that counts its round trips and the rows that they read and wrote.

export type DatabaseCount = { trips: number; rowsRead: number; rowsWritten: number }

export function countDatabase(db: D1Database, count: DatabaseCount): D1Database {
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return target.prepare.bind(target)
      // All that the service asks goes through `batch` (src/db/statements.ts).
      if (name !== 'batch') throw new Error(`the service called D1's ${String(name)}`)
      return async (statements: D1PreparedStatement[]) => {
        count.trips++
        const results = await target.batch(statements)
        for (const { meta } of results) {
          count.rowsRead += meta.rows_read
          count.rowsWritten += meta.rows_written
        }
        return results
      }
    },
  })
}
