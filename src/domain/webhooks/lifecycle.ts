// Webhooks' part in the export, the sweep and the jobs. An endpoint outlives its maker: it is the team's.
import { eq, sql } from 'drizzle-orm'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { q } from '../../db/compile'
import { count, statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import { kindsOf, mailKinds } from '../base/jobs'
import { type Lifecycle, type Resealing, sweepStep } from '../base/lifecycle'
import { mailJobs } from './mails'
import { sendingJobs } from './sending'

const keepDeliveries = 30 * 24 * 60 * 60_000
const upTo = sql.raw(String(sweepStep))

// Their ids are the order in which they came: of the oldest it is asked whether they are too old.
const sweepDeliveries = statement({ before: value<number>() }, (p) =>
  q.run(sql`delete from ${webhookDeliveries} where ${of(webhookDeliveries.createdAt)} <= ${p.before}
    and ${of(webhookDeliveries.id)} in (select ${of(webhookDeliveries.id)} from ${webhookDeliveries}
      order by ${of(webhookDeliveries.id)} limit ${upTo})`),
)

const sweepDeleted = statement({}, () =>
  q.run(sql`delete from ${webhookEndpoints} where ${of(webhookEndpoints.state)} = 'deleted'
    and not exists (select 1 from ${webhookDeliveries}
      where ${of(webhookDeliveries.endpointId)} = ${of(webhookEndpoints.id)})`),
)

// Without the secret, and of the address the host alone: what is behind it may be one.
const endpointsOf = statement({ caller: me }, (p) =>
  q
    .select({
      id: webhookEndpoints.id,
      host: sql<string>`substr(${of(webhookEndpoints.url)}, instr(${of(webhookEndpoints.url)}, '//') + 2,
        instr(substr(${of(webhookEndpoints.url)}, instr(${of(webhookEndpoints.url)}, '//') + 2) || '/', '/') - 1)`.as(
        'host',
      ),
      kinds: webhookEndpoints.kinds,
      description: webhookEndpoints.description,
      state: webhookEndpoints.state,
      createdAt: webhookEndpoints.createdAt,
    })
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.createdBy, p.caller)),
)

/** One of the two columns with secrets. */
const resealingOf = (name: 'sealedSecret' | 'sealedPrevious'): Resealing => {
  const [column, { handle }] = [webhookEndpoints[name], webhookEndpoints]
  return {
    table: 'webhook_endpoints',
    old: statement({ keyId: value<string>(), most: value<number>() }, (p) =>
      q
        .select({ id: handle, sealed: column })
        .from(webhookEndpoints)
        .where(sql`substr(${column}, 1, 8) = ${p.keyId}`)
        .limit(count(p.most)),
    ),
    write: statement({ id: handle, from: column, to: column }, (p) =>
      q
        .update(webhookEndpoints)
        .set({ [name]: p.to })
        .where(sql`${handle} = ${p.id} and ${column} = ${p.from}`),
    ),
  }
}

/**
 * What webhooks say of themselves.
 * @noun where a team's other systems hear of what happens, their secrets, deliveries
 * @after push
 */
export const webhooks = {
  name: 'webhooks',
  tables: [webhookEndpoints, webhookDeliveries],
  held: { webhookEndpoints: endpointsOf },
  sealed: [resealingOf('sealedSecret'), resealingOf('sealedPrevious')],
  sweep: [
    { next: (now) => sweepDeliveries({ before: now - keepDeliveries }), most: sweepStep },
    { next: () => sweepDeleted({}), most: sweepStep },
  ],
  jobs: { ...kindsOf(sendingJobs), ...mailKinds(mailJobs) },
} satisfies Lifecycle
