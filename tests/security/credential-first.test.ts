// What is long, or has a file in it, is not looked at before its sender's session was found good; and no
// body is read further than its route takes.
import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { callerOfOpaque } from '../../src/domain/accounts/sessions/callers'
import { optional, text } from '../../src/domain/base/fields'
import { Refusal } from '../../src/wire/errors/answers'
import type { AppEnv } from '../../src/wire/pipeline/app-env'
import { body, takes } from '../../src/wire/input/body'
import { withCookies } from '../support/cookies'
import { badToken, unknownToken } from '../support/golden'
import { type Person, sessionOf, signUp } from '../support/people'
import * as file from '../support/pictures'
import { accountRow } from '../support/relations'
import { addOpaqueToken } from '../support/tokens'
import { type CallOptions, createWorld } from '../support/world'

const put = vi.fn<R2Bucket['put']>((...given) => env.MEDIA.put(...given))
const media = new Proxy(env.MEDIA, {
  get: (bucket, name: keyof R2Bucket) => (name === 'put' ? put : bucket[name].bind(bucket)),
})
const world = createWorld({ env: { MEDIA: media } })
const { call, cost } = world

const madeUp = '0123456789abcdef0123456789abcdef01234567'

/** The credentials of somebody who has signed out, of every kind, and what each is told. */
async function endedCredentials(): Promise<[Record<string, string>, object][]> {
  const gone = await signUp(world, 'gone')
  const token = await addOpaqueToken(sessionOf(gone))
  const cookies = await call('POST', '/api/token/', {
    json: { username: gone.username, password: gone.password },
  })
  await call('POST', '/api/logout/', { headers: withCookies(cookies) })
  await call('POST', '/accounts/logout/', { json: { refresh: gone.refresh }, as: gone })
  return [
    [{ authorization: `Token ${madeUp}` }, unknownToken],
    [{ authorization: `Token ${token}` }, unknownToken],
    [{ authorization: `Bearer ${gone.access}` }, badToken()],
    [{ authorization: gone.access }, badToken()],
    [withCookies(cookies), badToken()],
  ]
}

/** How often a body is looked at while work is under way: a long one as text, or a picture to be kept. */
async function looksDuring(work: () => Promise<unknown>): Promise<number> {
  const decode = vi.spyOn(TextDecoder.prototype, 'decode')
  const kept = put.mock.calls.length
  try {
    await work()
    const long = decode.mock.calls.filter(([bytes]) => (bytes?.byteLength ?? 0) > 16_384)
    return long.length + put.mock.calls.length - kept
  } finally {
    decode.mockRestore()
  }
}

const picture = (bytes: number) => {
  const form = new FormData()
  const padding = file.pngChunk('tEXt', new Uint8Array(Math.max(0, bytes - 100)))
  form.append('avatar', new File([file.png(bytes > 100 ? padding : file.bytes())], 'a.png'))
  return { form }
}

const long: [string, () => CallOptions][] = [
  ['a picture of nearly 2 MiB', () => picture(2_097_000)],
  ['a small picture', () => picture(0)],
  ['20 KB of JSON', () => ({ json: { avatar: 'x'.repeat(20_000) } })],
  [
    'JSON without a length',
    () => ({
      raw: new Blob([JSON.stringify({ avatar: 'x'.repeat(100_000) })]).stream(),
      headers: { 'content-type': 'application/json' },
    }),
  ],
  ['20 KB of a form', () => ({ form: { avatar: 'x'.repeat(20_000) } })],
]

describe.each(long)('%s', (_what, given) => {
  let credentials: [Record<string, string>, object][]
  let alice: Person
  beforeAll(async () => {
    credentials = await endedCredentials()
    alice = await signUp(world, 'alice')
  })

  it('is not looked at for a session that is not good', async () => {
    for (const [headers, expected] of credentials) {
      const sent = given()
      const send = () =>
        call('POST', '/users/update/', { ...sent, headers: { ...sent.headers, ...headers } })
      let answer: Awaited<ReturnType<typeof send>> | undefined
      let trips = 0
      const looks = await looksDuring(async () => {
        trips = (await cost(async () => (answer = await send()))).trips
      })
      expect([answer?.status, answer?.body, looks, trips]).toEqual([401, expected, 0, 1])
    }
  })

  it('is looked at for a good one', async () => {
    const looks = await looksDuring(async () => {
      const { status } = await call('POST', '/users/update/', { ...given(), as: alice })
      expect([200, 400]).toContain(status)
    })
    expect(looks).toBeGreaterThan(0)
  })
})

