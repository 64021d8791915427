// Cookies, set and named in this one place: on https only the `__Host-` names count (CONTRACTS §1),
// which a page on plain http can neither set nor overwrite.
import { deleteCookie, setCookie } from 'hono/cookie'
import type { TokenPair } from '../domain/accounts/grants'
import type { AppContext } from './app-env'

export type TokenCookie = 'access_token' | 'refresh_token'

/** A cookie's name on this request. */
export function cookieName(c: AppContext, cookie: string): string {
  return isHttps(c) ? `__Host-${cookie}` : cookie
}

/** Sets both token cookies, each for as long as its token lives. */
export function setTokenCookies(c: AppContext, tokens: TokenPair): void {
  const { accessTokenLife, refreshTokenLife, sessionMaxLife } = c.get('context').rules
  const refreshLife = Math.min(refreshTokenLife, sessionMaxLife)
  setOwnCookie(c, 'access_token', tokens.access, accessTokenLife, 'Lax')
  setOwnCookie(c, 'refresh_token', tokens.refresh, refreshLife, 'Strict')
}

/** Sets a cookie that no script can read, under this request's name for it. `life` in milliseconds. */
export function setOwnCookie(
  c: AppContext,
  cookie: string,
  text: string,
  life: number,
  sameSite: 'Lax' | 'Strict',
): void {
  const maxAge = Math.floor(life / 1000)
  const secure = isHttps(c)
  setCookie(c, cookieName(c, cookie), text, { path: '/', httpOnly: true, secure, sameSite, maxAge })
}

/** Clears a cookie of ours. */
export function clearOwnCookie(c: AppContext, cookie: string): void {
  deleteCookie(c, cookieName(c, cookie), { path: '/', secure: isHttps(c) })
}

function isHttps(c: AppContext): boolean {
  return new URL(c.req.url).protocol === 'https:'
}
