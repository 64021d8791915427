// What of an account expires: sessions, tokens, tickets, codes, what is familiar, and names that were held.
import { sql, type SQL } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { codes, familiar, heldNames, refreshTokens, sessions, tickets } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { type Sweeping, sweepStep } from '../base/lifecycle'

/** A session takes its tokens along. */
const sessionStep = 50
/** Sessions that have ended are kept so long, for their list of refresh tokens to refuse replays. */
const keepEnded = 24 * 60 * 60_000
/** Addresses and user agents that were not seen for so long are new again. */
const keepFamiliar = 180 * 24 * 60 * 60_000

const upTo = (most: number) => sql.raw(String(most))

/** Deletes some rows of a table, found by `key`, whose `until` is not after a time. */
const sweeperOf = (
  table: SQLiteTable,
  key: SQLiteColumn | SQL,
  until: SQLiteColumn,
  most = sweepStep,
) =>
  statement({ before: until }, (p) =>
    q.run(sql`delete from ${table} where ${key} in (
      select ${key} from ${table} where ${until} <= ${p.before} limit ${upTo(most)})`),
  )

// Their tokens go with them (foreign keys).
const sweepSessions = sweeperOf(sessions, sessions.id, sessions.expiresAt, sessionStep)
const sweepEndedSessions = sweeperOf(sessions, sessions.id, sessions.endedAt, sessionStep)
// Past its life a token is refused by what stands in it: nobody asks for its row.
const sweepRefreshTokens = sweeperOf(refreshTokens, refreshTokens.jti, refreshTokens.expiresAt)
const sweepTickets = sweeperOf(tickets, tickets.hash, tickets.expiresAt)
const sweepCodes = sweeperOf(codes, codes.userId, codes.expiresAt)
const sweepFamiliar = sweeperOf(familiar, sql`rowid`, familiar.seenAt)
const sweepHeldNames = sweeperOf(heldNames, heldNames.hash, heldNames.heldUntil)

/** The sweep's statements of this noun. */
export const expired: readonly Sweeping[] = [
  { next: (now) => sweepSessions({ before: now - keepEnded }), most: sessionStep },
  { next: (now) => sweepEndedSessions({ before: now - keepEnded }), most: sessionStep },
  { next: (now) => sweepRefreshTokens({ before: now }), most: sweepStep },
  { next: (now) => sweepTickets({ before: now }), most: sweepStep },
  { next: (now) => sweepCodes({ before: now }), most: sweepStep },
  { next: (now) => sweepFamiliar({ before: now - keepFamiliar }), most: sweepStep },
  { next: (now) => sweepHeldNames({ before: now }), most: sweepStep },
]
