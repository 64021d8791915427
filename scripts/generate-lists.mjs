// `npm run generate:lists`: writes the lists that go by what files there are: of the tables' files, the nouns'
// lifecycles and the routers. With `--check` it writes nothing and fails where one is not what the folders say today.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readNouns } from './nouns.mjs'
import { tableFiles } from './tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const made = 'Made by `npm run generate:lists`: not to be edited.'

function schemaList() {
  const lines = tableFiles().map((file) => `export * from './${file.slice(0, -'.ts'.length)}'`)
  const head = `// All tables of the database, by noun. (A chat room has a storage of its own.)\n// ${made}`
  return [head, ...lines, ''].join('\n')
}

function nounList() {
  const nouns = readNouns().filter(({ files }) =>
    files.some((file) => file.endsWith('lifecycle.ts')),
  )
  const names = nouns.map(({ name }) => name)
  const imports = names
    .filter((name) => name !== 'base')
    .map((name) => `import { ${name} } from '../${name}'`)
  return [
    `// The nouns' lifecycles, in the nouns' order. ${made}`,
    ...imports,
    `import { base } from '../base/own-lifecycle'`,
    '',
    '/** What each noun says of itself. */',
    `export const lifecycles = [\n${names.map((name) => `  ${name},\n`).join('')}] as const`,
    '',
  ].join('\n')
}

/** The files below src/routes that make a router, each with the router's name. */
function routerFiles() {
  const paths = readdirSync(`${root}src/routes`, { recursive: true, encoding: 'utf8' })
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const source = readFileSync(`${root}src/routes/${path}`, 'utf8')
      const [, name] = /^export const (\w+) = new Hono</m.exec(source) ?? []
      return name ? [{ name, path: path.slice(0, -'.ts'.length) }] : []
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function routerList() {
  const routers = routerFiles()
  return [
    `// The routers of the files beside and below this one. ${made}`,
    `import type { Hono } from 'hono'`,
    `import type { AppEnv } from '../wire/pipeline/app-env'`,
    ...routers.map(({ name, path }) => `import { ${name} } from './${path}'`),
    '',
    '/** Every router, by its name. */',
    'export const list: readonly Hono<AppEnv>[] = [',
    ...routers.map(({ name }) => `  ${name},`),
    ']',
    '',
  ].join('\n')
}

const files = {
  'src/db/schema/index.ts': schemaList(),
  'src/domain/moving/list.ts': nounList(),
  'src/routes/list.ts': routerList(),
}
for (const [file, text] of Object.entries(files)) {
  const before = existsSync(root + file) ? readFileSync(root + file, 'utf8') : ''
  if (before === text) continue
  if (process.argv.includes('--check')) {
    console.error(`${file} is not what the folders say: run \`npm run generate:lists\`.`)
    process.exitCode = 1
  } else {
    writeFileSync(root + file, text)
  }
}
