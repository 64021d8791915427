// Sign-in through 42, all of it over HTTP: the real `wrangler dev`, a strict OAuth server on loopback, and
// one that misbehaves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Browser } from './support/browser'
import { type FortyTwo, json, type Misbehaviour, startFortyTwo } from './support/fortytwo'
import type { SharedServer } from './support/pool'
import { browsersServer, placeOf } from './support/shared-servers'

let kith: SharedServer
let fortyTwo: FortyTwo
let callbackUrl = ''
let lastId = 40_000

beforeAll(async () => {
  kith = await browsersServer()
  callbackUrl = `${kith.origin}/oauth/callback`
  fortyTwo = await startFortyTwo(await placeOf.fortyTwo(), callbackUrl)
}, 120_000)

afterAll(() => fortyTwo?.stop())

const aToken = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
const theTokens = {
  access_token: aToken,
  refresh_token: aToken,
  token_auth: expect.stringMatching(/^[0-9a-f]{40}$/),
}
const wrongState = { message: 'Invalid state parameter' }
const noToken = { message: 'Failed to obtain access token' }
const failed = { message: '42 did not answer as it should. Try again later.' }

function personOf(login: string, email = '') {
  // As 42's /v2/me answers, cut down to some of it.
  const image = { link: null, versions: { large: null } }
  return { id: ++lastId, login, email, image, cursus_users: [], titles: [] }
}

/** Goes to 42 and is sent back: the address of our callback, with code and state. */
function throughFortyTwo(browser: Browser, next?: string): Promise<string> {
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return browser.follow(`${kith.origin}/oauth/authorize${query}`, callbackUrl)
}

function userIdOf(accessToken: string): unknown {
  const [, claims = ''] = accessToken.split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()).user_id
}

describe('with a strict OAuth server', () => {
  it('signs a new person in, with tokens that work and cookies that do', async () => {
    fortyTwo.person = personOf('jimenetz', 'jimenetz@student.42.fr')
    const browser = new Browser()
    const { status, body } = await browser.get(await throughFortyTwo(browser))
    expect([status, body]).toEqual([200, theTokens])
    for (const authorization of [`Bearer ${body.access_token}`, `Token ${body.token_auth}`]) {
      const answer = await fetch(`${kith.origin}/friends/`, { headers: { authorization } })
      expect([answer.status, await answer.json()]).toEqual([200, []])
    }
    expect([...browser.cookies(kith.origin).keys()]).toEqual(['access_token', 'refresh_token'])
    expect((await browser.get(`${kith.origin}/friends/`)).status).toBe(200)
  })

  it('knows the person again in another browser', async () => {
    fortyTwo.person = personOf('again')
    const [one, other] = [new Browser(), new Browser()]
    const first = await one.get(await throughFortyTwo(one))
    fortyTwo.person = { ...fortyTwo.person, login: 'renamed' }
    const second = await other.get(await throughFortyTwo(other))
    expect(userIdOf(second.body.access_token)).toBe(userIdOf(first.body.access_token))
  })

  it('redirects to the page that is next, with cookies and without tokens', async () => {
    fortyTwo.person = personOf('paged')
    const browser = new Browser()
    const back = await throughFortyTwo(browser, 'https://app.example.org/in')
    const { status, headers, text } = await browser.get(back)
    expect([status, headers.get('location'), text]).toEqual([302, 'https://app.example.org/in', ''])
    expect((await browser.get(`${kith.origin}/friends/`)).status).toBe(200)
  })

  it('answers a callback once: the same address again is refused, with the cookie and without', async () => {
    fortyTwo.person = personOf('replayed')
    const browser = new Browser()
    const back = await throughFortyTwo(browser)
    const ticket = browser.cookies(kith.origin).get('oauth_ticket')!
    expect((await browser.get(back)).status).toBe(200)
    const again = await browser.get(back)
    expect([again.status, again.body]).toEqual([400, wrongState])
    // Somebody who has kept the cookie is told by 42 that the code was used.
    browser.cookies(kith.origin).set('oauth_ticket', ticket)
    const kept = await browser.get(back)
    expect([kept.status, kept.body]).toEqual([400, noToken])
  })

  it('refuses a callback in another browser, and one in a browser with a sign-in of its own', async () => {
    fortyTwo.person = personOf('attacker')
    const attacker = new Browser()
    const back = await throughFortyTwo(attacker)
    const stranger = await new Browser().get(back)
    expect([stranger.status, stranger.body]).toEqual([400, wrongState])
    const victim = new Browser()
    const own = await throughFortyTwo(victim)
    const forged = await victim.get(back)
    expect([forged.status, forged.body]).toEqual([400, wrongState])
    expect((await victim.get(own)).status).toBe(200)
  })

  it('has no token for a code that belongs to another sign-in: PKCE', async () => {
    fortyTwo.person = personOf('mixed')
    const [one, other] = [new Browser(), new Browser()]
    const stolen = new URL(await throughFortyTwo(one)).searchParams.get('code')!
    const own = new URL(await throughFortyTwo(other))
    own.searchParams.set('code', stolen)
    const { status, body } = await other.get(own.href)
    expect([status, body]).toEqual([400, noToken])
  })

  it('tells who says no at 42 that there is no token, or the page that is next', async () => {
    fortyTwo.person = null
    const browser = new Browser()
    const { status, body } = await browser.get(await throughFortyTwo(browser))
    expect([status, body]).toEqual([400, noToken])
    const back = await throughFortyTwo(browser, 'https://app.example.org/in')
    expect((await browser.get(back)).headers.get('location')).toBe(
      'https://app.example.org/in?error=access_denied',
    )
  })

  it('makes one account for eight browsers that come back at once', async () => {
    fortyTwo.person = personOf('crowd')
    const browsers = Array.from({ length: 8 }, () => new Browser())
    const backs = await Promise.all(browsers.map((browser) => throughFortyTwo(browser)))
    const answers = await Promise.all(browsers.map((browser, i) => browser.get(backs[i] ?? '')))
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(new Set(answers.map(({ body }) => userIdOf(body.access_token))).size).toBe(1)
  })
})

