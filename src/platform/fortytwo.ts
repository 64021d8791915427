// 42's intra as a port of the domain: OAuth 2 (RFC 6749 §4.1) with PKCE, the person's profile and the
// picture. What comes from there is taken for nothing but data: bounded in time and size, never followed.
import type { Fetched, Profile, ProfileRequest, Provider } from '../domain/base/providers'
import type { FortyTwoSettings } from '../settings/fortytwo'
import { logError } from './log'

/** For all calls that one request of ours makes to 42, their bodies included. */
const deadline = 5_000
/** A real profile, with the person's projects and achievements, has some 300 KiB. */
const maxJsonBytes = 1024 * 1024
const maxPictureBytes = 2 * 1024 * 1024

type Json = Record<string, unknown>
type Fetch = (url: string, init: RequestInit) => Promise<Response>

const refused = { ok: false, reason: 'refused' } as const
const failed = { ok: false, reason: 'failed' } as const

/** The provider over HTTP; tests give a `fetch` of their own where no server can stand in for 42's. */
export function fortyTwo(
  settings: FortyTwoSettings,
  fetcher: Fetch = (url, init) => fetch(url, init),
): Provider {
  const { clientId, url, imageHosts } = settings
  return {
    name: '42 Intra',
    async authorize({ state, challenge, redirectUri }) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'public',
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      return { ok: true, got: `${url}/oauth/authorize?${query.toString()}` }
    },
    async profile(request) {
      const signal = AbortSignal.timeout(deadline)
      try {
        const token = await fetchToken(settings, fetcher, request, signal)
        return token.ok ? await fetchMe(url, fetcher, token.got, signal) : token
      } catch (error) {
        logError('fortytwo.profile', error)
        return failed
      }
    },
    async picture(link) {
      if (!isOurPicture(link, imageHosts)) return refused
      const init = { redirect: 'manual', signal: AbortSignal.timeout(deadline) } as const
      try {
        const answer = await fetcher(link, init)
        const bytes = await readUpTo(answer, maxPictureBytes)
        if (answer.status >= 500 || answer.status === 429) return failed
        return answer.status === 200 && bytes ? { ok: true, got: bytes } : refused
      } catch (error) {
        logError('fortytwo.picture', error)
        return failed
      }
    },
  }
}

async function fetchToken(
  { clientId, clientSecret, url }: FortyTwoSettings,
  fetcher: Fetch,
  { code, verifier, redirectUri }: ProfileRequest,
  signal: AbortSignal,
): Promise<Fetched<string>> {
  const answer = await fetcher(`${url}/oauth/token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
    redirect: 'manual',
    signal,
  })
  const json = await readJson(answer)
  const isNo = answer.status >= 400 && answer.status < 500 && answer.status !== 429
  if (!json || !(isNo || answer.status === 200)) return unusable('/oauth/token', answer)
  const token = isNo ? undefined : json['access_token']
  if (typeof token === 'string' && token !== '') return { ok: true, got: token }
  // A wrong client secret is ours to repair, so what 42 says of it is worth a line.
  logError('fortytwo.token', `42 gave no token: ${answer.status} ${errorCodeOf(json)}`)
  return refused
}

async function fetchMe(
  url: string,
  fetcher: Fetch,
  token: string,
  signal: AbortSignal,
): Promise<Fetched<Profile>> {
  const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
  const answer = await fetcher(`${url}/v2/me`, { headers, redirect: 'manual', signal })
  const json = await readJson(answer)
  const id = json?.['id']
  if (answer.status !== 200 || !json || !Number.isSafeInteger(id) || (id as number) <= 0) {
    return unusable('/v2/me', answer)
  }
  const image = json['image'] as Json | null | undefined
  return {
    ok: true,
    got: {
      subject: String(id),
      login: textOf(json['login']),
      email: textOf(json['email']),
      picture: textOf(image?.['link']),
    },
  }
}

function unusable(path: string, answer: Response): typeof failed {
  logError('fortytwo', `42 answered ${path} with status ${answer.status} and no usable body`)
  return failed
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}

function errorCodeOf(json: Json): string {
  const code = textOf(json['error'])
  return /^[a-z_]{1,40}$/.test(code) ? code : ''
}

/** A link to one of the hosts, over https and at its usual port, and nothing that could mean another. */
function isOurPicture(link: string, hosts: string[]): boolean {
  if (!URL.canParse(link)) return false
  const { protocol, host, username, password } = new URL(link)
  return protocol === 'https:' && hosts.includes(host) && username === '' && password === ''
}

async function readJson(answer: Response): Promise<Json | null> {
  const bytes = await readUpTo(answer, maxJsonBytes)
  try {
    const json: unknown = bytes && JSON.parse(new TextDecoder().decode(bytes))
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
    return isObject ? (json as Json) : null
  } catch {
    return null
  }
}

/** The body, or null as soon as it is longer. */
async function readUpTo(answer: Response, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  // Leaving the loop cancels the stream, and with it the rest of the transfer.
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength
    if (length > limit) return null
    chunks.push(chunk as Uint8Array<ArrayBuffer>)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
