// The client in a page of a real Chromium, signed in by cookies that no script can read, over a wire that
// breaks.
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Kith } from '../../client/index'
import { hasBrowser, launchBrowser } from './support/chromium'
import { bundleClient } from './support/client-bundle'
import type { SharedServer } from './support/pool'
import { Proxy } from './support/proxy'
import { browsersServer, placeOf } from './support/shared-servers'

const html = `<!doctype html><title>A page</title>
<script type="module">
  import { createClient } from '/client.js'
  globalThis.kept = { createClient, seen: [] }
</script>`

/** What the page keeps from one step to the next. */
declare const kept: { createClient: typeof createClient; kith: Kith; seen: string[] }

describe.runIf(hasBrowser)('in a browser, by cookies', () => {
  let worker: SharedServer
  let proxy: Proxy
  let pages: Server
  let browser: Browser
  let page: Page
  const alice = { username: `alice-${crypto.randomUUID()}`, password: 'a good password' }

  beforeAll(async () => {
    const { text } = await bundleClient()
    pages = createServer((request, response) => {
      const isScript = request.url === '/client.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? text : html)
    })
    const port = await placeOf.clientPages()
    await new Promise<void>((resolve) => pages.listen(port, '127.0.0.1', resolve))
    const origin = `http://localhost:${port}`
    worker = await browsersServer()
    proxy = await Proxy.to(worker.port)
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(origin)
    await page.evaluate(
      async ({ baseUrl, account }) => {
        kept.kith = kept.createClient({ baseUrl, credentials: 'cookies' })
        await kept.kith.signUp(account)
      },
      { baseUrl: `http://localhost:${proxy.port}`, account: alice },
    )
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    proxy?.close()
    pages?.close()
  })

  /** The browser drops the access cookie, which it would do by itself at the end of the token's life. */
  const expiry = async () => {
    const access = (await page.context().cookies()).find(({ name }) => name === 'access_token')
    expect(access!.expires - Date.now() / 1000).toBeLessThanOrEqual(900)
    await page.context().clearCookies({ name: 'access_token' })
  }

  const fiveCalls = () =>
    page.evaluate(async () => {
      const body = { first_name: 'Hanako', last_name: 'Yamada' }
      const five = await Promise.all([
        ...[1, 2, 3].map(() => kept.kith.GET('/users/profile').then(({ username }) => username)),
        ...[4, 5].map(() => kept.kith.POST('/friends', { body }).then((made) => made.last_name)),
      ])
      return five.join()
    })

  const { username } = alice
  const five = [username, username, username, 'Yamada', 'Yamada'].join()

  it('refreshes once for parallel calls, also where the answer gets lost', async () => {
    await expiry()
    expect(await fiveCalls()).toBe(five)
    expect(proxy.count('POST /api/token/refresh/')).toBe(1)
    await expiry()
    let lost = 0
    proxy.breaks = (line) => (line.includes('/refresh/') && lost++ === 0 ? 'after' : null)
    expect(await fiveCalls()).toBe(five)
    expect(proxy.count('POST /api/token/refresh/')).toBe(3)
    expect(await page.evaluate(async () => (await kept.kith.GET('/friends')).length)).toBe(4)
  })

  it('chats, and goes on after a cut', async () => {
    const bob = createClient({ baseUrl: worker.origin })
    await bob.signUp({ username: `bob-${crypto.randomUUID()}`, password: 'a good password' })
    const body = { username }
    const { conversation_id: id } = await bob.POST('/conversations/start', { body })
    await page.evaluate(async (id) => {
      const chat = kept.kith.chat(id, { timing: { pause: 50 } })
      chat.on('message', ({ text }) => kept.seen.push(text))
      await chat.next('open')
      await chat.send('from the page')
      Object.assign(kept, { chat })
    }, id)
    const chat = bob.chat(id, { after: 0 })
    for (const text of ['one', 'two', 'three']) {
      proxy.cut()
      await chat.send(text)
    }
    chat.close()
    await expect
      .poll(() => page.evaluate(() => kept.seen), { timeout: 10_000 })
      .toEqual(['from the page', 'one', 'two', 'three'])
  })

  it('signs out', async () => {
    await page.evaluate(() => kept.kith.signOut())
    expect(await page.context().cookies()).toEqual([])
    const code = page.evaluate(() => kept.kith.GET('/friends').catch((error) => error.code))
    expect(await code).toBe('signed_out')
  })
})
