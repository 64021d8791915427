// After the database was restored (`npm run restored`): a job that stands for all that must happen before
// anything is written again. Until the timer has done it, `runBatch` refuses what writes.
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { calendarFeeds, codes, jobs, sessions, tickets, users } from '../../db/schema'
import { repairKey, runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { maybeRow, statement, value } from '../../db/declare'
import { failUnless, isGuardFailure } from '../../db/guards'
import { bare, of } from '../../db/names'
import type { Context, Named } from '../base/context'
import { erasure } from './leaving'

/** Sessions that one statement ends at most. */
const sessionsPerStep = 5000
/** Deletions that one turn of the timer repeats at most: with some calls each, below 1,000 an invocation. */
const erasuresPerTurn = 200

/** The same for everything that the repair writes. */
const repair = { isRepair: true }

/**
 * Does what a restored database still needs, if it is one. False where that has failed or there is more to
 * do: the next turn goes on, and nothing else is written until then.
 */
export async function repairRestored(ctx: Context): Promise<boolean> {
  const { job } = await runBatch(ctx.db, { job: waitingRepair({}) })
  if (!job) return true
  try {
    await endSessions(ctx, (job.payload as { at: number }).at)
    await dropSecrets(ctx)
    if (!(await repeatErasures(ctx))) return false
    await runBatch(ctx.db, { finished: finishRepair({}) }, repair)
    return true
  } catch (error) {
    ctx.report('restore.repair', error)
    return false
  }
}

const waitingRepair = maybeRow({}, () =>
  q.select({ payload: jobs.payload }).from(jobs).where(eq(jobs.key, repairKey)),
)

const finishRepair = statement({}, () => q.delete(jobs).where(eq(jobs.key, repairKey)))

// ── What opens the door ──────────────────────────────────────────────────────────────────────────

// Some of them had ended by the time to which nobody can go back.
async function endSessions(ctx: Context, startedBy: number): Promise<void> {
  for (let after = ''; ;) {
    const given = { after, startedBy, now: ctx.now() }
    const work = { last: lastOfStep(given), ended: endStep(given) }
    const { last } = await runBatch(ctx.db, work, repair)
    if (!last) return
    after = last.id
  }
}

const step = { after: sessions.id, startedBy: sessions.createdAt, now: sessions.endedAt }

const lastOfStep = maybeRow(step, (p) =>
  q
    .select({ id: sessions.id })
    .from(sessions)
    .where(gt(sessions.id, p.after))
    .orderBy(sessions.id)
    .limit(1)
    .offset(sessionsPerStep - 1),
)

const endStep = statement(step, (p) =>
  q
    .update(sessions)
    .set({ endedAt: p.now })
    .where(
      and(
        isNull(sessions.endedAt),
        sql`${sessions.createdAt} <= ${p.startedBy} and ${sessions.id} in (
          select ${bare(sessions.id)} from ${sessions} where ${bare(sessions.id)} > ${p.after}
          order by ${bare(sessions.id)} limit ${sql.raw(String(sessionsPerStep))})`,
      ),
    ),
)

/** Codes and tickets that were used, and calendar addresses that were replaced, are good again otherwise. */
async function dropSecrets(ctx: Context): Promise<void> {
  const work = { codes: dropCodes({}), tickets: dropTickets({}), calendars: dropCalendars({}) }
  await runBatch(ctx.db, work, repair)
}

const dropCodes = statement({}, () => q.delete(codes))
const dropTickets = statement({}, () => q.delete(tickets))
const dropCalendars = statement({}, () => q.delete(calendarFeeds))

// ── Who has left since ───────────────────────────────────────────────────────────────────────────

/** False where there are more than one turn may do. */
async function repeatErasures(ctx: Context): Promise<boolean> {
  let done = 0
  for (let cursor: string | null = null; ;) {
    const { erasures, next } = await ctx.erasures.list(cursor)
    const work = { back: comeBack({ erasures: JSON.stringify(erasures) }) }
    const { back } = await runBatch(ctx.db, work)
    for (const person of back) {
      if (done++ === erasuresPerTurn) return false
      await eraseAgain(ctx, person)
    }
    if (next === null) return true
    cursor = next
  }
}

async function eraseAgain(ctx: Context, person: Named): Promise<void> {
  const { id } = person
  const now = ctx.now()
  try {
    const work = { guard: guardStaying({ id }), erased: await erasure(ctx, id, now) }
    await runBatch(ctx.db, work, repair)
  } catch (error) {
    // Another turn of the timer was faster.
    if (!isGuardFailure(error)) throw error
  }
  // Best effort: with its session gone, a socket is closed when next it is looked at.
  await ctx.people
    .endSessions(person, 'all', now)
    .catch((error: unknown) => ctx.report('restore.sockets', error))
}

// An account that was made since the restore under the same id has another object and another beginning.
const comeBack = statement({ erasures: value<string>() }, (p) =>
  q
    .select({ id: users.id, name: users.object })
    .from(users)
    .innerJoin(
      sql`json_each(${p.erasures}) as erased`,
      sql`${users.id} = erased.value ->> 'id' and ${users.object} = erased.value ->> 'object'
        and ${users.joinedAt} <= erased.value ->> 'at'`,
    )
    .where(isNull(users.leftAt)),
)

const guardStaying = statement({ id: users.id }, (p) =>
  failUnless(sql`exists (select 1 from ${users} where ${of(users.id)} = ${p.id}
    and ${of(users.leftAt)} is null)`),
)
