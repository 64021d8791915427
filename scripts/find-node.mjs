// The Node that wrangler runs on.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NODE_NEEDED = 22

const root = fileURLToPath(new URL('..', import.meta.url))

/** A Node that wrangler accepts: the running one, else the one npm installed for this platform. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_NEEDED) return process.execPath
  const installed = `${root}node_modules/node-${process.platform}-${process.arch}/bin/node`
  if (existsSync(installed)) return installed
  console.error(
    `kith: this is Node ${process.versions.node}, wrangler needs ${NODE_NEEDED} or newer.`,
  )
  process.exit(1)
}
