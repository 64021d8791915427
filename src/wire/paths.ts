// Ids in paths, and what is said of paths and methods that nobody answers.
import type { Hono, NotFoundHandler } from 'hono'
import { Refusal } from './answers'
import type { AppEnv } from './app-env'

/** An integer id out of a path. A malformed one becomes 0, which is nobody's: the same 404. */
export function integerId(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
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
