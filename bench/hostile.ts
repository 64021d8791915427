// What somebody sends who wants to keep the service busy, each beside an ordinary request of the same weight.
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { Side } from './load.ts'
import { people } from './seed.ts'
import type { Stage } from './stage.ts'
import { median, percentile } from './statistics.ts'

/**
 * The hostile request's time over the ordinary one's, in milliseconds each; `quiet` is that of the same request
 * beside nothing, where the others are of one beside something.
 */
export type HostileComparison = {
  name: string
  ordinary: number
  hostile: number
  ratio: number
  quiet?: number
}

/** A hostile request is held to this ratio. */
export const hostileBudget = 5

type Raw = { method: string; path: string; headers: Record<string, string>; body?: Buffer }
type Pair = { name: string; ordinary: Raw; hostile: Raw }

const rounds = 9
/** So many wrong sign-ins come at once, and again when all of them are answered. */
const wrongSignIns = 60
const waves = 5
const ordinarySignIns = 12
/** A GET is sent so often, in milliseconds, and so many at least. */
const pace = 25
const leastGets = 40

/** Measures all of it. @throws where something is answered with a 5xx, but for 503 */
export async function compareHostile(stage: Stage): Promise<HostileComparison[]> {
  const { service } = stage
  const compared: HostileComparison[] = []
  for (const pair of pairsFor(service)) compared.push(await comparePair(service, pair))
  compared.push(...(await compareSignIns(stage.limited, stage.cast.signers)))
  return compared
}

async function comparePair(side: Side, pair: Pair): Promise<HostileComparison> {
  const [ordinary, hostile]: [number[], number[]] = [[], []]
  await timeOf(side, pair.ordinary)
  for (let i = 0; i < rounds; i++) {
    ordinary.push(await timeOf(side, pair.ordinary))
    hostile.push(await timeOf(side, pair.hostile))
  }
  return compared(pair.name, median(ordinary), median(hostile))
}

/**
 * A signed-in GET: while one person after the other signs in, whose password's hash it waits for too, and while
 * wrong passwords are tried from many addresses at once, again and again; and beside nothing.
 */
async function compareSignIns(
  side: Side,
  signers: readonly string[],
): Promise<HostileComparison[]> {
  const authorization = `Bearer ${side.token(people.readers[0]!)}`
  const get: Raw = { method: 'GET', path: '/api/profile/', headers: { authorization } }
  const signIn = (n: number) => {
    const headers = { 'cf-connecting-ip': `198.51.100.${n + 1}` }
    const wrong = { username: signers[n % signers.length], password: 'a wrong one' }
    return timeOf(side, json('POST', '/accounts/login/', wrong, headers))
  }
  const oneByOne = async () => {
    for (let n = 0; n < ordinarySignIns; n++) await signIn(n)
  }
  const allAtOnce = async () => {
    const numbers = Array.from({ length: wrongSignIns }, (_, n) => n)
    for (let wave = 0; wave < waves; wave++) await Promise.all(numbers.map(signIn))
  }
  const nameOf = (share: string) => `a GET beside ${wrongSignIns} wrong sign-ins (${share})`
  const quiet = await readDuring(side, get, async () => {})
  const ordinary = await readDuring(side, get, oneByOne)
  const hostile = await readDuring(side, get, allAtOnce)
  return (['median', 'p95'] as const).map((share) => ({
    ...compared(nameOf(share), ordinary[share], hostile[share]),
    quiet: quiet[share],
  }))
}

/** How long a request takes while something else goes on: sent at a steady rate, whatever the others do. */
async function readDuring(side: Side, get: Raw, others: () => Promise<unknown>) {
  const state = { isOver: false }
  const over = others().finally(() => (state.isOver = true))
  const times: Promise<number>[] = []
  while (!state.isOver || times.length < leastGets) {
    times.push(timeOf(side, get))
    await setTimeout(pace)
  }
  await over
  const all = await Promise.all(times)
  return { median: median(all), p95: percentile(all, 0.95) }
}

function compared(name: string, ordinary: number, hostile: number): HostileComparison {
  return { name, ordinary, hostile, ratio: hostile / ordinary }
}

