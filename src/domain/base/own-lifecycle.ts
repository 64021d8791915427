// What belongs to no noun, in the sweep: counters whose window is over, or that were given back to nothing.
import { type SQL, sql } from 'drizzle-orm'
import { audit, counters, events, jobs } from '../../db/schema'
import { q } from '../../db/compile'
import { statement } from '../../db/declare'
import { type Lifecycle, sweepStep } from './lifecycle'

const countersWhere = (condition: SQL) =>
  q.run(sql`delete from ${counters} where ${counters.key} in (select ${counters.key}
    from ${counters} where ${condition} limit ${sql.raw(String(sweepStep))})`)

const sweepCounters = statement({ before: counters.expiresAt }, (p) =>
  countersWhere(sql`${counters.expiresAt} <= ${p.before}`),
)

// As if they had never been.
const sweepIdleCounters = statement({}, () => countersWhere(sql`${counters.spent} <= 0`))

/** What the base says of itself. */
export const base = {
  name: 'base',
  tables: [counters, jobs, events, audit],
  sweep: [
    { next: (now) => sweepCounters({ before: now }), most: sweepStep },
    { next: () => sweepIdleCounters({}), most: sweepStep },
  ],
} satisfies Lifecycle
