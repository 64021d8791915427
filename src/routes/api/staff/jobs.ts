// /api/staff/jobs/: work outside the database that waits or was parked, for those who keep the service running.
import { Hono } from 'hono'
import * as z from 'zod'
import { dropJob, jobFigures, type JobRecord, listJobs, retryJob } from '../../../domain/staff'
import { choice, optional } from '../../../domain/base/fields'
import { endpoint } from '../../../wire/describe/notes'
import { onlyBy } from '../../../wire/errors/by-path'
import { listed, pageShape, query, upTo } from '../../../wire/input/paging'
import { integerId } from '../../../wire/input/paths'
import type { AppEnv } from '../../../wire/pipeline/app-env'
import { signedIn } from '../../../wire/pipeline/credentials'
import { removed, timeText } from '../../../wire/shapes/common'
import { isoTime } from '../../../wire/shapes/times'

export const apiStaffJobs = new Hono<AppEnv>()

/** A job without what it is about. */
const JobOut = z
  .object({
    id: z.int(),
    kind: z.string().meta({ examples: ['room.close'] }),
    key: z.string(),
    attempts: z.int(),
    last_error: z.string().meta({ description: 'A code, or empty.' }),
    due_at: timeText.nullable().meta({ description: 'Null while it is parked.' }),
    parked_at: timeText.nullable(),
    created_at: timeText,
  })
  .meta({ id: 'Job' })

const Figures = z
  .object({
    waiting: z.int(),
    oldest_due_seconds: z.int(),
    parked: z.record(z.string(), z.int()).meta({ description: 'How many, by kind.' }),
    untold: z.int().meta({ description: 'Events that people are still to be told of.' }),
    undelivered: z.int().meta({ description: 'Events that single people have not heard of yet.' }),
  })
  .meta({ id: 'JobFigures' })

/** A page of a list of the staff's. */
const perPage = { usual: 50, most: 200 }

apiStaffJobs.get(
  '/api/staff/jobs',
  endpoint({
    tags: ['more'],
    summary: 'Work outside the database, newest first (right `jobs.read`)',
    answers: { 200: z.array(JobOut) },
    errors: ['permission.denied'],
  }),
  signedIn,
  query(
    pageShape(perPage.most).extend({
      limit: upTo(perPage.most, perPage.usual),
      state: optional(choice('waiting', 'parked')).transform((state) => state ?? null),
    }),
  ),
  async (c) => {
    const page = await listJobs(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, jobView))
  },
)

apiStaffJobs.get(
  '/api/staff/jobs/figures',
  endpoint({
    tags: ['more'],
    summary: 'How much work waits, and for how long (right `jobs.read`)',
    answers: { 200: Figures },
    errors: ['permission.denied'],
  }),
  signedIn,
  async (c) => {
    const { oldestDueSeconds, ...figures } = await jobFigures(c.get('context'), c.get('caller'))
    return c.json({ oldest_due_seconds: oldestDueSeconds, ...figures })
  },
)
apiStaffJobs.all('/api/staff/jobs/figures', onlyBy('GET', 'HEAD'))

apiStaffJobs.post(
  '/api/staff/jobs/:id/retry',
  endpoint({
    tags: ['more'],
    summary: 'Try a job at once (right `jobs.manage`)',
    answers: { 200: JobOut },
    errors: ['permission.denied', 'job.missing'],
  }),
  signedIn,
  async (c) => {
    const id = integerId(c.req.param('id'))
    return c.json(jobView(await retryJob(c.get('context'), c.get('caller'), id)))
  },
)

apiStaffJobs.delete(
  '/api/staff/jobs/:id',
  endpoint({
    tags: ['more'],
    summary: 'Give a job up (right `jobs.manage`)',
    answers: { 204: removed },
    errors: ['permission.denied', 'job.missing'],
  }),
  signedIn,
  async (c) => {
    await dropJob(c.get('context'), c.get('caller'), integerId(c.req.param('id')))
    return c.body(null, 204)
  },
)

function jobView(job: JobRecord): z.output<typeof JobOut> {
  const { id, kind, key, attempts, lastError, dueAt, parkedAt, createdAt } = job
  return {
    id,
    kind,
    key,
    attempts,
    last_error: lastError,
    due_at: dueAt === null ? null : isoTime(dueAt),
    parked_at: parkedAt === null ? null : isoTime(parkedAt),
    created_at: isoTime(createdAt),
  }
}
