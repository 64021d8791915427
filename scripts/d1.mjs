// SQL on the service's D1 database, through wrangler: the local one, or with `remote` the deployment's.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findNode } from './find-node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs statements and answers as wrangler does: JSON on `stdout`, one entry per statement.
 * @param {string} command
 * @param {{ remote?: boolean | undefined, 'persist-to'?: string | undefined }} where
 */
export function executeOnD1(command, where) {
  const place = where.remote ? ['--remote'] : ['--local']
  if (where['persist-to'] !== undefined) place.push('--persist-to', where['persist-to'])
  const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`
  const args = ['d1', 'execute', 'DB', '--yes', '--json', '--command', command, ...place]
  return spawnSync(findNode(), [wrangler, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
  })
}
