// `npm run demo`: a world to look around in, which stays as it is left, and nothing running afterwards.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from './support/dev-server'

const place = mkdtempSync(join(tmpdir(), 'kith-demo-'))
const world = join(place, 'world')
let port: number
let origin: string
let npm: ChildProcess | undefined

const argsOf = (directory: string) => {
  const flags = ['--port', String(port), '--persist-to', directory, '--inspector-port', '0']
  // Fewer than the people of the demo.
  flags.push('--var', 'LIMIT_REGISTRATIONS:2/3600')
  return ['run', '--silent', 'demo', '--', ...flags]
}

/** Starts it, as a terminal would in a group of its own, and answers with all that it has said. */
async function start(): Promise<string> {
  const child = spawn('npm', argsOf(world), { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  npm = child
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`it ended with ${code}:\n${said}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('/users/friends/received_requests/ -H')) resolve()
      })
    }
  })
  return said
}

/** Sends a signal (to a negative id: a group) and waits until all that was started is gone. */
async function stop(signal: NodeJS.Signals, to: 'all' | 'npm'): Promise<void> {
  const pid = npm!.pid!
  process.kill(to === 'all' ? -pid : pid, signal)
  await vi.waitFor(() => expect(() => process.kill(-pid, 0)).toThrow('ESRCH'), 20_000)
  npm = undefined
}

async function call(method: string, path: string, access?: string, json?: unknown): Promise<any> {
  const answer = await fetch(origin + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(access === undefined ? {} : { authorization: `Bearer ${access}` }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  expect([path, answer.ok]).toEqual([path, true])
  return answer.json()
}

/** Signs up from here; answers with the status. */
async function signUp(username: string): Promise<number> {
  const answer = await fetch(`${origin}/accounts/signup/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: 'a good password' }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** With the password that was printed. */
async function signIn(username: string, said: string): Promise<string> {
  const [, password] = new RegExp(`^ +${username} +(\\S+) `, 'm').exec(said)!
  return (await call('POST', '/accounts/login/', undefined, { username, password })).access
}

beforeAll(async () => {
  port = await freePort()
  origin = `http://localhost:${port}`
})

afterAll(() => {
  if (npm) process.kill(-npm.pid!, 'SIGKILL')
  rmSync(place, { recursive: true })
})

describe('npm run demo', () => {
  it('builds a world, whose people sign in with what it prints, and keeps it', async () => {
    const said = await start()
    expect(said).toContain('kith: alice is an administrator.')
    expect(said).toContain(`${origin}/docs`)
    // None of its people was counted, and everybody after them is.
    expect([await signUp('mia'), await signUp('nils'), await signUp('olga')]).toEqual([
      201, 201, 429,
    ])
    const [alice, erin] = [await signIn('alice', said), await signIn('erin', said)]
    const conversations = await call('GET', '/conversations/', alice)
    const unread = conversations.map((one: any) => [one.last_message?.realSender, one.unread])
    expect(unread).toContainEqual(['carol', 2])
    const requests = await call('GET', '/api/friends/', alice)
    const waiting = requests.incoming_requests.map(({ username }: any) => username)
    expect(waiting.toSorted()).toEqual(['judy', 'kim'])
    const feed: any[] = await call('GET', '/api/notifications/', alice)
    const told = new Set(feed.map(({ kind }) => kind))
    expect([told.has('friend_request.received'), told.has('rsvp.changed')]).toEqual([true, true])
    const counts = await call('GET', '/api/notifications/counts/', alice)
    expect([counts.unread > 0, counts.unread < feed.length]).toEqual([true, true])
    const plans = await call('GET', '/api/plans/', erin)
    const evening = plans.find(({ title }: any) => title.startsWith('Board games'))
    expect(evening.rsvp.status).toBe('waitlisted')
    const hours = (Date.parse(evening.start_time) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(2)
    expect(hours).toBeLessThan(4)
    const { id } = await call('POST', '/friends/', alice, { first_name: 'Taro', last_name: 'Two' })
    // Ctrl-C reaches everything that runs in the terminal.
    await stop('SIGINT', 'all')

    const saidAgain = await start()
    expect(saidAgain).toContain('as it was left')
    const again = await signIn('alice', saidAgain)
    expect(await call('GET', `/friends/${id}/`, again)).toMatchObject({ last_name: 'Two' })
    await stop('SIGTERM', 'npm')
  }, 240_000)

  it('builds nothing where something else is', async () => {
    const file = join(place, 'thesis.txt')
    writeFileSync(file, 'three years of work')
    const options = { encoding: 'utf8', timeout: 60_000 } as const
    const foreign = spawnSync('npm', [...argsOf(place), '--fresh'], options)
    expect([foreign.status, foreign.stderr]).toEqual([1, expect.stringContaining('holds no demo')])
    expect(existsSync(file)).toBe(true)

    const server = createServer((socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const child = spawn('npm', argsOf(world), { stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    server.close()
    expect([code, complaint]).toEqual([1, expect.stringContaining('already: give another --port')])
  }, 120_000)
})
