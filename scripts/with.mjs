// `node scripts/with.mjs NAME=VALUE … command …`: runs a command of node_modules with variables of the
// environment, on every system alike. A variable that is set already stays as it is.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const given = process.argv.slice(2)
const isVariable = (/** @type {string} */ word) => /^[A-Z_]+=/.test(word)
const first = given.findIndex((word) => !isVariable(word))
const [command = '', ...args] = given.slice(first)
const variables = Object.fromEntries(given.slice(0, first).map((word) => word.split('=', 2)))

const require = createRequire(fileURLToPath(new URL('../package.json', import.meta.url)))
const manifest = require.resolve(`${command}/package.json`)
const { bin } = require(manifest)
const file = join(dirname(manifest), typeof bin === 'string' ? bin : bin[command])
const child = spawn(process.execPath, [file, ...args], {
  stdio: 'inherit',
  env: { ...variables, ...process.env },
})
child.on('exit', (code) => process.exit(code ?? 1))
