// Lint rules, among them which folder may import what: the table of the layout, as allow-lists. What is
// not listed is forbidden, so a new dependency or a new domain file is placed here on purpose.
import { defineConfig, type OxlintOverride } from 'oxlint'

/**
 * The domain, bottom first: each file may import what stands before it and nothing after it.
 * A file that is not listed may import `foundation` alone.
 */
const foundation = [
  'context',
  'errors',
  'pictures/*',
  'object-ids',
  'fields/*',
  'object-names',
  'fields',
  'time-fields',
  'people-fields',
  'paging',
  'jobs',
  'counters',
]
const domainOrder = [
  ...foundation,
  'accounts/*',
  'visibility',
  'presence',
  'media',
  'users',
  'fetched-avatars',
  'groups',
  'profiles',
  'administration',
  'contacts',
  'conversations',
  'deserted-conversations',
  'picture-sweep',
  'inbox',
  'starting',
  'joining',
  'refusals',
  'friends-told',
  'friends',
  'friends-ending',
  'friend-lists',
  'friend-labels',
  'blocks',
  'waitlist',
  'plans',
  'plan-lists',
  'rsvps',
  'invitations',
  'calendars',
  'leaving',
  'restoring',
  'export',
  'sweep',
  'health',
]

const hono = ['hono', 'hono/**', '@hono/zod-validator']

/** From a folder at any depth below src/: its imports of another folder climb one to three levels. */
const climbing = (...paths: string[]) =>
  paths.flatMap((path) => ['../', '../../', '../../../'].map((up) => up + path))

/** An override that forbids every import but these, with the reason the linter shows. */
function mayImport(files: string[], message: string, ...allowed: string[]): OxlintOverride {
  const group = ['**', ...allowed.map((path) => `!${path}`)]
  return {
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
  }
}

/** What one domain file may import of the database, of the domain before it, and of packages. */
function domainFile(name: string, before: string[]) {
  const isInAccounts = name.startsWith('accounts/')
  const isInFolder = /^[a-z]+\//.test(name)
  const up = isInFolder ? '../' : './'
  return mayImport(
    [`src/domain/${name}.ts`],
    'A domain file imports db/ and the domain files before it in the order of oxlint.config.ts.',
    isInFolder ? '../../db/*' : '../db/*',
    'drizzle-orm',
    'drizzle-orm/sqlite-core',
    ...before.map((path) => up + path),
    ...(isInFolder ? ['./*'] : []),
    ...(isInAccounts ? ['jose', '@noble/hashes/**', 'argon2id', 'argon2id/**'] : []),
    ...(name === 'fields/*' ? ['zod'] : []),
  )
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: [
    'worker-configuration.d.ts',
    'client/schema.ts',
    'drizzle/**',
    'public/**',
    '.wrangler/**',
    'dist/**',
  ],
  rules: {
    // A builder of Drizzle is a thenable: without checkThenables a query nobody awaits goes unseen.
    'typescript/no-floating-promises': ['error', { checkThenables: true }],
    'typescript/no-misused-promises': 'error',
    // Of Express, which this is not.
    'oxc/no-async-endpoint-handlers': 'off',
    // Matters of taste among the suspicious ones, where the clearer code is often the forbidden one.
    'consistent-return': 'off',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    // Any other form of importing zod puts all of it into the bundle, twice the size.
    'unicorn/import-style': [
      'error',
      {
        extendDefaultStyles: false,
        styles: { zod: { namespace: true, named: false, default: false } },
      },
    ],
  },
  overrides: [
    mayImport(
      ['src/db/**'],
      'db/ imports drizzle-orm and its D1 and libSQL drivers.',
      './**',
      'drizzle-orm',
      'drizzle-orm/**',
      '@libsql/client/web',
    ),
    domainFile('**/*', foundation),
    ...domainOrder.map((name, place) => domainFile(name, domainOrder.slice(0, place))),
    mayImport(
      ['src/wire/**'],
      'wire/ imports domain/, hono and zod; calendar.ts also ical-generator.',
      './**',
      ...climbing('domain/**'),
      ...hono,
      'zod',
      'ical-generator',
    ),
    mayImport(
      ['src/wire/input/**'],
      'wire/input/ imports domain/, hono, zod, and of wire/ what every request carries.',
      './**',
      '../answers',
      '../app-env',
      '../notes',
      ...climbing('domain/**'),
      ...hono,
      'zod',
    ),
    mayImport(
      ['src/routes/**'],
      'A route imports domain/, wire/, hono and zod: never db/, drizzle-orm or another route.',
      ...climbing('domain/**', 'wire/**', 'openapi/*'),
      ...hono,
      'zod',
    ),
    mayImport(
      ['src/openapi/**'],
      'openapi/ imports domain/, wire/, hono and zod.',
      './**',
      ...climbing('domain/**', 'wire/**'),
      ...hono,
      'zod',
    ),
    mayImport(
      ['src/realtime/**'],
      'realtime/ imports domain/, db/, wire/words, frames and input/json, platform/context, drizzle-orm and zod.',
      './**',
      '../domain/**',
      '../db/**',
      '../wire/words',
      '../wire/frames',
      '../wire/input/json',
      '../platform/context',
      '../../drizzle/room/migrations',
      'drizzle-orm',
      'drizzle-orm/**',
      'zod',
      'cloudflare:workers',
    ),
    ...['src/platform/**', 'src/platform/context.ts'].map((file) =>
      mayImport(
        [file],
        'platform/ imports the ports that it implements; context.ts also db/.',
        './**',
        '../settings',
        ...climbing('domain/context', 'domain/errors', 'domain/object-names'),
        ...(file.endsWith('context.ts') ? ['../db/**'] : ['cloudflare:sockets']),
        'cloudflare:workers',
      ),
    ),
    mayImport(
      ['client/**'],
      'The client imports openapi-fetch and nothing of the service.',
      './**',
      'openapi-fetch',
      'openapi-typescript-helpers',
    ),
    {
      files: ['src/**'],
      // What is spread into a growing list or object is copied once for each step: quadratic.
      rules: { 'oxc/no-accumulating-spread': 'error' },
    },
    {
      files: ['src/*.ts'],
      excludeFiles: ['src/index.ts'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              { group: ['./app', './index'], message: 'Nobody imports app.ts or index.ts.' },
            ],
          },
        ],
      },
    },
  ],
})
