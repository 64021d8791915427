// The load: as many requests as a few connections can make in a short turn, one after another on each.
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Call } from './endpoints.ts'

/** What came of a turn. Latencies in milliseconds. */
export type Turn = { requests: number; milliseconds: number; latencies: number[] }

/** One side of the measurement: where it is, and how it is signed in to. */
export type Side = {
  origin: URL
  agent: Agent
  /** The access token of an account's session of that number. */
  token: (userId: number, session?: number) => string
}

export function sideAt(origin: URL, token: Side['token']): Side {
  return { origin, token, agent: new Agent({ keepAlive: true, maxSockets: 256 }) }
}

/** Makes one call, and answers with its body. @throws where the status is another than the call says */
export function make(side: Side, call: Call): Promise<string> {
  const body = call.json === undefined ? undefined : JSON.stringify(call.json)
  const headers: Record<string, string | number> = { ...call.headers }
  if (call.as !== undefined)
    headers['authorization'] = `Bearer ${side.token(call.as, call.session)}`
  if (body !== undefined) {
    headers['content-type'] = 'application/json'
    headers['content-length'] = Buffer.byteLength(body)
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent: side.agent,
        host: side.origin.hostname,
        port: side.origin.port,
        method: call.method,
        path: call.path,
        headers,
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (answer.statusCode === call.status) return resolve(text)
          const shown = `${call.method} ${call.path}: ${answer.statusCode} ${text.slice(0, 300)}`
          return reject(new Error(shown))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Makes calls on `connections` at once until the time is over, and waits for those under way. */
export async function takeTurn(
  side: Side,
  next: () => Call,
  milliseconds: number,
  connections: number,
): Promise<Turn> {
  const latencies: number[] = []
  const begun = performance.now()
  const one = async () => {
    do {
      const at = performance.now()
      await make(side, next())
      latencies.push(performance.now() - at)
    } while (performance.now() - begun < milliseconds)
  }
  await Promise.all(Array.from({ length: connections }, one))
  return { requests: latencies.length, milliseconds: performance.now() - begun, latencies }
}
