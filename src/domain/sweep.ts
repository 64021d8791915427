// The daily sweep: deletes what has expired, in bounded steps. No request waits for it, and none is
// wrong without it.
import { sql } from 'drizzle-orm'
import { codes, counters, familiar, heldNames, sessions, tickets } from '../db/schema'
import { type Bound, q, runBatch, statement, type Written } from '../db/statements'
import type { Context } from './context'
import { sweepPictures } from './media'

/** Rows that one statement deletes at most, and how often it is repeated in one sweep. */
const step = 500
const maxSteps = 40
/** Sessions that have ended are kept so long, for their list of refresh tokens to refuse replays. */
const keepEnded = 24 * 60 * 60_000
/** Addresses and user agents that were not seen for so long are new again. */
const keepFamiliar = 180 * 24 * 60 * 60_000

/** Deletes what has expired; a sweep that finds more than it may do goes on the next day. */
export async function sweep(ctx: Context): Promise<void> {
  const now = ctx.now()
  await repeat(ctx, () => sweepSessions({ before: now - keepEnded }))
  await repeat(ctx, () => sweepEndedSessions({ before: now - keepEnded }))
  await repeat(ctx, () => sweepTickets({ before: now }))
  await repeat(ctx, () => sweepCodes({ before: now }))
  await repeat(ctx, () => sweepCounters({ before: now }))
  await repeat(ctx, () => sweepHeldNames({ before: now }))
  await repeat(ctx, () => sweepFamiliar({ before: now - keepFamiliar }))
  for (let done = 0; done < maxSteps && (await sweepPictures(ctx));) done++
}

async function repeat(ctx: Context, next: () => Bound<Written>): Promise<void> {
  for (let done = 0; done < maxSteps; done++) {
    const [{ changes }] = await runBatch(ctx.db, [next()])
    if (changes === 0) return
  }
}

// Their tokens go with them (foreign keys).
const sweepSessions = statement({ before: sessions.expiresAt }, (p) =>
  q.run(sql`delete from ${sessions} where ${sessions.id} in (
    select ${sessions.id} from ${sessions} where ${sessions.expiresAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepEndedSessions = statement({ before: sessions.endedAt }, (p) =>
  q.run(sql`delete from ${sessions} where ${sessions.id} in (
    select ${sessions.id} from ${sessions} where ${sessions.endedAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepTickets = statement({ before: tickets.expiresAt }, (p) =>
  q.run(sql`delete from ${tickets} where ${tickets.hash} in (
    select ${tickets.hash} from ${tickets} where ${tickets.expiresAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepCodes = statement({ before: codes.expiresAt }, (p) =>
  q.run(sql`delete from ${codes} where ${codes.userId} in (
    select ${codes.userId} from ${codes} where ${codes.expiresAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepCounters = statement({ before: counters.expiresAt }, (p) =>
  q.run(sql`delete from ${counters} where ${counters.key} in (
    select ${counters.key} from ${counters} where ${counters.expiresAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepHeldNames = statement({ before: heldNames.heldUntil }, (p) =>
  q.run(sql`delete from ${heldNames} where ${heldNames.hash} in (
    select ${heldNames.hash} from ${heldNames} where ${heldNames.heldUntil} <= ${p.before} limit ${sql.raw(String(step))})`),
)

const sweepFamiliar = statement({ before: familiar.seenAt }, (p) =>
  q.run(sql`delete from ${familiar} where rowid in (
    select rowid from ${familiar} where ${familiar.seenAt} <= ${p.before} limit ${sql.raw(String(step))})`),
)
