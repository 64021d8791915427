// Every address of the app, as its people see it: on a phone, a desktop and a narrow window, by an examiner of
// accessibility, without a fault in the console and without anything from elsewhere. A picture of each is put
// into test-results/web.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hasBrowser, launchBrowser } from '../process/support/chromium'
import { enterAs, visit, type Visitor } from './support/visitor'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = new URL('../../test-results/web/', import.meta.url).pathname
mkdirSync(pictures, { recursive: true })

type View = { name: string } & BrowserContextOptions
const views: View[] = [
  { name: 'phone-light', viewport: { width: 375, height: 812 }, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  { name: 'narrow', viewport: { width: 320, height: 640 }, colorScheme: 'light' },
]

/** All addresses, as the app's own list has them. */
const source = readFileSync(new URL('../../web/src/routes.ts', import.meta.url), 'utf8')
const routes = [...source.matchAll(/\{\s*path: '([^']+)',(\s*isDoor: true)?/g)].map(
  ([, path = '', isDoor]) => ({ path, isDoor: isDoor !== undefined }),
)

/** The doors, which are walked by nobody in particular. */
const doors = routes.filter(({ isDoor }) => isDoor).map(({ path }) => path)
const screens = routes.filter(({ isDoor }) => !isDoor).map(({ path }) => path)

describe.runIf(hasBrowser)('every screen', () => {
  const origin = inject('webOrigin')
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  it('is in the list', () => {
    expect(routes.length).toBe(source.match(/path: '/g)?.length)
    expect([doors.length, screens.length].every((count) => count > 4)).toBe(true)
  })

  it.each(views)('holds on a $name', async ({ name, ...view }) => {
    const visitor = await visit(browser, origin, view)
    await visitor.context.addInitScript(axe)
    const found: Record<string, unknown> = {}
    const look = async (path: string) => {
      const file = `${path.replaceAll('/', '_').replaceAll(':', '')}-${name}.png`
      const faults = await faultsOf(visitor, name === 'narrow' ? null : `${pictures}${file}`)
      if (faults.length > 0) found[path] = faults
    }
    for (const path of doors) {
      await visitor.page.goto(`/app${path}`)
      await look(path)
    }
    await enterAs(visitor, 'alice')
    const ids = await idsFor(visitor.page)
    for (const path of screens) {
      const address = path.replace(':id', ids[path.split('/')[1] ?? ''] ?? '1')
      await goWithin(visitor.page, `/app${address}`)
      await look(path)
    }
    expect(found).toEqual({})
    expect(visitor.faults).toEqual([])
    await visitor.context.close()
  })
})

/** As a link of the app does it: without a load. */
async function goWithin(page: Page, address: string): Promise<void> {
  await page.evaluate(`history.pushState({ key: Math.random() }, '', '${address}')
    dispatchEvent(new PopStateEvent('popstate'))`)
}

/** Something of each kind that alice has. */
async function idsFor(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const read = async (path: string): Promise<any> => (await fetch(path)).json()
    const [plans, chats, friends, contacts] = await Promise.all([
      read('/api/plans?mine=true'),
      read('/conversations'),
      read('/users/search_friends'),
      read('/friends'),
    ])
    return {
      plans: plans[0]._id,
      chats: String(
        chats.find((one: any) => one.last_message?.attachment === null).conversation_id,
      ),
      people: String(friends.payload.friends[0].id),
      contacts: String(contacts[0].id),
    }
  })
}

/** What an examiner finds wrong with what is shown, once it is there. */
async function faultsOf({ page }: Visitor, picture: string | null): Promise<string[]> {
  await page.locator('h1').first().waitFor()
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready')
  if (picture !== null) await page.screenshot({ path: picture })
  const examined: any = await page.evaluate(
    // Colours do not go by the width.
    `axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      resultTypes: ['violations'],
      rules: { 'color-contrast': { enabled: ${picture !== null} } },
    })`,
  )
  // It has looked.
  expect(examined.passes.length).toBeGreaterThan(5)
  const violations = examined.violations.map(
    (one: any) => `${one.id}: ${one.nodes.map((node: any) => node.target.join(' ')).join(', ')}`,
  )
  const sideways = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  return [...violations, ...(sideways === 0 ? [] : [`scrolls sideways by ${String(sideways)}`])]
}
