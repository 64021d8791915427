// `npm run restored`, as docs/operate.md says it: a backup of the database file is put back under a dev server
// that goes on, then the command, then the timer.
import { spawnSync } from 'node:child_process'
import { copyFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatClient } from './support/chat-client'
import { type DevServer, startDevServer } from './support/dev-server'

let dev: DevServer
beforeAll(async () => {
  dev = await startDevServer()
}, 120_000)
afterAll(() => dev.stop())

type Body = Record<string, any>
type Person = { username: string; password: string; access: string }

async function call(method: string, path: string, body?: Body, person?: Person) {
  const answer = await fetch(dev.origin + path, {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(person ? { authorization: `Bearer ${person.access}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  const json = (text === '' ? null : JSON.parse(text)) as Body
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: json }
}

async function signUp(username: string): Promise<Person> {
  const password = `${username} has a password`
  const { body } = await call('POST', '/accounts/signup/', { username, password })
  return { username, password, access: body['access'] as string }
}

const signIn = ({ username, password }: Person) =>
  call('POST', '/accounts/login/', { username, password })

/** Starts a conversation; with a text, sends that too. */
async function start(one: Person, other: Person, text?: string): Promise<number> {
  const { body } = await call('POST', '/conversations/start/', { username: other.username }, one)
  const id = body['conversation_id'] as number
  if (text === undefined) return id
  const address = `ws://127.0.0.1:${dev.port}/ws/chat/${id}/`
  const client = new ChatClient(() => address, one.access)
  await client.start()
  client.send(text)
  await client.settled(30_000)
  client.end()
  return id
}

const textsOf = async (id: number, person: Person) => {
  const { body } = await call('GET', `/conversations/${id}/`, undefined, person)
  return (body['message_set'] as { text: string }[]).map(({ text }) => text)
}

const database = () => {
  const folder = join(dev.directory, 'v3', 'd1', 'miniflare-D1DatabaseObject')
  const file = readdirSync(folder).find(
    (name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite',
  )
  return join(folder, file!)
}

/** The database as it is now, in one file. */
function backUp(): string {
  const copy = join(dev.directory, 'backup.sqlite')
  const source = new DatabaseSync(database(), { timeout: 5000 })
  source.exec(`vacuum into '${copy}'`)
  source.close()
  return copy
}

describe('npm run restored', () => {
  it('makes an old copy of the database safe to go on with', async () => {
    const [alice, bob] = [await signUp('alice'), await signUp('bob')]
    const old = await start(alice, bob, 'hello bob')
    const backup = backUp()
    const [carol, dan] = [await signUp('carol'), await signUp('dan')]
    await start(carol, dan, 'for dan alone')
    expect((await call('DELETE', '/users/delete_account/', undefined, bob)).status).toBe(200)

    await dev.kill()
    // The log of what the file does not hold yet is of the other database.
    for (const rest of ['-wal', '-shm']) rmSync(database() + rest, { force: true })
    copyFileSync(backup, database())
    await dev.restart()
    expect((await signIn(bob)).status).toBe(200)

    const { stdout, status } = spawnSync(
      'npm',
      ['run', '--silent', 'restored', '--', '--persist-to', dev.directory],
      { encoding: 'utf8' },
    )
    expect([status, stdout]).toEqual([
      0,
      'kith: every sequence is 10,000,000 further.\n' +
        'kith: writes are answered 503 until the timer has repaired the rest, within some minutes.\n',
    ])
    expect(await signIn(alice)).toMatchObject({ status: 503, retryAfter: '5' })
    expect((await call('GET', '/api/profile/', undefined, alice)).status).toBe(200)

    await fetch(`${dev.origin}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`)
    expect((await call('GET', '/api/profile/', undefined, alice)).status).toBe(401)
    expect((await signIn(bob)).status).toBe(401)
    const again = { ...alice, ...(await signIn(alice)).body }
    expect(await textsOf(old, again)).toEqual(['hello bob'])
    const [erin, frank] = [await signUp('erin'), await signUp('frank')]
    const fresh = await start(erin, frank)
    expect(fresh).toBe(old + 10_000_001)
    expect(await textsOf(fresh, erin)).toEqual([])
    await start(erin, frank, 'hello frank')
    expect(await textsOf(fresh, frank)).toEqual(['hello frank'])
  }, 180_000)

  it('says how it is called, and that there must be a database', () => {
    const run = (...args: string[]) =>
      spawnSync('npm', ['run', '--silent', 'restored', '--', ...args], { encoding: 'utf8' })
    for (const args of [['--nonsense'], ['--remote', '--local'], ['now']]) {
      expect(run(...args).stderr).toContain('usage: npm run restored')
    }
    const { status, stderr } = run('--persist-to', join(dev.directory, 'elsewhere'))
    expect([status, stderr]).toEqual([1, 'kith: the database has no tables: restore it first.\n'])
  }, 120_000)
})
