// The timers' work, and who does which kind of job. Each noun that asks for jobs exports its handlers.
import { endingJobs } from './domain/accounts/endings'
import { noticeHandlers } from './domain/accounts/notices'
import type { Context, JobHandlers } from './domain/context'
import { conversationJobs } from './domain/conversations'
import { avatarJobs } from './domain/fetched-avatars'
import { runDueJobs } from './domain/jobs'
import { leavingJobs } from './domain/leaving'
import { mediaJobs } from './domain/media'
import { sweep } from './domain/sweep'
import { createContext, type Waits } from './platform/context'
import { logError } from './platform/log'
import { proveSettings } from './settings'

/** By kind of job: the one that does it. */
export const jobHandlers: JobHandlers = {
  ...noticeHandlers,
  ...endingJobs,
  ...avatarJobs,
  ...mediaJobs,
  ...conversationJobs,
  ...leavingJobs,
}

/** The cron expressions of wrangler.toml. */
const timers: Record<string, (ctx: Context) => Promise<unknown>> = {
  '* * * * *': runDueJobs,
  '17 3 * * *': sweep,
}

/** Does what the timer of a cron expression is for. */
export async function runTimer(cron: string, env: Env, waits: Waits): Promise<void> {
  const read = await proveSettings(env)
  if (!read.ok) {
    for (const problem of read.problems) logError('settings', problem)
    return
  }
  const client = { address: '', userAgent: '' }
  const context = createContext(env, read.settings, client, waits, { jobHandlers })
  await timers[cron]?.(context)
}
