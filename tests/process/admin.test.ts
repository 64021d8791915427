// `npm run admin`: makes an administrator in a local database of its own.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migratedStorage } from './support/pool'

const place = mkdtempSync(join(tmpdir(), 'kith-admin-'))
const env = {
  ...process.env,
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

/** The database's file, which nobody has open between two commands. */
function withDatabase<T>(use: (db: DatabaseSync) => T): T {
  const folder = join(place, 'v3', 'd1', 'miniflare-D1DatabaseObject')
  const isDatabase = (name: string) => name.endsWith('.sqlite') && name !== 'metadata.sqlite'
  const db = new DatabaseSync(join(folder, readdirSync(folder).find(isDatabase)!))
  try {
    return use(db)
  } finally {
    db.close()
  }
}

/** Runs a command to its end. */
function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** What `npm run admin` runs: npm takes longer than the script where that refuses its arguments. */
const admin = (...args: string[]) => run(process.execPath, 'scripts/admin.mjs', ...args)
const npmRunAdmin = (...args: string[]) => run('npm', 'run', '--silent', 'admin', '--', ...args)

beforeAll(async () => {
  await cp((await migratedStorage())!, place, { recursive: true })
  const people = `insert into users (id, username, username_key, is_active, joined_at) values
    (1, 'Straße', 'strasse', 1, 0), (2, 'bob', 'bob', 1, 0), (3, 'carol', 'carol', 0, 0);
    insert into memberships (user_id, group_id) values (2, 1)`
  withDatabase((db) => db.exec(people))
}, 120_000)

afterAll(() => rmSync(place, { recursive: true }))

describe('npm run admin', () => {
  it('makes an administrator, once, whatever the case of the name', () => {
    // Bob is one already.
    for (const [name, account] of [
      ['STRAẞE', 'Straße'],
      ['bob', 'bob'],
    ] as const) {
      const { status, stdout } = npmRunAdmin(name, '--persist-to', place)
      expect([status, stdout]).toEqual([0, `kith: ${account} is an administrator.\n`])
    }
  }, 120_000)

  it('knows nobody who is not there or not active, and takes nothing that is no name', () => {
    const { status, stderr } = admin('carol', '--persist-to', place)
    expect([status, stderr]).toEqual([1, 'kith: there is no active account named "carol".\n'])
    for (const name of [`x' or 1 = 1 --`, `bob'; delete from users; --`, '', '"']) {
      const { status, stderr } = admin(name, '--persist-to', place)
      expect([status, stderr]).toEqual([1, `kith: "${name}" is no username.\n`])
    }
    for (const args of [
      [],
      ['a', 'b'],
      ['bob', '--remote', '--persist-to', place],
      ['--nonsense'],
    ]) {
      const { status, stderr } = admin(...args)
      expect([status, stderr]).toEqual([1, expect.stringContaining('usage: npm run admin')])
    }
    const { status: missed, stderr: hint } = admin('bob', '--persist-to', join(place, 'elsewhere'))
    const run = 'run `npm run dev` first, with the same --persist-to.'
    expect([missed, hint]).toEqual([1, `kith: the database has no tables yet: ${run}\n`])
    const memberships = 'select user_id, group_id from memberships order by user_id'
    expect(withDatabase((db) => db.prepare(memberships).all())).toEqual([
      { user_id: 1, group_id: 1 },
      { user_id: 2, group_id: 1 },
    ])
  }, 120_000)
})
