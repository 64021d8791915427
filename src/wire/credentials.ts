// Where a request says who it is from: all four forms, read in this one place (CONTRACTS §1).
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { type Caller, callerOfClaims, callerOfOpaque } from '../domain/accounts/callers'
import { verifyToken } from '../domain/accounts/tokens'
import { DomainError } from '../domain/errors'
import type { AppContext, AppEnv } from './app-env'
import { cookieName } from './cookies'

/**
 * Requires a credential and sets `caller`. Whether its session is good is checked with the work.
 * @throws `credential.*`
 */
export const signedIn: MiddlewareHandler<AppEnv> = async function signedIn(c, next) {
  const caller = await findCaller(c)
  if (!caller) throw new DomainError('credential.missing')
  c.set('caller', caller)
  await next()
}

/**
 * The caller that the request names, or null when it names none. `Authorization` decides alone where it
 * is there: a bad one is not made good by a cookie.
 * @throws `credential.*`
 */
export async function findCaller(c: AppContext): Promise<Caller | null> {
  const header = c.req.header('authorization')?.trim()
  if (header) return callerOfHeader(c, header)
  const cookie = getCookie(c, cookieName(c, 'access_token'))
  return cookie ? callerOfAccess(c, cookie) : null
}

async function callerOfHeader(c: AppContext, header: string): Promise<Caller> {
  const [scheme, token, ...rest] = header.split(/\s+/) as [string, string?, ...string[]]
  // D's clients send the bare token, without a scheme word.
  if (token === undefined) return callerOfAccess(c, scheme)
  if (rest.length > 0) throw new DomainError('credential.invalid')
  if (/^bearer$/i.test(scheme)) return callerOfAccess(c, token)
  if (/^token$/i.test(scheme)) {
    if (!/^[0-9a-f]{40}$/.test(token)) throw new DomainError('credential.unknown')
    return callerOfOpaque(token)
  }
  throw new DomainError('credential.missing')
}

async function callerOfAccess(c: AppContext, token: string): Promise<Caller> {
  return callerOfClaims(await verifyToken(c.get('context'), token, 'access'))
}
