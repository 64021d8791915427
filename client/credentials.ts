// What requests prove themselves by, tokens or cookies, and how that is made good again when it has expired.
import { pause } from './backoff.js'
import { errorOf, KithError, networkError } from './errors.js'
import { within } from './signals.js'
import { accountOf, type TokenStorage } from './tokens.js'

/** Sends a request that needs no credential but what it holds. */
export type Send = (
  path: string,
  init: { method: string; headers?: Record<string, string>; signal?: AbortSignal },
) => Promise<Response>
/** Told once for each refresh that is refused. */
type SignedOut = (error: KithError) => void

/** What a request was sent with: which credential, and whose. */
export type Mark = { key: string; account: string | null }

/** A way to prove who is calling. */
export type Credentials = {
  /** Puts it on a request. @returns null where there is nothing to prove by */
  apply(request: Request): Promise<Mark | null>
  /** Whether a refusal with this `Error-Code` means that it has expired. */
  isExpiry(code: string | null): boolean
  /**
   * Makes good again what has this mark, unless that has been done.
   * @throws `KithError` `signed_out` when the session has ended; others when it is not known
   */
  renew(mark: Mark): Promise<void>
}

/** What `Error-Code` says of a JWT that is no good, and of a request without any credential. */
const badToken = 'token_not_valid'
const noCredential = 'not_authenticated'
/**
 * A refresh whose answer got lost is asked for again at once: within ten seconds it gets the same answer,
 * later it would end the session. So each try but the last is given up soon, and none begins later than
 * `repeatsFor` after the first, however late a sleeping page's timers come. All in milliseconds.
 */
const refreshPauses = [200, 600, 1500]
const refreshPatience = 1800
const repeatsFor = 8000
/** How long the last try may take: the other tabs wait for it. */
const lastPatience = 30_000
const opaque = /^[0-9a-f]{40}$/

type Answered = { response: Response; body: unknown }

/** Tokens in `Authorization`. Each refresh rotates them, so that a session in use goes on. */
export function tokenCredentials(
  storage: TokenStorage,
  send: Send,
  signedOut: SignedOut,
): Credentials {
  const refresh = async (expired: string): Promise<void> => {
    const held = await storage.get()
    // Another tab has done it meanwhile.
    if (held && held.access !== expired) return
    // Signed out meanwhile, by whoever called.
    if (!held?.refresh) throw ended()
    const { response, body } = await patiently(send, { authorization: `Bearer ${held.refresh}` })
    // Meanwhile the person may have signed out, or in again in another tab.
    const now = await storage.get()
    if (now?.refresh !== held.refresh) return
    if (response.ok) {
      const { access_token, refresh_token } = body as Record<string, string>
      return storage.set({ access: access_token!, refresh: refresh_token })
    }
    const error = errorOf(response, body)
    if (error.status !== 401) throw error
    await storage.set(null)
    throw told(signedOut, ended(error))
  }
  const turns = turnsOf(storage)
  return {
    async apply({ headers }) {
      const access = (await storage.get())?.access
      if (!access) return null
      headers.set('authorization', `${opaque.test(access) ? 'Token' : 'Bearer'} ${access}`)
      return { key: access, account: accountOf(access) }
    },
    isExpiry: (code) => code === badToken,
    renew: ({ key }) => turns(key, () => refresh(key)),
  }
}

/** Paths that cookies begin and end at: nobody's until then, and whoever's they are. */
const signIns = /\/api\/(token|register|logout)\/?$/

/**
 * The browser's cookies. Each refresh rotates them, for all tabs at once. No script can read whose they are,
 * and another tab may change that: the service is asked before the first write, and after each refresh.
 */
