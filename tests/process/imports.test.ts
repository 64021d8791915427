// Proves the import rules of oxlint.config.ts: a project of forbidden and allowed imports is written into
// a temporary folder and linted once with our own configuration.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Case = [file: string, imported: string]

const forbidden: Case[] = [
  ['src/db/schema.ts', '../domain/errors'],
  ['src/db/client.ts', 'hono'],
  ['src/db/statements.ts', '@libsql/client'],
  ['src/domain/users.ts', '../wire/words'],
  ['src/domain/users.ts', '../routes/accounts'],
  ['src/domain/users.ts', '../platform/context'],
  ['src/domain/users.ts', '../settings'],
  ['src/domain/users.ts', '../app'],
  ['src/domain/users.ts', 'hono'],
  ['src/domain/users.ts', 'zod'],
  ['src/domain/users.ts', 'jose'],
  ['src/domain/users.ts', '@noble/hashes/sha2.js'],
  ['src/domain/users.ts', 'argon2id'],
  ['src/domain/users.ts', 'drizzle-orm/d1'],
  ['src/domain/users.ts', 'cloudflare:workers'],
  ['src/domain/context.ts', './accounts/tokens'],
  ['src/domain/errors.ts', './fields'],
  ['src/domain/fields.ts', './paging'],
  ['src/domain/paging.ts', './accounts/sessions'],
  ['src/domain/accounts/sessions.ts', '../visibility'],
  ['src/domain/accounts/sessions.ts', '../leaving'],
  ['src/domain/accounts/sessions.ts', '../../wire/words'],
  ['src/domain/accounts/sessions.ts', 'zod'],
  ['src/domain/visibility.ts', './presence'],
  ['src/domain/presence.ts', './users'],
  ['src/domain/media.ts', './users'],
  ['src/domain/users.ts', './conversations'],
  ['src/domain/groups.ts', './conversations'],
  ['src/domain/contacts.ts', './friends'],
  ['src/domain/conversations.ts', './friends'],
  ['src/domain/friends.ts', './plans'],
  ['src/domain/plans.ts', './rsvps'],
  ['src/domain/rsvps.ts', './leaving'],
  ['src/domain/not-placed-yet.ts', './users'],
  ['src/wire/words.ts', '../db/schema'],
  ['src/wire/words.ts', '../routes/accounts'],
  ['src/wire/words.ts', '../platform/context'],
  ['src/wire/words.ts', 'drizzle-orm'],
  ['src/wire/words.ts', 'jose'],
  ['src/wire/input/json.ts', '../words'],
  ['src/wire/input/json.ts', '../../settings'],
  ['src/wire/input/json.ts', '../../db/schema'],
  ['src/routes/accounts.ts', '../db/schema'],
  ['src/routes/accounts.ts', 'drizzle-orm'],
  ['src/routes/accounts.ts', './friends'],
  ['src/routes/accounts.ts', '../platform/context'],
  ['src/routes/accounts.ts', '../app'],
  ['src/routes/api/token.ts', '../accounts'],
  ['src/routes/api/token.ts', './register'],
  ['src/routes/api/token.ts', '../../db/client'],
  ['src/routes/users/me/settings.ts', '../../../db/client'],
  ['src/realtime/chat-room.ts', '../routes/ws'],
  ['src/realtime/chat-room.ts', '../wire/cookies'],
  ['src/realtime/chat-room.ts', '../platform/mail'],
  ['src/realtime/chat-room.ts', 'hono'],
  ['src/platform/mail.ts', '../domain/users'],
  ['src/platform/mail.ts', '../db/client'],
  ['src/platform/context.ts', '../routes/accounts'],
  ['src/platform/context.ts', '../domain/users'],
  ['src/settings.ts', './app'],
  ['src/jobs.ts', './index'],
  ['src/app.ts', './index'],
  ['client/chat.ts', '../src/realtime/frames'],
  ['client/chat.ts', 'zod'],
  ['client/chat.ts', 'node:crypto'],
]

