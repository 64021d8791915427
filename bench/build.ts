// Bundles the Workers exactly as a deployment would: `wrangler deploy --dry-run --minify`.
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('..', import.meta.url))
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')

/** Bundles `entry` (with the bindings and rules of wrangler.toml) into a folder, and answers with it. */
export async function bundle(name: string, entry: string): Promise<string> {
  const directory = join(root, '.wrangler/bench', name)
  await rm(directory, { recursive: true, force: true })
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', entry, '--dry-run', '--minify', '--outdir', directory],
    {
      cwd: root,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
    },
  )
  return directory
}
