// `npm run restored`: to be run at once when the database was restored from a backup. Sees to it that no
// id comes again, and that nothing is written until the timer has repaired the rest. Works on the local
// database; `--remote` on the one of the deployment, and with LIBSQL_URL (and LIBSQL_AUTH_TOKEN) on that.
import { parseArgs } from 'node:util'
import { createClient } from '@libsql/client/web'
import { executeOnD1 } from './d1.mjs'
import { restoredStatements } from './restored-sql.mjs'

const usage = 'usage: npm run restored -- [--remote | --persist-to DIR]'

/**
 * @param {string} line
 * @returns {never}
 */
function fail(line) {
  console.error(`kith: ${line}`)
  process.exit(1)
}

function readArguments() {
  try {
    const options = /** @type {const} */ ({
      remote: { type: 'boolean' },
      local: { type: 'boolean' },
      'persist-to': { type: 'string' },
    })
    return parseArgs({ options }).values
  } catch (error) {
    return fail(`${String(error)}\n${usage}`)
  }
}

/** @param {string} url */
async function onLibsql(url) {
  const authToken = process.env['LIBSQL_AUTH_TOKEN']
  const client = createClient({ url, ...(authToken ? { authToken } : {}) })
  await client.batch(restoredStatements(Date.now()), 'write')
}

/** @param {ReturnType<typeof readArguments>} where */
function onD1(where) {
  const done = executeOnD1(`${restoredStatements(Date.now()).join(';\n')};`, where)
  if (done.stdout?.includes('no such table')) fail('the database has no tables: restore it first.')
  if (done.status !== 0) fail(`wrangler could not reach the database.\n${done.stdout}`)
}

const values = readArguments()
if (values.remote && (values.local || values['persist-to'] !== undefined)) fail(usage)
const url = process.env['LIBSQL_URL']
if (url) {
  await onLibsql(url).catch((/** @type {unknown} */ error) =>
    fail(`libSQL refused: ${String(error)}`),
  )
} else {
  onD1(values)
}
console.log('kith: every sequence is 10,000,000 further.')
console.log(
  'kith: writes are answered 503 until the timer has repaired the rest, within some minutes.',
)
