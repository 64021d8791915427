// The Worker's entry, and the classes of its Durable Objects.
import { createApp } from './app'
import { runTimer } from './jobs'

export { ChatRoom } from './realtime/room/chat-room'
export { Person } from './realtime/person/person'

const app = createApp()

export default {
  fetch: app.fetch,
  scheduled: (_event, env, waits) => runTimer(env, waits),
} satisfies ExportedHandler<Env>
