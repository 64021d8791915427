// Requests that a foreign page has forged: a browser sends our cookies along with them, or stores the
// ones that we set. The browser itself says where a request came from (docs/contract.md, Cookies and
// pages of other origins).
import type { MiddlewareHandler, Next } from 'hono'
import { Refusal } from '../errors/answers'
import type { AppContext, AppEnv } from './app-env'
import { noted } from '../describe/notes'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** On the line of a route that sets or reads cookies, whatever `Authorization` it carries. */
export const ownPagesOnly: MiddlewareHandler<AppEnv> = noted(
  async function ownPagesOnly(c: AppContext, next: Next) {
    requireOwnPage(c)
    await next()
  },
  { isOwnPagesOnly: true },
)

/**
 * Refuses what changes something and comes from a page that is neither ours nor listed. Judged by
 * `Origin`, whatever the body's type; without it by `Sec-Fetch-Site`. What has neither was sent by no
 * browser.
 * @throws `Refusal` 403
 */
export function requireOwnPage(c: AppContext): void {
  if (safeMethods.has(c.req.method)) return
  const origin = c.req.header('origin')
  if (origin !== undefined) {
    if (!isOurs(c, origin)) {
      throw new Refusal(403, `CSRF Failed: Origin checking failed - ${origin} is not trusted.`)
    }
    return
  }
  const site = c.req.header('sec-fetch-site')
  if (site === undefined || site === 'same-origin' || site === 'none') return
  throw new Refusal(403, `CSRF Failed: Sec-Fetch-Site is ${site}.`)
}

/** Whether pages of an origin are ours, or of a client that the deployment lists. */
export function isOurs(c: AppContext, origin: string): boolean {
  const own = [new URL(c.req.url).origin, c.get('origin')]
  return own.includes(origin) || c.get('wire').corsOrigins.includes(origin)
}