const silence: Misbehaviour = () => {}
const trickle: Misbehaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"id": 1, "login": "')
  const timer = setInterval(() => response.write('a'), 200)
  response.on('close', () => clearInterval(timer))
}
const answering =
  (status: number, body: string, headers = {}): Misbehaviour =>
  (response) =>
    response.writeHead(status, headers).end(body)
const dropping: Misbehaviour = (response) => response.destroy()
const redirecting =
  (status: number): Misbehaviour =>
  (response) =>
    response.writeHead(status, { location: `${fortyTwo.url}/elsewhere` }).end()

let codes = 0

/** Comes back from 42 with a code that makes it misbehave at one of its two endpoints. */
async function afterMisbehaviour(at: 'token' | 'me', misbehaviour: Misbehaviour) {
  const code = `mis:${++codes}`
  fortyTwo[at].set(code, misbehaviour)
  const browser = new Browser()
  const { headers } = await browser.get(`${kith.origin}/oauth/authorize`)
  const state = new URL(headers.get('location')!).searchParams.get('state')!
  const query = new URLSearchParams({ code, state }).toString()
  const begun = performance.now()
  const { status, body } = await browser.get(`${callbackUrl}?${query}`)
  const cookies = [...browser.cookies(kith.origin).keys()]
  return { answer: [status, body], seconds: (performance.now() - begun) / 1000, cookies }
}

