// `npm run build:client`: makes client/dist anew, the JavaScript and the types that `kith-client` is packed
// from. Runs after each install, and before each packing.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds it; what it was built from before leaves nothing behind. */
export function buildClient() {
  rmSync(`${root}client/dist`, { recursive: true, force: true })
  const tsc = `${root}node_modules/typescript/bin/tsc`
  execFileSync(process.execPath, [tsc, '--project', `${root}client`], { stdio: 'inherit' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildClient()
