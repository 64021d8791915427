// Lint rules, among them which folder may import what: the table of the layout, as allow-lists. What is
// not listed is forbidden, so a new dependency or a new domain file is placed here on purpose.
import { defineConfig, type OxlintOverride } from 'oxlint'
import { readNouns } from './scripts/nouns.mjs'

/** The nouns of the domain, bottom first: each may import itself and what stands before it. */
const nouns = readNouns().map(({ name }) => name)

const wireParts = ['describe', 'errors', 'input', 'pipeline', 'shapes']

/** What single nouns import beside the database's and the domain's own. */
const packages: Record<string, string[]> = {
  base: ['zod', '@noble/hashes/**'],
  accounts: ['jose', '@noble/hashes/**', 'argon2id', 'argon2id/**'],
  push: ['jose', '@noble/hashes/**'],
  webhooks: ['@noble/hashes/**'],
}

const hono = ['hono', 'hono/**', '@hono/zod-validator']

/** From a folder at any depth below src/: its imports of another folder climb one to four levels. */
const climbing = (...paths: string[]) =>
  paths.flatMap((path) => ['../', '../../', '../../../', '../../../../'].map((up) => up + path))

/** An override that forbids every import but these, with the reason the linter shows. */
function mayImport(files: string[], message: string, ...allowed: string[]): OxlintOverride {
  const group = ['**', ...allow(allowed)]
  return {
    files,
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
  }
}

/** The domain as others see it: the base, and each noun by its index.ts. */
const domain = nouns.map((name) => (name === 'base' ? 'domain/base/**' : `domain/${name}`))

/** What the files of one noun may import: in its folder, and in the folders within. */
function noun(name: string, below: readonly string[]): OxlintOverride[] {
  const message =
    'A noun imports db/, itself, and the nouns before it in the order of docs/architecture.md.'
  // Another noun is what its index.ts says; the base has none.
  const from = (up: string, nouns: readonly string[]) =>
    nouns.map((other) => (other === 'base' ? `${up}base/**` : up + other))
  const common = ['./**', 'drizzle-orm', 'drizzle-orm/sqlite-core', ...(packages[name] ?? [])]
  const lower = [...common, '../../db/**', ...from('../', below)]
  // What is one step up belongs to the noun; what is two steps up may be another's.
  const within = [...common, '../*', '../*/**']
  const further = ['../../../db/**', ...from('../../', below)]
  return [
    mayImport([`src/domain/${name}/*.ts`], message, ...lower),
    {
      files: [`src/domain/${name}/*/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [{ group: ['**', ...allow(within), '../../**', ...allow(further)], message }],
          },
        ],
      },
    },
  ]
}

const allow = (paths: readonly string[]) => paths.map((path) => `!${path}`)

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  jsPlugins: ['./scripts/lint/plugin.mjs'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: [
    'worker-configuration.d.ts',
    'client/schema.ts',
    'drizzle/**',
    'public/**',
    '.wrangler/**',
    'client/dist/**',
  ],
  rules: {
    'import/no-cycle': 'error',
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
    { files: ['src/domain/**'], rules: { 'kith/guarded-batches': 'error' } },
    mayImport(
      ['src/db/**'],
      'db/ imports drizzle-orm and its D1 and libSQL drivers.',
      './**',
      'drizzle-orm',
      'drizzle-orm/**',
      '@libsql/client/web',
    ),
    mayImport(
      ['src/domain/**'],
      'A new noun says above its lifecycle behind which it stands (@after).',
    ),
    ...nouns.flatMap((name, place) => noun(name, nouns.slice(0, place))),
    mayImport(
      ['src/wire/**'],
      'wire/ imports domain/, hono and zod; shapes/calendar.ts also ical-generator.',
      './**',
      ...wireParts.map((part) => `../${part}/**`),
      ...climbing(...domain),
      ...hono,
      'zod',
      'ical-generator',
    ),
    mayImport(
      ['src/routes/**'],
      'A route imports domain/, wire/, hono and zod: never db/, drizzle-orm or another route.',
      ...climbing(...domain, 'wire/**'),
      ...hono,
      'zod',
    ),
    mayImport(
      ['src/routes/index.ts', 'src/routes/list.ts'],
      'The list of routers imports them, and nothing that they do.',
      './**',
      '../wire/pipeline/app-env',
      ...hono,
    ),
    mayImport(
      ['src/realtime/**'],
      'realtime/ imports domain/, db/, wire/shapes, wire/errors, wire/input/json, platform/context, drizzle-orm and zod.',
      './**',
      '../room/**',
      '../person/**',
      '../sockets/**',
      '../identity',
      '../backoff',
      ...climbing(
        ...domain,
        'db/**',
        'wire/shapes/**',
        'wire/errors/**',
        'wire/input/json',
        'platform/context',
      ),
      '../../../drizzle/room/migrations',
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
        ...climbing('settings', 'settings/**', 'domain/base/**'),
        ...(file.endsWith('context.ts') ? ['../db/**'] : ['cloudflare:sockets']),
        'cloudflare:workers',
      ),
    ),
    mayImport(
      ['src/settings/**'],
      'settings/ imports types of the domain’s ports and of the pipeline, and nothing of platform/.',
      './**',
      ...climbing('domain/base/context', 'wire/pipeline/app-env'),
      '@noble/hashes/**',
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
