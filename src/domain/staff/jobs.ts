// Work outside the database, as the staff sees it: what waits, what was parked, and what becomes of it. Never
// what is in it.
import { desc, eq, type SQL, sql } from 'drizzle-orm'
import { events, jobs, undelivered } from '../../db/schema'
import { repairKey } from '../../db/batch'
import { q } from '../../db/compile'
import { count, maybeRow, oneRow, statement, value } from '../../db/declare'
import { failUnless } from '../../db/guards'
import { of } from '../../db/names'
import { asStaff, byRight, type Caller, readAsStaff } from '../accounts'
import type { Context } from '../base/context'
import { DomainError } from '../base/errors'
import { never } from '../base/job-runs'
import { startJobs } from '../base/jobs'
import { type Page, type PageOf, toPage } from '../base/paging'

/** A job waits for its turn, or is parked: tried so often that only somebody can try it again. */
export type JobState = 'waiting' | 'parked'

/** A job without what it is about. Times in milliseconds; `dueAt` is null while it is parked. */
export type JobRecord = {
  id: number
  kind: string
  key: string
  attempts: number
  lastError: string
  dueAt: number | null
  parkedAt: number | null
  createdAt: number
}

/** How much waits. `oldestDueSeconds` is 0 where nothing is late; `untold` are events, `undelivered` people's. */
export type JobFigures = {
  waiting: number
  oldestDueSeconds: number
  parked: Record<string, number>
  untold: number
  undelivered: number
}

/** Jobs, newest first; the cursor is the last one's id. @throws `permission.denied` */
export async function listJobs(
  ctx: Context,
  caller: Caller,
  { state, cursor, limit }: PageOf<number> & { state: JobState | null },
): Promise<Page<JobRecord, number>> {
  const given = { state, before: cursor ?? Number.MAX_SAFE_INTEGER, count: limit + 1 }
  const work = { rows: jobsBefore(given) }
  const { rows } = await readAsStaff(ctx, byRight('jobs.read', caller), work)
  return toPage(rows, limit, (last) => last.id)
}

/** @throws `permission.denied` */
export async function jobFigures(ctx: Context, caller: Caller): Promise<JobFigures> {
  const work = { waiting: waitingJobs({}), parked: parkedByKind({}), telling: untoldCount({}) }
  const done = await readAsStaff(ctx, byRight('jobs.read', caller), work)
  const { waiting, oldest } = done.waiting
  const late = oldest === null ? 0 : Math.max(ctx.now() - oldest, 0)
  return {
    waiting,
    oldestDueSeconds: Math.floor(late / 1000),
    parked: Object.fromEntries(done.parked.map(({ kind, jobs }) => [kind, jobs])),
    ...done.telling,
  }
}

/** Tries a job at once, as if it had never failed. @throws `permission.denied`, `job.missing` */
export async function retryJob(ctx: Context, caller: Caller, id: number): Promise<JobRecord> {
  const { job } = await manage(ctx, caller, id, 'jobs.retry', {
    job: unpark({ id, now: ctx.now() }),
  })
  startJobs(ctx)
  return job
}

/** Gives a job up: nobody tries it again. @throws `permission.denied`, `job.missing` */
export async function dropJob(ctx: Context, caller: Caller, id: number): Promise<void> {
  await manage(ctx, caller, id, 'jobs.drop', { gone: deleteJob({ id }) })
}

async function manage<const W extends Parameters<typeof asStaff>[3]>(
  ctx: Context,
  caller: Caller,
  id: number,
  action: string,
  work: W,
) {
  const actor = byRight('jobs.manage', caller)
  const act = { action, userId: null, subject: `job:${id}` }
  const whyNot = async () => {
    const { found } = await readAsStaff(ctx, actor, { found: jobById({ id }) })
    return found ? null : new DomainError('job.missing')
  }
  return asStaff(ctx, actor, act, { found: guardJob({ id }), ...work }, whyNot)
}

// The repair of a restored database is never due and was not parked: it is nobody's to touch.
const isListed = sql`${of(jobs.key)} <> ${sql.raw(`'${repairKey}'`)}`
const isParked = sql`${of(jobs.dueAt)} = ${sql.raw(String(never))}`

const shown = {
  id: jobs.id,
  kind: jobs.kind,
  key: jobs.key,
  attempts: jobs.attempts,
  lastError: jobs.lastError,
  dueAt: sql<number | null>`iif(${isParked}, null, ${of(jobs.dueAt)})`.as('due_at'),
  // Until a job of a strange kind is parked, it has the time at which it will be.
  parkedAt: sql<number | null>`iif(${isParked}, ${of(jobs.parkedAt)}, null)`.as('parked_at'),
  createdAt: jobs.createdAt,
}

const jobsBefore = statement(
  { state: value<JobState | null>(), before: jobs.id, count: value<number>() },
  (p) =>
    q
      .select(shown)
      .from(jobs)
      .where(
        sql`${isListed} and ${of(jobs.id)} < ${p.before}
          and coalesce(${p.state} = iif(${isParked}, 'parked', 'waiting'), 1)`,
      )
      .orderBy(desc(jobs.id))
      .limit(count(p.count)),
)

const waitingJobs = oneRow({}, () =>
  q.all<{ waiting: number; oldest: number | null }>(sql`select count(*) as waiting,
    min(${of(jobs.dueAt)}) as oldest from ${jobs} where ${isListed} and not ${isParked}`),
)

const parkedByKind = statement({}, () =>
  q.all<{ kind: string; jobs: number }>(sql`select ${of(jobs.kind)} as kind, count(*) as jobs
    from ${jobs} where ${isListed} and ${isParked} group by 1 order by 1`),
)

const untoldCount = oneRow({}, () =>
  q.all<{ untold: number; undelivered: number }>(sql`select
    (select count(*) from ${events} where ${of(events.toldAt)} is null) as untold,
    (select count(*) from ${undelivered}) as undelivered`),
)

const isJob = (id: SQL) => sql`${of(jobs.id)} = ${id} and ${isListed}`

const guardJob = statement({ id: jobs.id }, (p) =>
  failUnless(sql`exists (select 1 from ${jobs} where ${isJob(p.id)})`),
)

const jobById = maybeRow({ id: jobs.id }, (p) =>
  q.select({ id: jobs.id }).from(jobs).where(isJob(p.id)),
)

const unpark = oneRow({ id: jobs.id, now: jobs.dueAt }, (p) =>
  q
    .update(jobs)
    .set({ attempts: 0, dueAt: p.now, parkedAt: null })
    .where(eq(jobs.id, p.id))
    .returning(shown),
)

const deleteJob = statement({ id: jobs.id }, (p) => q.delete(jobs).where(eq(jobs.id, p.id)))
