// Pages of other origins: which may read our answers, and what a preflight is told.
import type { MiddlewareHandler } from 'hono'
import type { AppContext, AppEnv } from './app-env'

const varying = { Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' }

/**
 * Names a listed origin in every answer, errors included, and answers preflights on any path. Origins
 * are compared exactly; one that is not listed gets no header at all.
 */
export function cors(originsOf: (c: AppContext) => readonly string[]): MiddlewareHandler<AppEnv> {
  return async function corsMiddleware(c, next) {
    const origin = c.req.header('origin')
    const allowed = origin !== undefined && originsOf(c).includes(origin)
    if (isPreflight(c)) return c.body(null, 204, allowed ? preflight(c, origin) : varying)
    await next()
    const { headers } = c.res
    headers.append('Vary', 'Origin')
    if (!allowed) return
    headers.set('Access-Control-Allow-Origin', origin)
    headers.set('Access-Control-Allow-Credentials', 'true')
    headers.set('Access-Control-Expose-Headers', 'Link, Retry-After, X-Request-Id, Error-Code')
  }
}

function isPreflight(c: AppContext): boolean {
  return c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
}

function preflight(c: AppContext, origin: string): Record<string, string> {
  const asked = c.req.header('access-control-request-headers')
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
    'Access-Control-Max-Age': '7200',
    ...(asked ? { 'Access-Control-Allow-Headers': asked } : {}),
    ...varying,
  }
}
