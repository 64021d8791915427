// The timers' work.
import type { Context } from './domain/base/context'
import { runDueJobs } from './domain/base/jobs'
import { jobKinds, repairRestored, sweep } from './domain/moving'
import { tellDue } from './domain/notifications'
import { createContext, type Waits } from './platform/context'
import { logError } from './platform/log'
import { proveSettings } from './settings'

export { jobKinds }

/** What happens every minute. In a restored database nothing, until it is repaired. */
export async function everyMinute(ctx: Context): Promise<void> {
  if (!(await repairRestored(ctx))) return
  await Promise.all([runDueJobs(ctx), tellDue(ctx)])
  await sweep(ctx)
}

/** Does what the timer is for. */
export async function runTimer(env: Env, waits: Waits): Promise<void> {
  const read = await proveSettings(env)
  if (!read.ok) {
    for (const problem of read.problems) logError('settings', problem)
    return
  }
  const client = { address: '', userAgent: '' }
  const context = createContext(env, read.settings, client, waits, { jobKinds })
  await everyMinute(context)
}
