// Calls: typed by the service's own document, answered with the data alone, and refused with `KithError`.
import createFetch, { type ParamsOption, type RequestBodyOption } from 'openapi-fetch'
import type {
  HttpMethod,
  PathsWithMethod,
  RequiredKeysOf,
  SuccessResponse,
} from 'openapi-typescript-helpers'
import { jitter, pause } from './backoff.js'
import { type Credentials, ended, type Mark } from './credentials.js'
import { errorOf, KithError, networkError } from './errors.js'
import type { paths } from './schema.js'

/** How often a GET is tried again that found no network or a service that was not available (503). */
export type Retry = {
  /** Tries after the first. */
  times: number
  /** The longest pause before a try, in milliseconds; doubled each time up to 10 seconds. Default 300. */
  pause?: number
}

type Operation<Path extends keyof paths, Method extends HttpMethod> = paths[Path][Method &
  keyof paths[Path]]

/** What a call takes: `params` (`path`, `query`) and `body` as its route wants them. */
export type CallOptions<Path extends keyof paths, Method extends HttpMethod> = ParamsOption<
  Operation<Path, Method>
> &
  RequestBodyOption<Operation<Path, Method>> & {
    signal?: AbortSignal
    headers?: Record<string, string>
    /** For GET alone: nothing that changes something is ever sent twice. */
    retry?: Retry
  }

/** What a call is answered with: the body of the success, undefined where it has none. */
export type DataOf<Path extends keyof paths, Method extends HttpMethod> =
  Operation<Path, Method> extends { responses: infer Responses extends Record<number, unknown> }
    ? SuccessResponse<Responses>
    : never

/** `options` may be left out where the route needs none. */
type Given<Options> =
  RequiredKeysOf<Options> extends never ? [options?: Options] : [options: Options]

/** The paths that have a method, also with a final slash, which changes nothing. */
type Written<Method extends HttpMethod> =
  | PathsWithMethod<paths, Method>
  | `${PathsWithMethod<paths, Method>}/`

/** A path as the document has it: without the slash. */
type Bare<Path extends string> = (Path extends `${infer Rest}/` ? Rest : Path) & keyof paths

/**
 * A call. Resolves with the body of the success.
 * @throws `KithError`
 */
export type Call<Method extends HttpMethod> = <Path extends Written<Method>>(
  path: Path,
  ...given: Given<CallOptions<Bare<Path>, Method>>
) => Promise<DataOf<Bare<Path>, Method>>

/** The pages of a list, each as the list's GET answers it. @throws `KithError` */
export type Pages = <Path extends Written<'get'>>(
  path: Path,
  ...given: Given<CallOptions<Bare<Path>, 'get'>>
) => AsyncGenerator<DataOf<Bare<Path>, 'get'>, void>

/** Options as they are at run time. */
export type AnyOptions = {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> }
  body?: unknown
  signal?: AbortSignal
  headers?: Record<string, string>
  retry?: Retry
}
type Answer = { data: unknown; headers: Headers }
type Fetch = (request: Request) => Promise<Response>
/** Whose all calls of something lasting are: the account of the first, null before it. */
export type Owner = { account: string | null }

/** Makes calls with these credentials. */
export class Caller {
  readonly #raw: ReturnType<typeof createFetch<Record<string, never>>>

  constructor(
    private readonly options: {
      baseUrl: string
      fetch: Fetch
      mode: 'include' | 'omit'
      credentials: Credentials
      retry: Retry | undefined
    },
  ) {
    this.#raw = createFetch({
      baseUrl: options.baseUrl,
      credentials: options.mode,
    })
  }

  /** One call of whatever route. @throws `KithError` */
  async call(
    method: string,
    path: string,
    options: AnyOptions = {},
    owner?: Owner,
  ): Promise<Answer> {
    const { retry = this.options.retry, ...init } = options
    const times = method === 'GET' ? (retry?.times ?? 0) : 0
    for (let tried = 0; ; tried++) {
      try {
        return await this.#callOnce(method, path, init, owner)
      } catch (error) {
        const isPassing =
          error instanceof KithError && (error.code === 'network' || error.code === 'unavailable')
        if (!isPassing || tried >= times) throw error
        const wait = jitter(tried, retry?.pause ?? 300, 10_000)
        await pause(Math.max(wait, (error.retryAfter ?? 0) * 1000), init.signal).catch(
          (reason: unknown) => {
            throw networkError(reason)
          },
        )
      }
    }
  }

  /** The pages of a list, along its `Link` headers. */
  async *pages(path: string, options: AnyOptions = {}): AsyncGenerator<unknown, void> {
    let query = options.params?.query
    for (;;) {
      const params = { ...options.params, ...(query ? { query } : {}) }
      const { data, headers } = await this.call('GET', path, { ...options, params })
      yield data
      const next = /<([^>]*)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1]
      if (next === undefined) return
      query = { ...query, cursor: cursorOf(next) }
    }
  }

  /**
   * The address of a socket, with a ticket: neither browsers nor proxies' logs see a token.
   * @throws `KithError` `signed_out` too where somebody else than `owner` is signed in by now
   */
  async socketUrl(
    path: string,
    query: Record<string, string>,
    { signal, owner }: { signal: AbortSignal; owner: Owner },
  ) {
    const { data } = await this.call('POST', '/ws/ticket', { signal }, owner)
    const { ticket } = data as { ticket: string }
    const address = this.options.baseUrl.replace(/^http/, 'ws') + path
    const pairs = Object.entries({ ...query, ticket })
    return `${address}?${pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`
  }

  async #callOnce(method: string, path: string, init: AnyOptions, owner?: Owner): Promise<Answer> {
    try {
      // The body is read here: by its own type, not by what a caller expects.
      const fetch = (request: Request) => this.#send(request, owner)
      const options = { ...init, parseAs: 'stream', fetch }
      const { response, error } = await this.#raw.request(
        method as 'get',
        path as never,
        options as never,
      )
      if (!response.ok) throw errorOf(response, error)
      return { data: await bodyOf(response), headers: response.headers }
    } catch (error) {
      throw networkError(error)
    }
  }

  /** Sends a request with the credentials; when these have expired, once more with new ones. */
  async #send(request: Request, owner: Owner = { account: null }): Promise<Response> {
    const { credentials, fetch } = this.options
    const again = request.clone()
    const mark = await credentials.apply(request)
    owner.account ??= mark?.account ?? null
    requireOwner(owner, mark)
    const response = await fetch(request)
    if (mark === null || response.status !== 401) return response
    if (!credentials.isExpiry(response.headers.get('error-code'))) return response
    await credentials.renew(mark)
    requireOwner(owner, await credentials.apply(again))
    return fetch(again)
  }
}

/** Another tab may have signed somebody else in: nothing is done in that person's name. */
function requireOwner({ account }: Owner, mark: Mark | null): void {
  if (account !== null && mark?.account !== account) throw ended()
}

/** The cursor in a link; not every runtime takes addresses apart. */
function cursorOf(link: string): string {
  return decodeURIComponent(/[?&]cursor=([^&#]*)/.exec(link)?.[1] ?? '')
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const type = response.headers.get('content-type') ?? ''
  if (/^application\/(.+\+)?json\b/.test(type)) return response.json()
  return type.startsWith('text/') ? response.text() : response.blob()
}
