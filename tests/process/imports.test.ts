// Proves the import rules of oxlint.config.ts: a project of forbidden and allowed imports is written into
// a temporary folder and linted once with our own configuration.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

type Case = [file: string, imported: string]

/** The nouns of that project, as `scripts/nouns.mjs` reads them from the folders of ours. */
const order = [
  'base',
  'accounts',
  'media',
  'people',
  'contacts',
  'chat',
  'friends',
  'plans',
  'notifications',
  'staff',
  'imports',
  'moving',
]

const forbidden: Case[] = [
  ['src/db/schema/users.ts', '../../domain/base/errors'],
  ['src/db/client.ts', 'hono'],
  ['src/db/client.ts', '../settings'],
  ['src/db/batch.ts', '@libsql/client'],
  ['src/db/batch.ts', '../domain/base/context'],
  ['src/domain/people/users.ts', '../../wire/errors/words'],
  ['src/domain/people/users.ts', '../../routes/accounts'],
  ['src/domain/people/users.ts', '../../platform/context'],
  ['src/domain/people/users.ts', '../../realtime/frames'],
  ['src/domain/people/users.ts', '../../settings'],
  ['src/domain/people/users.ts', '../../app'],
  ['src/domain/people/users.ts', '../../jobs'],
  ['src/domain/people/users.ts', 'hono'],
  ['src/domain/people/users.ts', 'zod'],
  ['src/domain/people/users.ts', 'jose'],
  ['src/domain/people/users.ts', '@noble/hashes/sha2.js'],
  ['src/domain/people/users.ts', 'argon2id'],
  ['src/domain/people/users.ts', 'drizzle-orm/d1'],
  ['src/domain/people/users.ts', 'cloudflare:workers'],
  ['src/domain/base/context.ts', '../accounts/sessions/tokens'],
  ['src/domain/base/errors.ts', '../people/users'],
  ['src/domain/base/errors.ts', 'jose'],
  ['src/domain/base/fields/text.ts', '../../people/fields'],
  ['src/domain/base/fields/text.ts', '../../../wire/input/json'],
  ['src/domain/accounts/changes.ts', '../people/visibility'],
  ['src/domain/accounts/changes.ts', '../moving/leaving'],
  ['src/domain/accounts/changes.ts', 'zod'],
  ['src/domain/accounts/sessions/sessions.ts', '../../media/media'],
  ['src/domain/accounts/sessions/sessions.ts', '../../people/visibility'],
  ['src/domain/accounts/sessions/sessions.ts', '../../moving/leaving'],
  ['src/domain/accounts/sessions/sessions.ts', '../../../wire/errors/words'],
  ['src/domain/accounts/sessions/sessions.ts', '../../../settings'],
  ['src/domain/accounts/sessions/sessions.ts', 'zod'],
  ['src/domain/media/media.ts', '../people/users'],
  ['src/domain/media/pictures/jpeg.ts', '../../people/users'],
  ['src/domain/media/pictures/jpeg.ts', '@noble/hashes/sha2.js'],
  ['src/domain/people/visibility.ts', '../contacts/contacts'],
  ['src/domain/people/visibility.ts', '../chat/conversations'],
  ['src/domain/people/presence.ts', '../friends/friends'],
  ['src/domain/contacts/contacts.ts', '../chat/conversations'],
  ['src/domain/contacts/contacts.ts', '../friends/friends'],
  ['src/domain/chat/conversations.ts', '../friends/friends'],
  ['src/domain/chat/conversations.ts', '../plans/plans'],
  ['src/domain/friends/friends.ts', '../plans/plans'],
  ['src/domain/plans/plans.ts', '../notifications/notifications'],
  ['src/domain/plans/plans.ts', '../staff/groups'],
  ['src/domain/notifications/notifications.ts', '../staff/groups'],
  ['src/domain/staff/groups.ts', '../imports/imports'],
  ['src/domain/imports/imports.ts', '../moving/leaving'],
  ['src/domain/moving/leaving.ts', '../../platform/log'],
  ['src/domain/moving/leaving.ts', 'zod'],
  ['src/domain/moving/export.ts', '@noble/hashes/sha2.js'],
  ['src/domain/not-placed-yet/pins.ts', '../people/users'],
  ['src/wire/errors/words.ts', '../../db/schema/index'],
  ['src/wire/errors/words.ts', '../../routes/accounts'],
  ['src/wire/errors/words.ts', '../../platform/context'],
  ['src/wire/errors/words.ts', '../../realtime/frames'],
  ['src/wire/errors/words.ts', 'drizzle-orm'],
  ['src/wire/errors/words.ts', 'jose'],
  ['src/wire/input/json.ts', '../../settings'],
  ['src/wire/input/json.ts', '../../db/schema/index'],
  ['src/routes/accounts.ts', '../db/schema/index'],
  ['src/routes/accounts.ts', 'drizzle-orm'],
  ['src/routes/accounts.ts', './friends'],
  ['src/routes/accounts.ts', '../platform/context'],
  ['src/routes/accounts.ts', '../realtime/sockets'],
  ['src/routes/accounts.ts', '../app'],
  ['src/routes/api/token.ts', '../accounts'],
  ['src/routes/api/token.ts', './register'],
  ['src/routes/api/token.ts', '../../db/client'],
  ['src/routes/users/me/settings.ts', '../../../db/client'],
  ['src/realtime/chat-room.ts', '../routes/ws'],
  ['src/realtime/chat-room.ts', '../wire/pipeline/cookies'],
  ['src/realtime/chat-room.ts', '../wire/input/body'],
  ['src/realtime/chat-room.ts', '../platform/mail/mailer'],
  ['src/realtime/chat-room.ts', 'hono'],
  ['src/settings/mail.ts', '../platform/mail/message'],
  ['src/settings/mail.ts', '../domain/people'],
  ['src/platform/rooms.ts', '../domain/people/users'],
  ['src/platform/rooms.ts', '../db/client'],
  ['src/platform/mail/mailer.ts', '../../domain/accounts/notices'],
  ['src/platform/mail/mailer.ts', '../../db/client'],
  ['src/platform/context.ts', '../routes/accounts'],
  ['src/platform/context.ts', '../domain/people/users'],
  ['src/jobs.ts', './app'],
  ['src/jobs.ts', './index'],
  ['src/app.ts', './index'],
  ['client/chat.ts', '../src/realtime/frames'],
  ['client/chat.ts', 'zod'],
  ['client/chat.ts', 'node:crypto'],
  // Past the index of another noun.
  ['src/domain/media/media.ts', '../accounts/changes'],
  ['src/domain/people/visibility.ts', '../accounts/sessions/sessions'],
  ['src/domain/people/users.ts', '../media/media'],
  ['src/domain/contacts/contacts.ts', '../people/users'],
  ['src/domain/chat/conversations.ts', '../people/visibility'],
  ['src/domain/chat/conversations.ts', '../contacts/contacts'],
  ['src/domain/friends/friends.ts', '../chat/conversations'],
  ['src/domain/plans/plans.ts', '../friends/friends'],
  ['src/domain/notifications/notifications.ts', '../plans/plans'],
  ['src/domain/staff/groups.ts', '../notifications/notifications'],
  ['src/domain/imports/imports.ts', '../staff/groups'],
  ['src/domain/moving/leaving.ts', '../plans/rsvps'],
  ['src/domain/moving/leaving.ts', '../accounts/sessions/endings'],
  ['src/wire/errors/words.ts', '../../domain/accounts/sessions/callers'],
  ['src/routes/accounts.ts', '../domain/accounts/doors/registration'],
  ['src/routes/api/token.ts', '../../domain/accounts/sessions/grants'],
  ['src/routes/users/me/settings.ts', '../../../domain/people/profiles'],
  ['src/realtime/chat-room.ts', '../domain/chat/conversations'],
]

