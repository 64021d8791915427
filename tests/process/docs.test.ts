// The page at /docs in a real Chromium: what it loads, what its policy forbids, and calls made from it.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, launchBrowser } from './support/chromium'
import type { SharedServer } from './support/pool'
import { talkativeServer } from './support/shared-servers'

type Call = { operationId: string; tags: string[] }

describe.runIf(hasBrowser)('the page at /docs', () => {
  let worker: SharedServer
  let browser: Browser
  let page: Page
  /** Everything that the browser asked for, and everything that it complained about. */
  const asked: string[] = []
  let complaints: string[] = []

  beforeAll(async () => {
    worker = await talkativeServer()
    browser = await launchBrowser()
    // One page for all: loading it is most of the work.
    page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(60_000)
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => complaints.push(error.message))
    // What the policy forbids is an error on the console too.
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text())
    })
    await page.goto(`${worker.origin}/docs`)
    await page.locator('.opblock').first().waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
  })

  /** In which section a call stands. */
  async function sectionOf(operation: string): Promise<string> {
    const answer = await fetch(`${worker.origin}/openapi.json`)
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, Call>> }
    const all = Object.values(paths).flatMap((methods) => Object.values(methods))
    const call = all.find(({ operationId }) => operationId === operation)
    return call?.tags[0] ?? 'no section'
  }

  async function open(operation: string) {
    const block = page.locator(`.opblock[id$="-${operation}"]`).first()
    if (!(await block.isVisible())) {
      await page.locator(`.opblock-tag[data-tag="${await sectionOf(operation)}"]`).click()
    }
    await block.locator('.opblock-summary-control').click()
    await block.locator('.try-out__btn').click()
    return block
  }

  /** Presses Execute, and reads the status and the body that the page then shows. */
  async function execute(operation: string, json?: object) {
    const block = await open(operation)
    if (json) await block.locator('.body-param__text').fill(JSON.stringify(json))
    await block.locator('button.execute').click()
    const shown = block.locator('.live-responses-table tbody .response')
    const status = await shown.locator('.response-col_status').first().textContent()
    const body = await shown.locator('.highlight-code code').first().textContent()
    // What is open slows every later step down.
    await block.locator('.opblock-summary-control').click()
    return [Number.parseInt(status!, 10), JSON.parse(body!)] as [number, unknown]
  }

  it('loads from the service alone, and nothing in it is forbidden', async () => {
    await open('postConversationsStart')
    await page.locator('.auth-wrapper .authorize').first().click()
    await page.locator('.close-modal').click()
    // Once more, from what the browser keeps: a 304 brings the policy anew.
    await page.reload()
    await page.locator('.opblock').first().waitFor()
    const files = ['/docs', '/docs/init.js', '/docs/page.css', '/docs/swagger-ui-bundle.js']
    const all = [...files, '/docs/swagger-ui.css', '/openapi.json']
    expect([...new Set(asked)].toSorted()).toEqual(all.map((path) => worker.origin + path))
    expect(complaints).toEqual([])
  })

  it('begins with what a newcomer needs, and names its sections by what they are', async () => {
    const sections = await page.locator('.opblock-tag a.nostyle').allTextContents()
    expect(sections).toEqual([
      'Start here',
      'Address book',
      'Plans and RSVPs',
      'Chat and instant friends',
      'Profiles and friendships',
      'Cookies and administration',
      'Live sockets',
      'For every client',
      'The service',
    ])
    const first = page.locator('.opblock-tag-section').first().locator('.opblock-summary-path')
    expect(
      await first.evaluateAll((all) => all.map((one) => one.getAttribute('data-path'))),
    ).toEqual(['/accounts/signup', '/api/logout', '/api/token'])
  })

  it('opens Authorize at the usual scheme', async () => {
    await page.locator('.auth-wrapper .authorize').first().click()
    const names = page.locator('.auth-container h4 code')
    expect(await names.first().textContent()).toBe('bearer')
    const scrolled = await page.locator('.modal-ux-content').evaluate((modal) => modal.scrollTop)
    expect(scrolled).toBe(0)
    await page.locator('.close-modal').click()
  })

  it('leads nowhere else', async () => {
    const links = page.locator('#ui a[href^="http"]')
    const addresses = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    expect(addresses.filter((address) => !address!.startsWith(worker.origin))).toEqual([])
  })

  it('signs somebody in, and makes the next calls as that person', async () => {
    const username = `alice-${crypto.randomUUID()}`
    const alice = { username, password: 'alice has a password' }
    expect((await execute('postAccountsSignup', alice))[0]).toBe(201)
    expect(await execute('postApiToken', alice)).toMatchObject([200, { success: true }])
    const contact = { first_name: 'Taro', last_name: 'Yamada' }
    expect(await execute('postFriends', contact)).toMatchObject([201, contact])
    expect(await execute('getFriends')).toMatchObject([200, [contact]])
    expect(await execute('postApiLogout')).toEqual([200, { success: true }])
    expect(complaints).toEqual([])
  })

  it('runs no script that stands in a page, whoever put it there', async () => {
    complaints = []
    // As text: it is the page's script, not ours.
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      return 'ran' in window
    })()`)
    expect(ran).toBe(false)
    expect(complaints).toEqual([expect.stringContaining('Content Security Policy')])
  })
})
