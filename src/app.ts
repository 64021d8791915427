// The composition root: what happens to every request, and which routers answer it.
import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { matchedRoutes } from 'hono/route'
import type { Context } from './domain/context'
import { createContext } from './platform/context'
import { logError, logEvent } from './platform/log'
import { accounts } from './routes/accounts'
import { conversations } from './routes/conversations'
import { apiFriends } from './routes/api/friends'
import { apiChangePassword } from './routes/api/change-password'
import { apiLogout } from './routes/api/logout'
import { apiProfile } from './routes/api/profile'
import { apiRegister } from './routes/api/register'
import { apiSessions } from './routes/api/sessions'
import { apiToken } from './routes/api/token'
import { apiTokenRefresh } from './routes/api/token-refresh'
import { auth } from './routes/auth'
import { apiUsers } from './routes/api/users'
import { plans } from './routes/api/plans'
import { rsvp } from './routes/api/rsvp'
import { calendar } from './routes/calendar'
import { friends } from './routes/friends'
import { groups } from './routes/groups'
import { health } from './routes/health'
import { twofa } from './routes/twofa'
import { usersProfile } from './routes/users/profile'
import { oauth } from './routes/oauth'
import { wellKnown } from './routes/well-known'
import { usersBlocks } from './routes/users/blocks'
import { usersFriends } from './routes/users/friends'
import { instantFriends } from './routes/users/instant-friends'
import { media } from './routes/media'
import { ws } from './routes/ws'
import { users } from './routes/users'
import { usersDetails } from './routes/users/details'
import { usersPeople } from './routes/users/people'
import { jobHandlers } from './jobs'
import { proveSettings, readSettings, type Settings } from './settings'
import type { AppContext, AppEnv } from './wire/app-env'
import { cors } from './wire/cors'
import { errorsIn } from './wire/dialects'
import { anonymousFloodGuard } from './wire/flood-guard'
import { dialectOf, notFoundIn } from './wire/paths'
import { securityHeaders } from './wire/security-headers'
import { unreadBodies } from './wire/unread-bodies'

/** Builds the domain's context; tests give one of their own. */
export type ContextFactory = (c: AppContext, settings: Settings) => Context

/** The whole service as one Hono app. */
export function createApp(contextFor: ContextFactory = contextOfRequest): Hono<AppEnv> {
  const app = new Hono<AppEnv>({ strict: false })
  app.use(requestId())
  app.use(unreadBodies)
  app.use(async function logRequest(c, next) {
    const begun = Date.now()
    await next()
    logAnswer(c, Date.now() - begun)
  })
  app.use(securityHeaders)
  app.use(cors((c) => readSettings(c.env).corsOrigins))
  app.use(async function configure(c, next) {
    const read = await proveSettings(c.env)
    if (!read.ok) {
      for (const problem of read.problems) logError('settings', problem)
      const text = 'The service is not configured. Its log says what is missing.'
      return c.json(dialectOf(c.req.path).plain(503, text) as never, 503)
    }
    c.set('context', contextFor(c, read.settings))
    c.set('wire', read.settings.wire)
    c.set('origin', read.settings.publicUrl || new URL(c.req.url).origin)
    await next()
  })
  app.use(anonymousFloodGuard)
  const routers = [
    accounts,
    apiToken,
    apiTokenRefresh,
    apiRegister,
    apiLogout,
    apiChangePassword,
    apiSessions,
    auth,
    twofa,
    usersProfile,
    friends,
    health,
    media,
    oauth,
    wellKnown,
    apiProfile,
    apiUsers,
    usersDetails,
    usersPeople,
    users,
    groups,
    apiFriends,
    instantFriends,
    usersFriends,
    usersBlocks,
    plans,
    rsvp,
    calendar,
    conversations,
    ws,
  ]
  for (const router of routers) app.route('/', router)
  app.notFound(notFoundIn(app))
  app.onError((error, c) => errorsIn(dialectOf(c.req.path))(error, c))
  return app
}

function contextOfRequest(c: AppContext, settings: Settings): Context {
  const client = {
    address: c.req.header('cf-connecting-ip') ?? '',
    userAgent: (c.req.header('user-agent') ?? '').slice(0, 300),
  }
  return createContext(c.env, settings, client, c.executionCtx, { jobHandlers })
}

function logAnswer(c: AppContext, milliseconds: number): void {
  const fields = {
    request_id: c.get('requestId'),
    method: c.req.method,
    // The route's pattern: a path can hold what is nobody else's business.
    route: matchedRoutes(c).at(-1)?.path ?? '',
    status: c.res.status,
    ms: milliseconds,
    account_id: c.get('caller')?.userId ?? null,
  }
  if (c.res.status === 500) logError('request', c.error, fields)
  else logEvent('request', fields)
}
