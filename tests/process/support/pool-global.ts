// The pool's own side (see pool.ts): one for each run, in vitest's main process, which ends what was started.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DevServer, freePort, migrate, startDevServer } from './dev-server'
import { poolAddress } from './pool'

/** Vitest's global setup, once for all projects that have it; what it answers is called at the end. */
export default async function openPool(): Promise<() => Promise<void>> {
  if (process.env[poolAddress] !== undefined) return async () => {}
  const servers = new Map<string, Promise<DevServer>>()
  let storage: Promise<string> | undefined
  const ports = new Map<string, Promise<number>>()
  const answerTo = async (path: string | undefined, body: string): Promise<unknown> => {
    if (path === '/storage') return (storage ??= newStorage())
    if (path === '/port') return once(ports, body, freePort)
    const vars = JSON.parse(body) as Record<string, string>
    const server = await once(servers, body, () => startDevServer(vars))
    if (path === '/log') return server.log()
    const { port, origin, jwtSecret } = server
    return { port, origin, jwtSecret }
  }
  const pool = createServer((request, response) => {
    textOf(request)
      .then((body) => answerTo(request.url, body))
      .then((answer) => response.end(JSON.stringify(answer)))
      .catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => pool.listen(0, '127.0.0.1', resolve))
  process.env[poolAddress] = `http://127.0.0.1:${(pool.address() as AddressInfo).port}`
  return async () => {
    await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()))
    if (storage) await storage.then((directory) => rm(directory, { recursive: true, force: true }))
    pool.close()
  }
}

/** What stands under a key, made when first asked for. */
function once<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const one = all.get(key) ?? make()
  all.set(key, one)
  return one
}

async function newStorage(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kith-migrated-'))
  await migrate(directory)
  return directory
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
