// The database on a real libsql-server over HTTP: the cases that `domain/statements.test.ts` runs on
// D1, and the statements of sessions. Contracts and races run on it in the project `libsql`.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Client } from '@libsql/client/web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLibsql } from '../../src/db/client'
import { runBatch } from '../../src/db/batch'
import { openSession } from '../../src/domain/accounts/sessions/grants'
import { renewAccess, rotateRefresh } from '../../src/domain/accounts/sessions/refresh'
import type { Context } from '../../src/domain/base/context'
import { describeStatements } from '../support/statement-cases'
import { describeAbsence } from './support/libsql-absence'
import { hasLibsqlServer, type LibsqlServer, startLibsqlServer } from './support/libsql-server'

if (hasLibsqlServer) describeServer()
else describeAbsence('a statement')

function describeServer(): void {
  describe('on a libsql-server', () => {
    let server: LibsqlServer
    let db: Client
    beforeAll(async () => {
      server = await startLibsqlServer()
      db = server.db
    })
    afterAll(() => server.stop())

    it('is not taken for D1', () => {
      expect(isLibsql(db)).toBe(true)
    })

    describeStatements(() => db)

    it('is migrated by `npm run migrate:libsql` to the same schema', async () => {
      const other = await startLibsqlServer({ isEmpty: true })
      try {
        const env = { ...process.env, LIBSQL_URL: other.url, LIBSQL_AUTH_TOKEN: '' }
        await promisify(execFile)('npm', ['run', 'migrate:libsql'], { env })
        expect(await schemaOf(other.db)).toEqual(await schemaOf(db))
      } finally {
        await other.stop()
      }
    })

    describe('a session', () => {
      it('does as it does on D1', async () => {
        const clock = { now: Date.parse('2026-01-15T10:30:00Z') }
        const later: Promise<unknown>[] = []
        const ctx = contextOn(db, clock, later)
        await db.execute(
          `insert into users (username, username_key, password, is_active, code_required, joined_at)
            values ('alice', 'alice', 'a hash', 1, 0, 0)`,
        )
        const session = openSession(ctx, { usernameKey: 'alice', password: 'a hash' })
        const { begun } = await runBatch(db, session.work)
        const grant = await session.grant(begun!)
        clock.now += 61_000
        const rotate = () => rotateRefresh(ctx, grant.refresh)
        const [one, two] = await Promise.all([rotate(), rotate()])
        expect(one.refresh).toBe(two.refresh)
        expect(await renewAccess(ctx, one.refresh)).toEqual(expect.any(String))
        clock.now += 10_000
        await expect(rotate()).rejects.toMatchObject({ code: 'refresh.revoked' })

        await Promise.all(later)
      })
    })
  })
}

/** All tables and indexes that are ours, and where their ids begin. */
async function schemaOf(db: Client) {
  const ours = `name not like '\\_\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\'`
  const { rows } = await db.execute(
    `select name, sql from sqlite_schema where ${ours} order by name`,
  )
  const { rows: begins } = await db.execute(
    `select seq from sqlite_sequence where name = 'friend_requests'`,
  )
  return { rows, begins }
}

/** What the domain is given for a request, as far as these verbs use it. */
function contextOn(db: Client, clock: { now: number }, later: Promise<unknown>[]): Context {
  const day = 86_400_000
  const context: Partial<Context> = {
    db,
    now: () => clock.now,
    keys: { jwt: new Uint8Array(32).fill(1), pepper: new Uint8Array(32) },
    rules: {
      accessTokenLife: 900_000,
      refreshTokenLife: 30 * day,
      sessionMaxLife: 180 * day,
    } as Context['rules'],
    client: { address: '', site: '', userAgent: '' },
    blacklist: { has: async () => false, add: async () => undefined },
    people: {
      join: () => Promise.reject(new Error('no sockets here')),
      endSessions: async () => undefined,
      presenceChanged: async () => undefined,
      deliver: async () => undefined,
      notify: async () => undefined,
    },
    budget: { isSpent: () => false },
    jobKinds: {},
    dispatch: async () => undefined,
    later: (work) => void later.push(work()),
    report: () => undefined,
  }
  return context as Context
}
