// Floods are turned away before any work is done for them: by address, and never a request that is
// signed in (what an account may do is counted in the database).
import type { MiddlewareHandler } from 'hono'
import type { FloodKind } from '../domain/context'
import { DomainError } from '../domain/errors'
import type { AppContext, AppEnv } from './app-env'
import { readTokenCookie } from './cookies'
import { noted } from './notes'

/** The bindings count by the minute. */
const retryAfter = 60

/**
 * On the line of a route that everybody may call: counts each of its requests.
 * @throws `tries.exceeded`
 */
export function floodGuard(kind: FloodKind): MiddlewareHandler<AppEnv> {
  const floodGuardMiddleware: MiddlewareHandler<AppEnv> = async (c, next) => {
    await requireAdmission(c, kind)
    await next()
  }
  return noted(floodGuardMiddleware, { isGuarded: true })
}

/**
 * For all paths: counts the requests that name no credential, and those whose credential turned out to
 * be no good. A signed-in request costs no call.
 * @throws `tries.exceeded`
 */
export const anonymousFloodGuard: MiddlewareHandler<AppEnv> = async function anonymous(c, next) {
  const namesCredential = c.req.header('authorization') || readTokenCookie(c, 'access_token')
  if (!namesCredential) await requireAdmission(c, 'anonymous')
  await next()
  if (namesCredential && c.res.status === 401) await requireAdmission(c, 'anonymous')
}

async function requireAdmission(c: AppContext, kind: FloodKind): Promise<void> {
  if (await c.get('context').floodGuard.admits(kind)) return
  throw new DomainError('tries.exceeded', { retryAfter })
}
