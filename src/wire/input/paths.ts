// Ids in paths, and what is said of paths and methods that nobody answers.
import type { Hono, MiddlewareHandler, NotFoundHandler } from 'hono'
import { type Dialect, Refusal } from '../errors/answers'
import type { AppEnv } from '../pipeline/app-env'
import { detail, envelope } from '../errors/dialects'

/** An integer id out of a path. A malformed one becomes 0, which is nobody's: the same 404. */
export function integerId(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

/** The paths of contract D: what nobody answers there is refused in the envelope too. */
const envelopePaths =
  /^\/users\/(?:user_info|search_users|search_friends|user_details|delete_account|friends|blocks)(?:\/|$)/

/** In which way errors of a path are written. */
export function dialectOf(path: string): Dialect {
  return envelopePaths.test(path) ? envelope : detail
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** 405 with `Allow` where the path has other methods, else 404. */
export function notFoundIn(app: Hono<AppEnv>): NotFoundHandler<AppEnv> {
  return function notFound(c) {
    const allowed = methods.filter((method) => hasRoute(app, method, c.req.path))
    if (allowed.length === 0) throw new Refusal(404, 'Not found.')
    throw methodRefused(c.req.method, allowed)
  }
}

/**
 * On a word that stands where its neighbours have an id, behind the word's own routes: any other method
 * is refused, where else the neighbours would take the word for a malformed id.
 */
export function onlyBy(...allowed: string[]): MiddlewareHandler<AppEnv> {
  return function wrongMethod(c) {
    throw methodRefused(c.req.method, allowed)
  }
}

function methodRefused(method: string, allowed: string[]): Refusal {
  return new Refusal(405, `Method "${method}" not allowed.`, { Allow: allowed.join(', ') })
}

/** Whether a route, not only a middleware, answers there. HEAD is answered by GET's. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [matched] = app.router.match(method === 'HEAD' ? 'GET' : method, path)
  return matched.some(([[, route]]) => route.method !== 'ALL')
}
