// Two people in one browser: what one of them has begun is never done in the other's name, however the
// second one's sign-in falls between a request and its repetition.
import { describe, expect, it } from 'vitest'
import { createClient, KithError, memoryStorage, type Tokens } from '../../client/index'
import { FakeService } from './support/fake-service'

const baseUrl = 'https://kith.test'
const [alice, bob] = [1, 2]
const body = { first_name: 'Hanako', last_name: 'Yamada' }
const timing = { pause: 1, pauseMax: 1 }

const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof KithError ? error.code : error),
  )

/** Alice, signed in by tokens that have expired. */
function signedIn() {
  const service = new FakeService()
  const storage = memoryStorage(service.tokensOf(alice))
  const ended: KithError[] = []
  const kith = createClient({
    baseUrl,
    storage,
    fetch: service.fetch,
    WebSocket: service.socketClass(),
    onSignedOut: (error) => ended.push(error),
  })
  const another = (account: number) => storage.set(service.tokensOf(account))
  service.expire()
  return { service, storage, kith, ended, another }
}

describe('a write whose token has expired', () => {
  it('is repeated with the new one, and the session goes on with a new refresh token', async () => {
    const { service, storage, kith } = signedIn()
    const { refresh } = (await storage.get()) as Tokens
    expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('done')
    expect(service.written).toEqual([`${alice}: ${JSON.stringify(body)}`])
    expect(service.requests).toEqual(['POST /friends', 'POST /api/token/refresh', 'POST /friends'])
    expect((await storage.get())?.refresh).not.toBe(refresh)
  })

  it.each(['POST /friends', 'POST /api/token/refresh'])(
    'is not repeated as bob, who signs in during %s',
    async (moment) => {
      const { service, storage, kith, ended, another } = signedIn()
      service.meanwhile = (request) => void (request === moment && another(bob))
      expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('signed_out')
      expect(service.written).toEqual([])
      // It is bob who is signed in, and stays it.
      service.meanwhile = () => {}
      expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('done')
      expect(service.written).toEqual([`${bob}: ${JSON.stringify(body)}`])
      expect([ended, await storage.get()]).toEqual([[], expect.anything()])
    },
  )

  it('is repeated as alice, who signs in again', async () => {
    const { service, kith, another } = signedIn()
    service.meanwhile = (request) => void (request === 'POST /friends' && another(alice))
    expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('done')
    expect(service.written).toEqual([`${alice}: ${JSON.stringify(body)}`])
  })

  it('is not repeated as nobody', async () => {
    const { service, storage, kith } = signedIn()
    service.meanwhile = (request) => void (request.includes('refresh') && storage.set(null))
    expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('signed_out')
    expect(service.requests).toEqual(['POST /friends', 'POST /api/token/refresh'])
  })
})

it('signing out leaves bob signed in, who came meanwhile', async () => {
  const { service, storage, kith, another } = signedIn()
  service.meanwhile = (request) => void (request === 'POST /accounts/logout' && another(bob))
  await kith.signOut()
  expect(await storage.get()).not.toBeNull()
})

describe('a message that is not acknowledged', () => {
  it('is sent again as alice after a break', async () => {
    const { service, kith } = signedIn()
    const chat = kith.chat(1, { after: 0, timing })
    const sent = chat.send('hello')
    expect(await sent).toMatchObject({ text: 'hello' })
    expect(service.written).toEqual([`${alice}: hello`])
    chat.close()
  })

  it('is not sent again as bob', async () => {
    const { service, kith, another } = signedIn()
    const chat = kith.chat(1, { after: 0, timing })
    await chat.next('open')
    void another(bob)
    expect(await outcomeOf(chat.send('lost on the way'))).toBe('signed_out')
    expect(service.written).toEqual([`${alice}: lost on the way`])
  })
})

describe('by cookies, which no script can read', () => {
  function inBrowser() {
    const service = new FakeService()
    service.cookie = alice
    service.expire()
    const kith = createClient({ baseUrl, credentials: 'cookies', fetch: service.fetch })
    return { service, kith }
  }

  it('a write is repeated for whom it was', async () => {
    const { service, kith } = inBrowser()
    expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('done')
    service.expire()
    expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('done')
    expect(service.written).toEqual(Array(2).fill(`${alice}: ${JSON.stringify(body)}`))
    expect(service.requests.filter((line) => line === 'POST /friends')).toHaveLength(3)
  })

  it.each(['POST /friends', 'POST /api/token/refresh'])(
    'a write is not repeated as bob, who signs in during %s',
    async (moment) => {
      const { service, kith } = inBrowser()
      await kith.POST('/friends', { body })
      service.expire()
      service.meanwhile = (request) => {
        if (request === moment) service.cookie = bob
      }
      expect(await outcomeOf(kith.POST('/friends', { body }))).toBe('signed_out')
      expect(service.written).toEqual([`${alice}: ${JSON.stringify(body)}`])
    },
  )

  it('parallel reads and the first writes share one refresh', async () => {
    const { service, kith } = inBrowser()
    const reads = [1, 2, 3].map(() => kith.GET('/friends'))
    const writes = [4, 5].map(() => kith.POST('/friends', { body }))
    await Promise.all([...reads, ...writes])
    const refreshes = service.requests.filter((line) => line === 'POST /api/token/refresh')
    expect([refreshes.length, service.written.length]).toEqual([1, 2])
  })

  it('reads cost no further question', async () => {
    const { service, kith } = inBrowser()
    await kith.GET('/friends')
    expect(service.requests).toEqual(['GET /friends', 'POST /api/token/refresh', 'GET /friends'])
  })
})
