// A real `wrangler dev` on a directory of its own: what only a process can show. Each test starts one on
// a free port and stops it again; nothing else on the machine is touched.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { migratedStorage } from './pool'
import { goneGroup } from './process-groups'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
const installedNode = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
/** wrangler needs 22; the one that npm has installed may be newer than the one that runs the tests. */
const node =
  Number(process.versions.node.split('.')[0]) >= 22 || !existsSync(installedNode)
    ? process.execPath
    : installedNode

/** Read anew for each server: a test may have set what its own server needs. */
const environment = () => ({
  ...process.env,
  CI: '1',
  NO_COLOR: '1',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: 'false',
})

const startMax = 60_000
const stopMax = 10_000

export type DevServer = {
  port: number
  origin: string
  /** What signs its tokens. */
  jwtSecret: string
  /** Where it keeps its storage: what `--persist-to` was given. */
  directory: string
  /** The service's own log lines so far: JSON objects. */
  log(): string[]
  /** Kills the runtime and all around it, as a crash would, and starts again on the same storage and port. */
  crash(): Promise<void>
  /** The first half of a crash: when it returns, nobody has the storage open any more. */
  kill(): Promise<void>
  /** The second half. */
  restart(): Promise<void>
  /** Ends all of it and removes its storage. */
  stop(): Promise<void>
}

/** The people of the tests all sign up from one address. */
const unlimited = {
  FLOOD_GUARD: 'off',
  LIMIT_REGISTRATIONS: '1000000/3600',
  SIGN_INS_AT_ONCE: '1000',
}

/** Starts a server with an empty, migrated database and these settings. */
export async function startDevServer(
  vars: Record<string, string> = {},
  { port }: { port?: number } = {},
): Promise<DevServer> {
  const directory = await mkdtemp(join(tmpdir(), 'kith-dev-'))
  const own = port ?? (await freePort())
  const secrets = {
    JWT_SECRET: newSecret(),
    HASH_PEPPER: newSecret(),
    SEAL_KEY: newSecret(),
    VAPID_PRIVATE_JWK: newVapidKey(),
  }
  const flags = Object.entries({ ...unlimited, ...secrets, ...vars }).map(
    ([name, value]) => `--var=${name}:${value}`,
  )
  const migrated = await migratedStorage()
  if (migrated === null) await migrate(directory)
  else await cp(migrated, directory, { recursive: true })
  const lines: string[] = []
  const start = () =>
    startPatiently(['--port', String(own), '--persist-to', directory, ...flags], lines)
  let child = await start()
  const kill = async () => {
    await end(child, 'SIGKILL')
    await released(own)
  }
  const restart = async () => {
    child = await start()
  }
  return {
    port: own,
    origin: `http://127.0.0.1:${own}`,
    directory,
    jwtSecret: secrets.JWT_SECRET,
    log: () => [...lines],
    async crash() {
      await kill()
      await restart()
    },
    kill,
    restart,
    async stop() {
      await end(child)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Makes a storage with an empty, migrated database: a process of wrangler's, so seconds of work. */
export async function migrate(directory: string): Promise<void> {
  const flags = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', directory]
  await promisify(execFile)(node, [wrangler, ...flags], { cwd: root, env: environment() })
}

type StdioPipe = ['ignore', 'pipe', 'pipe']

const newSecret = () => randomBytes(32).toString('base64url')
const newVapidKey = () =>
  JSON.stringify(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  )

/** wrangler picks ports for itself, and at times one that a connection has just been given. */
async function startPatiently(flags: string[], lines: string[], tries = 3): Promise<ChildProcess> {
  try {
    return await startWrangler(flags, lines)
  } catch (error) {
    if (tries === 1 || !String(error).includes('Address already in use')) throw error
    return startPatiently(flags, lines, tries - 1)
  }
}

async function startWrangler(flags: string[], lines: string[]): Promise<ChildProcess> {
  const inspector = String(await freePort())
  const args = [wrangler, 'dev', '--ip', '127.0.0.1', '--inspector-port', inspector, ...flags]
  // A group of its own: wrangler is two processes, which would start another runtime for one that is killed.
  const stdio: StdioPipe = ['ignore', 'pipe', 'pipe']
  const child = spawn(node, args, { cwd: root, env: environment(), stdio, detached: true })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      // Nor shall it once nobody waits for it.
      killGroup(child, 'SIGKILL')
      reject(new Error(`wrangler dev did not start:\n${output}`))
    }, startMax)
    const read = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000)
      if (!output.includes('Ready on')) return
      clearTimeout(timer)
      resolve()
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', read)
      // Wrangler puts a mark of its own before what goes to the error log.
      createInterface(stream).on('line', (line) => {
        lines.push(...(/\{"event".*\}/.exec(line) ?? []))
      })
    }
    child.on('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`wrangler dev ended with ${code}:\n${output}`))
    })
  })
  return child
}

/** Ends a server's processes, all of them. */
async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const isRunning = child.exitCode === null && child.signalCode === null
  const ended = isRunning ? new Promise((resolve) => child.once('exit', resolve)) : null
  killGroup(child, signal)
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), stopMax)
  await ended
  clearTimeout(timer)
  killGroup(child, 'SIGKILL')
  await goneGroup(child.pid!)
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal)
  } catch {
    // Nobody is left.
  }
}

/** Waits until nobody listens on a port any more. */
async function released(port: number): Promise<void> {
  const until = Date.now() + stopMax
  while (await isTaken(port)) {
    if (Date.now() > until) throw new Error(`port ${port} is still in use`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/**
 * A port that nobody listens on, below those that outgoing connections are given: a client that tries to
 * reconnect while the server is down would else take the server's own port one day.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_001 + Math.floor(Math.random() * 12_000)
    if (await canListen(port)) return port
  }
}

function canListen(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
