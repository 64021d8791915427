// The tokens of a sign-in, and where they are kept.

/** What a sign-in gives. `access` may be contract C's opaque token (40 hex digits), which is not refreshed. */
export type Tokens = { access: string; refresh?: string | undefined }

/**
 * Where tokens are kept: asked before each call, so that a sign-in of another tab counts at once.
 * `set(null)` forgets them.
 */
export type TokenStorage = {
  /** The same for all tabs that share it: only one of them at a time refreshes (Web Locks). */
  readonly name?: string
  get(): Tokens | null | Promise<Tokens | null>
  set(tokens: Tokens | null): void | Promise<void>
}

/** Whose an access token is: its account's id, or the token itself where only the service can read it. */
export function accountOf(access: string): string {
  try {
    const { user_id } = JSON.parse(textOf(access.split('.')[1] ?? '')) as { user_id?: unknown }
    return typeof user_id === 'number' ? String(user_id) : access
  } catch {
    return access
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The ASCII text in base64url; not every runtime has `atob`. */
function textOf(base64url: string): string {
  let text = ''
  let [bits, held] = [0, 0]
  for (const digit of base64url) {
    bits = ((bits << 6) | digits.indexOf(digit)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    text += String.fromCharCode((bits >> held) & 0xff)
  }
  return text
}

/** Keeps tokens as long as the program runs. */
export function memoryStorage(tokens: Tokens | null = null): TokenStorage {
  let held = tokens
  return {
    get: () => held,
    set: (tokens) => void (held = tokens),
  }
}

/**
 * Keeps tokens in `localStorage` or `sessionStorage`, where every script of the page's origin can read
 * them: cookies (`credentials: 'cookies'`) are safer in a browser.
 */
export function webStorage(storage: Storage, key = 'kith'): TokenStorage {
  return {
    name: key,
    get() {
      const text = storage.getItem(key)
      return text === null ? null : (JSON.parse(text) as Tokens)
    },
    set(tokens) {
      if (tokens) storage.setItem(key, JSON.stringify(tokens))
      else storage.removeItem(key)
    },
  }
}