describe('the check before the body', () => {
  it('costs a round trip for what is long, and none for what is short', async () => {
    const alice = await signUp(world, 'alice')
    const change = (padding: number) =>
      cost(async () => {
        const json = { bio: 'hello', padding: 'x'.repeat(padding) }
        const answer = await call('PATCH', '/api/profile/update/', { json, as: alice })
        expect([answer.status, answer.body.user.bio]).toEqual([200, 'hello'])
      })
    const [short, just, beyond] = [await change(0), await change(16_000), await change(17_000)]
    expect([just.trips, beyond.trips]).toEqual([short.trips, short.trips + 1])
  })
})

describe('a body', () => {
  const noMore = [413, { detail: 'Request body is too large.' }]
  let alice: Person
  beforeAll(async () => {
    alice = await signUp(world, 'alice')
  })
  const send = async (path: string, given: CallOptions) => {
    const { status, body } = await call('POST', path, { ...given, as: alice })
    return [status, body]
  }
  const multipart = (bytes: number) => {
    const form = new FormData()
    form.append('note', 'x'.repeat(bytes))
    return { form }
  }

  it('has at most 128 KiB, whatever its type', async () => {
    const whole = 128 * 1024
    expect(await send('/friends/', multipart(whole))).toEqual(noMore)
    expect(await send('/friends/', { form: { note: 'x'.repeat(whole) } })).toEqual(noMore)
    expect(await send('/friends/', { json: { note: 'x'.repeat(whole) } })).toEqual(noMore)
    const [status] = await send('/friends/', multipart(whole - 1000))
    expect(status).toBe(400)
  })

  it('has room for a picture where pictures are taken, as multipart alone', async () => {
    expect((await send('/users/update/', picture(2_097_000)))[0]).toBe(200)
    expect((await accountRow(alice))['avatar']).toMatch(/^avatars\//)
    expect(await send('/users/update/', multipart(2_200_000))).toEqual(noMore)
    expect(await send('/users/update/', { json: { note: 'x'.repeat(131_072) } })).toEqual(noMore)
  })
})

describe('what is read of a body without a length', () => {
  const piece = new Uint8Array(4096).fill(0x20)

  /** How many bytes a route takes of an endless body before it refuses it, and with which status. */
  async function takenBy(caller: string | null, bound?: number): Promise<[number, number]> {
    let given = 0
    const endless = new ReadableStream(
      { pull: (stream) => stream.enqueue(((given += piece.length), piece)) },
      { highWaterMark: 0 },
    )
    const status = await world.run(async (context) => {
      const app = new Hono<AppEnv>()
      app.onError((error, c) => c.text('', error instanceof Refusal ? error.status : 401))
      app.use(async (c, next) => {
        c.set('context', context)
        if (caller) c.set('caller', callerOfOpaque(caller))
        await next()
      })
      const shape = z.object({ a: optional(text()) })
      app.post('/usual', body(shape), (c) => c.text(''))
      if (bound) app.post('/own', takes(bound), body(shape), (c) => c.text(''))
      const headers = { 'content-type': 'application/json' }
      const request = { method: 'POST', body: endless, headers }
      return (await app.request(bound ? '/own' : '/usual', request)).status
    })
    return [status, given]
  }

  it('is the bound of its route and no more', async () => {
    expect(await takenBy(null)).toEqual([413, 128 * 1024 + 4096])
    expect(await takenBy(null, 1_000_000)).toEqual([413, 245 * 4096])
    expect(await takenBy(null, 10_000)).toEqual([413, 3 * 4096])
  })

  it('is 16 KiB for a session that is not good', async () => {
    expect(await takenBy(madeUp)).toEqual([401, 5 * 4096])
    expect(await takenBy(madeUp, 1_000_000)).toEqual([401, 5 * 4096])
  })
})
