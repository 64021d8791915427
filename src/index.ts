// The Worker's entry.
import { createApp } from './app'
import { runTimer } from './jobs'

const app = createApp()

export default {
  fetch: app.fetch,
  scheduled: (event, env, waits) => runTimer(event.cron, env, waits),
} satisfies ExportedHandler<Env>
