// The client in a page of a real Chromium, signed in by cookies that no script can read, over a wire that
// breaks.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type Kith } from '../../client/index'
import { hasBrowser, launchBrowser } from './support/chromium'
import { bundleClient } from './support/client-bundle'
import { type DevServer, startDevServer } from './support/dev-server'
import { Proxy } from './support/proxy'

const html = `<!doctype html><title>A page</title>
<script type="module">
  import { createClient } from '/client.js'
  globalThis.kept = { createClient, seen: [] }
</script>`

/** What the page keeps from one step to the next. */
declare const kept: { createClient: typeof createClient; kith: Kith; seen: string[] }

describe.runIf(hasBrowser)('in a browser, by cookies', () => {
  let worker: DevServer
  let proxy: Proxy
  let pages: Server
  let browser: Browser
  let page: Page
  const alice = { username: 'alice', password: 'a good password' }

  beforeAll(async () => {
    const { text } = await bundleClient()
    pages = createServer((request, response) => {
      const isScript = request.url === '/client.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? text : html)
    })
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    const origin = `http://localhost:${(pages.address() as AddressInfo).port}`
    worker = await startDevServer({ CORS_ORIGINS: origin, ACCESS_TOKEN_SECONDS: '2' })
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
    await worker?.stop()
  })

  const expiry = async () => {
    const names = async () => (await page.context().cookies()).map(({ name }) => name)
    await expect.poll(names, { timeout: 10_000 }).toEqual(['refresh_token'])
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

  it('refreshes once for parallel calls, also where the answer gets lost', async () => {
    await expiry()
    expect(await fiveCalls()).toBe('alice,alice,alice,Yamada,Yamada')
    expect(proxy.count('POST /api/token/refresh/')).toBe(1)
    await expiry()
    let lost = 0
    proxy.breaks = (line) => (line.includes('/refresh/') && lost++ === 0 ? 'after' : null)
    expect(await fiveCalls()).toBe('alice,alice,alice,Yamada,Yamada')
    expect(proxy.count('POST /api/token/refresh/')).toBe(3)
    expect(await page.evaluate(async () => (await kept.kith.GET('/friends')).length)).toBe(4)
  })

  it('chats, and goes on after a cut', async () => {
    const bob = createClient({ baseUrl: worker.origin })
    await bob.signUp({ username: 'bob', password: 'a good password' })
    const body = { username: 'alice' }
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
