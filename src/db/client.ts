// The database behind one type: D1 through its binding, or libSQL over HTTP.
import { type Client, createClient } from '@libsql/client/web'
import { DatabaseUnavailable } from './unavailable'

/**
 * What statements run on. There is no interactive transaction on purpose: D1 has none. What belongs
 * together goes into one atomic `batch` (see `batch.ts`).
 */
export type Db = D1 | Client

/** As much of D1 as is used. */
export type D1 = Pick<D1Database, 'prepare' | 'batch'>

/** For a round trip to libSQL with all of its answer, so that a request is answered within 5 seconds. */
const deadline = 3800

/**
 * Opens a libSQL database, such as `https://db.example.org` or `libsql://db.example.org`. Always over
 * HTTP, which the server speaks at the same address: a WebSocket that hangs would have no deadline.
 * `called` is told of each round trip.
 */
export function openLibsql(
  url: string,
  authToken: string | undefined,
  called: () => void = () => undefined,
): Client {
  const overHttp = url.replace(/^ws/, 'http')
  const token = authToken ? { authToken } : {}
  const fetch = (request: Request) => {
    called()
    return fetchInTime(request)
  }
  return createClient({ url: overHttp, ...token, intMode: 'number', fetch })
}

/** Whether the database is libSQL rather than D1. */
export function isLibsql(db: Db): db is Client {
  return 'execute' in db
}

/** The client's `fetch`. Whatever is not the database's own answer is `DatabaseUnavailable`. */
async function fetchInTime(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(deadline) })
    // Read here: a server that stops in the middle of its answer is as bad as one that gives none.
    const bytes = await answer.arrayBuffer()
    const { status, headers } = answer
    // 400 and 413 are about what we have sent. A token that is refused is not about the caller.
    const isAnswer = answer.ok ? isJson(headers) : status === 400 || status === 413
    if (isAnswer) return new Response(bytes, { status, headers })
    throw new Error(`libSQL answered ${status}: ${new TextDecoder().decode(bytes).slice(0, 200)}`)
  } catch (cause) {
    throw new DatabaseUnavailable(cause)
  }
}

function isJson(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false
}
