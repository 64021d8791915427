// What belongs to no noun, in the sweep: counters whose window is over or that were given back to nothing,
// jobs that were parked and that nobody took up, and what happened long ago.
import { type SQL, sql } from 'drizzle-orm'
import { audit, counters, events, jobs } from '../../db/schema'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { never } from './job-runs'
import { type Lifecycle, sweepStep } from './lifecycle'

const upTo = sql.raw(String(sweepStep))

const countersWhere = (condition: SQL) =>
  q.run(sql`delete from ${counters} where ${counters.key} in (select ${counters.key}
    from ${counters} where ${condition} limit ${upTo})`)

const sweepCounters = statement({ before: counters.expiresAt }, (p) =>
  countersWhere(sql`${counters.expiresAt} <= ${p.before}`),
)

// As if they had never been.
const sweepIdleCounters = statement({}, () => countersWhere(sql`${counters.spent} <= 0`))

/** Nobody has taken them up for so long. */
const keepParked = 30 * 24 * 60 * 60_000
const keepEvents = 30 * 24 * 60 * 60_000

// The repair of a restored database is never due either, but was not parked.
const sweepParked = statement({ before: value<number>() }, (p) =>
  q.run(sql`delete from ${jobs} where ${jobs.id} in (select ${jobs.id} from ${jobs}
    where ${jobs.dueAt} = ${sql.raw(String(never))} and ${jobs.parkedAt} <= ${p.before} limit ${upTo})`),
)

// Their ids are the order in which they happened: of the oldest it is asked whether they are too old.
const sweepEvents = statement({ before: events.createdAt }, (p) =>
  q.run(sql`delete from ${events} where ${events.createdAt} <= ${p.before} and ${events.id} in (
    select ${events.id} from ${events} order by ${events.id} limit ${upTo})`),
)

/**
 * What the base says of itself.
 * @noun the context and its ports, actors and rights, errors, fields and their rules, ids, paging, counters, jobs, events, the audit, what a noun says of itself (its lifecycle)
 */
export const base = {
  name: 'base',
  tables: [counters, jobs, events, audit],
  sweep: [
    { next: (now) => sweepCounters({ before: now }), most: sweepStep },
    { next: () => sweepIdleCounters({}), most: sweepStep },
    { next: (now) => sweepParked({ before: now - keepParked }), most: sweepStep },
    { next: (now) => sweepEvents({ before: now - keepEvents }), most: sweepStep },
  ],
} satisfies Lifecycle
