// What an error's path decides: the way in which it is written, and what is said where nobody answers.
import type { ErrorHandler, Hono, MiddlewareHandler, NotFoundHandler } from 'hono'
import type { AppEnv } from '../pipeline/app-env'
import { type Dialect, Refusal, respond } from './answers'
import { detail, envelope, errorsIn } from './dialects'

/** The words after /users/ whose paths speak contract D's envelope; all others speak `{detail}`. */
const envelopeWords: ReadonlySet<string | undefined> = new Set([
  'user_info',
  'search_users',
  'search_friends',
  'user_details',
  'delete_account',
  'friends',
  'blocks',
])

/** In which way errors of a path are written, also where nobody answers it. */
export function dialectOf(path: string): Dialect {
  const [, first, second] = path.split('/')
  return first === 'users' && envelopeWords.has(second) ? envelope : detail
}

/** Every error, in the way of its path. */
export const errorsByPath: ErrorHandler<AppEnv> = function errorsByPath(error, c) {
  return errorsIn(dialectOf(c.req.path))(error, c)
}

/** 404, where no route has the path. Answered, not thrown: so that `wrongMethods` may look again. */
export const notFound: NotFoundHandler<AppEnv> = function notFound(c) {
  return respond(c, { status: 404, body: dialectOf(c.req.path).plain(404, 'Not found.') })
}

/** In the order in which `Allow` names them. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** 405 with `Allow` where a path has other methods than the request's. */
export function wrongMethods(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  return async function wrongMethods(c, next) {
    await next()
    // A route that has found nothing has thrown.
    if (c.res.status !== 404 || c.error) return
    const allowed = methodsOf(app, c.req.path)
    if (allowed.length === 0 || allowed.includes(c.req.method)) return
    c.res = undefined
    c.res = await errorsByPath(methodRefused(c.req.method, allowed), c)
  }
}

/** The methods that a path's routes are for. HEAD is answered as GET is. */
function methodsOf(app: Hono<AppEnv>, path: string): string[] {
  return methods.filter((method) =>
    app.router
      .match(method === 'HEAD' ? 'GET' : method, path)[0]
      .some(([[, { method: own }]]) => own !== 'ALL'),
  )
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
