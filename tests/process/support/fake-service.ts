// A service that the client talks to without a network: it knows whose each request is, lets access tokens
// expire when a test says so, and keeps what was written in whose name.
import type { Tokens } from '../../../client/index'

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (user_id: number, n: number) => `e30.${base64url({ user_id, n })}.c2lnbmVk`
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    user_id: number
    n: number
  }
const answer = (status: number, body: unknown) => Response.json(body, { status })
/** In words that no program should have to know. */
const expiry = { detail: 'Expired.' }
const expired = () =>
  Response.json(expiry, { status: 401, headers: { 'error-code': 'token_not_valid' } })

export class FakeService {
  /** What was written, and by whom. */
  readonly written: string[] = []
  /** The requests that came, such as `POST /friends`. */
  readonly requests: string[] = []
  /** Whose cookies the browser holds; null for nobody's. */
  cookie: number | null = null
  /** Called before a request is answered: where another tab does something. */
  meanwhile: (request: string) => void = () => {}
  #count = 0
  #expiredBefore = 0

  /** The tokens of a sign-in. */
  tokensOf(account: number): Tokens {
    return { access: tokenOf(account, ++this.#count), refresh: tokenOf(account, ++this.#count) }
  }

  /** Every access token and cookie of so far has expired; refresh tokens have not. */
  expire(): void {
    this.#expiredBefore = ++this.#count
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { method, headers } = request
    const path = new URL(request.url).pathname.replace(/\/$/, '')
    this.requests.push(`${method} ${path}`)
    const token = headers.get('authorization')?.split(' ')[1]
    const claims = token === undefined ? null : claimsOf(token)
    const caller = claims?.user_id ?? this.cookie
    const isExpired = (claims?.n ?? this.#renewedAt) <= this.#expiredBefore
    this.meanwhile(`${method} ${path}`)
    if (path === '/api/token/refresh') return this.#refresh(caller, claims !== null)
    if (caller === null || isExpired) return expired()
    if (path === '/users/user_details') return answer(200, { payload: { id: caller } })
    if (path === '/ws/ticket') return answer(200, { ticket: `${caller}` })
    if (path.startsWith('/conversations')) return answer(200, { message_set: [] })
    if (method !== 'GET') this.written.push(`${caller}: ${await request.text()}`)
    return answer(200, [])
  }

  #renewedAt = 1

  #refresh(account: number | null, isByHeader: boolean): Response {
    if (account === null) return answer(401, { ...expiry, refreshed: false })
    if (!isByHeader) {
      this.#renewedAt = ++this.#count
      return answer(200, { refreshed: true })
    }
    const { access, refresh } = this.tokensOf(account)
    return answer(200, { access_token: access, refresh_token: refresh })
  }

  /** A socket that stores each message at once; the ticket says whose it is. */
  socketClass() {
    const { written } = this
    return class FakeSocket extends EventTarget {
      /** The sockets that there were, the newest last. */
      static readonly all: FakeSocket[] = []
      static #last = 0
      readyState = 0
      readonly #sender: string

      constructor(url: string) {
        super()
        FakeSocket.all.push(this)
        this.#sender = /ticket=(\d+)/.exec(url)![1]!
        setTimeout(() => {
          this.readyState = 1
          this.#tell('open', {})
        })
      }

      send(text: string): void {
        if (text === 'ping') return
        const { message, client_id } = JSON.parse(text) as { message: string; client_id: string }
        written.push(`${this.#sender}: ${message}`)
        if (message.startsWith('lost')) return this.lose()
        const stored = { id: ++FakeSocket.#last, text: message, client_id }
        setTimeout(() => this.#tell('message', { data: JSON.stringify(stored) }))
      }

      close(): void {
        this.readyState = 3
      }

      /** The connection breaks. */
      lose(): void {
        this.close()
        setTimeout(() => this.#tell('close', { code: 1006, reason: '' }))
      }

      #tell(type: string, rest: object): void {
        this.dispatchEvent(Object.assign(new Event(type), rest))
      }
    }
  }
}
