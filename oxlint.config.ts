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

// ── The web app ──────────────────────────────────────────────────────────────────────────────────

const preact = ['preact', 'preact/hooks', '@preact/signals']

/** What a page could load or run by itself; the service is asked in data/ alone, through the client. */
const ownDoors = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']

/** The web app's folders, each with what it may import. */
const webLayers: OxlintOverride[] = [
  {
    files: ['web/src/**'],
    plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'react', 'jsx-a11y'],
    rules: {
      'no-restricted-globals': ['error', ...ownDoors],
      'react/no-danger': 'error',
      'react/react-in-jsx-scope': 'off',
      'react/no-unknown-property': 'off',
      'react/forbid-elements': [
        'error',
        { forbid: [{ element: 'a', message: 'Links are made by ui/link.' }] },
      ],
      // For React's compiler, and blind to signals and to what an effect is not to run for.
      'react/immutability': 'off',
      'react/purity': 'off',
      'react/static-components': 'off',
      'react-hooks/exhaustive-deps': 'off',
      // A press beside a dialog, a key in a menu, a picture dropped on a form: each has its button too.
      'jsx-a11y/click-events-have-key-events': 'off',
      'jsx-a11y/no-noninteractive-element-interactions': 'off',
      'jsx-a11y/no-static-element-interactions': 'off',
      // An offer of a list is its value.
      'jsx-a11y/control-has-associated-label': 'off',
      // A list that is chosen from or a field that the page is for.
      'jsx-a11y/no-autofocus': 'off',
      // A log that scrolls is to be reached by keys.
      'jsx-a11y/no-noninteractive-tabindex': 'off',
      // React's rule for its own version of them.
      'jsx-a11y/prefer-tag-over-role': 'off',
      // A channel and a worker have no other origin.
      'unicorn/require-post-message-target-origin': 'off',
      // Styles, and what has to happen first.
      'import/no-unassigned-import': 'off',
    },
  },
  mayImport(
    ['web/src/data/**'],
    'data/ imports kith-client, signals, idb and itself.',
    './**',
    'kith-client',
    'idb',
    'preact/hooks',
    '@preact/signals',
    '../words/times',
  ),
  mayImport(
    ['web/src/ui/**'],
    'ui/ imports preact, signals, words/ and itself: no data. link and page also the router.',
    './**',
    '../words',
    '../words/**',
    '../router',
    ...preact,
  ),
  mayImport(
    ['web/src/screens/**'],
    'A screen imports data/, ui/, words/, the router and its neighbours.',
    './**',
    '../*',
    '../*/**',
    ...climbing('data/**', 'ui/**', 'words', 'words/**', 'router', 'routes', 'link-token'),
    'kith-client',
    ...preact,
  ),
  mayImport(
    ['web/src/words/**'],
    'words/ imports itself, and types of data/.',
    './**',
    '../data/plans',
    'kith-client',
  ),
  {
    files: ['web/src/ui/link.tsx'],
    plugins: ['react', 'jsx-a11y'],
    rules: { 'react/forbid-elements': 'off', 'jsx-a11y/anchor-has-content': 'off' },
  },
  { files: ['web/src/sw.ts'], rules: { 'no-restricted-globals': 'off' } },
]

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest'],
  jsPlugins: ['./scripts/lint/plugin.mjs'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: [
    'worker-configuration.d.ts',
    'client/schema.ts',
    'client/words.ts',
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
    ...webLayers,
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
