// Puts the files of Swagger UI that the page at /docs needs beside its own in public/docs, out of
// node_modules, so that the page needs no other host. Runs before every `wrangler dev`, `deploy` and
// `types` ([build] in wrangler.toml) and before the tests (vitest.config.ts).
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const from = `${root}node_modules/swagger-ui-dist/`
const to = `${root}public/docs/`
/** Not yet in place: a server that is just reading public/ must see no half of a file. */
const making = `${root}.wrangler/docs/`

// Its licence wants to travel with it.
const files = ['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css']

mkdirSync(making, { recursive: true })
for (const file of files) {
  const content = readFileSync(from + file)
  // What is there already is left alone: a server that runs would take it for a change.
  if (existsSync(to + file) && readFileSync(to + file).equals(content)) continue
  const made = `${making}${process.pid}-${file}`
  writeFileSync(made, content)
  renameSync(made, to + file)
}
