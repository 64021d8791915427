// What a request did to the database, in words; and what an answer may be while something outside fails.
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { atRest, breaches, invariants } from '../support/invariants'
import { allRows } from '../support/database-rows'
import type { LogLine } from '../support/log-lines'
import type { Answer } from '../support/world'
import { inside, type Outsider } from './doubles'

export type Rows = Record<string, unknown[]>

/** Columns that follow from use and from the rooms, whenever they get to it. */
const volatile = new Set([
  'online_until',
  'listens_until',
  'last_used_at',
  'ok_at',
  'last_message',
  'last_message_id',
  'active_at',
  'unread',
  'read_up_to',
])
/** Tries that were counted, and what is known of devices: kept beside the work. */
const beside = ['counters', 'familiar', 'sqlite_sequence']

export async function rowsNow(): Promise<Rows> {
  const rows = await allRows()
  for (const table of beside) delete rows[table]
  return rows
}

/** By table: how many rows went, and how many came. */
export function difference(before: Rows, after: Rows): string {
  const tables = Object.keys(after).flatMap((table) => {
    const [gone, come] = [
      without(before[table]!, after[table]!),
      without(after[table]!, before[table]!),
    ]
    return gone + come === 0 ? [] : [`${table} -${gone} +${come}`]
  })
  return tables.join(', ') || 'nothing'
}

function without(rows: unknown[], others: unknown[]): number {
  const text = (row: unknown) =>
    JSON.stringify(row, (key, value) => (volatile.has(key) ? 0 : value))
  const known = new Set(others.map(text))
  return rows.map(text).filter((row) => !known.has(row)).length
}

/** What of that which always holds does not. */
export async function brokenInvariants(): Promise<string[]> {
  const all = { ...invariants, ...atRest }
  const queries = Object.values(all)
  const results = await env.DB.batch(queries.map((sql) => env.DB.prepare(sql)))
  const bySql = new Map(queries.map((sql, i) => [sql, results[i]!.results]))
  return breaches(all, (sql) => bySql.get(sql)!)
}

/** Matches any of these, for `toEqual`. */
export function oneOf(allowed: readonly unknown[]): unknown {
  return {
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    asymmetricMatch: (actual: unknown) => allowed.includes(actual),
    toString: () => `one of ${JSON.stringify(allowed)}`,
    toAsymmetricMatcher: () => `one of ${JSON.stringify(allowed)}`,
  }
}

/**
 * The one place that says what may be answered while something outside fails: what would be answered
 * otherwise, or the 5xx of whatever failed, which says nothing of the inside and has its line in the log,
 * with the cause.
 */
export function expectHonest(
  answer: Answer,
  faults: LogLine[],
  how: string,
  failing: Outsider,
): void {
  const { status, text, headers } = answer
  expect([how, text]).toEqual([how, expect.not.stringMatching(tellsTooMuch)])
  const line = faults.find((one) => one['request_id'] === headers.get('x-request-id'))
  const { event, cause } = line ?? {}
  // A monitor that asks every few seconds has its answer without a line each.
  const isTold = status < 500 || how === 'GET /health' || (event === 'request' && saysWhy(cause))
  const isDocumented = status < 500 || status === statusWithout(failing)
  expect({ how, status, line, isTold, isDocumented }).toMatchObject({
    isTold: true,
    isDocumented: true,
  })
}

/** What is answered where nothing can be done without it. */
export const statusWithout = (failing: Outsider) => (failing === 'database' ? 503 : 500)

const tellsTooMuch = /inside|D1_ERROR|SQLITE|\n\s+at /
const saysWhy = (cause: unknown) =>
  String(cause).includes(inside) || /TooLate: \w+: no answer within \d+ ms/.test(String(cause))
