// A real Chromium and a real dev server: pages of a listed origin and of others, with what a browser
// itself decides about cookies, preflights and answers that may not be read.
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasBrowser, launchBrowser } from './support/chromium'
import { freePort } from './support/dev-server'
import { browsersServer, placeOf } from './support/shared-servers'

describe.runIf(hasBrowser)('in a browser', () => {
  let kith: string
  let browser: Browser
  let pages: Server
  let listed: string
  /** Another origin of the same site, so that the browser does send the cookies. */
  let neighbour: string
  let foreign: string
  let page: Page
  let username: string

  beforeAll(async () => {
    pages = createServer((request, response) => {
      response.setHeader('content-type', 'text/html')
      const { searchParams } = new URL(request.url ?? '/', 'http://page.test')
      response.end(pageWith(searchParams.get('action'), searchParams.get('username')))
    })
    const [listedPort, neighbourPort] = [await placeOf.pages(), await freePort()]
    const second = createServer((request, response) => pages.emit('request', request, response))
    pages.listen(listedPort, '127.0.0.1')
    second.listen(neighbourPort, '127.0.0.1')
    pages.once('close', () => second.close())
    listed = `http://localhost:${listedPort}`
    neighbour = `http://localhost:${neighbourPort}`
    foreign = `http://127.0.0.1:${listedPort}`
    const { port } = await browsersServer()
    // One site with the pages: to a browser, 127.0.0.1 is another.
    kith = `http://localhost:${port}`
    browser = await launchBrowser()
  }, 120_000)

  const pageWith = (action: string | null, name: string | null) =>
    action === null
      ? '<!doctype html><title>A page</title>'
      : `<!doctype html><title>A form</title><form method="post" action="${action}">
          <input name="username" value="${name}">
          <input name="password" value="alice has a password"><button>Send</button></form>`

  afterAll(async () => {
    await browser?.close()
    await new Promise((resolve) => (pages ? pages.close(resolve) : resolve(null)))
  })

  beforeEach(async () => {
    const context = await browser.newContext()
    page = await context.newPage()
    username = `alice-${crypto.randomUUID()}`
    const json = { username, password: 'alice has a password' }
    const made = await fetch(`${kith}/accounts/signup/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    })
    if (made.status !== 201) throw new Error(`the sign-up answered ${made.status}`)
  })

  type Asked = { method?: string; json?: object; form?: Record<string, string>; mode?: 'no-cors' }

  /** What a page's own script is told: the status and the body, or the name of the browser's error. */
  async function ask(from: Page, path: string, asked: Asked = {}) {
    return from.evaluate(
      async ({ url, method = 'GET', json, form, mode }) => {
        try {
          const answer = await fetch(url, {
            method,
            credentials: 'include',
            ...(mode ? { mode } : {}),
            ...(json
              ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
              : {}),
            ...(form ? { body: new URLSearchParams(form) } : {}),
          })
          const text = await answer.text()
          const isJson = text.startsWith('{') || text.startsWith('[')
          return [answer.status, isJson ? (JSON.parse(text) as unknown) : text] as const
        } catch (error) {
          return (error as Error).name
        }
      },
      { url: kith + path, ...asked },
    )
  }

  async function signIn(from: Page) {
    const json = { username, password: 'alice has a password' }
    return ask(from, '/api/token/', { method: 'POST', json })
  }

  it('a page of a listed origin signs in through cookies and works with them', async () => {
    await page.goto(listed)
    expect(await ask(page, '/friends/')).toEqual([
      401,
      { detail: 'Authentication credentials were not provided.' },
    ])
    expect(await signIn(page)).toMatchObject([200, { success: true, user: { username } }])
    expect(await ask(page, '/friends/')).toEqual([200, []])
    const contact = { first_name: 'Taro', last_name: 'Yamada' }
    expect(await ask(page, '/friends/', { method: 'POST', json: contact })).toMatchObject([
      201,
      contact,
    ])
    expect(await ask(page, '/api/token/refresh/', { method: 'POST' })).toEqual([
      200,
      { refreshed: true },
    ])
    expect(await ask(page, '/friends/')).toMatchObject([200, [contact]])
    // Scripts see neither cookie; the browser's own jar has both.
    expect(await page.evaluate('document.cookie')).toBe('')
    const names = (await page.context().cookies(kith)).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['access_token', 'refresh_token'])
    expect(await ask(page, '/api/logout/', { method: 'POST' })).toEqual([200, { success: true }])
    expect(await page.context().cookies(kith)).toEqual([])
    expect(await ask(page, '/friends/')).toMatchObject([401, {}])
  })

  it('reads the headers that are exposed, on errors too', async () => {
    await page.goto(listed)
    const ids = await page.evaluate(async (origin) => {
      const answers = await Promise.all(['/health', '/no/such/path'].map((p) => fetch(origin + p)))
      return answers.map((answer) => [answer.status, answer.headers.get('x-request-id') !== null])
    }, kith)
    expect(ids).toEqual([
      [200, true],
      [404, true],
    ])
  })

  it('a page of another origin can read nothing and change nothing', async () => {
    await page.goto(listed)
    await signIn(page)
    const other = await page.context().newPage()
    const form = { first_name: 'Mallory', last_name: 'Malloc' }
    for (const origin of [neighbour, foreign]) {
      await other.goto(origin)
      expect(await ask(other, '/friends/')).toBe('TypeError')
      expect(await signIn(other)).toBe('TypeError')
      expect(await ask(other, '/friends/', { method: 'POST', json: form })).toBe('TypeError')
      // What needs no preflight arrives, and is refused there; not even an answer without a content is theirs.
      const blind = { method: 'POST', form, mode: 'no-cors' } as const
      expect(await ask(other, '/friends/', blind)).toBe('TypeError')
      expect(await ask(other, '/api/logout/', blind)).toBe('TypeError')
    }
    expect(await ask(page, '/friends/')).toEqual([200, []])
  })

  it('a form of another origin signs nobody in or out', async () => {
    await page.goto(listed)
    await signIn(page)
    const other = await page.context().newPage()
    for (const origin of [neighbour, foreign]) {
      for (const path of ['/api/logout/', '/api/token/']) {
        const query = new URLSearchParams({ action: kith + path, username })
        await other.goto(`${origin}/?${query.toString()}`)
        const answered = other.waitForResponse((response) => response.url().endsWith(path))
        await other.click('button')
        await other.waitForURL(kith + path)
        expect((await answered).status()).toBe(403)
      }
    }
    expect(await ask(page, '/friends/')).toEqual([200, []])
  })
})
