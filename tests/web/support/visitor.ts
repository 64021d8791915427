// Somebody at a browser: what they see, and what goes wrong behind it.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

/** A page of the app, and everything that a page must never do. */
export type Visitor = {
  context: BrowserContext
  page: Page
  /** Console errors, faults, breaches of the policy, requests to other hosts. */
  faults: string[]
  /** Paths that were asked for since the page was opened. */
  requests: string[]
}

/** What a policy refuses is told in the console, where the page itself hears of it. */
const tellsViolations = `addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`

/** Opens a browser window of its own: with nobody signed in. */
export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 375, height: 812 },
    locale: 'en-GB',
    timezoneId: 'Europe/Vienna',
    ...options,
  })
  await context.addInitScript(tellsViolations)
  const page = await context.newPage()
  const [faults, requests]: [string[], string[]] = [[], []]
  page.on('console', (message) => {
    // What the network did is told by what the page shows.
    const isNetwork = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isNetwork) faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const { origin: asked, pathname } = new URL(request.url())
    if (asked !== origin && !request.url().startsWith('blob:')) faults.push(request.url())
    requests.push(pathname)
  })
  return { context, page, faults, requests }
}

/** Opens the service and signs in as one of the demo's people, by one press. */
export async function enterAs({ page }: Visitor, username: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: new RegExp(`^${username}`) }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

let made = 0

/** Signs somebody new up, by the form. Answers with their name. */
export async function signUp({ page }: Visitor, name: string): Promise<string> {
  const username = `${name}-${Date.now().toString(36)}-${++made}`
  await page.goto('/app/sign-up')
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(`${name} has a password`)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByRole('navigation', { name: 'Main' }).waitFor()
  return username
}
