// Doing jobs: whoever moves one on has it, and it stays until it is done. What fails comes again, later each
// time, and is parked in the end, for somebody to look at.
import { and, asc, desc, eq, lte, sql } from 'drizzle-orm'
import { jobs } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { type Bound, count, statement, value } from '../../db/declare'
import type { Context, JobKinds } from './context'
import { type FailureCode, failureCode } from './failures'

/** When a parked job is due; the version before never takes it either. */
export const never = 8_640_000_000_000_000
/** How many jobs of a lane are done side by side, and how many times so many in one turn of the timer. */
const perRun = 20
const runsPerTurn = [8, 2] as const
/** How many of each lane an answer tries that has asked for some. */
const perAnswer = [20, 5] as const
/** The wait after the first failure; it doubles with each further one, up to `maxWait`. */
const firstWait = 30_000
const maxWait = 60 * 60_000
/** A job that is at work is not due again before its deadline is over (`platform/deadlines.ts`). */
const minWait = 26_000
/** Jobs of a kind that this version does not know: looked at so often, and for so long. */
const strangeWait = 60 * 60_000
const strangeMax = 7 * 24 * 60 * 60_000

type Lane = 0 | 1
type Job = { id: number; kind: string; payload: unknown; attempts: number; dueAt: number }

/**
 * Tries what is due, after the answer: the newest first, so that what was asked for just now does not
 * wait behind what somebody else has asked for very often. The timer begins with the oldest.
 */
export function startJobs(ctx: Context): void {
  ctx.later(async () => {
    const now = ctx.now()
    const { first, second } = await runBatch(ctx.db, {
      first: newestDue({ lane: 0, now, most: perAnswer[0] }),
      second: newestDue({ lane: 1, now, most: perAnswer[1] }),
    })
    await runAll(ctx, [...first, ...second])
  })
}

/** Runs the jobs that are due, each once, both lanes side by side; answers how many were done. */
export async function runDueJobs(ctx: Context): Promise<number> {
  const done = await Promise.all([runLane(ctx, 0), runLane(ctx, 1)])
  return done[0] + done[1]
}

async function runLane(ctx: Context, lane: Lane): Promise<number> {
  const now = ctx.now()
  let done = 0
  for (let run = 1; run <= runsPerTurn[lane] && !ctx.budget.isSpent(); run++) {
    const { due } = await runBatch(ctx.db, { due: oldestDue({ lane, now, most: perRun }) })
    const outcomes = await runAll(ctx, due)
    done += outcomes.filter(Boolean).length
    if (due.length < perRun) break
  }
  return done
}

const runAll = (ctx: Context, due: readonly Job[]): Promise<boolean[]> =>
  Promise.all(due.map((job) => runJob(ctx, job)))

// ── One job ──────────────────────────────────────────────────────────────────────────────────────

type Kind = JobKinds[string]

/** Whether it was done. Where the budget is spent it is not touched, and due at once to the next. */
async function runJob(ctx: Context, job: Job): Promise<boolean> {
  if (ctx.budget.isSpent()) return false
  const kind = ctx.jobKinds[job.kind]
  if (!kind) return leaveToOthers(ctx, job)
  const dueAt = ctx.now() + waitAfter(job.attempts)
  // Whoever moves it on has it: two runs at once do not do it twice.
  const { claimed } = await runBatch(ctx.db, {
    claimed: claimJob({ id: job.id, seen: job.dueAt, dueAt }),
  })
  if (claimed.length === 0) return false
  const { isDone, next } = await outcomeOf(ctx, kind, { ...job, dueAt })
  if (next) await runBatch(ctx.db, { next })
  return isDone
}

/**
 * The wait after so many failures before this one, in milliseconds. A fifth more or less is left to chance, a
 * number from 0 to 1: what failed together does not come together again.
 */
export function waitAfter(attempts: number, chance = Math.random()): number {
  const wait = Math.min(firstWait * 2 ** attempts, maxWait) * (0.8 + chance * 0.4)
  return Math.ceil(Math.max(wait, minWait))
}

/** What becomes of a job's row. Asked for anew in the meantime, it is due at another time and stays. */
type Outcome = { isDone: boolean; next: Bound<unknown> }

