// `npm run dev` and the secrets of the machine: they are in a file that its owner alone can read, and on
// no command line, where everybody who lists processes would see them.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { freePort } from './support/dev-server'

const root = fileURLToPath(new URL('../..', import.meta.url))
const devVars = join(root, '.dev.vars')
const storage = mkdtempSync(join(tmpdir(), 'kith-secrets-'))
let server: ChildProcess
let origin: string
/** The command lines of all that ran while it started, and while it ran. */
const seen = new Set<string>()

beforeAll(async () => {
  const port = String(await freePort())
  origin = `http://127.0.0.1:${port}`
  const flags = ['--port', port, '--persist-to', storage, '--inspector-port', '0']
  server = spawn(process.execPath, [join(root, 'scripts/dev.mjs'), ...flags, '--ip', '127.0.0.1'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
    detached: true,
  })
  await vi.waitFor(
    async () => {
      for (const line of commandLines(server.pid!)) seen.add(line)
      await fetch(`${origin}/health`)
    },
    { timeout: 90_000, interval: 50 },
  )
}, 120_000)

afterAll(async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  process.kill(-server.pid!, 'SIGTERM')
  await ended
  rmSync(storage, { recursive: true, force: true })
})

/** Of every process in a group. */
function commandLines(group: number): string[] {
  if (!existsSync('/proc')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pgid=,args=']).toString().split('\n')
    return lines.filter((line) => Number.parseInt(line) === group)
  }
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // Behind the name, which may hold blanks: state, parent, group.
      const isOurs = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group
      return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
    } catch {
      // No process, or one that has just ended.
      return []
    }
  })
}

it('no process of it has a secret on its command line', () => {
  const secrets = Object.values(parseEnv(readFileSync(devVars, 'utf8'))) as string[]
  const { d } = JSON.parse(secrets.find((value) => value.startsWith('{'))!) as { d: string }
  const lines = [...seen].join('\n')
  expect(lines).toContain('wrangler.js dev')
  expect(lines).toContain('workerd')
  expect(secrets.length).toBeGreaterThanOrEqual(3)
  expect([...secrets, d].filter((secret) => lines.includes(secret))).toEqual([])
})

it('the secrets arrive all the same, those that a deploy does not demand too', async () => {
  const answer = await fetch(`${origin}/.well-known/jwks.json`)
  const { keys } = (await answer.json()) as { keys: { kid: string }[] }
  const { PASSWORD_ENCRYPTION_JWK } = parseEnv(readFileSync(devVars, 'utf8'))
  expect(keys.map(({ kid }) => kid)).toEqual([JSON.parse(PASSWORD_ENCRYPTION_JWK!).kid])
})

it.each(['.dev.vars', '.wrangler.dev.toml'])('%s is its owner’s alone', (name) => {
  expect(statSync(join(root, name)).mode & 0o777).toBe(0o600)
})

it('the configuration that names the secrets holds none of them', () => {
  const config = readFileSync(join(root, '.wrangler.dev.toml'), 'utf8')
  const secrets = Object.values(parseEnv(readFileSync(devVars, 'utf8'))) as string[]
  expect(secrets.filter((secret) => config.includes(secret))).toEqual([])
})
