// A real `wrangler dev` of this project, on a port and a storage of its own, with secrets of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const root = join(import.meta.dirname, '../../..')
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
/** wrangler needs a newer Node than a machine may have; npm brought one where it could. */
const bundledNode = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
const secrets = {
  JWT_SECRET: 'a secret of the tests, which signs nothing else',
  HASH_PEPPER: 'a pepper of the tests, which hashes nothing else',
}

export type DevWorker = { origin: string; stop(): Promise<void> }

/** Starts it with these settings and waits until it answers. */
export async function startDevWorker(settings: Record<string, string>): Promise<DevWorker> {
  const directory = mkdtempSync(join(tmpdir(), 'kith-dev-'))
  const persist = ['--persist-to', directory]
  const migrations = run(['d1', 'migrations', 'apply', 'DB', '--local', ...persist])
  const code = await ended(migrations.process)
  if (code !== 0) throw new Error(`the migrations ended with ${code}: ${migrations.output()}`)
  const port = await freePort()
  const vars = Object.entries({ ...secrets, ...settings }).map(
    ([name, value]) => `--var=${name}:${value}`,
  )
  const address = ['--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0']
  const server = run(['dev', ...address, ...persist, ...vars])
  const origin = `http://localhost:${port}`
  await untilItAnswers(origin, server)
  return {
    origin,
    async stop() {
      // The whole group: wrangler starts workerd.
      if (server.process.exitCode === null) process.kill(-server.process.pid!, 'SIGTERM')
      await ended(server.process)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

type Started = { process: ChildProcess; output: () => string }

function run(args: string[]): Started {
  const isOld = Number(process.versions.node.split('.')[0]) < 22
  const started = spawn(isOld ? bundledNode : process.execPath, [wrangler, ...args], {
    cwd: root,
    // CI: without it a terminal would be asked for a confirmation.
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return { process: started, output: () => output }
}

function ended(started: ChildProcess): Promise<number | null> {
  if (started.exitCode !== null || started.signalCode !== null) {
    return Promise.resolve(started.exitCode)
  }
  return new Promise((resolve) => started.once('exit', resolve))
}

async function untilItAnswers(origin: string, server: Started): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (server.process.exitCode !== null) throw new Error(`wrangler ended: ${server.output()}`)
    const answer = await fetch(`${origin}/health`).catch(() => null)
    if (answer?.ok) return
    await wait(100)
  }
  throw new Error(`wrangler does not answer: ${server.output()}`)
}
