// Serves bundles with Miniflare's API: one workerd and one database for all of them, no dev proxy before
// them (each has a socket of its own), and of the log only the faults.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { root } from './build.ts'

/** The secrets and settings of all Workers here. What limits people would only be in the way. */
export const settings = {
  JWT_SECRET: 'a secret of the benchmark, which signs nothing else',
  HASH_PEPPER: 'a pepper of the benchmark, which hashes nothing else',
  FLOOD_GUARD: 'off',
  LIMIT_PASSWORD_ACCOUNT_AND_ADDRESS: '1000000/60',
  LIMIT_PASSWORD_NEW_ADDRESSES: '1000000/60',
  LIMIT_PASSWORD_ADDRESS: '1000000/60',
  LIMIT_CHAT_MESSAGES: '1000000/5',
  LIMIT_FRIENDS_ASKED: '1000000/3600',
  LIMIT_CONVERSATIONS_STARTED: '1000000/3600',
  LIMIT_PLANS: '1000000/3600',
  LIMIT_CONTACTS: '1000000/3600',
  LIMIT_INVITATIONS: '1000000/3600',
  LIMIT_RSVPS: '1000000/3600',
  LIMIT_TICKETS: '1000000/3600',
  LIMIT_UPLOADS: '1000000/3600',
  LIMIT_SEARCHES: '1000000/3600',
  LIMIT_EXPORTS: '1000000/3600',
  LIMIT_RENAMES: '1000000/3600',
  LIMIT_REGISTRATIONS: '1000000/3600',
  LIMIT_PASSWORD_RIGHT: '1000000/60',
  SIGN_INS_AT_ONCE: '1000',
  FILES_QUOTA_BYTES: '1000000000000',
  TEXT_QUOTA_BYTES: '1000000000000',
  CONTACTS_MAX: '1000000000',
  LIMIT_FRAMES: '1000000/1',
  SOCKETS_PER_PERSON: '1000',
}

/** Those of a Worker that has to be as it is deployed, beside what the others are not held to. */
const ownSettings: Record<string, Record<string, string>> = { limited: { SIGN_INS_AT_ONCE: '3' } }

export type Served = {
  miniflare: Miniflare
  originOf: (name: string) => URL
  /** What the Workers have complained of so far. */
  faults: readonly string[]
}

/** Starts the Workers whose bundles are in these folders. */
export async function serve(bundles: Record<string, string>): Promise<Served> {
  // wrangler reads wrangler.toml for us; it need not say that there is no .dev.vars.
  Object.assign(process.env, { WRANGLER_LOG: 'none', WRANGLER_SEND_METRICS: 'false' })
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler')
  const config = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
  const { modulesRules: _rules, rootPath: _path, ...bindings } = config.workerOptions
  const names = Object.keys(bundles)
  const faults: string[] = []
  const workers = await Promise.all(
    names.map(async (name) => {
      const modules = await modulesIn(bundles[name]!)
      const unsafeDirectSockets = [{ host: '127.0.0.1', port: 0 }]
      const own = { ...settings, ...ownSettings[name] }
      const worker = { name, bindings: own, unsafeDirectSockets, ...modules }
      return { ...bindings, ...worker }
    }),
  )
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      handleStructuredLogs({ level, message }) {
        if (level === 'error') faults.push(message)
      },
      workers,
    }),
  )
  await miniflare.ready
  const origins = await Promise.all(names.map((name) => miniflare.unsafeGetDirectURL(name)))
  return { miniflare, originOf: (name) => origins[names.indexOf(name)]!, faults }
}

const kinds = { js: 'ESModule', wasm: 'CompiledWasm', sql: 'Text' } as const

/** The modules of a bundle, its entry first. */
async function modulesIn(directory: string) {
  const files = (await readdir(directory)).toSorted(
    (a, b) => Number(isEntry(b)) - Number(isEntry(a)),
  )
  const modules = files.flatMap((file) => {
    const type = kinds[file.split('.').at(-1) as keyof typeof kinds]
    return type ? [{ type, path: join(directory, file) }] : []
  })
  return { modulesRoot: directory, modules }
}

function isEntry(file: string): boolean {
  return file.endsWith('.js')
}
