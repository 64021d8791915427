// The service as a process of its own: `wrangler dev` of this project on a port and with a database of its
// own, migrated first.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const wrangler = resolve('node_modules/wrangler/bin/wrangler.js')
const startLimit = 60_000

export type DevServer = {
  origin: string
  /** Our own log lines so far: JSON objects. */
  log: () => string[]
  stop: () => Promise<void>
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Starts the service with these settings, on a port that was found free. */
export async function startDevServer(
  port: number,
  vars: Record<string, string>,
): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kith-dev-'))
  const persist = ['--persist-to', folder]
  await finished(run(['d1', 'migrations', 'apply', 'DB', '--local', ...persist]))
  const settings = {
    JWT_SECRET: 'a secret of the tests, which signs nothing else',
    HASH_PEPPER: 'a pepper of the tests, which hashes nothing else',
    ...vars,
  }
  const flags = Object.entries(settings).map(([name, value]) => `--var=${name}:${value}`)
  const inspector = ['--inspector-port', String(await freePort())]
  const address = ['--ip', '127.0.0.1', '--port', String(port)]
  const { child, output } = run(['dev', ...address, ...inspector, ...persist, ...flags])
  const origin = `http://127.0.0.1:${port}`
  const stop = async () => {
    await ended(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await answering(`${origin}/health`, child, output)
  } catch (error) {
    await stop()
    throw error
  }
  const log = () =>
    output()
      .split('\n')
      .filter((line) => line.startsWith('{"event"'))
  return { origin, log, stop }
}

type Running = { child: ChildProcess; output: () => string }

function run(args: string[]): Running {
  const child = spawn(node(), [wrangler, ...args], {
    // Without a terminal and with CI nothing is asked.
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  }
  return { child, output: () => text }
}

/** The Node that npm installed for this platform, else the running one: wrangler needs 22. */
function node(): string {
  const installed = resolve(`node_modules/node-${process.platform}-${process.arch}/bin/node`)
  return existsSync(installed) ? installed : process.execPath
}

async function finished({ child, output }: Running): Promise<void> {
  const code = await new Promise((done) => child.on('exit', done))
  if (code !== 0) throw new Error(`wrangler ended with ${String(code)}:\n${output()}`)
}

async function answering(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const until = Date.now() + startLimit
  while (Date.now() < until) {
    if (child.exitCode !== null) break
    const answer = await fetch(url).catch(() => null)
    if (answer?.status === 200) return
    await answer?.arrayBuffer()
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`wrangler dev did not come up:\n${output()}`)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = new Promise((done) => child.on('exit', done))
  child.kill('SIGTERM')
  await exit
}
