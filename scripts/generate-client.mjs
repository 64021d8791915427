// `npm run generate:client`: writes client/schema.ts, the types of everything that the service's documents
// describe, and builds client/dist from it. With `--check` it writes nothing and fails where the file is
// not what the service says today.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildClient } from './build-client.mjs'
import { typesOf } from './openapi-types.mjs'

// wrangler asks for its newest version and for a place in the world.
Object.assign(process.env, {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
})
const { createTestHarness } = await import('wrangler')

const root = fileURLToPath(new URL('..', import.meta.url))
const file = `${root}client/schema.ts`
const head = `// Made by \`npm run generate:client\` from /openapi.json and /asyncapi.json: not to be edited.
`

const secret = () => randomBytes(32).toString('base64url')
const secrets = { JWT_SECRET: secret(), HASH_PEPPER: secret() }
/** The Worker as it would be deployed. */
const server = createTestHarness({ workers: [{ configPath: `${root}wrangler.toml`, secrets }] })
await server.listen()
/**
 * @param {string} path
 * @returns {Promise<any>}
 */
const read = async (path) => (await server.fetch(path)).json()
const made = head + typesOf(await read('/openapi.json'), await read('/asyncapi.json'))
await server.close()

if (!process.argv.includes('--check')) {
  writeFileSync(file, made)
  buildClient()
} else if (readFileSync(file, 'utf8') !== made) {
  console.error('client/schema.ts is not what the service says: run `npm run generate:client`.')
  process.exitCode = 1
}
