// The doors of the app and what hostile people try: wrong passwords, links that are no good, foreign addresses,
// markup in names and texts, somebody else at the same device.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hasBrowser, launchBrowser } from '../process/support/chromium'
import { Gate } from './support/gate'
import { enterAs, signUp, visit } from './support/visitor'

describe.runIf(hasBrowser)('the doors', () => {
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

  it('say in words why somebody is not let in, and are as password managers want them', async () => {
    const { page, context, faults } = await visit(browser, gate.origin)
    await page.goto('/app/sign-in')
    const [name, password] = [
      page.getByLabel('Username or e-mail'),
      page.locator('[name=password]'),
    ]
    expect([
      await name.getAttribute('autocomplete'),
      await password.getAttribute('autocomplete'),
    ]).toEqual(['username', 'current-password'])
    await name.fill('alice')
    await password.fill('not the password')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert')
    await alert.getByText('The name or the password is wrong.').waitFor()
    expect(await name.inputValue()).toBe('alice')
    gate.fate = (line) =>
      line.startsWith('POST /api/token')
        ? {
            status: 429,
            body: { detail: 'Request was throttled. Expected available in 40 seconds.' },
          }
        : 'pass'
    await page.getByRole('button', { name: 'Sign in' }).click()
    await alert.getByText('That was too often.').waitFor()
    gate.fate = () => 'pass'
    await page.goto('/app/sign-up')
    await page.getByLabel('Username').fill('alice')
    await page.getByLabel('E-mail').fill('nowhere')
    await page.locator('[name=password]').fill('1234')
    await page.keyboard.press('Enter')
    await page.getByText('2 things to put right:').waitFor()
    const field = page.getByLabel('E-mail')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await page.evaluate('document.activeElement.getAttribute("name")')).toBe('email')
    expect(faults).toEqual([])
    await context.close()
  })

  it('follow no address but the app’s own', async () => {
    for (const next of ['//evil.example', '/app//evil', '/app\\evil']) {
      const { page, context } = await visit(browser, gate.origin)
      await page.goto(`/app/sign-in?next=${encodeURIComponent(next)}`)
      await page.getByRole('button', { name: /^frank/ }).click()
      await page.getByRole('navigation', { name: 'Main' }).waitFor()
      expect([next, page.url()]).toEqual([next, `${gate.origin}/app/`])
      await context.close()
    }
  })

  it.each([
    ['/reset', 'Set password', 'POST /api/password/reset/confirm/'],
    ['/undo', 'Stop it', 'POST /api/alarm/'],
  ])(
    'send nothing when a mailed link is opened, and one call at the press: %s',
    async (path, press, call) => {
      const { page, context, requests } = await visit(browser, gate.origin)
      gate.lines.length = 0
      const token = 'a-token-that-nobody-may-see'
      await page.goto(`/app${path}#uid=8&token=${token}`)
      await page.getByRole('button', { name: press }).waitFor()
      expect(page.url()).toBe(`${gate.origin}/app${path}`)
      expect(gate.lines.filter((line) => !line.startsWith('GET '))).toEqual([])
      expect(await page.evaluate('history.length')).toBeLessThanOrEqual(2)
      if (path === '/reset') await page.locator('[name=password]').fill('a new password')
      gate.fate = (line) =>
        line.startsWith(call) ? { status: 404, body: { detail: 'Not found.' } } : 'pass'
      await page.getByRole('button', { name: press }).click()
      await page.getByText('This link is not good (any more).').waitFor()
      gate.fate = () => 'pass'
      expect(
        gate.lines.filter((line) => line.startsWith('POST ') && !line.includes('/ws/')),
      ).toEqual([call])
      expect([...gate.lines, ...requests].filter((line) => line.includes(token))).toEqual([])
      await context.close()
    },
  )

  it('show markup as the text that it is, and make links of web addresses alone', async () => {
    const alice = await visit(browser, gate.origin)
    const bob = await visit(browser, gate.origin)
    await enterAs(alice, 'alice')
    await enterAs(bob, 'carol')
    const texts = [
      '<img src=x onerror=alert(1)>',
      'javascript:alert(1)',
      '\u202Eevil\u202C',
      'x'.repeat(1900),
      'see https://example.org/a?b=c.',
    ]
    for (const [{ page }, other] of [
      [alice, 'carol'],
      [bob, 'alice'],
    ] as const) {
      await page.goto('/app/chats')
      await page.getByRole('link', { name: new RegExp(`^${other}`) }).click()
      await page.getByRole('log').waitFor()
    }
    for (const text of texts) {
      await alice.page.getByRole('textbox', { name: 'Message' }).fill(text)
      await alice.page.keyboard.press('Enter')
    }
    const log = bob.page.getByRole('log')
    for (const text of texts.slice(0, 2)) await log.getByText(text, { exact: true }).waitFor()
    const link = log.getByRole('link', { name: 'https://example.org/a?b=c' })
    await link.waitFor()
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow ugc')
    expect(await log.getByRole('link').count()).toBe(1)
    const width = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await bob.page.evaluate(width)).toBe(0)
    expect([alice.faults, bob.faults]).toEqual([[], []])
    // What is planted all the same is refused.
    const refused = `(() => { try { document.body.innerHTML = '<p>x</p>'; return 'done' } catch { return 'refused' } })()`
    expect(await bob.page.evaluate(refused)).toBe('refused')
    await Promise.all([alice.context.close(), bob.context.close()])
  })

  it('show nothing of one person once another one is signed in', async () => {
    const first = await visit(browser, gate.origin)
    const alice = await signUp(first, 'alice')
    const second = await first.context.newPage()
    await second.goto('/app/settings/profile')
    await second.getByLabel('Username').waitFor()
    const bob = await signUp(first, 'bob')
    await second.bringToFront()
    await expect
      .poll(() => second.getByLabel('Username').inputValue(), { timeout: 10_000 })
      .toBe(bob)
    expect(await second.getByText(alice).count()).toBe(0)
    await first.context.close()
  })
})
