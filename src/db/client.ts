// The database behind one type: D1 through its binding, or libSQL over HTTP.
import { type Client, createClient } from '@libsql/client/web'

/**
 * What statements run on. There is no interactive transaction on purpose: D1 has none. What belongs
 * together goes into one atomic `batch` (see `statements.ts`).
 */
export type Db = D1Database | D1DatabaseSession | Client

/** Opens a libSQL database, such as `https://db.example.org` or `libsql://db.example.org`. */
export function openLibsql(url: string, authToken: string | undefined): Client {
  return createClient({ url, ...(authToken ? { authToken } : {}), intMode: 'number' })
}

/** Whether the database is libSQL rather than D1. */
export function isLibsql(db: Db): db is Client {
  return 'execute' in db
}
