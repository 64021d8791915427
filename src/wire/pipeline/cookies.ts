// Our cookies, the two of the tokens and the one of a sign-in under way: their names (on https only the
// `__Host-` ones count), their attributes, and where they are set and cleared.
import { setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import type { TokenPair } from '../../domain/accounts'
import type { AppContext } from './app-env'

type TokenCookie = 'access_token' | 'refresh_token'

/** Binds a sign-in through another service to the browser that began it. */
const ticketCookie = 'oauth_ticket'

/** Browsers keep no cookie for longer, and hono sets none (RFC 6265bis §5.5): 400 days, in seconds. */
const maxCookieAge = 34_560_000

/** A cookie's name on this request: a page on plain http cannot set or overwrite a `__Host-` one. */
function cookieName(c: AppContext, cookie: TokenCookie | typeof ticketCookie): string {
  return isHttps(c) ? `__Host-${cookie}` : cookie
}

/** So many cookies of one name are looked at: a page of a neighbouring host can add some of its own. */
const maxOfOneName = 3

/**
 * What the cookies of one name hold, as the browser orders them (RFC 6265bis §5.8.3): of several, the first
 * that verifies counts.
 */
function readCookies(c: AppContext, name: string): string[] {
  const found: string[] = []
  for (const pair of (c.req.header('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    const value = pair.slice(at + 1).trim()
    if (value !== '' && found.push(value) === maxOfOneName) break
  }
  return found
}

/** What the token cookies of that name hold; none where there is none. */
export function readTokenCookies(c: AppContext, cookie: TokenCookie): string[] {
  return readCookies(c, cookieName(c, cookie))
}

/** Sets both cookies, each for as long as its token lives. */
export function setTokenCookies(c: AppContext, tokens: TokenPair): void {
  const { rules, now } = c.get('context')
  const refreshLife = tokens.refreshExpiresAt - now()
  setTokenCookie(c, 'access_token', tokens.access, rules.accessTokenLife)
  setTokenCookie(c, 'refresh_token', tokens.refresh, refreshLife)
}

/** Tells the browser to forget both cookies. */
export function clearTokenCookies(c: AppContext): void {
  setTokenCookie(c, 'access_token', '', 0)
  setTokenCookie(c, 'refresh_token', '', 0)
}

function setTokenCookie(c: AppContext, cookie: TokenCookie, token: string, life: number): void {
  setCookie(c, cookieName(c, cookie), token, {
    path: '/',
    httpOnly: true,
    secure: isHttps(c),
    sameSite: sameSiteOf(c, cookie),
    maxAge: Math.min(Math.floor(life / 1000), maxCookieAge),
  })
}

/** What the ticket cookies hold; none where there is none. */
export function readTicketCookies(c: AppContext): string[] {
  return readCookies(c, cookieName(c, ticketCookie))
}

/** Sets the ticket cookie; '' with a life of 0 makes the browser forget it. `life` in milliseconds. */
export function setTicketCookie(c: AppContext, ticket: string, life: number): void {
  setCookie(c, cookieName(c, ticketCookie), ticket, {
    path: '/',
    httpOnly: true,
    secure: isHttps(c),
    // The browser brings it along when the other service sends the person back.
    sameSite: 'Lax',
    maxAge: Math.floor(life / 1000),
  })
}

function sameSiteOf(c: AppContext, cookie: TokenCookie): CookieOptions['sameSite'] {
  const usual = cookie === 'access_token' ? 'Lax' : 'Strict'
  const { cookieSameSite } = c.get('wire')
  if (cookieSameSite === 'Lax') return usual
  // Browsers refuse None without Secure.
  return cookieSameSite === 'None' && !isHttps(c) ? usual : cookieSameSite
}

function isHttps(c: AppContext): boolean {
  return new URL(c.req.url).protocol === 'https:'
}
