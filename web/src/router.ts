// Which address is shown. Addresses are below /app; a screen's parameters are in its path.
import { signal } from '@preact/signals'

const base = '/app'

/** Where the app is: the path below /app, and what stands behind `?`. */
export type Place = { path: string; query: URLSearchParams }

/** The address that is shown. */
export const place = signal<Place>(read())

function read(): Place {
  const { pathname, search } = location
  const path = pathname.slice(base.length).replace(/\/+$/, '') || '/'
  return { path, query: new URLSearchParams(search) }
}

/** The whole path of an address below /app. */
export const hrefOf = (path: string) => base + (path === '/' ? '/' : path)

// Each entry of the history has its place to scroll back to.
history.scrollRestoration = 'manual'
const scrolled = new Map<string, number>()
let entry = entryKey()

function entryKey(): string {
  return String((history.state as { key?: number } | null)?.key ?? 0)
}

/** How far the shown entry was scrolled when it was left; 0 for a new one. */
export const scrolledTo = () => scrolled.get(entry) ?? 0

let count = Date.now()

/** Goes to an address below /app. */
export function go(path: string, { replace = false } = {}): void {
  scrolled.set(entry, scrollY)
  const state = { key: ++count }
  if (replace) history.replaceState(state, '', hrefOf(path))
  else history.pushState(state, '', hrefOf(path))
  entry = entryKey()
  place.value = read()
}

/** Goes back, or to a place where there is nothing to go back to. */
export function back(otherwise: string): void {
  if (history.state === null) go(otherwise, { replace: true })
  else history.back()
}

addEventListener('popstate', () => {
  scrolled.set(entry, scrollY)
  entry = entryKey()
  place.value = read()
})

// ── Patterns ─────────────────────────────────────────────────────────────────────────────────────

/** The names in a pattern such as `/chats/:id`. */
export type ParamsOf<P extends string> = P extends `${infer Before}/${infer After}`
  ? ParamsOf<Before> & ParamsOf<After>
  : P extends `:${infer Name}`
    ? { [N in Name]: string }
    : unknown

/** What a pattern's names stand for in a path; null where it is another path. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const found: Record<string, string> = {}
  for (const [at, word] of wanted.entries()) {
    const step = given[at]!
    if (!word.startsWith(':')) {
      if (word !== step) return null
    } else if (/^[0-9a-f]{1,24}$/.test(step)) found[word.slice(1)] = step
    else return null
  }
  return found
}

/** A path that may be followed out of `?next=`: one of this app's own. */
export function safeNext(next: string | null): string {
  const isOurs = next !== null && /^\/app(\/|$)/.test(next) && !/\\|\/\//.test(next)
  return isOurs ? next : '/app/'
}
