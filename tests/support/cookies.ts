// A browser's jar, as far as the tests need one: what an answer set, and how it is sent back.
import type { Answer } from './world'

/** `name=value` and the attributes of each cookie of an answer, by name. */
export function cookiesOf(answer: Answer): Record<string, { value: string; attributes: string[] }> {
  const entries = answer.headers.getSetCookie().map((line) => {
    const [pair = '', ...attributes] = line.split('; ')
    const at = pair.indexOf('=')
    return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.toSorted() }]
  })
  return Object.fromEntries(entries)
}

/** The headers with which a browser sends an answer's cookies back. */
export function withCookies(answer: Answer): { cookie: string } {
  const pairs = Object.entries(cookiesOf(answer)).map(([name, { value }]) => `${name}=${value}`)
  return { cookie: pairs.join('; ') }
}

/** What the two cookies hold after they were cleared. */
export const cleared = {
  access_token: {
    value: '',
    attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax'],
  },
  refresh_token: {
    value: '',
    attributes: ['HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Strict'],
  },
}
