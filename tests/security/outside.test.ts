// The one way out: which addresses it asks, and what becomes of each way in which a stranger may answer.
import { describe, expect, it } from 'vitest'
import { judgeOutsideAddress, outsideOf } from '../../src/platform/outside'
import { hostileAddresses } from '../support/hostile-addresses'

const rules = { exempt: ['localhost:9000', 'hooks.test'], own: ['api.example.org'] }
const may = (url: string) => judgeOutsideAddress(url, rules)

describe('an address', () => {
  it.each([
    'https://hooks.example.net/kith',
    'https://hooks.example.net:443/kith?room=5',
    'https://HOOKS.example.net/@kith/a@b',
    'https://hooks.xn--bcher-kva.example/',
    'https://bücher.example/',
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://localhost.example.net/',
    'https://127.0.0.1.nip.example/',
  ])('of the public internet may be asked: %s', (url) => {
    expect(may(url)).toBe(true)
  })

  it(`that is hostile may not: ${hostileAddresses.length} of them`, () => {
    expect(hostileAddresses.length).toBeGreaterThanOrEqual(60)
    expect(new Set(hostileAddresses).size).toBe(hostileAddresses.length)
    expect(hostileAddresses.filter(may)).toEqual([])
  })

  it('that a setting names may be asked, over http too, but not another port or with a user', () => {
    const urls = ['http://localhost:9000/a', 'https://localhost:9000/', 'http://hooks.test/']
    expect(urls.filter(may)).toEqual(urls)
    const others = ['http://localhost:9001/', 'http://localhost/', 'http://a@localhost:9000/']
    expect(others.filter(may)).toEqual([])
    expect(may('ftp://localhost:9000/')).toBe(false)
  })
})

describe('a try', () => {
  const asked: { url: string; init: RequestInit }[] = []
  let calls = 0
  const answering = (answer: (init: RequestInit) => Promise<Response> | Response) =>
    outsideOf(rules, {
      now: () => Date.parse('2026-01-15T10:30:00Z'),
      called: () => void calls++,
      async fetcher(url, init) {
        asked.push({ url, init })
        return answer(init)
      },
    })

  it('of an address that may not be asked asks nobody', async () => {
    const outside = answering(() => new Response('secret'))
    for (const url of hostileAddresses) {
      expect(await outside.send({ url, most: 100 })).toEqual({ kind: 'refused', ms: 0 })
    }
    expect([asked, calls]).toEqual([[], 0])
  })

  it('is one call, which follows nothing', async () => {
    const location = 'http://169.254.169.254/latest/meta-data/'
    const outside = answering(() => new Response(null, { status: 302, headers: { location } }))
    const answer = await outside.send({ url: 'https://hooks.example.net/' })
    const none = new Uint8Array(0)
    expect(answer).toEqual({ kind: 'answered', status: 302, retryAfter: null, body: none, ms: 0 })
    expect(calls).toBe(1)
    expect(asked.map(({ url, init }) => [url, init.method, init.redirect])).toEqual([
      ['https://hooks.example.net/', 'POST', 'manual'],
    ])
  })

  it('keeps the beginning of the body alone', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1000).fill(65)),
    })
    const outside = answering(() => new Response(endless))
    const answer = await outside.send({ url: 'https://hooks.example.net/', most: 2500 })
    expect(answer.kind === 'answered' && answer.body.length).toBe(2500)
  })

  it.each([
    ['120', 120_000],
    [' 7 ', 7000],
    ['Thu, 15 Jan 2026 10:31:00 GMT', 60_000],
    ['Thu, 15 Jan 2026 10:29:00 GMT', 0],
    ['soon', null],
  ])('reads Retry-After: %s', async (text, milliseconds) => {
    const headers = { 'retry-after': text }
    const outside = answering(() => new Response(null, { status: 429, headers }))
    const answer = await outside.send({ url: 'https://hooks.example.net/' })
    expect(answer).toMatchObject({ status: 429, retryAfter: milliseconds })
  })

  it('that nobody answers in time has run out of it; one without a connection reached nobody', async () => {
    const silent = answering(
      ({ signal }) =>
        new Promise((_, reject) =>
          signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
        ),
    )
    const url = 'https://hooks.example.net/'
    expect(await silent.send({ url, deadline: 10 })).toEqual({ kind: 'timeout', ms: 0 })
    const away = answering(() => Promise.reject(new TypeError('fetch failed')))
    expect(await away.send({ url })).toEqual({ kind: 'unreachable', ms: 0 })
  })
})
