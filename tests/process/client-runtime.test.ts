// Runtimes that lack something: the client connects and sends all the same, or says what it lacks. No
// promise is left without an end.
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, KithError, memoryStorage } from '../../client/index'
import { FakeService } from './support/fake-service'

const scope = globalThis as Record<string, any>
let restore: (() => void)[] = []
afterEach(() => {
  for (const undo of restore) undo()
  restore = []
})

/** Takes `AbortSignal.any`, or a global, away until the test is over. */
function remove(path: string): void {
  const [name, owner] = path.split('.').toReversed() as [string, string | undefined]
  const place = owner === undefined ? scope : scope[owner]
  const target = name in place && !Object.hasOwn(place, name) ? Object.getPrototypeOf(place) : place
  const descriptor = Object.getOwnPropertyDescriptor(target, name)
  if (!descriptor) return
  delete target[name]
  expect(place[name]).toBeUndefined()
  restore.push(() => Object.defineProperty(target, name, descriptor))
}

function client(service: FakeService, WebSocket: unknown = service.socketClass()) {
  return createClient({
    baseUrl: 'https://kith.test',
    storage: memoryStorage(service.tokensOf(1)),
    fetch: service.fetch,
    WebSocket: WebSocket as never,
  })
}

const refusal = async (call: Promise<unknown>) => {
  const error: unknown = await call.catch((error: unknown) => error)
  return error instanceof KithError ? [error.code, error.message] : error
}

describe('without', () => {
  it.each([
    'AbortSignal.any',
    'AbortSignal.timeout',
    'crypto.randomUUID',
    'crypto',
    'TextEncoder',
    'atob',
    'URLSearchParams',
    'structuredClone',
    'CustomEvent',
    'Promise.withResolvers',
    'Array.fromAsync',
  ])('%s, a chat connects, sends, and comes back after a break', async (lacking) => {
    const service = new FakeService()
    const socket = service.socketClass()
    service.expire()
    const kith = client(service, socket)
    remove(lacking)
    service.expire()
    const chat = kith.chat(1, { after: 0, timing: { pause: 1, pauseMax: 1 } })
    expect(await chat.send('hello')).toMatchObject({ id: 1, text: 'hello' })
    socket.all.at(-1)!.lose()
    await chat.next('close')
    expect(await chat.send('hello again')).toMatchObject({ id: 2, text: 'hello again' })
    chat.close()
    expect(service.written).toEqual(['1: hello', '1: hello again'])
  })

  it.each(['Request', 'Headers'])('%s, each send ends with an error', async (lacking) => {
    const service = new FakeService()
    const kith = client(service)
    remove(lacking)
    const chat = kith.chat(1, { timing: { pause: 1, pauseMax: 1 } })
    const error = ['unsupported', `This runtime lacks something: ${lacking} is not defined`]
    expect(await refusal(chat.send('hello'))).toEqual(error)
    expect(await refusal(chat.send('too late'))).toEqual(error)
  })

  it.each(['chat', 'events'] as const)('WebSocket, kith.%s says so at once', (what) => {
    remove('WebSocket')
    const kith = createClient({ baseUrl: 'https://kith.test', fetch: new FakeService().fetch })
    const open = () => (what === 'chat' ? kith.chat(1) : kith.events())
    expect(open).toThrow(KithError)
    expect(open).toThrow(/has no WebSocket .* pass one to createClient/)
  })

  it('fetch, each call ends with an error', async () => {
    const service = new FakeService()
    remove('fetch')
    const kith = createClient({ baseUrl: 'https://kith.test', tokens: service.tokensOf(1) })
    expect(await refusal(kith.GET('/friends'))).toEqual([
      'unsupported',
      'This runtime lacks something: globalThis.fetch is not a function',
    ])
  })
})

/** A class that cannot be made, and one whose objects tell nothing. */
function Blocked() {
  throw new DOMException('Blocked', 'SecurityError')
}
function Deaf() {}

it.each([
  ['cannot be made', Blocked],
  ['cannot be listened to', Deaf],
])('with a WebSocket that %s, each send ends with an error', async (_what, broken) => {
  const service = new FakeService()
  const chat = client(service, broken).chat(1, { after: 0, timing: { pause: 1, pauseMax: 1 } })
  expect(await refusal(chat.send('hello'))).toEqual([
    'unsupported',
    expect.stringContaining('lacks'),
  ])
})

it('an address that never comes is asked for again', async () => {
  const service = new FakeService()
  const { fetch } = service
  let hung = 0
  Object.assign(service, {
    fetch: (request: Request) =>
      request.url.includes('ticket') && hung++ === 0 ? new Promise(() => {}) : fetch(request),
  })
  const chat = client(service).chat(1, { after: 0, timing: { pause: 1, pauseMax: 1, silence: 50 } })
  expect(await chat.send('hello')).toMatchObject({ text: 'hello' })
  expect(hung).toBe(2)
  chat.close()
})
