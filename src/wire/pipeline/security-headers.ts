// Headers that every answer carries, whatever it is about, set together once the answer is there.
import type { MiddlewareHandler } from 'hono'
import type { AppContext, AppEnv } from './app-env'

const everywhere: readonly (readonly [string, string])[] = [
  ['cross-origin-opener-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-dns-prefetch-control', 'off'],
  ['x-frame-options', 'DENY'],
]
/** Our answers are data: nothing in them may run, load or be framed. */
const policy = "default-src 'none'; frame-ancestors 'none'"
const transport = 'max-age=31536000; includeSubDomains'

/**
 * The request's id, nosniff, CSP, Referrer-Policy; HSTS on https; no caching and no policy of its own unless
 * the route says otherwise.
 */
export const securityHeaders: MiddlewareHandler<AppEnv> = async function securityHeaders(c, next) {
  await next()
  const { headers } = c.res
  headers.set('x-request-id', c.get('requestId'))
  for (const [name, value] of everywhere) headers.set(name, value)
  headers.set('cross-origin-resource-policy', readersOf(c))
  if (c.req.url.startsWith('https:')) headers.set('strict-transport-security', transport)
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}

/** Pictures are shown by apps on other origins. */
function readersOf(c: AppContext): string {
  return c.req.path.startsWith('/media/') ? 'cross-origin' : 'same-origin'
}
