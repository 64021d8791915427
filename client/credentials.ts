// What requests prove themselves by, tokens or cookies, and how that is made good again when it has expired.
import { pause } from './backoff.js'
import { errorOf, KithError, networkError } from './errors.js'
import type { Tokens, TokenStorage } from './tokens.js'

/** Sends a request that needs no credential but what it holds. */
type Send = (path: string, init: RequestInit) => Promise<Response>
/** Told once for each refresh that is refused. */
type SignedOut = (error: KithError) => void

/** A way to prove who is calling. A mark stands for what a request was sent with. */
export type Credentials = {
  /** Puts it on a request. @returns its mark, null where there is nothing to prove by */
  apply(headers: Headers): Promise<string | null>
  /** Whether a refusal in these words means that it has expired. */
  isExpiry(words: string): boolean
  /**
   * Makes good again what has this mark, unless that has been done.
   * @throws `KithError` `signed_out` when the session has ended; others when it is not known
   */
  renew(mark: string): Promise<void>
}

const badToken = 'Given token not valid for any token type'
const noCredential = 'Authentication credentials were not provided.'
/** A refresh whose answer got lost is asked for again at once: within ten seconds it gets the same answer. */
const refreshPauses = [200, 600, 1500]
const opaque = /^[0-9a-f]{40}$/

/** Tokens in `Authorization`. They are refreshed at `/accounts/refresh`, which rotates nothing. */
export function tokenCredentials(
  storage: TokenStorage,
  send: Send,
  signedOut: SignedOut,
): Credentials {
  const refresh = singleFlight(async () => {
    const held = await storage.get()
    // Signed out meanwhile, by whoever called.
    if (!held?.refresh) throw ended()
    const body = JSON.stringify({ refresh: held.refresh })
    const response = await patiently(() => send('/accounts/refresh', { method: 'POST', body }))
    // Meanwhile the person may have signed out, or in again in another tab.
    const now = await storage.get()
    if (now?.refresh !== held.refresh) return
    if (response.ok) {
      const { access } = (await readJson(response)) as Tokens
      return storage.set({ ...held, access })
    }
    const error = errorOf(response, await readJson(response))
    if (error.status !== 401) throw error
    await storage.set(null)
    throw told(signedOut, ended(error))
  })
  return {
    async apply(headers) {
      const access = (await storage.get())?.access
      if (!access) return null
      headers.set('authorization', `${opaque.test(access) ? 'Token' : 'Bearer'} ${access}`)
      return access
    },
    isExpiry: (words) => words === badToken,
    async renew(mark) {
      const held = await storage.get()
      if (held && held.access !== mark) return
      await refresh()
    },
  }
}

/** The browser's cookies. Each refresh rotates them, for all tabs at once. */
export function cookieCredentials(send: Send, signedOut: SignedOut): Credentials {
  let renewals = 0
  const refresh = singleFlight(async () => {
    const response = await patiently(() => send('/api/token/refresh/', { method: 'POST' }))
    if (response.ok) return void renewals++
    const error = errorOf(response, await readJson(response))
    throw error.status === 401 ? told(signedOut, ended(error)) : error
  })
  return {
    apply: async () => String(renewals),
    // An access cookie that has expired is no longer sent.
    isExpiry: (words) => words === badToken || words === noCredential,
    async renew(mark) {
      if (mark === String(renewals)) await refresh()
    },
  }
}

/** Whoever asks while the work is under way waits for that. */
function singleFlight(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null
  return () => (underWay ??= work().finally(() => (underWay = null)))
}

async function patiently(send: () => Promise<Response>): Promise<Response> {
  for (const milliseconds of refreshPauses) {
    try {
      return await send()
    } catch {
      await pause(milliseconds)
    }
  }
  return send().catch((error: unknown) => {
    throw networkError(error)
  })
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw networkError(error)
  })
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function told(signedOut: SignedOut, error: KithError): KithError {
  signedOut(error)
  return error
}

function ended(cause?: KithError): KithError {
  return new KithError({
    code: 'signed_out',
    message: 'The session has ended. Sign in again.',
    status: 401,
    body: cause?.body,
    requestId: cause?.requestId ?? null,
    cause,
  })
}
