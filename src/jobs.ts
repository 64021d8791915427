// The timers' work, and who does which kind of job. Each noun that asks for jobs exports its handlers.
import { endingJobs } from './domain/accounts/sessions/endings'
import { noticeHandlers } from './domain/accounts/notices'
import type { Context, JobHandlers } from './domain/base/context'
import { conversationJobs } from './domain/chat/conversations'
import { desertedJobs } from './domain/chat/deserted'
import { avatarJobs } from './domain/media/fetched-avatars'
import { runDueJobs } from './domain/base/jobs'
import { leavingJobs } from './domain/moving/leaving'
import { mediaJobs } from './domain/media/media'
import { repairRestored } from './domain/moving/restoring'
import { sweep } from './domain/moving/sweep'
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
  ...desertedJobs,
}

/** What happens every minute. In a restored database nothing, until it is repaired. */
export async function everyMinute(ctx: Context): Promise<void> {
  if (!(await repairRestored(ctx))) return
  await runDueJobs(ctx)
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
  const context = createContext(env, read.settings, client, waits, { jobHandlers })
  await everyMinute(context)
}
