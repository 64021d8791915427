// Headers that every answer carries, whatever it is about.
import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { AppEnv } from './app-env'

const everywhere: NonNullable<Parameters<typeof secureHeaders>[0]> = {
  // Our answers are data: nothing in them may run, load or be framed.
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  xFrameOptions: 'DENY',
  xXssProtection: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  originAgentCluster: false,
}

const onHttp = secureHeaders({ ...everywhere, strictTransportSecurity: false })
const onHttps = secureHeaders({
  ...everywhere,
  strictTransportSecurity: 'max-age=31536000; includeSubDomains',
})

/** Nosniff, CSP, Referrer-Policy; HSTS on https; and no caching unless the route says otherwise. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async function securityHeaders(c, next) {
  const isHttps = new URL(c.req.url).protocol === 'https:'
  let own: string | null = null
  await (isHttps ? onHttps : onHttp)(c, async () => {
    await next()
    own = c.res.headers.get('content-security-policy')
  })
  // A route that has a policy of its own keeps it.
  if (own !== null) c.res.headers.set('content-security-policy', own)
  // Pictures are shown by apps on other origins.
  if (c.req.path.startsWith('/media/')) {
    c.res.headers.set('cross-origin-resource-policy', 'cross-origin')
  }
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
}
