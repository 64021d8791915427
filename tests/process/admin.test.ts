// `npm run admin`: makes an administrator in a local database of its own.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const place = mkdtempSync(join(tmpdir(), 'kith-admin-'))
const env = {
  ...process.env,
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
}

function wrangler(...args: string[]) {
  const local = ['--local', '--persist-to', place]
  const done = spawnSync('npx', ['wrangler', 'd1', ...args, ...local], { env, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(done.stdout + done.stderr)
  return done.stdout
}

const query = (sql: string) =>
  JSON.parse(wrangler('execute', 'DB', '--json', '--command', sql)).at(-1).results

function admin(...args: string[]) {
  const all = ['run', '--silent', 'admin', '--', ...args]
  const { status, stdout, stderr } = spawnSync('npm', all, { env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

beforeAll(() => {
  wrangler('migrations', 'apply', 'DB')
  query(`insert into users (id, username, username_key, is_active, joined_at) values
    (1, 'Straße', 'strasse', 1, 0), (2, 'bob', 'bob', 1, 0), (3, 'carol', 'carol', 0, 0);
    insert into memberships (user_id, group_id) values (2, 1)`)
}, 120_000)

afterAll(() => rmSync(place, { recursive: true }))

describe('npm run admin', () => {
  it('makes an administrator, once, whatever the case of the name', () => {
    // Bob is one already.
    for (const [name, account] of [
      ['STRAẞE', 'Straße'],
      ['bob', 'bob'],
    ] as const) {
      const { status, stdout } = admin(name, '--persist-to', place)
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
    expect(query('select user_id, group_id from memberships order by user_id')).toEqual([
      { user_id: 1, group_id: 1 },
      { user_id: 2, group_id: 1 },
    ])
  }, 120_000)
})
