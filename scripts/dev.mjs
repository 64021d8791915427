// `npm run dev`: the whole backend on this machine, without a question, an account or a network.
// Makes .dev.vars when there is none, applies the migrations, starts `wrangler dev` with the flags it was
// given, and fires the cron trigger, which `wrangler dev` leaves to others.
import { spawn } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs, parseEnv } from 'node:util'
import { findNode } from './find-node.mjs'
import { onStop } from './stopping.mjs'

const DEFAULT_PORT = '8787'
const CRON = '* * * * *'

const root = fileURLToPath(new URL('..', import.meta.url))
const devVars = `${root}.dev.vars`
/** wrangler.toml as this machine needs it. In the same folder: paths in it, and storage, go by that. */
const devConfig = `${root}.wrangler.dev.toml`
const flags = process.argv.slice(2)
// The two flags this script must know; all of them go to wrangler as they are.
const { values } = parseArgs({
  args: flags,
  options: { port: { type: 'string' }, 'persist-to': { type: 'string' } },
  strict: false,
})
const childEnv = {
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/** @param {string} line */
const say = (line) => console.log(`kith: ${line}`)

/**
 * A private P-256 key, named by its RFC 7638 thumbprint.
 * @param {Record<string, string>} facts what the JWK says beside it
 */
function ecKey(facts) {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  })
  const { crv, kty, x, y } = jwk
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return `'${JSON.stringify({ ...jwk, kid, ...facts })}'`
}

/**
 * Gives .dev.vars what it lacks and returns the names of all it holds; never changes a line that is there.
 * Nobody else on the machine may read it.
 */
function prepareSecrets() {
  const secret = () => randomBytes(32).toString('base64url')
  const makers = {
    JWT_SECRET: secret,
    HASH_PEPPER: secret,
    PASSWORD_ENCRYPTION_JWK: () => ecKey({ alg: 'ECDH-ES' }),
    SEAL_KEY: secret,
    VAPID_PRIVATE_JWK: () => ecKey({ alg: 'ES256' }),
  }
  const isNew = !existsSync(devVars)
  const before = isNew
    ? '# Secrets of this machine, made by `npm run dev`. Not for production.\n'
    : readFileSync(devVars, 'utf8')
  const present = parseEnv(before)
  const missing = Object.entries(makers).filter(([name]) => !present[name])
  if (missing.length > 0) {
    const lines = missing.map(([name, make]) => `${name}=${make()}\n`)
    const separator = before === '' || before.endsWith('\n') ? '' : '\n'
    writeFileSync(devVars, before + separator + lines.join(''), { mode: 0o600 })
    const names = missing.map(([name]) => name).join(', ')
    say(isNew ? 'made .dev.vars with random secrets' : `added to .dev.vars, random: ${names}`)
  }
  chmodSync(devVars, 0o600)
  return Object.keys(parseEnv(readFileSync(devVars, 'utf8')))
}

/**
 * wrangler hands over what its configuration requires, and no deploy shall require the optional secrets. So
 * it gets a configuration that names all of .dev.vars and holds none of it; on the command line they would
 * be seen by everybody who lists processes. What is given there, with --var, wins.
 * @param {string[]} names
 */
function writeConfig(names) {
  const config = readFileSync(`${root}wrangler.toml`, 'utf8')
  const required = /^required = .*$/m
  const text = config
    .replace(required, () => `required = ${JSON.stringify(names)}`)
    // Fired by this script; wrangler would say of them that nobody does.
    .replace(/^crons = .*$/m, 'crons = []')
  if (existsSync(devConfig) && readFileSync(devConfig, 'utf8') === text) return
  // Whole at once: another `npm run dev` may be watching it.
  writeFileSync(`${devConfig}.new`, text, { mode: 0o600 })
  renameSync(`${devConfig}.new`, devConfig)
}

const node = findNode()
const wrangler = `${root}node_modules/wrangler/bin/wrangler.js`
/** @type {import('node:child_process').ChildProcess | undefined} */
let child
let isStopping = false

/**
 * Runs wrangler until it ends.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code
 */
function run(args, options) {
  const started = spawn(node, [wrangler, ...args], { cwd: root, ...options })
  child = started
  return new Promise((resolve) => {
    started.on('exit', (code) => resolve(code ?? 1))
  })
}

function stop() {
  if (isStopping) return
  isStopping = true
  child?.kill('SIGTERM')
}

async function applyMigrations() {
  const persist =
    typeof values['persist-to'] === 'string' ? ['--persist-to', values['persist-to']] : []
  // Without CI a terminal would be asked for a confirmation.
  const env = { ...childEnv, CI: '1' }
  let output = ''
  const done = run(['d1', 'migrations', 'apply', 'DB', '--local', ...persist], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child?.stdout, child?.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  const code = await done
  if (code === 0) return say('migrations applied')
  if (!isStopping) console.error(`${output}\nkith: the migrations could not be applied.`)
  process.exit(isStopping ? 0 : code)
}

/**
 * Every full minute, as Cloudflare would. While the server is not up there is nobody to tell.
 * @param {string} origin
 */
function fireCronTriggers(origin) {
  const fire = () =>
    fetch(`${origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(CRON)}`)
      .then((answer) => answer.arrayBuffer())
      .catch(() => {})
  const timer = setTimeout(
    () => {
      void fire()
      fireCronTriggers(origin)
    },
    60_000 - (Date.now() % 60_000),
  )
  timer.unref()
}

onStop(stop)

writeConfig(prepareSecrets())
await applyMigrations()

const port = typeof values['port'] === 'string' ? values['port'] : DEFAULT_PORT
const origin = `http://localhost:${port}`
const portFlag = 'port' in values ? [] : ['--port', DEFAULT_PORT]
say(`starting on ${origin} (Ctrl-C stops it); the timer is fired every minute`)
say(`${origin}/docs shows every call, and tries it`)
say('mails are not sent: each is a file below .wrangler/tmp/email, named in the log')
fireCronTriggers(origin)
const code = await run(['dev', '--config', devConfig, ...portFlag, ...flags], {
  env: childEnv,
  stdio: 'inherit',
})
process.exit(isStopping ? 0 : code)
