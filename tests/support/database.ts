// The database under test, for what the tests write and read beside the service: D1, or libSQL where
// the project `libsql` runs the same files. Both are spoken to as D1 is.
import { env } from 'cloudflare:workers'
import type { Client, InValue, ResultSet } from '@libsql/client/web'
import { type Db, openLibsql } from '../../src/db/client'

/** A libSQL database, where that is what is tested. */
export const libsql: Client | null = env.LIBSQL_URL ? openLibsql(env.LIBSQL_URL, undefined) : null

/** The service's database: what a context holds. */
export const serviceDatabase: Db = libsql ?? env.DB

/** The same for the tests' own statements. */
export const database: Pick<D1Database, 'prepare' | 'batch'> = libsql ? spokenAsD1(libsql) : env.DB

/** A database whose every batch, of so many statements, goes through `around`: to look, wait, fail or run it. */
export function withBatches<D extends Db>(
  db: D,
  around: (run: () => Promise<D1Result[]>, statements: number) => Promise<D1Result[]>,
): D {
  const batch = (...given: Parameters<D1Database['batch']>) =>
    around(() => (db as D1Database).batch(...given), given[0].length)
  return new Proxy(db, {
    get(target, name) {
      if (name === 'batch') return batch
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

type Bound = { sql: string; args: InValue[] }

function spokenAsD1(client: Client): Pick<D1Database, 'prepare' | 'batch'> {
  const prepare = (sql: string, args: InValue[] = []) => {
    const all = async () => asD1Result(await client.execute({ sql, args }))
    return {
      sql,
      args,
      bind: (...values: InValue[]) => prepare(sql, values),
      all,
      run: all,
      async first(column?: string) {
        const [row] = (await all()).results
        if (!row) return null
        return column === undefined ? row : row[column]
      },
    }
  }
  const batch = async (statements: Bound[]) =>
    (await client.batch(statements, 'write')).map(asD1Result)
  return { prepare, batch } as unknown as Pick<D1Database, 'prepare' | 'batch'>
}

/** As far as the tests look at it: plain rows, and how many were changed. */
function asD1Result({ columns, rows, rowsAffected }: ResultSet) {
  const results = rows.map((row) => {
    return Object.fromEntries(columns.map((name, i) => [name, row[i]]))
  })
  return { success: true, results, meta: { changes: rowsAffected } }
}
