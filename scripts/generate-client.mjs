// `npm run generate:client`: writes client/schema.ts, the types of everything that the service's documents
// describe, and client/words.ts, its sentences by their codes; and builds client/dist from them. With
// `--check` it writes nothing and fails where a file is not what the service says today.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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
const [openapi, asyncapi] = [await read('/openapi.json'), await read('/asyncapi.json')]
await server.close()

/** @type {Record<string, string>} */
const codes = openapi['x-kith-codes']
const made = {
  'client/schema.ts': head + typesOf(openapi, asyncapi),
  'client/words.ts': head + wordsOf(codes),
}

/** @param {Record<string, string>} codes */
function wordsOf(codes) {
  const quote = (/** @type {string} */ text) => JSON.stringify(text)
  const lines = Object.entries(codes).map(([code, text]) => `  [${quote(code)}, ${quote(text)}],`)
  return `
/** The service's sentences with their codes; \`{detail}\` stands for what differs. The first of a sentence counts. */
export const words: readonly (readonly [code: string, sentence: string])[] = [
${lines.join('\n')}
]
`
}

for (const [file, text] of Object.entries(made)) {
  if (!process.argv.includes('--check')) writeFileSync(root + file, text)
  else if (!existsSync(root + file) || readFileSync(root + file, 'utf8') !== text) {
    console.error(`${file} is not what the service says: run \`npm run generate:client\`.`)
    process.exitCode = 1
  }
}
if (!process.argv.includes('--check')) buildClient()
