// The id under which a request is logged and answered: always our own, since whoever chose it could hide
// among other people's lines. The one that a client or proxy sent is only logged beside it.
import type { MiddlewareHandler } from 'hono'
import type { AppContext, AppEnv } from './app-env'

/** Gives the request its id; `securityHeaders` tells it in `X-Request-Id`. */
export const requestId: MiddlewareHandler<AppEnv> = function requestId(c, next) {
  c.set('requestId', crypto.randomUUID())
  return next()
}

/** The id that came with the request: at most 64 letters, digits, `-` and `_` of it; undefined for none. */
export function sentRequestId(c: AppContext): string | undefined {
  const sent = c.req.header('x-request-id')?.slice(0, 256)
  return sent?.replace(/[^\w-]/g, '').slice(0, 64) || undefined
}
