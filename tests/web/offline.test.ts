// Without a network, and with one that loses things: what was there is there, what was written is stored once,
// and nothing of one person is left for the next.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hasBrowser, launchBrowser } from '../process/support/chromium'
import { Gate } from './support/gate'
import { enterAs, signUp, visit } from './support/visitor'

const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
const say = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}
const openChat = async (page: Page, other: string) => {
  await page
    .getByRole('link', { name: /^Chats/ })
    .first()
    .click()
  await page.getByRole('link', { name: new RegExp(`^${other}`) }).click()
  await log(page).waitFor()
}
/** What a page's own script says of the device. */
const databases = (page: Page) =>
  page.evaluate<string[]>('indexedDB.databases().then((all) => all.map(({ name }) => name))')
const userOf = (page: Page) => page.evaluate<string | null>("localStorage.getItem('kith.user')")

describe.runIf(hasBrowser)('a network that is not there', () => {
  let gate: Gate
  let browser: Browser
  beforeAll(async () => {
    gate = await Gate.to(Number(new URL(inject('webOrigin')).port))
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser.close()
    gate.close()
  })

  it('leaves lists and chats to be read, and what is written is sent once, in order, when it is back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kith-web-'))
    const start = () =>
      chromium.launchPersistentContext(folder, {
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox'],
        baseURL: gate.origin,
        viewport: { width: 375, height: 812 },
      })
    let context: BrowserContext = await start()
    try {
      let page = await context.newPage()
      await enterAs({ context, page, faults: [], requests: [] }, 'dan')
      await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
      await openChat(page, 'alice')
      const address = new URL(page.url()).pathname
      await context.setOffline(true)
      gate.cut()
      const texts = ['one', 'two', 'three'].map((text) => `${text} ${Date.now()}`)
      for (const text of texts) await say(page, text)
      await page.getByRole('textbox', { name: 'Message' }).fill('a draft')
      await expect.poll(() => drafts(page)).toEqual(['a draft'])
      // The browser ends, and is started without a network.
      await context.close()
      context = await start()
      await context.setOffline(true)
      page = await context.newPage()
      await page.goto(`${gate.origin}/app/chats`)
      await page.getByText('You are offline.').first().waitFor()
      await page.getByRole('link', { name: /^alice/ }).click()
      for (const text of texts) await log(page).getByText(text).waitFor()
      expect(await log(page).getByText('sending').count()).toBe(3)
      await expect
        .poll(() => page.getByRole('textbox', { name: 'Message' }).inputValue())
        .toBe('a draft')
      // Two tabs, and the network is back.
      const second = await context.newPage()
      await second.goto(`${gate.origin}${address}`)
      await context.setOffline(false)
      await expect.poll(() => log(page).getByText('sending').count(), { timeout: 20_000 }).toBe(0)
      const id = address.split('/').at(-1)
      const stored = await page.evaluate(async (id) => {
        const history: any = await (await fetch(`/conversations/${id}`)).json()
        return history.message_set.map(({ text }: any) => text)
      }, id)
      expect(stored.slice(0, 3).toReversed()).toEqual(texts)
      expect(stored.filter((text: string) => texts.includes(text))).toHaveLength(3)
    } finally {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('does not send a new contact again whose answer was lost', async () => {
    const visitor = await visit(browser, gate.origin)
    await signUp(visitor, 'erin')
    const { page } = visitor
    await page.goto('/app/contacts/new')
    await page.getByLabel('First name').fill('Hanako')
    await page.getByLabel('Last name').fill('Yamada')
    gate.fate = (line) => (line === 'POST /friends' ? 'swallow' : 'pass')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('We do not know whether it was saved.').waitFor()
    gate.fate = () => 'pass'
    expect(gate.lines.filter((line) => line === 'POST /friends')).toHaveLength(1)
    expect(await page.getByLabel('First name').inputValue()).toBe('Hanako')
    await page.goto('/app/contacts')
    await page
      .getByRole('link', { name: /Hanako Yamada/ })
      .first()
      .waitFor()
    expect(await page.getByRole('link', { name: /Hanako Yamada/ }).count()).toBe(1)
    await visitor.context.close()
  })

  it('ends with an answer as it was, with the reason, where it was refused', async () => {
    const visitor = await visit(browser, gate.origin)
    await enterAs(visitor, 'carol')
    const { page } = visitor
    await page.goto('/app/plans')
    await page.getByRole('link', { name: /^Choir rehearsal/ }).click()
    const going = page.getByRole('button', { name: 'Going', exact: true })
    await going.waitFor()
    const before = await going.getAttribute('aria-pressed')
    gate.fate = (line) =>
      line.startsWith('POST /api/rsvp') || line.startsWith('PATCH /api/rsvp')
        ? { status: 403, body: { error: 'You do not have permission to perform this action.' } }
        : 'pass'
    await going.click()
    await page.getByRole('alert').getByText('You may not do that.').waitFor()
    gate.fate = () => 'pass'
    await expect.poll(() => going.getAttribute('aria-pressed')).toBe(before)
    await visitor.context.close()
  })

  it('leaves nothing of the person where the session is ended elsewhere', async () => {
    const visitor = await visit(browser, gate.origin)
    await enterAs(visitor, 'grace')
    const { page } = visitor
    expect(await databases(page)).toHaveLength(1)
    // By another device: all others end.
    const signedIn = await fetch(`${gate.origin}/accounts/login/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'grace', password: 'grace-at-the-demo' }),
    })
    const { access } = (await signedIn.json()) as { access: string }
    const headers = { authorization: `Bearer ${access}` }
    await fetch(`${gate.origin}/api/sessions/`, { method: 'DELETE', headers })
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 5000 })
    expect([await databases(page), await userOf(page)]).toEqual([[], null])
    await visitor.context.close()
  })

  it('is told of a sign-out that it has missed, before anything else', async () => {
    const visitor = await visit(browser, gate.origin)
    await enterAs(visitor, 'heidi')
    const { page, context } = visitor
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await page.goto('/app/settings')
    gate.fate = (line) => (line.startsWith('POST /api/logout') ? 'cut' : 'pass')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('but the service could not be told').waitFor()
    expect([await databases(page), await userOf(page)]).toEqual([[], null])
    expect((await context.cookies()).length).toBeGreaterThan(0)
    gate.fate = () => 'pass'
    gate.lines.length = 0
    await page.goto('/app/')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const calls = gate.lines.filter((line) => !/\/app\/|\/docs/.test(line))
    expect(calls[0]).toBe('POST /api/logout')
    await expect.poll(async () => (await context.cookies()).length).toBe(0)
    await context.close()
  })
})

const drafts = (page: Page) =>
  page.evaluate<string[]>(`new Promise((resolve) => {
    const { id } = JSON.parse(localStorage.getItem('kith.user'))
    const opening = indexedDB.open('kith-' + id)
    opening.onsuccess = () => {
      const asked = opening.result.transaction('drafts').objectStore('drafts').getAll()
      asked.onsuccess = () => {
        opening.result.close()
        resolve(asked.result.map(({ text }) => text))
      }
    }
  })`)
