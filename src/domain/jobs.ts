// What must happen outside the database: a row written in the batch that asks for it, tried at once
// after the answer and then every minute until it is done. Each job is idempotent and has a key, so
// that asking twice is asking once.
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import { jobs } from '../db/schema'
import { q, runBatch, statement, value } from '../db/statements'
import type { Context } from './context'

/** How many jobs one run takes. */
const perRun = 20
/** The wait after the first failure; it doubles with each further one, up to `maxWait`. */
const firstWait = 30_000
const maxWait = 60 * 60_000

/** A job to be written: `key` names what it is about, `payload` is JSON for its handler. */
export type NewJob = { kind: string; key: string; payload: unknown }

/** Asks for a job. Unawaited: goes into the batch of what asks; then call `startJobs`. */
export function addJob(ctx: Context, { kind, key, payload }: NewJob) {
  return insertJob({ kind, key: `${kind}:${key}`, payload, now: ctx.now() })
}

/** Where the rows of a query become jobs: all of it SQL, `from` with a WHERE. */
export type JobSource = { kind: string; key: SQL; payload: SQL; now: SQL; from: SQL }

/**
 * A statement that asks for a job per row of a query: for what only the database knows at that moment.
 * One that has been asked for under the same key stays as it is.
 */
export function jobsFrom({ kind, key, payload, now, from }: JobSource) {
  return q.run(sql`insert into ${jobs} ("kind", "key", "payload", "due_at", "created_at")
    select ${kind}, ${`${kind}:`} || ${key}, ${payload}, ${now}, ${now} ${from}
    on conflict do nothing`)
}

// One that is still waiting under the same key takes the newer payload and its turn at once.
const insertJob = statement(
  { kind: jobs.kind, key: jobs.key, payload: jobs.payload, now: jobs.createdAt },
  (p) =>
    q
      .insert(jobs)
      .values({ kind: p.kind, key: p.key, payload: p.payload, dueAt: p.now, createdAt: p.now })
      .onConflictDoUpdate({
        target: jobs.key,
        set: { payload: sql`excluded.payload`, dueAt: sql`excluded.due_at`, attempts: 0 },
      }),
)

/** Tries what is due, after the answer. */
export function startJobs(ctx: Context): void {
  ctx.later(() => runDueJobs(ctx))
}

/** Runs the jobs that are due, each once; answers how many were done. */
export async function runDueJobs(ctx: Context): Promise<number> {
  const now = ctx.now()
  const [due] = await runBatch(ctx.db, [dueJobs({ now })])
  const outcomes = await Promise.all(due.map((job) => runJob(ctx, job)))
  return outcomes.filter(Boolean).length
}

type Job = { id: number; kind: string; payload: unknown; attempts: number; dueAt: number }

async function runJob(ctx: Context, job: Job): Promise<boolean> {
  const wait = Math.min(firstWait * 2 ** job.attempts, maxWait)
  const dueAt = ctx.now() + wait
  // Whoever moves it on has it: two runs at once do not do it twice.
  const [claimed] = await runBatch(ctx.db, [claimJob({ id: job.id, seen: job.dueAt, dueAt })])
  if (claimed.length === 0) return false
  try {
    const handle = ctx.jobHandlers[job.kind]
    if (!handle) throw new Error(`no handler for jobs of kind ${job.kind}`)
    await handle(ctx, job.payload as never)
  } catch (error) {
    ctx.report(`job.${job.kind}`, error)
    return false
  }
  // Asked for anew in the meantime, it is due at another time and stays.
  await runBatch(ctx.db, [finishJob({ id: job.id, dueAt })])
  return true
}

const dueJobs = statement({ now: jobs.dueAt }, (p) =>
  q
    .select({
      id: jobs.id,
      kind: jobs.kind,
      payload: jobs.payload,
      attempts: jobs.attempts,
      dueAt: jobs.dueAt,
    })
    .from(jobs)
    .where(lte(jobs.dueAt, p.now))
    .orderBy(asc(jobs.dueAt))
    .limit(perRun),
)

const claimJob = statement({ id: jobs.id, seen: jobs.dueAt, dueAt: value<number>() }, (p) =>
  q
    .update(jobs)
    .set({ dueAt: p.dueAt, attempts: sql`${jobs.attempts} + 1` })
    .where(and(eq(jobs.id, p.id), eq(jobs.dueAt, p.seen)))
    .returning({ id: jobs.id }),
)

const finishJob = statement({ id: jobs.id, dueAt: jobs.dueAt }, (p) =>
  q.delete(jobs).where(and(eq(jobs.id, p.id), eq(jobs.dueAt, p.dueAt))),
)
