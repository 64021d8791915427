// `createClient`: everything the service offers, behind one set of credentials.
import { Chat, type ChatOptions } from './chat.js'
import { cookieCredentials, type Send, tokenCredentials } from './credentials.js'
import { KithError, networkError } from './errors.js'
import { PersonEvents } from './events.js'
import { type AnyOptions, type Call, Caller, type Pages, type Retry } from './http.js'
import type { SocketTiming, WebSocketClass } from './socket-types.js'
import { accountOf, memoryStorage, type Tokens, type TokenStorage } from './tokens.js'

/** How a client is made. */
export type KithOptions = {
  /** Where the service is, such as `https://api.example.org`. */
  baseUrl: string
  /**
   * `tokens` (the default): `Authorization`, from `storage`. `cookies`: the browser's own, which no script
   * can read; the page's origin is the service's own or one of its `CORS_ORIGINS`.
   */
  credentials?: 'tokens' | 'cookies'
  /** Where the tokens are kept. Default: in memory, beginning with `tokens`. */
  storage?: TokenStorage
  tokens?: Tokens
  fetch?: typeof fetch
  /** Needed for chats in Node before 22, which has none of its own: the package `ws` has one. */
  WebSocket?: WebSocketClass
  /** For every GET that says nothing else. Default: none. */
  retry?: Retry
  /** Called when the session has ended by itself: the tokens are gone, and the person has to sign in. */
  onSignedOut?: (error: KithError) => void
}

/** Who signs in. */
export type SignIn = { username: string; password: string }
/** Who signs up. */
export type SignUp = SignIn & { email?: string }

/** A client of the service. All of its promises reject with `KithError`. */
export type Kith = {
  GET: Call<'get'>
  POST: Call<'post'>
  PUT: Call<'put'>
  PATCH: Call<'patch'>
  DELETE: Call<'delete'>
  /** The pages of a list, one after the other. */
  pages: Pages
  /** Makes an account and signs it in. */
  signUp(account: SignUp): Promise<void>
  /** Signs in. An account with the e-mailed code switched on needs `code` (`code_required` else). */
  signIn(account: SignIn & { code?: string }): Promise<void>
  /** Goes on with the tokens of a sign-in that was made elsewhere. */
  useTokens(tokens: Tokens): Promise<void>
  /** Ends the session. The tokens are forgotten, also where the service could not be told (`network`). */
  signOut(): Promise<void>
  /** Opens a chat, at once; its first event tells how it went. @throws `KithError` `unsupported` without a WebSocket */
  chat(conversationId: number, options?: ChatOptions): Chat
  /** Opens the socket of one's own events. @throws `KithError` `unsupported` without a WebSocket */
  events(options?: { timing?: SocketTiming }): PersonEvents
}

const noWebSocket =
  'This runtime has no WebSocket (Node has one from 22 on): pass one to createClient, such as that of the package ws.'

/** Makes a client. No request is sent before the first call. */
export function createClient(options: KithOptions): Kith {
  // In a page, an address may be relative.
  const { location } = globalThis as { location?: { href: string } }
  const baseUrl = new URL(options.baseUrl, location?.href).href.replace(/\/$/, '')
  const storage = options.storage ?? memoryStorage(options.tokens ?? null)
  // A browser's `fetch` works as a method of the window alone.
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const hasCookies = options.credentials === 'cookies'
  const mode = hasCookies ? 'include' : 'omit'
  const sendPlainly: Send = (path, { headers, ...init }) =>
    send(baseUrl + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...headers },
      credentials: mode,
    })
  const signedOut = (error: KithError) => options.onSignedOut?.(error)
  const caller = new Caller({
    baseUrl,
    mode,
    fetch: send,
    credentials: hasCookies
      ? cookieCredentials(sendPlainly, signedOut)
      : tokenCredentials(storage, sendPlainly, signedOut),
    retry: options.retry,
  })
  const bare = (method: string) => async (path: string, given?: AnyOptions) =>
    (await caller.call(method, path, given)).data
  const POST = bare('POST') as Call<'post'>
  const socketClass = () => {
    const found: WebSocketClass | undefined = options.WebSocket ?? globalThis.WebSocket
    if (!found) throw new KithError({ code: 'unsupported', message: noWebSocket })
    return found
  }

  const kith: Kith = {
    GET: bare('GET') as Call<'get'>,
    POST,
    PUT: bare('PUT') as Call<'put'>,
    PATCH: bare('PATCH') as Call<'patch'>,
    DELETE: bare('DELETE') as Call<'delete'>,
    pages: ((path: string, given?: AnyOptions) => caller.pages(path, given)) as Pages,
    async signUp(body) {
      if (hasCookies) {
        // Contract E's registration signs nobody in: the sign-in sets the cookies.
        await POST('/api/register', { body })
        const { username, password } = body
        return kith.signIn({ username, password })
      }
      const [path, given] = signUpOf(body)
      await storage.set(tokensOf((await bare('POST')(path, given)) as Tokens))
    },
    async signIn(body) {
      if (hasCookies) return void (await POST('/api/token', { body }))
      await storage.set(tokensOf(await POST('/accounts/login', { body })))
    },
    async useTokens(tokens) {
      await storage.set(tokens)
    },
    async signOut() {
      if (hasCookies) return void (await POST('/api/logout'))
      const held = await storage.get()
      const refresh = held?.refresh
      try {
        if (refresh) await POST('/accounts/logout', { body: { refresh } })
      } catch (error) {
        // A session that is over needs no end.
        const { status } = networkError(error)
        if (status !== 400 && status !== 401) throw error
      } finally {
        // Not those of somebody else, who has signed in meanwhile in another tab.
        const now = await storage.get()
        if (!now || !held || accountOf(now.access) === accountOf(held.access)) {
          await storage.set(null)
        }
      }
    },
    chat: (id, given) => new Chat(id, caller, socketClass(), given),
    events: ({ timing } = {}) => new PersonEvents(caller, socketClass(), timing),
  }
  return kith
}

/** Contract A's sign-up takes no address; B's does. */
function signUpOf(account: SignUp) {
  const { username, password, email } = account
  if (email === undefined) return ['/accounts/signup', { body: { username, password } }] as const
  const body = { username, password, email, password_confirm: password }
  return ['/api/register', { body }] as const
}

function tokensOf({ access, refresh }: Tokens): Tokens {
  return { access, refresh }
}
