// Where a request says who it is from: all four forms, read in this one place.
import type { MiddlewareHandler, Next } from 'hono'
import { type Caller, callerOfClaims, callerOfOpaque } from '../domain/accounts/callers'
import { type TokenType, verifyToken } from '../domain/accounts/tokens'
import { DomainError } from '../domain/errors'
import type { AppContext, AppEnv } from './app-env'
import { readTokenCookie } from './cookies'
import { requireOwnPage } from './forged-requests'
import { noted } from './notes'

/**
 * Requires a credential and sets `caller`. Whether its session is good is checked with the work. What
 * has no `Authorization` is or could be authenticated by cookie, so a foreign page must not have sent it.
 * @throws `credential.*`, `Refusal` 403
 */
export const signedIn: MiddlewareHandler<AppEnv> = noted(
  async function signedIn(c: AppContext, next: Next) {
    if (isByCookie(c)) requireOwnPage(c)
    const caller = await findCaller(c)
    if (!caller) throw new DomainError('credential.missing')
    c.set('caller', caller)
    await next()
  },
  { isSignedIn: true },
)

/** Whether a request that is signed in is so by cookie: `Authorization` decides alone where it is there. */
export function isByCookie(c: AppContext): boolean {
  return !c.req.header('authorization')?.trim()
}

/**
 * The caller that the request names, or null when it names none. `Authorization` decides alone where it
 * is there: a bad one is not made good by a cookie.
 * @throws `credential.*`
 */
export async function findCaller(c: AppContext): Promise<Caller | null> {
  const header = c.req.header('authorization')?.trim()
  if (header) return callerOfHeader(c, header)
  const cookie = readTokenCookie(c, 'access_token')
  return cookie ? callerOfAccess(c, cookie) : null
}

/** Whether the request names a JWT that we signed and that has not expired: all that needs no database. */
export async function namesGoodToken(c: AppContext): Promise<boolean> {
  const caller = await orNull(findCaller(c))
  return caller !== null && caller.tokenHash === null
}

/** The caller that `Authorization` names, or null where it is missing or bad. */
export async function callerOfAuthorization(c: AppContext): Promise<Caller | null> {
  const header = c.req.header('authorization')?.trim()
  return header ? orNull(callerOfHeader(c, header)) : null
}

/** The callers that the two token cookies name, as far as these are good. */
export async function callersOfCookies(c: AppContext): Promise<Caller[]> {
  const found = await Promise.all([callerOfCookie(c, 'access'), callerOfCookie(c, 'refresh')])
  return found.filter((caller) => caller !== null)
}

async function callerOfCookie(c: AppContext, type: TokenType): Promise<Caller | null> {
  const token = readTokenCookie(c, `${type}_token`)
  return token ? orNull(verifyToken(c.get('context'), token, type).then(callerOfClaims)) : null
}

async function orNull(caller: Promise<Caller | null>): Promise<Caller | null> {
  try {
    return await caller
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
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
