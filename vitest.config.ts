// Two kinds of test: those that run inside workerd, beside the Worker's own code, and those that start
// real processes from Node. `npx vitest run --project workerd` runs the first kind alone. Both also run
// on a real libsql-server instead of D1: the projects whose names begin with `libsql`.
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig, type TestProjectInlineConfiguration as ProjectConfig } from 'vitest/config'
import { LongestFirst } from './tests/process/support/longest-first'

type Inject = (key: 'libsqlUrls') => string[]

// Bundled once instead of fetched module by module into the runtime: halves the time to the first test.
const prebundled = [
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/durable-sqlite',
  'drizzle-orm/durable-sqlite/migrator',
  'drizzle-orm/libsql/web',
  'drizzle-orm/sqlite-core',
  '@libsql/client/web',
  'zod',
  'hono',
  'hono/cookie',
  'hono/cors',
  'hono/etag',
  'hono/method-not-allowed',
  'hono/route',
  'hono/secure-headers',
  'hono/utils/handler',
  '@hono/zod-validator',
  'ical-generator',
  'jose',
  '@noble/hashes/argon2.js',
  '@noble/hashes/hmac.js',
  '@noble/hashes/pbkdf2.js',
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
]

// wrangler.toml's [build] command, which the plugin leaves to others.
execFileSync(process.execPath, [fileURLToPath(new URL('scripts/build-pages.mjs', import.meta.url))])

/** By which the tests' services say to push services who they are. */
const vapidKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'jwk',
})

/** The platform that npm has a libsql-server for. */
const hasLibsqlServer = process.platform === 'linux' && process.arch === 'x64'

const isFull = process.env['LIBSQL_FULL'] === '1'

/** How many files run at a time: they keep a core busy each, or wait for a server of their own. */
const workers = 2

/** Tests inside workerd, beside the Worker's own code. */
const inWorkerd = (
  test: NonNullable<ProjectConfig['test']>,
  bindingsOf: (inject: Inject) => Record<string, string> = () => ({}),
): ProjectConfig => ({
  plugins: [
    cloudflareTest(async ({ inject }) => ({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          TEST_MIGRATIONS: await readD1Migrations('drizzle'),
          JWT_SECRET: 'a secret of the tests, which signs nothing else',
          HASH_PEPPER: 'a pepper of the tests, which hashes nothing else',
          SEAL_KEY: createHash('sha256').update('a key of the tests').digest('base64url'),
          VAPID_PRIVATE_JWK: JSON.stringify(vapidKey),
          FAULTS_FULL: process.env['FAULTS_FULL'] ?? '',
          TESTS_FULL: process.env['TESTS_FULL'] ?? '',
          ...bindingsOf(inject),
        },
      },
    })),
  ],
  test: {
    exclude: ['tests/process/**', 'tests/web/**'],
    setupFiles: ['./tests/support/setup.ts'],
    // Two workerds for the whole run: a start of its own would cost each file seconds.
    isolate: false,
    maxWorkers: workers,
    // Hundreds of rounds of a race take their time on a machine that does other things too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    deps: { optimizer: { ssr: { enabled: true, include: prebundled } } },
    ...test,
  },
})

/** Tests in Node, which start servers. */
const inNode = (test: NonNullable<ProjectConfig['test']>): ProjectConfig => ({
  test: { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: workers, ...test },
})

/** Counts the workerds that were given a libsql-server: two at a time never have the same. */
let served = 0

const overLibsql = inWorkerd(
  {
    name: 'libsql',
    // All that asks the database through the service; a plain `npm test` takes what shows it best.
    include: isFull
      ? ['tests/{contracts,races,realtime,security}/**/*.test.ts']
      : ['tests/{contracts,races}/**/*.test.ts'],
    globalSetup: ['./tests/process/support/libsql-global.ts'],
    // A group has one kind of worker, which goes on from file to file.
    sequence: { groupOrder: 1 },
  },
  (inject) => ({ LIBSQL_URL: inject('libsqlUrls').at(served++ % workers)! }),
)

export default defineConfig({
  test: {
    // The service's log lines are shown where a test fails.
    silent: 'passed-only',
    sequence: { sequencer: LongestFirst },
    projects: [
      inWorkerd({ name: 'workerd', include: ['tests/**/*.test.ts'] }),
      // Elsewhere `libsql-process` says that it was not tested.
      ...(hasLibsqlServer ? [overLibsql] : []),
      inNode({
        name: 'libsql-process',
        include: ['tests/process/libsql*.test.ts'],
        globalSetup: ['./tests/process/support/pool-global.ts'],
        sequence: { groupOrder: 2 },
      }),
      inNode({
        name: 'process',
        include: ['tests/process/**/*.test.ts'],
        exclude: ['tests/process/libsql*'],
        globalSetup: ['./tests/process/support/pool-global.ts'],
        // After the others.
        sequence: { groupOrder: 2 },
      }),
      // The web app in a browser, over the demo's world.
      inNode({
        name: 'web',
        include: ['tests/web/**/*.test.ts'],
        globalSetup: ['./tests/web/support/global.ts'],
        sequence: { groupOrder: 3 },
      }),
    ],
  },
})
