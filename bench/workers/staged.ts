// The service's pipeline cut off behind its first stages, so that each can be measured: `bench-stages` says
// how many there are. With all of them and the routes it is the service. `GET /bench/stages` names them.
import { Hono } from 'hono'
import { createApp, pipeline } from '../../src/app'
import { errorsByPath, notFound } from '../../src/wire/errors/by-path'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { FirstWordRouter } from '../../src/wire/pipeline/router'

export { ChatRoom } from '../../src/realtime/room/chat-room'
export { Person } from '../../src/realtime/person/person'

const whole = createApp()
const names = Object.keys(pipeline(whole))
const apps = [...names.keys(), names.length].map(cutBehind)

export default {
  async fetch(request, env, context): Promise<Response> {
    const stages = request.headers.get('bench-stages')
    if (stages === null) return Response.json(names)
    return (apps[Number(stages)] ?? whole).fetch(request, env, context)
  },
} satisfies ExportedHandler<Env>

function cutBehind(stages: number): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ strict: false, router: new FirstWordRouter() })
  for (const stage of Object.values(pipeline(app)).slice(0, stages)) app.use(stage)
  app.notFound(notFound)
  app.onError(errorsByPath)
  return app
}