async function outcomeOf(ctx: Context, kind: Kind, job: Job): Promise<Outcome> {
  const { id, dueAt } = job
  try {
    const more = await tryJob(ctx, kind, job)
    if (!more) return { isDone: true, next: finishJob({ id, dueAt }) }
    return { isDone: false, next: goOn({ id, dueAt, again: more.again }) }
  } catch (error) {
    ctx.report(`job.${job.kind}`, error)
    return { isDone: false, next: afterFailure(ctx, kind, job, failureCode(error)) }
  }
}

async function tryJob(ctx: Context, { run }: Kind, job: Job) {
  const ending = new AbortController()
  const turn = { attempt: job.attempts + 1, signal: ending.signal }
  try {
    return await ctx.inTime('job', () => run(ctx, job.payload as never, turn))
  } finally {
    ending.abort()
  }
}

function afterFailure(ctx: Context, kind: Kind, job: Job, lastError: FailureCode): Bound<unknown> {
  const { id, dueAt } = job
  if (job.attempts + 1 < kind.cap) return noteFailure({ id, dueAt, lastError })
  if (kind.isGivenUp) return finishJob({ id, dueAt })
  ctx.report(`job.${job.kind}.parked`, lastError)
  return parkJob({ id, dueAt, lastError, now: ctx.now() })
}

/** Another version may know its kind. */
async function leaveToOthers(ctx: Context, { id, kind, dueAt }: Job): Promise<boolean> {
  const now = ctx.now()
  const given = { id, seen: dueAt, now, next: now + strangeWait, until: now + strangeMax }
  await runBatch(ctx.db, { left: leaveJob(given) })
  ctx.report(`job.${kind}`, 'no_handler')
  return false
}

// ── Statements ───────────────────────────────────────────────────────────────────────────────────

const dueBy = (order: typeof asc) =>
  statement({ lane: jobs.lane, now: jobs.dueAt, most: value<number>() }, (p) =>
    q
      .select({
        id: jobs.id,
        kind: jobs.kind,
        payload: jobs.payload,
        attempts: jobs.attempts,
        dueAt: jobs.dueAt,
      })
      .from(jobs)
      .where(and(eq(jobs.lane, p.lane), lte(jobs.dueAt, p.now)))
      .orderBy(order(jobs.dueAt), order(jobs.id))
      .limit(count(p.most)),
  )
const oldestDue = dueBy(asc)
const newestDue = dueBy(desc)

const claimJob = statement({ id: jobs.id, seen: jobs.dueAt, dueAt: value<number>() }, (p) =>
  q
    .update(jobs)
    .set({ dueAt: p.dueAt, attempts: sql`${jobs.attempts} + 1`, parkedAt: null })
    .where(and(eq(jobs.id, p.id), eq(jobs.dueAt, p.seen)))
    .returning({ id: jobs.id }),
)

const claimed = { id: jobs.id, dueAt: jobs.dueAt }
const isClaimed = (p: Record<keyof typeof claimed, ReturnType<typeof sql<any>>>) =>
  and(eq(jobs.id, p.id), eq(jobs.dueAt, p.dueAt))

const finishJob = statement(claimed, (p) => q.delete(jobs).where(isClaimed(p)))

const goOn = statement({ ...claimed, again: value<number>() }, (p) =>
  q.update(jobs).set({ dueAt: p.again, attempts: 0, lastError: '' }).where(isClaimed(p)),
)

const noteFailure = statement({ ...claimed, lastError: jobs.lastError }, (p) =>
  q.update(jobs).set({ lastError: p.lastError }).where(isClaimed(p)),
)

const parkJob = statement({ ...claimed, lastError: jobs.lastError, now: value<number>() }, (p) =>
  q.update(jobs).set({ dueAt: never, parkedAt: p.now, lastError: p.lastError }).where(isClaimed(p)),
)

// Until it is parked, `parked_at` is when it will be.
const leaveJob = statement(
  {
    id: jobs.id,
    seen: jobs.dueAt,
    now: value<number>(),
    next: value<number>(),
    until: value<number>(),
  },
  (p) =>
    q
      .update(jobs)
      .set({
        dueAt: sql`case when ${jobs.parkedAt} <= ${p.now} then ${sql.raw(String(never))} else ${p.next} end`,
        parkedAt: sql`coalesce(${jobs.parkedAt}, ${p.until})`,
        lastError: 'no_handler' satisfies FailureCode,
      })
      .where(and(eq(jobs.id, p.id), eq(jobs.dueAt, p.seen))),
)