const allowed: Case[] = [
  ['src/db/client.ts', './schema'],
  ['src/db/client.ts', 'drizzle-orm/d1'],
  ['src/db/client.ts', 'drizzle-orm/libsql/web'],
  ['src/db/client.ts', '@libsql/client/web'],
  ['src/domain/fields.ts', './errors'],
  ['src/domain/fields.ts', 'zod'],
  ['src/domain/context.ts', '../db/client'],
  ['src/domain/accounts/sessions.ts', '../../db/statements'],
  ['src/domain/accounts/sessions.ts', '../context'],
  ['src/domain/accounts/sessions.ts', '../jobs'],
  ['src/domain/accounts/sessions.ts', './tokens'],
  ['src/domain/accounts/sessions.ts', 'drizzle-orm'],
  ['src/domain/accounts/tokens.ts', 'jose'],
  ['src/domain/accounts/passwords.ts', '@noble/hashes/pbkdf2.js'],
  ['src/domain/accounts/passwords.ts', 'argon2id/dist/simd.wasm'],
  ['src/domain/visibility.ts', './accounts/sessions'],
  ['src/domain/users.ts', './visibility'],
  ['src/domain/users.ts', './presence'],
  ['src/domain/contacts.ts', './users'],
  ['src/domain/conversations.ts', './groups'],
  ['src/domain/friends.ts', './conversations'],
  ['src/domain/plans.ts', './friends'],
  ['src/domain/rsvps.ts', './plans'],
  ['src/domain/leaving.ts', './rsvps'],
  ['src/domain/leaving.ts', './accounts/accounts'],
  ['src/domain/not-placed-yet.ts', './errors'],
  ['src/wire/words.ts', './answers'],
  ['src/wire/words.ts', '../domain/errors'],
  ['src/wire/words.ts', '../domain/accounts/callers'],
  ['src/wire/words.ts', 'hono/cookie'],
  ['src/wire/words.ts', 'zod'],
  ['src/wire/body.ts', './input/json'],
  ['src/wire/input/bounds.ts', '../errors/answers'],
  ['src/wire/input/bounds.ts', '../../domain/accounts/sessions'],
  ['src/realtime/frames.ts', '../wire/input/json'],
  ['src/routes/accounts.ts', '../domain/accounts/accounts'],
  ['src/routes/accounts.ts', '../wire/words'],
  ['src/routes/accounts.ts', 'hono'],
  ['src/routes/api/token.ts', '../../domain/accounts/grants'],
  ['src/routes/api/token.ts', '../../wire/cookies'],
  ['src/realtime/chat-room.ts', './room-log'],
  ['src/realtime/chat-room.ts', '../domain/conversations'],
  ['src/realtime/chat-room.ts', '../db/schema'],
  ['src/realtime/chat-room.ts', '../wire/words'],
  ['src/realtime/chat-room.ts', '../platform/context'],
  ['src/realtime/chat-room.ts', 'drizzle-orm/durable-sqlite'],
  ['src/realtime/chat-room.ts', 'cloudflare:workers'],
  ['src/platform/mail.ts', '../domain/context'],
  ['src/platform/mail/smtp.ts', 'cloudflare:sockets'],
  ['src/platform/mail/mailer.ts', '../../domain/errors'],
  ['src/platform/context.ts', '../db/client'],
  ['src/app.ts', './routes'],
  ['src/routes/index.ts', './accounts'],
  ['src/app.ts', './platform/context'],
  ['src/index.ts', './app'],
  ['client/http.ts', './errors.js'],
  ['client/http.ts', 'openapi-fetch'],
]

const namedZod = 'src/routes/named-zod.ts'
const folder = mkdtempSync(join(tmpdir(), 'kith-imports-'))
/** What the linter found, as `rule file:line`. */
let found: string[] = []
let exitCode: number | null = null

/** The line of its file on which a case stands. */
const lineOf = ([file, imported]: Case) =>
  [...forbidden, ...allowed]
    .filter(([other]) => other === file)
    .findIndex(([, path]) => path === imported) + 1

function writeProject() {
  copyFileSync('oxlint.config.ts', join(folder, 'oxlint.config.ts'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction')
  const named = "import { z } from 'zod'\nimport zod from 'zod'\nimport * as namespace from 'zod'\n"
  const files = new Map([[namedZod, named]])
  for (const [file, imported] of [...forbidden, ...allowed]) {
    files.set(file, `${files.get(file) ?? ''}export * from '${imported}'\n`)
  }
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}

type Report = {
  diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[]
}

beforeAll(() => {
  writeProject()
  const args = [resolve('node_modules/oxlint/bin/oxlint'), '--format=json', 'src', 'client']
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  exitCode = run.status
  const report: Report = JSON.parse(run.stdout)
  found = report.diagnostics.map(
    ({ code, filename, labels }) =>
      `${code} ${filename.replaceAll('\\', '/')}:${labels[0]?.span.line}`,
  )
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('the linter', () => {
  it('fails on a project with forbidden imports', () => {
    expect(exitCode).toBe(1)
  })

  it.each(forbidden)('refuses in %s the import of %s', (...it) => {
    expect(found).toContain(`eslint(no-restricted-imports) ${it[0]}:${lineOf(it)}`)
  })

  it.each(allowed)('accepts in %s the import of %s', (...it) => {
    expect(found).not.toContain(`eslint(no-restricted-imports) ${it[0]}:${lineOf(it)}`)
  })

  it('refuses zod in any other form than its namespace', () => {
    expect(found).toContain(`unicorn(import-style) ${namedZod}:1`)
    expect(found).toContain(`unicorn(import-style) ${namedZod}:2`)
    expect(found).not.toContain(`unicorn(import-style) ${namedZod}:3`)
  })
})