export function cookieCredentials(send: Send, signedOut: SignedOut): Credentials {
  let renewals = 0
  /** Null: nobody's; undefined: nobody has asked yet. */
  let account: string | null | undefined
  const learn = async () => (account = await whoIsThere(send))
  const rotate = singleFlight(async () => {
    const { response, body } = await patiently(send)
    if (!response.ok) throw errorOf(response, body)
    renewals++
  })
  const refresh = singleFlight(async () => {
    await rotate().catch((error: KithError) => {
      throw error.status === 401 ? told(signedOut, ended(error)) : error
    })
    if (account !== undefined) await learn()
  })
  /** False where there is no session. */
  const rotates = () =>
    rotate().then(
      () => true,
      (error: KithError) => {
        if (error.status !== 401) throw error
        return false
      },
    )
  /** Also where only the access cookie has expired. */
  const learnFirst = singleFlight(async () => {
    const before = renewals
    if ((await learn()) !== null) return
    // What a read has made good meanwhile is good.
    if (renewals === before && !(await rotates())) return
    await learn()
  })
  return {
    async apply({ method, url }) {
      if (signIns.test(url)) account = undefined
      const isRead = method === 'GET' || signIns.test(url)
      if (!isRead && typeof account !== 'string') await learnFirst()
      return { key: String(renewals), account: isRead ? 'anybody' : (account ?? null) }
    },
    // An access cookie that has expired is no longer sent.
    isExpiry: (code) => code === badToken || code === noCredential,
    async renew({ key }) {
      if (key === String(renewals)) await refresh()
    },
  }
}

/** The id of the account that the browser's cookies are of; null where they are nobody's. */
async function whoIsThere(send: Send): Promise<string | null> {
  const { response, body } = await read(send('/users/user_details/', { method: 'GET' }))
  if (response.ok) return String((body as { payload: { id: number } }).payload.id)
  if (response.status === 401) return null
  throw errorOf(response, body)
}

/** Whoever asks while the work is under way waits for that. */
function singleFlight(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null
  return () => (underWay ??= work().finally(() => (underWay = null)))
}

type Turns = (key: string, work: () => Promise<void>) => Promise<void>
const turnsByStorage = new WeakMap<TokenStorage, Turns>()

/** Lets one refresh of a storage run at a time: of all clients of a page, and where it has a name of all tabs. */
function turnsOf(storage: TokenStorage): Turns {
  const known = turnsByStorage.get(storage)
  if (known) return known
  const underWay = new Map<string, Promise<void>>()
  const turns: Turns = (key, work) => {
    const joined = underWay.get(key)
    if (joined) return joined
    const turn = alone(storage.name, work).finally(() => underWay.delete(key))
    underWay.set(key, turn)
    return turn
  }
  turnsByStorage.set(storage, turns)
  return turns
}

type Locks = { request(name: string, work: () => Promise<void>): Promise<unknown> }

/** Holds the lock of that name meanwhile, where the runtime has locks (browsers by https and Node 24). */
async function alone(name: string | undefined, work: () => Promise<void>): Promise<void> {
  const { locks } = (globalThis as { navigator?: { locks?: Locks } }).navigator ?? {}
  if (name === undefined || !locks) return work()
  await locks.request(`kith refresh ${name}`, work)
}

/** Asks for a refresh until there is a whole answer. @throws `KithError` `network` */
async function patiently(send: Send, headers: Record<string, string> = {}): Promise<Answered> {
  const ask = (signal?: AbortSignal) =>
    read(send('/api/token/refresh/', { method: 'POST', headers, ...(signal ? { signal } : {}) }))
  const last = Date.now() + repeatsFor
  for (const milliseconds of refreshPauses) {
    try {
      return await within(refreshPatience, ask)
    } catch (error) {
      await pause(milliseconds)
      if (Date.now() > last) throw networkError(error)
    }
  }
  return within(lastPatience, ask).catch((error: unknown) => {
    throw networkError(error)
  })
}

/** The answer and its body, parsed where it is JSON. @throws `KithError` `network` */
async function read(answer: Promise<Response>): Promise<Answered> {
  try {
    const response = await answer
    return { response, body: parsed(await response.text()) }
  } catch (error) {
    throw networkError(error)
  }
}

function parsed(text: string): unknown {
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

/** What a call rejects with whose session is over, or another person's by now. */
export function ended(cause?: KithError): KithError {
  return new KithError({
    code: 'signed_out',
    message: 'The session has ended. Sign in again.',
    status: 401,
    body: cause?.body,
    requestId: cause?.requestId ?? null,
    cause,
  })
}
