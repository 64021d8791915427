// The sweep of every minute: deletes what has expired, until nothing is left or its budget is spent. No
// request waits for it, and none is wrong without it.
import { type SQL, sql } from 'drizzle-orm'
import {
  codes,
  counters,
  familiar,
  heldNames,
  refreshTokens,
  sessions,
  tickets,
} from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { type Bound, statement, type Written } from '../../db/declare'
import type { Context } from '../base/context'
import { sweepPictures } from '../chat/pictures-sweep'

/**
 * Rows that one sweep deletes at most: 28.8 million a day. What makes most of them is the renewal of
 * tokens, and 300,000 people who are there all day, each renewing every quarter of an hour, make as many.
 */
export const sweepBudget = 20_000
/** Rows that one statement deletes at most: nobody else writes meanwhile. A session takes its tokens along. */
const step = 500
const sessionStep = 50
/** Sessions that have ended are kept so long, for their list of refresh tokens to refuse replays. */
const keepEnded = 24 * 60 * 60_000
/** Addresses and user agents that were not seen for so long are new again. */
const keepFamiliar = 180 * 24 * 60 * 60_000

/** Deletes what has expired: of each kind some, and again of those of which there may be more. */
export async function sweep(ctx: Context): Promise<void> {
  let kinds = kindsAt(ctx.now())
  for (let left = sweepBudget; left > 0 && kinds.length > 0;) {
    const results = await runBatch(
      ctx.db,
      kinds.map(({ next }) => next),
    )
    left -= results.reduce((sum, { changes }) => sum + changes, 0)
    kinds = kinds.filter(({ most }, i) => results[i]!.changes >= most)
  }
  await sweepPictures(ctx)
}

type Kind = { next: Bound<Written>; most: number }

function kindsAt(now: number): Kind[] {
  const kind = (next: Bound<Written>, most = step): Kind => ({ next, most })
  return [
    kind(sweepSessions({ before: now - keepEnded }), sessionStep),
    kind(sweepEndedSessions({ before: now - keepEnded }), sessionStep),
    kind(sweepRefreshTokens({ before: now })),
    kind(sweepTickets({ before: now })),
    kind(sweepCodes({ before: now })),
    kind(sweepCounters({ before: now })),
    kind(sweepIdleCounters({})),
    kind(sweepFamiliar({ before: now - keepFamiliar })),
    kind(sweepHeldNames({ before: now })),
  ]
}

const upTo = (most: number) => sql.raw(String(most))

// Their tokens go with them (foreign keys).
const sweepSessions = statement({ before: sessions.expiresAt }, (p) =>
  q.run(sql`delete from ${sessions} where ${sessions.id} in (select ${sessions.id}
    from ${sessions} where ${sessions.expiresAt} <= ${p.before} limit ${upTo(sessionStep)})`),
)

const sweepEndedSessions = statement({ before: sessions.endedAt }, (p) =>
  q.run(sql`delete from ${sessions} where ${sessions.id} in (select ${sessions.id}
    from ${sessions} where ${sessions.endedAt} <= ${p.before} limit ${upTo(sessionStep)})`),
)

// Past its life a token is refused by what stands in it: nobody asks for its row.
const sweepRefreshTokens = statement({ before: refreshTokens.expiresAt }, (p) =>
  q.run(sql`delete from ${refreshTokens} where ${refreshTokens.jti} in (select ${refreshTokens.jti}
    from ${refreshTokens} where ${refreshTokens.expiresAt} <= ${p.before} limit ${upTo(step)})`),
)

const sweepTickets = statement({ before: tickets.expiresAt }, (p) =>
  q.run(sql`delete from ${tickets} where ${tickets.hash} in (select ${tickets.hash}
    from ${tickets} where ${tickets.expiresAt} <= ${p.before} limit ${upTo(step)})`),
)

const sweepCodes = statement({ before: codes.expiresAt }, (p) =>
  q.run(sql`delete from ${codes} where ${codes.userId} in (select ${codes.userId}
    from ${codes} where ${codes.expiresAt} <= ${p.before} limit ${upTo(step)})`),
)

const countersWhere = (condition: SQL) =>
  q.run(sql`delete from ${counters} where ${counters.key} in (select ${counters.key}
    from ${counters} where ${condition} limit ${upTo(step)})`)

const sweepCounters = statement({ before: counters.expiresAt }, (p) =>
  countersWhere(sql`${counters.expiresAt} <= ${p.before}`),
)

// Given back to nothing: as if they had never been.
const sweepIdleCounters = statement({}, () => countersWhere(sql`${counters.spent} <= 0`))

const sweepFamiliar = statement({ before: familiar.seenAt }, (p) =>
  q.run(sql`delete from ${familiar} where rowid in (select rowid
    from ${familiar} where ${familiar.seenAt} <= ${p.before} limit ${upTo(step)})`),
)

const sweepHeldNames = statement({ before: heldNames.heldUntil }, (p) =>
  q.run(sql`delete from ${heldNames} where ${heldNames.hash} in (select ${heldNames.hash}
    from ${heldNames} where ${heldNames.heldUntil} <= ${p.before} limit ${upTo(step)})`),
)