const allowed: Case[] = [
  ['src/db/client.ts', './schema/index'],
  ['src/db/client.ts', 'drizzle-orm/d1'],
  ['src/db/client.ts', 'drizzle-orm/libsql/web'],
  ['src/db/client.ts', '@libsql/client/web'],
  ['src/domain/base/context.ts', './errors'],
  ['src/domain/base/context.ts', './fields/index'],
  ['src/domain/base/context.ts', '../../db/client'],
  ['src/domain/base/fields/text.ts', './folding'],
  ['src/domain/base/fields/text.ts', '../errors'],
  ['src/domain/base/fields/text.ts', 'zod'],
  ['src/domain/base/secrets.ts', '@noble/hashes/sha2.js'],
  ['src/domain/accounts/sessions/sessions.ts', '../../../db/declare'],
  ['src/domain/accounts/sessions/sessions.ts', '../../base/context'],
  ['src/domain/accounts/sessions/sessions.ts', '../../base/fields/index'],
  ['src/domain/accounts/sessions/sessions.ts', '../passwords/passwords'],
  ['src/domain/accounts/sessions/sessions.ts', '../changes'],
  ['src/domain/accounts/sessions/sessions.ts', './tokens'],
  ['src/domain/accounts/sessions/sessions.ts', 'drizzle-orm'],
  ['src/domain/accounts/sessions/tokens.ts', 'jose'],
  ['src/domain/accounts/passwords/passwords.ts', '@noble/hashes/pbkdf2.js'],
  ['src/domain/accounts/passwords/passwords.ts', 'argon2id/dist/simd.wasm'],
  ['src/domain/media/pictures/jpeg.ts', './bytes'],
  ['src/domain/media/media.ts', '../accounts'],
  ['src/domain/media/media.ts', './pictures/judge'],
  ['src/domain/people/visibility.ts', '../accounts'],
  ['src/domain/people/users.ts', './visibility'],
  ['src/domain/people/users.ts', '../media'],
  ['src/domain/people/users.ts', '../../db/schema/index'],
  ['src/domain/people/users.ts', 'drizzle-orm/sqlite-core'],
  ['src/domain/contacts/contacts.ts', '../people'],
  ['src/domain/chat/conversations.ts', '../people'],
  ['src/domain/chat/conversations.ts', '../contacts'],
  ['src/domain/friends/friends.ts', '../chat'],
  ['src/domain/plans/plans.ts', '../friends'],
  ['src/domain/notifications/notifications.ts', '../plans'],
  ['src/domain/staff/groups.ts', '../notifications'],
  ['src/domain/imports/imports.ts', '../staff'],
  ['src/domain/moving/leaving.ts', '../plans'],
  ['src/domain/moving/leaving.ts', '../accounts'],
  ['src/wire/errors/words.ts', './answers'],
  ['src/wire/errors/words.ts', '../../domain/base/errors'],
  ['src/wire/errors/words.ts', '../../domain/accounts'],
  ['src/wire/pipeline/cookies.ts', 'hono/cookie'],
  ['src/wire/pipeline/cookies.ts', '../errors/words'],
  ['src/wire/input/body.ts', 'zod'],
  ['src/wire/input/body.ts', './json'],
  ['src/wire/shapes/calendar.ts', 'ical-generator'],
  ['src/realtime/frames.ts', '../wire/input/json'],
  ['src/realtime/frames.ts', '../wire/shapes/frames'],
  ['src/routes/accounts.ts', '../domain/accounts'],
  ['src/routes/accounts.ts', '../wire/errors/words'],
  ['src/routes/accounts.ts', 'hono'],
  ['src/routes/api/token.ts', '../../domain/accounts'],
  ['src/routes/api/token.ts', '../../wire/pipeline/cookies'],
  ['src/routes/users/me/settings.ts', '../../../domain/people'],
  ['src/routes/users/me/settings.ts', '../../../wire/input/body'],
  ['src/realtime/chat-room.ts', './room-log'],
  ['src/realtime/chat-room.ts', '../domain/chat'],
  ['src/realtime/chat-room.ts', '../db/schema/index'],
  ['src/realtime/chat-room.ts', '../wire/errors/words'],
  ['src/realtime/chat-room.ts', '../platform/context'],
  ['src/realtime/room/store.ts', '../../../drizzle/room/migrations'],
  ['src/realtime/chat-room.ts', 'drizzle-orm/durable-sqlite'],
  ['src/realtime/chat-room.ts', 'cloudflare:workers'],
  ['src/settings/reader.ts', '../domain/base/context'],
  ['src/settings/mail.ts', './header-texts'],
  ['src/platform/rooms.ts', '../domain/base/context'],
  ['src/platform/mail/smtp.ts', 'cloudflare:sockets'],
  ['src/platform/mail/mailer.ts', '../../domain/base/errors'],
  ['src/platform/mail/mailer.ts', '../../settings/mail'],
  ['src/platform/context.ts', '../db/client'],
  ['src/platform/context.ts', '../settings/index'],
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
  cpSync('scripts/lint', join(folder, 'scripts/lint'), { recursive: true })
  const nouns = JSON.stringify(order.map((name) => ({ name })))
  writeFileSync(join(folder, 'scripts/nouns.mjs'), `export const readNouns = () => ${nouns}\n`)
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
