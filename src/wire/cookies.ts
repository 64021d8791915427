// The names of the two token cookies: on https only the `__Host-` ones count (CONTRACTS §1).
import type { AppContext } from './app-env'

export type TokenCookie = 'access_token' | 'refresh_token'

/** A cookie's name on this request: a page on plain http cannot set or overwrite a `__Host-` one. */
export function cookieName(c: AppContext, cookie: TokenCookie): string {
  return new URL(c.req.url).protocol === 'https:' ? `__Host-${cookie}` : cookie
}
