// What a request to the bare Worker asks for, and what answers it.

/** A request whose token was good. Times in milliseconds. */
export type Asked = {
  me: number
  session: string
  now: number
  /** What stands at the id's place in the path. */
  id: string
  url: URL
  /** The JSON body, of a write. */
  body: any
}

export type Rows = Record<string, any>[]

/** Statements that run in one batch behind the check of the session, and the JSON made of their rows. */
export type Answer = {
  status?: number
  statements: (db: D1Database, asked: Asked) => D1PreparedStatement[]
  view: (results: Rows[], asked: Asked) => unknown
}

export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}

/** `?1` and the column: neither of the two blocks the other. */
export const notBlocked = (column: string) => `not exists (select 1 from blocks where
  (blocker_id = ?1 and blocked_id = ${column}) or (blocker_id = ${column} and blocked_id = ?1))`
