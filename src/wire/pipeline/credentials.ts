// Where a request says who it is from: all four forms, read in this one place.
import type { MiddlewareHandler, Next } from 'hono'
import {
  type Caller,
  callerOfClaims,
  callerOfOpaque,
  type TokenType,
  verifyToken,
} from '../../domain/accounts'
import { DomainError } from '../../domain/base/errors'
import type { AppContext, AppEnv } from './app-env'
import { readTokenCookies } from './cookies'
import { requireOwnPage } from './forged-requests'
import { noted } from '../describe/notes'

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
  const cookies = readTokenCookies(c, 'access_token')
  return cookies.length > 0 ? firstGood(cookies, (cookie) => callerOfAccess(c, cookie)) : null
}

/** What the first of some tokens that is good stands for. @throws what the very first throws */
async function firstGood<T>(
  [first, ...others]: readonly string[],
  read: (token: string) => Promise<T>,
): Promise<T> {
  try {
    return await read(first!)
  } catch (error) {
    for (const other of others) {
      const found = await orNull(read(other))
      if (found !== null) return found
    }
    throw error
  }
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
  const cookies = readTokenCookies(c, `${type}_token`)
  if (cookies.length === 0) return null
  return orNull(firstGood(cookies, (token) => claimsOf(c, token, type)).then(callerOfClaims))
}

const claimsOf = (c: AppContext, token: string, type: TokenType) =>
  verifyToken(c.get('context'), token, type)

/** The refresh cookie that counts, undefined where there is none. */
export async function refreshCookie(c: AppContext): Promise<string | undefined> {
  const [first, ...others] = readTokenCookies(c, 'refresh_token')
  if (others.length === 0) return first
  const read = async (token: string) => ({ token, ...(await claimsOf(c, token, 'refresh')) })
  return (await orNull(firstGood([first!, ...others], read)))?.token ?? first
}

/** Whether the request's cookies name another session than that of a refresh token: a newer sign-in. */
export async function namesOtherSession(c: AppContext, refresh: string): Promise<boolean> {
  const failed = await orNull(claimsOf(c, refresh, 'refresh'))
  const named = (type: TokenType) =>
    readTokenCookies(c, `${type}_token`).map((token) => orNull(claimsOf(c, token, type)))
  const found = await Promise.all([...named('access'), ...named('refresh')])
  return found.some((claims) => claims !== null && claims.sessionId !== failed?.sessionId)
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
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