describe('with an OAuth server that misbehaves', () => {
  it.each<[string, Misbehaviour]>([
    ['an error', (response) => json(response, 400, { error: 'invalid_grant' })],
    ['a refusal of the client', (response) => json(response, 401, { error: 'invalid_client' })],
    ['no token in the answer', (response) => json(response, 200, { token_type: 'bearer' })],
    ['an empty token', (response) => json(response, 200, { access_token: '' })],
    ['a token that is a number', (response) => json(response, 200, { access_token: 7 })],
  ])('has no token after %s', async (_name, misbehaviour) => {
    const { answer, cookies } = await afterMisbehaviour('token', misbehaviour)
    expect([answer, cookies]).toEqual([[400, noToken], []])
  })

  it.each<[string, 'token' | 'me', Misbehaviour]>(
    (['token', 'me'] as const).flatMap((at) =>
      (
        [
          ['an error of its own', (response) => json(response, 500, { error: 'oops' })],
          ['too many requests', (response) => json(response, 429, { error: 'slow down' })],
          ['HTML', answering(200, '<html>Maintenance</html>', { 'content-type': 'text/html' })],
          ['HTML with an error', answering(503, '<html>Maintenance</html>')],
          ['HTML for JSON', answering(200, '<html>', { 'content-type': 'application/json' })],
          ['a redirect', redirecting(302)],
          ['a permanent redirect', redirecting(308)],
          ['nothing', answering(200, '')],
          ['a list', answering(200, '[]')],
          ['null', answering(200, 'null')],
          ['half an answer', answering(200, '{"id": 1, "access_to')],
          ['more than a MiB', answering(200, `{"id":1,"x":"${'x'.repeat(1024 * 1024)}"}`)],
          ['a dropped connection', dropping],
        ] satisfies [string, Misbehaviour][]
      ).map(
        ([name, misbehaviour]) => [name, at, misbehaviour] as [string, typeof at, Misbehaviour],
      ),
    ),
  )('says that 42 failed after %s from %s', async (_name, at, misbehaviour) => {
    const { answer, cookies } = await afterMisbehaviour(at, misbehaviour)
    expect([answer, cookies]).toEqual([[502, failed], []])
  })

  it.each<[string, unknown]>([
    ['no id', { login: 'idless', email: 'a@b.org' }],
    ['an id that is null', { id: null, login: 'idless' }],
    ['an id that is a text', { id: '7', login: 'idless' }],
    ['an id that is zero', { id: 0, login: 'idless' }],
    ['an id that is negative', { id: -7, login: 'idless' }],
    ['an id that is no whole number', { id: 7.5, login: 'idless' }],
    ['an id that is true', { id: true, login: 'idless' }],
    ['an id that is too large to be exact', { id: 2 ** 60, login: 'idless' }],
  ])('says that 42 failed after a profile with %s', async (_name, profile) => {
    const { answer } = await afterMisbehaviour('me', (response) => json(response, 200, profile))
    expect(answer).toEqual([502, failed])
  })

  it.each<[string, object]>([
    ['nothing but an id', {}],
    ['nulls', { login: null, email: null, image: null }],
    ['values of wrong kinds', { login: 7, email: ['a@b.org'], image: 'a picture' }],
    ['an address with a line break', { login: 'broken', email: 'a@b.org\r\nBcc: c@d.org' }],
    ['a login of odd characters', { login: '<i>"\'&\u0000\u202e' }],
    ['a login of 10,000 characters', { login: 'x'.repeat(10_000) }],
  ])('signs in a person with %s', async (_name, profile) => {
    const whole = { id: ++lastId, ...profile }
    const { answer } = await afterMisbehaviour('me', (response) => json(response, 200, whole))
    expect(answer).toEqual([200, theTokens])
  })

  it('waits for 42 no longer than five seconds, wherever it hangs', async () => {
    const waits = await Promise.all([
      afterMisbehaviour('token', silence),
      afterMisbehaviour('token', trickle),
      afterMisbehaviour('me', silence),
      afterMisbehaviour('me', trickle),
      afterMisbehaviour('token', (response) => {
        // Slow at both endpoints: the five seconds are for the two together.
        fortyTwo.me.set('slow', (late) => void setTimeout(() => json(late, 200, { id: 1 }), 3000))
        setTimeout(() => json(response, 200, { access_token: 'slow' }), 3000)
      }),
    ])
    for (const { answer, seconds } of waits) {
      expect(answer).toEqual([502, failed])
      expect(seconds).toBeGreaterThan(4.5)
      expect(seconds).toBeLessThan(6.5)
    }
  }, 20_000)

  it('says that 42 failed when nobody answers there, and serves on', async () => {
    await fortyTwo.stop()
    const { answer } = await afterMisbehaviour('token', silence)
    expect(answer).toEqual([502, failed])
    expect((await fetch(`${kith.origin}/health`)).status).toBe(200)
  })
})

describe('the log of all that', () => {
  it('holds no code, token, name or address', async () => {
    const lines = await kith.log()
    expect(lines.length).toBeGreaterThan(100)
    const telling = /mis:|eyJ|jimenetz|crowd|attacker|@|state=|of the tests/
    expect(lines.filter((line) => telling.test(line))).toEqual([])
  })
})
