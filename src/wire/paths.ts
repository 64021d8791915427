// Ids in paths, and what is said of paths and methods that nobody answers.
import type { Hono, NotFoundHandler } from 'hono'
import { type Dialect, Refusal } from './answers'
import type { AppEnv } from './app-env'
import { detail, envelope } from './dialects'

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
    const text = `Method "${c.req.method}" not allowed.`
    throw new Refusal(405, text, { Allow: allowed.join(', ') })
  }
}

/** Whether a route, not only a middleware, answers there. HEAD is answered by GET's. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [matched] = app.router.match(method === 'HEAD' ? 'GET' : method, path)
  return matched.some(([[, route]]) => route.method !== 'ALL')
}
