// The mail to whoever made an endpoint that was disabled because it did not answer for days.
import { runBatch } from '../../db/batch'
import type { JobHandlers } from '../base/context'
import { MailRefused } from '../base/errors'
import { mailKind, makerOf } from './sending-statements'

/** By kind of job: who does it. */
export const mailJobs: JobHandlers = {
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
