// A database that cannot do its part just now is 503, in each dialect; a statement that it refuses is our
// fault, and 500.
import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { runBatch } from '../../src/db/batch'
import { q } from '../../src/db/compile'
import { oneRow } from '../../src/db/declare'
import { type Db } from '../../src/db/client'
import { withBrokenDatabase } from '../support/broken-database'
import { logLinesOf } from '../support/log-lines'
import { type Person, signUp } from '../support/people'
import { createWorld } from '../support/world'

let alice: Person
beforeAll(async () => {
  alice = await signUp(createWorld(), 'alice')
})

const text = 'The service is not available at the moment. Try again in a few seconds.'

/** What D1 says of itself (Cloudflare's list of D1 errors). */
const passing = [
  'D1_ERROR: Network connection lost.',
  'D1_ERROR: D1 DB is overloaded. Requests queued for too long.',
  'D1_ERROR: D1 DB is overloaded. Too many requests queued.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: Internal error while starting up D1 DB storage caused object to be reset.',
  'D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.',
  'D1_ERROR: D1 DB exceeded its CPU time limit and was reset.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
]

const ours = [
  'D1_ERROR: near "selec": syntax error at offset 0: SQLITE_ERROR',
  'D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT',
  'D1_ERROR: no such table: users: SQLITE_ERROR',
  "D1_TYPE_ERROR: Type 'undefined' not supported for value 'undefined'",
]

describe('a database that cannot do its part', () => {
  it.each(passing)('is 503 in every dialect: %s', async (words) => {
    const { call } = createWorld({ context: withBrokenDatabase(words) })
    const { faults } = await logLinesOf(async () => {
      for (const [path, expected] of [
        ['/friends/', { detail: text }],
        ['/users/search_friends/', { code: 2, error: text }],
      ] as const) {
        const { status, body, headers } = await call('GET', path, { as: alice })
        expect([status, body]).toEqual([503, expected])
        expect(headers.get('retry-after')).toBe('5')
      }
    })
    expect(faults).toHaveLength(2)
    for (const { cause } of faults) expect(cause).toContain(words)
  })

  it('says why /health is not', async () => {
    const { call } = createWorld({ context: withBrokenDatabase(passing[0]!) })
    const { faults } = await logLinesOf(() => call('GET', '/health'))
    expect(faults).toMatchObject([{ event: 'health', cause: expect.stringContaining('lost') }])
  })
})

describe('a statement that the database refuses', () => {
  it.each(ours)('is 500: %s', async (words) => {
    const { call } = createWorld({ context: withBrokenDatabase(words) })
    const { status, headers } = await call('GET', '/friends/', { as: alice })
    expect([status, headers.get('retry-after')]).toEqual([500, null])
  })
})

describe('a libSQL server', () => {
  const asked = { one: oneRow({}, () => q.all<{ x: number }>(sql`select 1 as x`))({}) }
  /** A client whose first batches fail with these codes. */
  const failing = (...codes: string[]) => {
    const tries = { made: 0 }
    const batch = async () => {
      const code = codes[tries.made++]
      if (code) throw Object.assign(new Error(`${code}: as it says`), { code })
      return [{ rows: [{ x: 1 }], columns: ['x'], rowsAffected: 0 }]
    }
    return { tries, db: { execute: batch, batch } as unknown as Db }
  }

  it('that is busy is asked again, for less than a second', async () => {
    const soon = failing('SQLITE_BUSY', 'SQLITE_BUSY')
    await expect(runBatch(soon.db, asked)).resolves.toEqual({ one: { x: 1 } })
    expect(soon.tries.made).toBe(3)
    const never = failing(...Array.from({ length: 100 }, () => 'SQLITE_BUSY'))
    const begun = Date.now()
    await expect(runBatch(never.db, asked)).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
    expect(never.tries.made).toBeGreaterThan(3)
    expect(Date.now() - begun).toBeLessThan(1500)
  })

  it.each(['TRANSACTION_TIMEOUT', 'SQLITE_IOERR_WRITE', 'SQLITE_FULL', 'STREAM_EXPIRED'])(
    'that cannot work is not available: %s',
    async (code) => {
      const { db, tries } = failing(code)
      await expect(runBatch(db, asked)).rejects.toMatchObject({ name: 'DatabaseUnavailable' })
      expect(tries.made).toBe(1)
    },
  )

  it.each(['SQLITE_CONSTRAINT', 'SQL_PARSE_ERROR', 'SQLITE_UNKNOWN', 'ARGS_INVALID'])(
    'that refuses a statement is quoted: %s',
    async (code) => {
      await expect(runBatch(failing(code).db, asked)).rejects.toMatchObject({ name: 'Error', code })
    },
  )
})
