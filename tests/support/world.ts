// A service of the test's own: the whole app in this isolate, with a clock that is set, a database
// whose round trips are counted, and calls that end only when the work after the answer is done.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createApp } from '../../src/app'
import { isLibsql } from '../../src/db/client'
import { jobKinds } from '../../src/jobs'
import { tellOwn } from '../../src/domain/notifications'
import type { Context, InTime } from '../../src/domain/base/context'
import { createContext, type Sender } from '../../src/platform/context'
import { readSettings, type Settings } from '../../src/settings'
import { database } from './database'
import { type DatabaseCount, countBatches, countDatabase } from './database-count'
import { type Exchange, judge } from './described'

export type Answer = {
  status: number
  headers: Headers
  body: any
  text: string
  bytes: Uint8Array
}

export type CallOptions = {
  json?: unknown
  form?: Record<string, string> | FormData
  /** A body sent as it is. */
  raw?: BodyInit
  headers?: Record<string, string>
  /** An access token, sent as `Authorization: Bearer`. */
  as?: { access: string } | undefined
}

export type WorldOptions = {
  /** Extra or other bindings and settings. */
  env?: Record<string, unknown>
  /** Replaces the database, where it is D1. */
  database?: typeof database
  /** Replaces the deadlines. */
  inTime?: InTime
  /** Replaces parts of the context of each request. */
  context?: (context: Context) => Context
  origin?: string
  /** When it begins; the objects of rooms and people have the real time. */
  now?: number
}

export type World = ReturnType<typeof createWorld>

/** The time at which each world begins. */
export const beginning = Date.parse('2026-01-15T10:30:00Z')

export function createWorld(options: WorldOptions = {}) {
  const clock = {
    now: options.now ?? beginning,
    advance: (milliseconds: number) => (clock.now += milliseconds),
  }
  const count: DatabaseCount = { trips: 0, statements: 0, rowsRead: 0, rowsWritten: 0 }
  // The people of the tests all sign up from one address.
  const bindings = {
    ...env,
    FLOOD_GUARD: 'off',
    LIMIT_REGISTRATIONS: '1000000/3600',
    // They often do so side by side, and in one isolate.
    SIGN_INS_AT_ONCE: '1000',
    ...options.env,
    DB: countDatabase(options.database ?? database, count),
  }
  const contextOf = (
    bound: Env,
    settings: Settings,
    client: Sender,
    waits: Pick<ExecutionContext, 'waitUntil'>,
  ) => {
    const { inTime } = options
    const more = {
      jobKinds,
      dispatch: tellOwn,
      now: () => clock.now,
      ...(inTime ? { inTime } : {}),
    }
    const made = createContext(bound, settings, client, waits, more)
    // D1 is counted as a binding, libSQL where it was opened.
    const context = isLibsql(made.db) ? { ...made, db: countBatches(made.db, count) } : made
    return options.context?.(context) ?? context
  }
  const app = createApp((c, settings) => {
    const client = {
      address: c.req.header('cf-connecting-ip') ?? '203.0.113.7',
      userAgent: c.req.header('user-agent') ?? 'tests',
    }
    return contextOf(c.env, settings, client, c.executionCtx)
  })

  async function call(method: string, path: string, given: CallOptions = {}): Promise<Answer> {
    const request = new Request(new URL(path, options.origin ?? 'http://kith.test'), {
      method,
      redirect: 'manual',
      ...bodyOf(given),
      headers: headersOf(given),
    })
    const execution = createExecutionContext()
    const response = await app.fetch(request, bindings, execution)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const text = new TextDecoder().decode(bytes)
    await waitOnExecutionContext(execution)
    const type = response.headers.get('content-type') ?? ''
    const body: unknown = type.startsWith('application/json') && text ? JSON.parse(text) : null
    const { pathname } = new URL(request.url)
    const sent = { type: bytes.length > 0 ? type : '', body }
    await requireDescribed({ method, path: pathname, status: response.status, ...sent })
    return { status: response.status, headers: response.headers, body, text, bytes }
  }

  /** Runs a verb of the domain as a request would, and then what it left for later. */
  async function run<T>(work: (context: Context) => Promise<T>): Promise<T> {
    const read = readSettings(bindings)
    if (!read.ok) throw new Error(read.problems.join(' '))
    const execution = createExecutionContext()
    const client = { address: '203.0.113.7', userAgent: 'tests' }
    try {
      return await work(contextOf(bindings, read.settings, client, execution))
    } finally {
      await waitOnExecutionContext(execution)
    }
  }

  /** What a piece of work costs in the database. */
  async function cost(work: () => Promise<unknown>): Promise<DatabaseCount> {
    const before = { ...count }
    await work()
    return {
      trips: count.trips - before.trips,
      statements: count.statements - before.statements,
      rowsRead: count.rowsRead - before.rowsRead,
      rowsWritten: count.rowsWritten - before.rowsWritten,
    }
  }

  return { call, run, clock, cost, bindings, app }
}

let described: ReturnType<typeof judge> | undefined

/** Every answer of every test is one that /openapi.json describes. */
async function requireDescribed(exchange: Exchange): Promise<void> {
  described ??= judge(await readDocument('/openapi.json'))
  const faults = described(exchange)
  if (faults.length === 0) return
  throw new Error(`/openapi.json does not describe this answer:\n${faults.join('\n')}`)
}

/** One of the service's documents of itself. */
export async function readDocument(
  path: '/openapi.json' | '/asyncapi.json',
): Promise<Record<string, unknown>> {
  const bindings = { ...env, FLOOD_GUARD: 'off' }
  const request = new Request(`http://kith.test${path}`)
  const answer = await createApp().fetch(request, bindings, createExecutionContext())
  return answer.json()
}

function bodyOf(given: CallOptions): { body?: BodyInit } {
  if (given.json !== undefined) return { body: JSON.stringify(given.json) }
  if (given.form instanceof FormData) return { body: given.form }
  if (given.form) return { body: new URLSearchParams(given.form) }
  return given.raw === undefined ? {} : { body: given.raw }
}

function headersOf(given: CallOptions): Record<string, string> {
  return {
    ...(given.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(given.as ? { authorization: `Bearer ${given.as.access}` } : {}),
    ...given.headers,
  }
}
