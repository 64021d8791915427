// The one way out to addresses that strangers choose: https at its usual port, to a name that can be a public
// server's. What a name resolves to is the network's to refuse: Cloudflare's reaches public addresses only.
import type { Clock, Outside, OutsideAnswer, OutsideRequest } from '../domain/base/context'

/** What a deployment has set about it. Hosts as a URL has them: with a port where it is not the usual one. */
export type OutsideRules = {
  /** May be asked whatever they are, over http too (`OUTSIDE_HOSTS`). */
  exempt: readonly string[]
  /** Our own: nobody has us talk to ourselves. */
  own: readonly string[]
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>
type Surroundings = { now: Clock; called?: () => void; fetcher?: Fetch }

const usualDeadline = 5000
/** Letters, digits and hyphens, with a dot between: what names of public servers are made of. */
const publicName =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/
/** Ends of names that mean something within a machine or a network (RFC 6761, 6762, 8375). */
const inside = /\.(?:localhost|local|internal|home\.arpa)$/
/** A URL's parser drops or turns these: they are written to mean another address than they seem to. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const misleading = /[\u0000-\u0020\\\u007f]/

/** Also an empty one: `https://@host`. */
const userPart = /^[a-z]+:\/*[^/?#]*@/i

/** Whether an address may be asked. Pure: judged when it is kept and again at each try. */
export function judgeOutsideAddress(text: string, { exempt, own }: OutsideRules): boolean {
  if (misleading.test(text) || !URL.canParse(text)) return false
  const { protocol, host, hostname, port } = new URL(text)
  if (userPart.test(text)) return false
  if (exempt.includes(host)) return protocol === 'https:' || protocol === 'http:'
  // The parser has made dots of every spelling of an IPv4 address: none ends with a letter.
  const isPublic = publicName.test(hostname) && !inside.test(hostname)
  return protocol === 'https:' && port === '' && isPublic && !own.includes(host)
}

/** The way out. `called` hears of each request that goes out. */
export function outsideOf(rules: OutsideRules, { now, called, fetcher }: Surroundings): Outside {
  const ask = fetcher ?? ((url, init) => fetch(url, init))
  return {
    mayAsk: (url) => judgeOutsideAddress(url, rules),
    async send(request) {
      const begun = now()
      if (!judgeOutsideAddress(request.url, rules)) return { kind: 'refused', ms: 0 }
      called?.()
      try {
        return await answerOf(ask, request, now)
      } catch (error) {
        return { kind: isLate(error) ? 'timeout' : 'unreachable', ms: now() - begun }
      }
    },
  }
}

async function answerOf(ask: Fetch, request: OutsideRequest, now: Clock): Promise<OutsideAnswer> {
  const { url, method = 'POST', headers = {}, body, deadline = usualDeadline, most = 0 } = request
  const begun = now()
  const signal = AbortSignal.timeout(deadline)
  const init = { method, headers, redirect: 'manual', signal } as const
  const answer = await ask(url, body === undefined ? init : { ...init, body })
  const read = await readUpTo(answer, most)
  const retryAfter = waitOf(answer.headers.get('retry-after'), now())
  return { kind: 'answered', status: answer.status, retryAfter, body: read, ms: now() - begun }
}

const isLate = (error: unknown) =>
  error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')

/** `Retry-After` (RFC 9110 §10.2.3) in milliseconds from now; null where it says nothing that makes sense. */
function waitOf(text: string | null, now: number): number | null {
  if (text === null) return null
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(at - now, 0)
}

/** The beginning of a body; the rest is not waited for. */
async function readUpTo(answer: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let left = most
  if (most === 0) await answer.body?.cancel()
  // Leaving the loop cancels the stream, and with it the rest of the transfer.
  else
    for await (const chunk of answer.body ?? []) {
      const part = (chunk as Uint8Array<ArrayBuffer>).slice(0, left)
      chunks.push(part)
      left -= part.byteLength
      if (left === 0) break
    }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
