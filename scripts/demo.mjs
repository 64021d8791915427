// `npm run demo`: `npm run dev` on a database of its own with a small world in it, to look around at once.
// The first start builds the world, the next ones find it as it was left; `--fresh` builds it anew. All
// other flags are those of `npm run dev`.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { seed } from './demo/seed.mjs'
import { passwordOf } from './demo/town.mjs'
import { buildUncounted } from './demo/uncounted.mjs'
import { people } from './demo/world.mjs'
import { findNode } from './find-node.mjs'
import { onStop } from './stopping.mjs'

const DEFAULT_PORT = '8787'
const ADMINISTRATOR = 'alice'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, tokens } = parseArgs({
  options: {
    port: { type: 'string', default: DEFAULT_PORT },
    'persist-to': { type: 'string', default: `${root}.wrangler/demo` },
    fresh: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
  },
  strict: false,
  tokens: true,
})
const port = String(values['port'])
const directory = resolve(String(values['persist-to']))
const marker = `${directory}/demo.json`
const origin = `http://localhost:${port}`

/** @param {string} line */
const say = (line) => console.log(`kith: ${line}`)

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  console.error(`kith: ${line}`)
  process.exit(1)
}

/** The flags that are not this script's own, as they were given. */
function otherFlags() {
  const own = tokens.flatMap((token) =>
    token.kind === 'option' && token.name in { port: 1, 'persist-to': 1, fresh: 1, 'no-open': 1 }
      ? [token.index, ...(token.value !== undefined && !token.inlineValue ? [token.index + 1] : [])]
      : [],
  )
  return process.argv.slice(2).filter((_flag, index) => !own.includes(index))
}

/** When the world was built; null where it was not, or not to its end. */
function builtAt() {
  if (!existsSync(marker)) return null
  const { builtAt } = JSON.parse(readFileSync(marker, 'utf8'))
  return typeof builtAt === 'string' ? builtAt : null
}

/** Makes room for a new world; removes only what is a demo's. */
function clearDirectory() {
  const isForeign =
    existsSync(directory) && readdirSync(directory).length > 0 && !existsSync(marker)
  if (isForeign) fail(`${directory} is not empty and holds no demo: give another --persist-to.`)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  writeFileSync(marker, '{}\n')
}

/** @returns {Promise<boolean>} */
function isPortTaken() {
  return new Promise((resolve) => {
    const socket = connect(Number(port), 'localhost')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

const given = otherFlags()
const [node, isTaken] = [findNode(), await isPortTaken()]
if (typeof WebSocket === 'undefined') fail('use `npm run demo`: it finds a newer Node.')
// Else the world would be built in whatever answers there.
if (isTaken) fail(`something answers on port ${port} already: give another --port.`)
const known = values['fresh'] ? null : builtAt()
if (known === null) clearDirectory()

// While the world is built, the server's log would bury what is said about it.
/** @type {string[]} */
const held = []
let isReady = false
let isStopping = false

const place = ['--port', port, '--persist-to', directory]
/** Whom the sign-in of the app offers, one press each. */
const offered = JSON.stringify(
  people.map(({ username, about }) => ({ username, password: passwordOf(username), about })),
)
const app = given.some((flag) => flag.includes('DEMO_PEOPLE:'))
  ? []
  : [`--var=DEMO_PEOPLE:${offered}`]
const server = spawn(node, [`${root}scripts/dev.mjs`, ...place, ...app, ...given], {
  cwd: root,
  // So that it ends with this process, however that ends.
  env: { ...process.env, npm_lifecycle_event: 'demo' },
  stdio: ['ignore', 'pipe', 'pipe'],
})
server.on('exit', (code) => {
  if (!isReady && !isStopping) console.error(held.join('\n'))
  process.exit(isStopping ? 0 : (code ?? 1))
})
onStop(() => {
  isStopping = true
  server.kill('SIGTERM')
})
for (const [from, to] of /** @type {const} */ ([
  [server.stdout, process.stdout],
  [server.stderr, process.stderr],
])) {
  createInterface(from).on('line', (line) => {
    if (isReady || line.startsWith('kith: ')) to.write(`${line}\n`)
    else held.push(line)
  })
}

/** Until the server answers; one that ends ends this process too. */
async function answering() {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const isUp = await fetch(`${origin}/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isUp) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The first administrator is made on the machine, never by a call. */
function makeAdministrator() {
  const args = [`${root}scripts/admin.mjs`, ADMINISTRATOR, '--persist-to', directory]
  const admin = spawn(node, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve, reject) => {
    admin.on('exit', (code) =>
      code === 0 ? resolve(null) : reject(new Error('there is no administrator')),
    )
  })
}

function describeWorld() {
  const rows = people.map(({ username, about }) => [username, passwordOf(username), about])
  const table = [['username', 'password', ''], ...rows].map(([username, password, about]) =>
    `  ${username?.padEnd(10)}${password?.padEnd(20)}${about}`.trimEnd(),
  )
  const credentials = `{"username": "alice", "password": "${passwordOf('alice')}"}`
  return `
  ${origin}/app/            the app: one press signs you in as any of these people

${table.join('\n')}

  ${origin}/docs            read and try every call in a browser
  ${origin}/openapi.json    the same for tools

  ACCESS=$(curl -s ${origin}/accounts/login/ -H 'Content-Type: application/json' \\
    -d '${credentials}' | sed 's/.*"access":"\\([^"]*\\)".*/\\1/')
  curl -s ${origin}/api/plans -H "Authorization: Bearer $ACCESS"
  curl -s ${origin}/conversations/ -H "Authorization: Bearer $ACCESS"
  curl -s ${origin}/api/notifications/ -H "Authorization: Bearer $ACCESS"
  curl -s ${origin}/users/friends/received_requests/ -H "Authorization: Bearer $ACCESS"
`
}

/** Shows the app, where somebody sits in front of a screen. */
function openInBrowser() {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env
  const hasScreen = process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY)
  if (values['no-open'] || CI || !process.stdout.isTTY || !hasScreen) return
  const openers = new Map([
    ['darwin', 'open'],
    ['win32', 'explorer'],
  ])
  const opener = openers.get(process.platform) ?? 'xdg-open'
  const browser = spawn(opener, [`${origin}/app/`], { stdio: 'ignore', detached: true })
  // Where there is none, the address is there to be copied.
  browser.on('error', () => {})
  browser.unref()
}

try {
  await answering()
  if (known === null) {
    await buildUncounted(directory, () => seed(origin, say))
    await makeAdministrator()
    writeFileSync(marker, `${JSON.stringify({ builtAt: new Date().toISOString() })}\n`)
  } else {
    say(`the world of ${known}, as it was left; \`npm run demo -- --fresh\` builds a new one`)
  }
  isReady = true
  console.log(describeWorld())
  openInBrowser()
} catch (error) {
  if (!isStopping) fail(`${held.join('\n')}\nkith: the world could not be built: ${String(error)}`)
}
