// The tokens of a sign-in, and where they are kept.

/** What a sign-in gives. `access` may be contract C's opaque token (40 hex digits), which is not refreshed. */
export type Tokens = { access: string; refresh?: string | undefined }

/**
 * Where tokens are kept: asked before each call, so that a sign-in of another tab counts at once.
 * `set(null)` forgets them.
 */
export type TokenStorage = {
  get(): Tokens | null | Promise<Tokens | null>
  set(tokens: Tokens | null): void | Promise<void>
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
