// The service, counted: what each call costs. It is never timed. `GET /bench/counts` answers with what was
// counted since the last time.
import { createApp } from '../../src/app'
import { ChatRoom as Room } from '../../src/realtime/room/chat-room'
import { Person as OnePerson } from '../../src/realtime/person/person'
import { count, counted, countStorage, follow, take } from './counted'

export class ChatRoom extends Room {
  constructor(state: DurableObjectState, env: Env) {
    countStorage(state.storage)
    super(state, counted(env, true))
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    count('objectMessages')
    super.webSocketMessage(socket, data)
  }

  override async alarm(): Promise<void> {
    count('objectRequests')
    const work = super.alarm()
    follow(work)
    await work
  }

  /** See `passTime`. */
  passTime(milliseconds: number): Promise<void> {
    return passTime(this, this.ctx.storage, milliseconds)
  }
}

export class Person extends OnePerson {
  constructor(state: DurableObjectState, env: Env) {
    countStorage(state.storage)
    super(state, counted(env, true))
  }

  override async alarm(): Promise<void> {
    count('objectRequests')
    const work = super.alarm()
    follow(work)
    await work
  }

  /** See `passTime`. */
  passTime(milliseconds: number): Promise<void> {
    return passTime(this, this.ctx.storage, milliseconds)
  }
}

/** Lets an object live through a span of time at once, from alarm to alarm. */
async function passTime(
  object: Pick<Person, 'context'> & { alarm(): Promise<void> },
  storage: DurableObjectStorage,
  milliseconds: number,
): Promise<void> {
  const begun = Date.now()
  let now = begun
  object.context = { ...object.context, now: () => now }
  for (;;) {
    const at = await storage.getAlarm()
    if (at === null || at > begun + milliseconds) break
    now = Math.max(now, at)
    await storage.deleteAlarm()
    await object.alarm()
  }
  object.context = { ...object.context, now: Date.now }
}

const app = createApp()
let bindings: Env | undefined

export default {
  async fetch(request, env, context): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/bench/counts') return Response.json(await take())
    if (pathname === '/bench/pass-time') {
      const [name, milliseconds] = [searchParams.get('name')!, Number(searchParams.get('ms'))]
      const objects = searchParams.get('class') === 'room' ? env.ROOMS : env.PEOPLE
      const stub = objects.getByName(name) as unknown as DurableObjectStub<Person>
      await stub.passTime(milliseconds)
      return new Response(null, { status: 204 })
    }
    count('requests')
    // The settings are read once per environment object.
    bindings ??= counted(env)
    const waits = {
      waitUntil(work: Promise<unknown>) {
        follow(work)
        context.waitUntil(work)
      },
      passThroughOnException() {},
      props: {},
    }
    return app.fetch(request, bindings, waits)
  },
} satisfies ExportedHandler<Env>
