// Two people at two browsers: what one does is with the other within a second.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hasBrowser, launchBrowser } from '../process/support/chromium'
import { png } from '../support/pictures'
import { enterAs, visit, type Visitor } from './support/visitor'

/** What is live is there so soon, in milliseconds. */
const soon = { timeout: 1000 }

describe.runIf(hasBrowser)('two people', () => {
  const origin = inject('webOrigin')
  let browser: Browser
  let alice: Visitor
  let bob: Visitor
  beforeAll(async () => {
    browser = await launchBrowser()
    ;[alice, bob] = [await visit(browser, origin), await visit(browser, origin)]
  })
  afterAll(async () => {
    await browser.close()
  })

  const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
  const field = (page: Page) => page.getByRole('textbox', { name: 'Message' })
  const say = async (page: Page, text: string) => {
    await field(page).fill(text)
    await page.keyboard.press('Enter')
  }

  it('chat with each other, one press after the service was opened', async () => {
    const begun = Date.now()
    await enterAs(alice, 'alice')
    await enterAs(bob, 'bob')
    for (const [{ page }, other] of [
      [alice, 'bob'],
      [bob, 'alice'],
    ] as const) {
      await page
        .getByRole('link', { name: /^Chats/ })
        .first()
        .click()
      await page.getByRole('link', { name: new RegExp(`^${other}`) }).click()
      await log(page).getByText('You do not want to know.').waitFor()
    }
    await say(alice.page, 'Shall we have tea?')
    await log(bob.page).getByText('Shall we have tea?').last().waitFor(soon)
    expect(Date.now() - begun).toBeLessThan(60_000)
  })

  it('see each other write, and what was read', async () => {
    await field(bob.page).pressSequentially('With pl')
    await alice.page.getByText('bob is writing…').waitFor(soon)
    await field(bob.page).pressSequentially('easure.')
    await bob.page.keyboard.press('Enter')
    await log(alice.page).getByText('With pleasure.').waitFor(soon)
    await bob.page.bringToFront()
    await say(alice.page, 'At four?')
    await log(bob.page).getByText('At four?').waitFor(soon)
    const read = log(alice.page).getByText('· read').last()
    await expect.poll(() => read.isVisible(), { timeout: 2000 }).toBe(true)
  })

  it('see a picture that one of them sends', async () => {
    const file = { name: 'tea.png', mimeType: 'image/png', buffer: Buffer.from(png()) }
    await alice.page.locator('input[type=file]').setInputFiles(file)
    await alice.page.getByRole('button', { name: 'Send' }).click()
    const seen = log(bob.page).getByRole('img', { name: 'Picture from alice' })
    await expect.poll(() => seen.count(), soon).toBe(1)
    await expect
      .poll(() => seen.evaluate((image: any) => image.naturalWidth as number))
      .toBeGreaterThan(0)
    expect([alice.faults, bob.faults]).toEqual([[], []])
  })

  it('ask to be friends, and are, without a load', async () => {
    const kim = await visit(browser, origin)
    await enterAs(kim, 'kim')
    const judy = await visit(browser, origin)
    await enterAs(judy, 'judy')
    await judy.page.getByRole('link', { name: /^People/ }).click()
    await kim.page.getByRole('link', { name: /^People/ }).click()
    await kim.page.getByLabel('Find somebody by their username').fill('judy')
    await kim.page.keyboard.press('Enter')
    await kim.page.getByRole('button', { name: 'Ask to be friends' }).click()
    await judy.page.getByRole('button', { name: 'Accept kim' }).click({ timeout: 3000 })
    await kim.page.getByRole('button', { name: 'Message' }).click()
    await say(kim.page, 'Hello Judy')
    await judy.page.getByRole('link', { name: /^Chats/ }).click()
    await judy.page.getByRole('link', { name: /^kim.*Hello Judy/ }).waitFor({ timeout: 2000 })
    expect([kim.faults, judy.faults]).toEqual([[], []])
    await Promise.all([kim.context.close(), judy.context.close()])
  })
})
