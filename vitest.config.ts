// Two kinds of test: those that run inside workerd, beside the Worker's own code, and those that start
// real processes from Node. `npx vitest run --project workerd` runs the first kind alone.
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

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
  'hono/request-id',
  'hono/route',
  'hono/secure-headers',
  '@hono/zod-validator',
  'ical-generator',
  'jose',
  '@noble/hashes/argon2.js',
  '@noble/hashes/hmac.js',
  '@noble/hashes/pbkdf2.js',
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
]

export default defineConfig({
  test: {
    // The service's log lines are shown where a test fails.
    silent: 'passed-only',
    projects: [
      async () => ({
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations('drizzle'),
                JWT_SECRET: 'a secret of the tests, which signs nothing else',
                HASH_PEPPER: 'a pepper of the tests, which hashes nothing else',
                FAULTS_FULL: process.env['FAULTS_FULL'] ?? '',
              },
            },
          }),
        ],
        test: {
          name: 'workerd',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/process/**'],
          setupFiles: ['./tests/support/setup.ts'],
          // One workerd for the whole run: a start of its own would cost each file seconds.
          isolate: false,
          maxWorkers: 1,
          // Hundreds of rounds of a race take their time on a machine that does other things too.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          deps: { optimizer: { ssr: { enabled: true, include: prebundled } } },
        },
      }),
      {
        test: {
          name: 'process',
          include: ['tests/process/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // After the others, two at a time: each starts a server of its own.
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
        },
      },
    ],
  },
})
