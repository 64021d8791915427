// The composition root: what happens to every request before and after its route.
import { Hono, type MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { accountOf } from './domain/accounts'
import type { Context } from './domain/base/context'
import { DatabaseUnavailable } from './domain/base/errors'
import { tellOwn } from './domain/notifications'
import { jobKinds } from './jobs'
import { createContext } from './platform/context'
import { logError, logEvent } from './platform/log'
import { routers } from './routes'
import { proveSettings, readSettings, type Settings } from './settings'
import type { AppContext, AppEnv } from './wire/pipeline/app-env'
import { cors } from './wire/pipeline/cors'
import { dialectOf, errorsByPath, notFound, wrongMethods } from './wire/errors/by-path'
import { anonymousFloodGuard } from './wire/pipeline/flood-guard'
import { httpsOnly } from './wire/pipeline/https-only'
import { requestId, sentRequestId } from './wire/pipeline/request-id'
import { securityHeaders } from './wire/pipeline/security-headers'
import { FirstWordRouter } from './wire/pipeline/router'
import { unreadBodies } from './wire/pipeline/unread-bodies'

/** Builds the domain's context; tests give one of their own. */
export type ContextFactory = (c: AppContext, settings: Settings) => Context

/** The whole service as one Hono app. */
export function createApp(contextFor: ContextFactory = contextOfRequest): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ strict: false, router: new FirstWordRouter() })
  for (const stage of Object.values(pipeline(app, contextFor))) app.use(stage)
  for (const router of routers) app.route('/', router)
  app.notFound(notFound)
  app.onError(errorsByPath)
  return app
}

/** What every request goes through before its route, by name, the outermost first. */
export function pipeline(
  app: Hono<AppEnv>,
  contextFor: ContextFactory = contextOfRequest,
): Record<string, MiddlewareHandler<AppEnv>> {
  return {
    requestId,
    unreadBodies,
    logRequest,
    securityHeaders,
    cors: cors((c) => readSettings(c.env).corsOrigins),
    configure: configure(contextFor),
    httpsOnly,
    anonymousFloodGuard,
    wrongMethods: wrongMethods(app),
  }
}

const logRequest: MiddlewareHandler<AppEnv> = async function logRequest(c, next) {
  const begun = Date.now()
  await next()
  logAnswer(c, Date.now() - begun)
}

function configure(contextFor: ContextFactory): MiddlewareHandler<AppEnv> {
  return async function configure(c, next) {
    const read = await proveSettings(c.env)
    if (!read.ok) {
      for (const problem of read.problems) logError('settings', problem)
      const text = 'The service is not configured. Its log says what is missing.'
      return c.json(dialectOf(c.req.path).plain(503, text) as never, 503)
    }
    c.set('context', contextFor(c, read.settings))
    c.set('wire', read.settings.wire)
    c.set('origin', read.settings.publicUrl || originOf(c.req.url))
    await next()
  }
}

/** Of a request's own address, which the runtime has written out whole: `scheme://host[:port]/…`. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf('/', 'https://'.length))
}

function contextOfRequest(c: AppContext, settings: Settings): Context {
  const client = {
    address: c.req.header('cf-connecting-ip') ?? '',
    userAgent: (c.req.header('user-agent') ?? '').slice(0, 300),
  }
  const { host } = new URL(c.req.url)
  const options = { jobKinds, dispatch: tellOwn, host }
  return createContext(c.env, settings, client, c.executionCtx, options)
}

/** Whom the request was from: who signed in with it, or whose credential it carried. */
function accountIdOf(c: AppContext): number | null {
  const caller = c.get('caller') as AppEnv['Variables']['caller'] | undefined
  return c.get('signedInId') ?? (caller ? (caller.userId ?? accountOf(caller)) : null)
}

function logAnswer(c: AppContext, milliseconds: number): void {
  const sentId = sentRequestId(c)
  const fields = {
    request_id: c.get('requestId'),
    ...(sentId ? { sent_request_id: sentId } : {}),
    method: c.req.method,
    // The route's pattern: a path can hold what is nobody else's business.
    route: matchedRoutes(c).at(-1)?.path ?? '',
    status: c.res.status,
    ms: milliseconds,
    account_id: accountIdOf(c),
  }
  const isOurs = c.res.status === 500 || c.error instanceof DatabaseUnavailable
  if (isOurs) logError('request', c.error, fields)
  else logEvent('request', fields)
}
