// What must happen outside the database: a row written in the batch that asks for it, tried at once
// after the answer and then every minute until it is done. Each job is idempotent and has a key, so
// that asking twice is asking once.
import { and, asc, desc, eq, lte, type SQL, sql } from 'drizzle-orm'
import { jobs } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { type Bound, type Composite, statement, value, type Written } from '../../db/declare'
import type { Context } from './context'

/** How many jobs are done side by side. */
const perRun = 20
/** How many times so many one turn of the timer does: with five calls each, below 1,000 an invocation. */
const runsPerTurn = 8
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
export type JobSource = {
  kind: string
  key: SQL
  payload: SQL
  now: SQL
  /** When it is to be done first; `now` where it is not said. */
  due?: SQL
  from: SQL
}

/**
 * A statement that asks for a job per row of a query: for what only the database knows at that moment.
 * One that has been asked for under the same key stays as it is.
 */
export function jobsFrom({ kind, key, payload, now, due = now, from }: JobSource) {
  return q.run(sql`insert into ${jobs} ("kind", "key", "payload", "due_at", "created_at")
    select ${kind}, ${`${kind}:`} || ${key}, ${payload}, ${due}, ${now} ${from}
    on conflict do nothing`)
}

// One that is still waiting under the same key takes the newer payload and its turn at once.
const newer = {
  target: jobs.key,
  set: { payload: sql`excluded.payload`, dueAt: sql`excluded.due_at`, attempts: 0 },
}

const written = { kind: jobs.kind, key: jobs.key, payload: jobs.payload, now: jobs.createdAt }

const insertJob = statement(written, (p) =>
  q
    .insert(jobs)
    .values({ kind: p.kind, key: p.key, payload: p.payload, dueAt: p.now, createdAt: p.now })
    .onConflictDoUpdate(newer),
)

/** Declares a job that is written only where a condition holds, judged in the batch that asks for it. */
export function jobWhere<T extends object>(condition: Composite<T>) {
  const insert = statement({ ...written, when: condition as unknown as Composite<object> }, (p) =>
    q
      .insert(jobs)
      .select(
        q
          .select({
            id: sql`null`.as('id'),
            kind: sql`${p.kind}`.as('kind'),
            key: sql`${p.key}`.as('key'),
            payload: sql`${p.payload}`.as('payload'),
            attempts: sql`0`.as('attempts'),
            dueAt: sql`${p.now}`.as('due_at'),
            createdAt: sql`${p.now}`.as('created_at'),
          })
          .from(sql`(select 1)`)
          .where(p.when),
      )
      .onConflictDoUpdate(newer),
  )
  return (ctx: Context, { kind, key, payload }: NewJob, when: T): Bound<Written> =>
    insert({ kind, key: `${kind}:${key}`, payload, now: ctx.now(), when })
}

/**
 * Tries what is due, after the answer: the newest first, so that what was asked for just now does not
 * wait behind what somebody else has asked for very often. The timer begins with the oldest.
 */
export function startJobs(ctx: Context): void {
  ctx.later(() => runSome(ctx, newestDue({ now: ctx.now() })))
}

/** Runs the jobs that are due, each once; answers how many were done. */
export async function runDueJobs(ctx: Context): Promise<number> {
  const now = ctx.now()
  let done = 0
  for (let run = 1; run <= runsPerTurn; run++) {
    const outcomes = await runSome(ctx, oldestDue({ now }))
    done += outcomes.filter(Boolean).length
    if (outcomes.length < perRun) break
  }
  return done
}

async function runSome(ctx: Context, some: ReturnType<typeof oldestDue>): Promise<boolean[]> {
  const [due] = await runBatch(ctx.db, [some])
  return Promise.all(due.map((job) => runJob(ctx, job)))
}

type Job = { id: number; kind: string; payload: unknown; attempts: number; dueAt: number }

async function runJob(ctx: Context, job: Job): Promise<boolean> {
  // Up to half as much again is left to chance: what failed together does not come together again.
  const wait = Math.min(firstWait * 2 ** job.attempts, maxWait) * (1 + Math.random() / 2)
  const dueAt = ctx.now() + Math.ceil(wait)
  // Whoever moves it on has it: two runs at once do not do it twice.
  const [claimed] = await runBatch(ctx.db, [claimJob({ id: job.id, seen: job.dueAt, dueAt })])
  if (claimed.length === 0) return false
  try {
    const handle = ctx.jobHandlers[job.kind]
    if (!handle) throw new Error(`no handler for jobs of kind ${job.kind}`)
    await handle(ctx, job.payload as never, job.attempts + 1)
  } catch (error) {
    ctx.report(`job.${job.kind}`, error)
    return false
  }
  // Asked for anew in the meantime, it is due at another time and stays.
  await runBatch(ctx.db, [finishJob({ id: job.id, dueAt })])
  return true
}

const dueBy = (order: typeof asc) =>
  statement({ now: jobs.dueAt }, (p) =>
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
      .orderBy(order(jobs.dueAt), order(jobs.id))
      .limit(perRun),
  )
const oldestDue = dueBy(asc)
const newestDue = dueBy(desc)

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
