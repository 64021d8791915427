// Plain http where the service's own address is https: what came over it could be read on its way.
import type { MiddlewareHandler } from 'hono'
import { Refusal } from '../errors/answers'
import type { AppEnv } from './app-env'

const safeMethods = new Set(['GET', 'HEAD'])

/**
 * Sends who reads to the https address, and refuses what would change something. Judged by the request's
 * own URL, never by a header that anybody can send.
 * @throws `Refusal` 403
 */
export const httpsOnly: MiddlewareHandler<AppEnv> = async function httpsOnly(c, next) {
  const origin = c.get('origin')
  if (c.req.url.startsWith('https:') || !origin.startsWith('https:')) return next()
  const { pathname, search } = new URL(c.req.url)
  if (safeMethods.has(c.req.method)) return c.redirect(origin + pathname + search, 308)
  throw new Refusal(403, 'This service is reached over https only.')
}
