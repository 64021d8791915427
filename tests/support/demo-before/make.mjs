// Makes the other files of this folder: the demo's world as an older version of the service built it, and
// what it answered to each of its people. Needs a checkout of that version, Node 22.5 or newer, and Linux or macOS:
//
//   git worktree add ../then 49fa903 && (cd ../then && npm ci)
//   node tests/support/demo-before/make.mjs ../then
//
// It is not made anew when the service changes: what stands here is what a deployment of then has.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

const checkout = resolve(process.argv[2] ?? '.')
const here = fileURLToPath(new URL('.', import.meta.url))
const { people } = await import(`${checkout}/scripts/demo/world.mjs`)
const { passwordOf } = await import(`${checkout}/scripts/demo/town.mjs`)
const port = 8911
const origin = `http://localhost:${port}`
const place = mkdtempSync(join(tmpdir(), 'kith-then-'))
let log = ''

/** The demo of then, once it answers. */
function startDemo() {
  const flags = ['--port', String(port), '--persist-to', place, '--inspector-port', '0']
  const demo = spawn('npm', ['run', '--silent', 'demo', '--', ...flags], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  return new Promise((resolve, reject) => {
    demo.on('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${log}`)))
    let said = ''
    demo.stdout.on('data', (chunk) => {
      said += chunk
      log += chunk
      if (said.includes('/users/friends/received_requests/ -H')) resolve(demo)
    })
  })
}

/** All of it, written down by then. */
function stopDemo(demo) {
  return new Promise((resolve) => {
    demo.on('exit', resolve)
    process.kill(-demo.pid, 'SIGTERM')
  })
}

// ── What it stored ───────────────────────────────────────────────────────────────────────────────

function literal(value) {
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`
  if (typeof value !== 'string') return String(value)
  const quoted = (text) => `'${text.replaceAll("'", "''")}'`
  return value.split('\n').map(quoted).join(' || char(10) || ')
}

const isPlatforms = ({ name }) => /^(?:sqlite_(?!sequence)|_cf_|__miniflare)/.test(name)

/** The rows of a table, each as a statement. */
function insertions(database, name) {
  return database
    .prepare(`select * from "${name}"`)
    .all()
    .map((row) => {
      const columns = Object.keys(row).map((column) => `"${column}"`)
      const values = Object.values(row).map(literal)
      return `INSERT INTO "${name}" (${columns.join(', ')}) VALUES (${values.join(', ')});`
    })
}

/** A database as statements, one a line: its tables and their rows, and then its indexes. */
function dump(file) {
  const database = new DatabaseSync(file, { readOnly: true })
  const parts = database
    .prepare('select type, name, sql from sqlite_schema order by rowid')
    .all()
    .filter((part) => !isPlatforms(part))
  const oneLine = ({ sql }) => `${sql.replace(/\s+/g, ' ')};`
  const isTable = ({ type }) => type === 'table'
  const rows = parts.filter(isTable).flatMap(({ name }) => insertions(database, String(name)))
  const tables = parts.filter((part) => isTable(part) && part.name !== 'sqlite_sequence')
  const others = parts.filter((part) => part.sql !== null && !isTable(part))
  // The rows of `sqlite_sequence` stand for themselves: what is inserted before moves it.
  const sequences = rows.filter((row) => row.startsWith('INSERT INTO "sqlite_sequence"'))
  const plain = rows.filter((row) => !sequences.includes(row))
  const reset = sequences.length > 0 ? ['DELETE FROM "sqlite_sequence";'] : []
  return [...tables.map(oneLine), ...plain, ...reset, ...sequences, ...others.map(oneLine)]
}

const filesIn = (folder) =>
  readdirSync(join(place, 'v3', folder))
    .filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
    .map((name) => join(place, 'v3', folder, name))

function nameOf(file) {
  const database = new DatabaseSync(file, { readOnly: true })
  return String(database.prepare('select name from __miniflare_do_name').get()?.name)
}

function writeStored() {
  const [database] = filesIn('d1/miniflare-D1DatabaseObject')
  writeFileSync(`${here}database.sql`, `${dump(database).join('\n')}\n`)
  const rooms = filesIn('do/kith-ChatRoom').map((file) => [
    `-- room ${nameOf(file)}`,
    ...dump(file),
  ])
  writeFileSync(`${here}rooms.sql`, `${rooms.flat().join('\n')}\n`)
}

// ── What it answered ─────────────────────────────────────────────────────────────────────────────

async function call(path, headers, json) {
  const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(origin + path, { ...body, headers: { ...type, ...headers } })
  const text = await answer.text()
  return [answer.status, text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text]
}

/** The code of a mail, which is a file that the log names. */
async function codeFor(username) {
  log = ''
  await call('/twofa/send-code/', {}, { username, email: `${username}@example.org` })
  for (;;) {
    const [file] = /\S*\/email[^\s'"]*\.txt/.exec(log) ?? []
    if (file) return /\b\d{6}\b/.exec(readFileSync(file, 'utf8'))[0]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** What somebody's requests carry. */
async function signIn({ username, door }) {
  const given = { username, password: passwordOf(username) }
  if (door !== 'C') {
    const [, { access }] = await call('/accounts/login/', {}, given)
    return { authorization: `Bearer ${access}` }
  }
  const code = await codeFor(username)
  const [, { access_token }] = await call('/auth/login/', {}, { ...given, code })
  return { authorization: `Bearer ${access_token}` }
}

/** No service's own page, no file, no way to another place, no socket. */
const isAsked = (path) =>
  !/^\/(?:docs|oauth|media|calendar|ws|health|\.well-known|\w+\.json)/.test(path)

/** Every path that is read, with every id that there is. */
async function pathsFor(known) {
  const [, { paths }] = await call('/openapi.json', {})
  const read = Object.keys(paths).filter((path) => 'get' in paths[path] && isAsked(path))
  const idsOf = (path) =>
    Object.entries(known).find(([beginning]) => path.startsWith(beginning))?.[1] ?? known['']
  return read.flatMap((path) => {
    if (path.includes('search')) return ['a', 'er', 'li'].map((name) => `${path}?username=${name}`)
    if (!path.includes('{')) return [path]
    return idsOf(path).map((id) => path.replace(/\{[^}]*\}/, id))
  })
}

function knownIds() {
  const [file] = filesIn('d1/miniflare-D1DatabaseObject')
  const database = new DatabaseSync(file, { readOnly: true })
  const ids = (table) =>
    database
      .prepare(`select id from ${table} order by id`)
      .all()
      .map(({ id }) => id)
  return {
    '/api/plans': ids('plans'),
    '/api/rsvp': ids('plans'),
    '/conversations': ids('conversations'),
    '/friends': ids('contacts'),
    '/groups': ids('groups'),
    '': ids('users'),
  }
}

/** When it was asked, and a line for each answer that was given, and to whom. */
async function writeAnswers() {
  const askedAt = Date.now()
  const credentials = []
  for (const person of people) credentials.push([person.username, await signIn(person)])
  const answers = new Map()
  for (const path of await pathsFor(knownIds())) {
    for (const [username, headers] of credentials) {
      const [status, body] = await call(path, headers)
      const key = JSON.stringify([path, status, body])
      answers.set(key, [...(answers.get(key) ?? []), username])
    }
  }
  const lines = [...answers].map(([key, to]) => {
    const [path, status, body] = JSON.parse(key)
    return JSON.stringify({ path, to, status, body })
  })
  writeFileSync(`${here}answers.jsonl`, `${JSON.stringify({ askedAt })}\n${lines.join('\n')}\n`)
}

try {
  await stopDemo(await startDemo())
  writeStored()
  const demo = await startDemo()
  await writeAnswers()
  await stopDemo(demo)
} finally {
  rmSync(place, { recursive: true })
}
process.exit()
