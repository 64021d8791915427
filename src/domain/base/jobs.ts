// What must happen outside the database: a row written in the batch that asks for it, tried at once
// after the answer and then every minute until it is done (`job-runs.ts`). Each job is idempotent and has a
// key, so that asking twice is asking once.
import { type SQL, sql } from 'drizzle-orm'
import { jobs } from '../../db/schema'
import { q } from '../../db/compile'
import { type Bound, type Composite, statement, type Written } from '../../db/declare'
import { assign, bare, insertInto, of, under } from '../../db/names'
import type { Context } from './context'
import { never } from './job-runs'

export { kindsOf, mailKinds } from './job-kinds'
export { runDueJobs, startJobs } from './job-runs'

/**
 * A job to be written: `key` names what it is about, `payload` is JSON for its handler. In `lane` 1 is
 * what waits for strangers or takes long.
 */
export type NewJob = { kind: string; key: string; payload: unknown; lane?: 0 | 1 }

/** Asks for a job. Unawaited: goes into the batch of what asks; then call `startJobs`. */
export function addJob(ctx: Context, job: NewJob) {
  return insertJob(rowOf(ctx, job))
}

function rowOf(ctx: Context, { kind, key, payload, lane = 0 }: NewJob) {
  return { kind, key: `${kind}:${key}`, payload, lane, now: ctx.now() }
}

/** Where the rows of a query become jobs: all of it SQL, `from` with a WHERE. */
export type JobSource = {
  kind: string
  key: SQL
  payload: SQL
  now: SQL
  /** When it is to be done first; `now` where it is not said. */
  due?: SQL
  lane?: 0 | 1
  /** It is parked from the first, for this reason. */
  parked?: SQL
  /** One that is being done just now is done once more, when its turn comes. */
  touches?: boolean
  /** One that waits for later under the same key is due as soon as this one. */
  isSooner?: true
  from: SQL
}

/** By the name that an upsert has for the new row. */
const newer = (column: Parameters<typeof under>[1]) => under('excluded', column)

/** What stands of a job when it is asked for anew: tried as if it had never failed. */
const anew = {
  payload: newer(jobs.payload),
  dueAt: newer(jobs.dueAt),
  attempts: sql`0`,
  lastError: newer(jobs.lastError),
  parkedAt: newer(jobs.parkedAt),
}

const isParked = sql`(${of(jobs.dueAt)} = ${sql.raw(String(never))} and ${of(jobs.parkedAt)} is not null)`

/** Of one that is waiting the time alone moves: whoever is at it does not finish it then. */
const touched = {
  payload: newer(jobs.payload),
  dueAt: sql`case when ${isParked} then ${newer(jobs.dueAt)} else ${of(jobs.dueAt)} + 1 end`,
  attempts: sql`case when ${isParked} then 0 else ${of(jobs.attempts)} end`,
  lastError: sql`case when ${isParked} then '' else ${of(jobs.lastError)} end`,
  parkedAt: sql`null`,
}

// A parked one too.
const isLater = sql`${of(jobs.dueAt)} > ${newer(jobs.dueAt)}`

/**
 * A statement that asks for a job per row of a query: for what only the database knows at that moment.
 * One that has been asked for under the same key stays as it is, unless it was parked.
 */
export function jobsFrom(source: JobSource) {
  const { kind, key, payload, now, due = now, lane = 0, parked, from } = source
  const { set, where } = onConflictOf(source)
  return q.run(sql`${into}
    select ${kind}, ${`${kind}:`} || ${key}, ${payload}, ${due}, ${now}, ${sql.raw(String(lane))},
      ${parked ?? sql`''`}, ${parked ? now : sql`null`} ${from}
    on conflict (${bare(jobs.key)}) do update set ${assign(jobs, set)} where ${where}`)
}

/** What becomes of a job that waits under the same key. */
function onConflictOf({ parked, touches, isSooner }: JobSource) {
  if (touches) return { set: touched, where: sql`true` }
  if (parked) return { set: anew, where: sql`true` }
  return { set: anew, where: isSooner ? isLater : isParked }
}

const into = insertInto(
  jobs,
  'kind',
  'key',
  'payload',
  'dueAt',
  'createdAt',
  'lane',
  'lastError',
  'parkedAt',
)

// One that is still waiting under the same key takes the newer payload and its turn at once.
const onceMore = { target: jobs.key, set: anew }

const written = {
  kind: jobs.kind,
  key: jobs.key,
  payload: jobs.payload,
  lane: jobs.lane,
  now: jobs.createdAt,
}

const insertJob = statement(written, ({ now, ...p }) =>
  q
    .insert(jobs)
    .values({ ...p, dueAt: now, createdAt: now })
    .onConflictDoUpdate(onceMore),
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
            lane: sql`${p.lane}`.as('lane'),
            lastError: sql`''`.as('last_error'),
            parkedAt: sql`null`.as('parked_at'),
          })
          .from(sql`(select 1)`)
          .where(p.when),
      )
      .onConflictDoUpdate(onceMore),
  )
  return (ctx: Context, job: NewJob, when: T): Bound<Written> =>
    insert({ ...rowOf(ctx, job), when })
}
