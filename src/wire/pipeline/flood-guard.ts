// Floods are turned away by address, before any work is done for them where that can be told, and never a
// request that is signed in (what an account may do is counted in the database).
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { findTargetHandler } from 'hono/utils/handler'
import { accountOf } from '../../domain/accounts'
import type { FloodKind } from '../../domain/base/context'
import { DomainError } from '../../domain/base/errors'
import type { AppContext, AppEnv } from './app-env'
import { namesGoodToken } from './credentials'
import { noted, noteOf } from '../describe/notes'

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
 * For all paths: counts what proves no session. Where a session is asked for, that is known afterwards, so
 * that a signed-in request costs no call; what everybody may ask for is counted first, whatever credential
 * it names. Of a page with many pictures only those are counted that come without a good token.
 * @throws `tries.exceeded`
 */
export const anonymousFloodGuard: MiddlewareHandler<AppEnv> = async function anonymous(c, next) {
  const isLater = asksForSession(c)
  if (!isLater && !(isPicture(c) && (await namesGoodToken(c)))) {
    await requireAdmission(c, 'anonymous')
  }
  await next()
  if (isLater && hasProvenNothing(c)) await requireAdmission(c, 'anonymous')
}

function asksForSession(c: AppContext): boolean {
  return matchedRoutes(c).some(({ handler }) => noteOf(findTargetHandler(handler)).isSignedIn)
}

const isPicture = (c: AppContext) => c.req.path.startsWith('/media/')

/** A fault of ours leaves it open whether the session is good: nobody is counted for that. */
function hasProvenNothing(c: AppContext): boolean {
  const caller = c.get('caller') as AppEnv['Variables']['caller'] | undefined
  return (!caller || accountOf(caller) === null) && c.res.status < 500
}

async function requireAdmission(c: AppContext, kind: FloodKind): Promise<void> {
  if (await c.get('context').floodGuard.admits(kind)) return
  throw new DomainError('tries.exceeded', { retryAfter })
}