// ── The requests ─────────────────────────────────────────────────────────────────────────────────

const madeUp = { authorization: `Token ${'0123456789'.repeat(4)}` }
const marks = `a${'\u0301'.repeat(16_000)}${'\u0316'.repeat(16_000)}`
const plainText = 'a'.repeat(64_000)
const nines = Array.from({ length: 60_000 }, () => 9)

function pairsFor(side: Side): Pair[] {
  const signedIn = { authorization: `Bearer ${side.token(people.writers[0]!)}` }
  const signUp = (username: string, password: string) =>
    json('POST', '/accounts/signup/', { username, password })
  const register = (more: object) => json('POST', '/api/register/', { username: 'x', ...more })
  const change = (picture: Buffer, headers: Record<string, string>) =>
    upload('PATCH', '/users/user_details/', 'profile_picture', picture, headers)
  const list = (path: string, headers: Record<string, string>): Raw => ({
    method: 'GET',
    path,
    headers,
  })
  return [
    {
      name: 'runs of marks in a username',
      ordinary: signUp(plainText, 'a good password'),
      hostile: signUp(marks, 'a good password'),
    },
    {
      name: 'runs of marks in a password',
      ordinary: signUp('x', plainText),
      hostile: signUp('x', marks),
    },
    {
      name: '60,000 groups',
      ordinary: register({ password: plainText + plainText.slice(0, 50_000) }),
      hostile: register({ password: 'a good password', groups: nines }),
    },
    {
      name: 'a WebP of 262,000 parts',
      ordinary: change(webp(chunk('ICCP', Buffer.alloc(2_000_000))), signedIn),
      hostile: change(webp(Buffer.alloc(8 * 250_000, chunk('ALPH', Buffer.of()))), signedIn),
    },
    {
      name: 'the list of everybody by a made-up credential',
      ordinary: list('/groups/1/', madeUp),
      hostile: list('/users/user_list/', madeUp),
    },
    {
      name: 'a picture of 2 MiB by a made-up credential',
      ordinary: change(webp(chunk('ICCP', Buffer.alloc(2_000_000))), signedIn),
      hostile: change(webp(Buffer.alloc(8 * 250_000, chunk('ALPH', Buffer.of()))), madeUp),
    },
  ]
}

function json(method: string, path: string, given: object, headers = {}): Raw {
  const body = Buffer.from(JSON.stringify(given))
  return { method, path, headers: { 'content-type': 'application/json', ...headers }, body }
}

function upload(
  method: string,
  path: string,
  field: string,
  picture: Buffer,
  more: Record<string, string>,
): Raw {
  const head = `--b\r\nContent-Disposition: form-data; name="${field}"; filename="a.webp"\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from('\r\n--b--\r\n')])
  return {
    method,
    path,
    headers: { 'content-type': 'multipart/form-data; boundary=b', ...more },
    body,
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(name), length, data, Buffer.alloc(data.length % 2)])
}

/** An extended WebP of one pixel with these chunks before its picture. */
function webp(more: Buffer): Buffer {
  const flags = more.subarray(0, 4).toString() === 'ALPH' ? 0x10 : 0x20
  const picture = Buffer.from('MAEAnQEqAQABAA7A/iWkAANwAAAAAA==', 'base64')
  const canvas = Buffer.of(flags, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  const parts = [Buffer.from('WEBP'), chunk('VP8X', canvas), more, chunk('VP8 ', picture)]
  return chunk('RIFF', Buffer.concat(parts))
}

/** Sends a request and reads the answer to its end; how long that took. */
function timeOf(side: Side, { method, path, headers, body }: Raw): Promise<number> {
  const { agent, origin } = side
  const { hostname: host, port } = origin
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': body.length } : {}
    const options = { agent, host, port, method, path, headers: { ...headers, ...length } }
    const sent = request(options, (answer) => {
      answer.on('error', reject)
      answer.on('end', () => resolve(performance.now() - begun))
      answer.resume()
      const { statusCode = 0 } = answer
      if (statusCode >= 500 && statusCode !== 503) reject(new Error(`${path}: ${statusCode}`))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
