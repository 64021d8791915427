// Webhooks' part in the export, the sweep and the jobs. An endpoint outlives its maker: it is the team's.
import { eq, sql } from 'drizzle-orm'
import { webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { runBatch } from '../../db/batch'
import { q } from '../../db/compile'
import { statement, value } from '../../db/declare'
import { of } from '../../db/names'
import { me } from '../accounts'
import type { JobHandlers } from '../base/context'
import { MailRefused } from '../base/errors'
import { kindsOf, mailKinds } from '../base/jobs'
import { type Lifecycle, sweepStep } from '../base/lifecycle'
import { sendingJobs } from './sending'
import { mailKind, makerOf } from './sending-statements'

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

const mailJobs: JobHandlers = {
  async [mailKind](ctx, { endpointId }: { endpointId: number }) {
    const { maker } = await runBatch(ctx.db, { maker: makerOf({ id: endpointId }) })
    if (!maker?.email || !URL.canParse(maker.url)) return
    try {
      const { host } = new URL(maker.url)
      await ctx.mailer.send(maker.email, { kind: 'webhook_disabled', host })
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error
      ctx.report(mailKind, error)
    }
  },
}

/** What webhooks say of themselves. */
export const webhooks = {
  name: 'webhooks',
  tables: [webhookEndpoints, webhookDeliveries],
  held: { webhookEndpoints: endpointsOf },
  sweep: [
    { next: (now) => sweepDeliveries({ before: now - keepDeliveries }), most: sweepStep },
    { next: () => sweepDeleted({}), most: sweepStep },
  ],
  jobs: { ...kindsOf(sendingJobs), ...mailKinds(mailJobs) },
} satisfies Lifecycle
