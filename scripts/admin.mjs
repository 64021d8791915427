// `npm run admin -- <username>`: puts an account into Administrators, which is how a deployment gets its
// first one. Works on the local database; `--remote` on the one of the deployment. `--persist-to DIR` is
// for who runs `npm run dev` with it.
import { parseArgs } from 'node:util'
import { executeOnD1 } from './d1.mjs'

const ADMINISTRATORS = 1
/** What the service takes for a username, so what can stand in a statement without harm. */
const USERNAME = /^[\p{L}\p{N}@.+\-_]{1,150}$/u

const usage = 'usage: npm run admin -- <username> [--remote | --persist-to DIR]'

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
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail(`${String(error)}\n${usage}`)
  }
}

/**
 * A name as the database compares it (`foldCase` of src/domain/base/fields/folding.ts).
 * @param {string} name
 */
function fold(name) {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * A text as SQL. Nothing in a username needs it; it is the second lock.
 * @param {string} text
 */
function quote(text) {
  return `'${text.replaceAll("'", "''")}'`
}

const { values, positionals } = readArguments()
const [given, ...more] = positionals
if (given === undefined || more.length > 0) fail(usage)
if (values.remote && (values.local || values['persist-to'] !== undefined)) fail(usage)
const username = given.trim().normalize('NFKC')
if (!USERNAME.test(username)) fail(`"${username}" is no username.`)

const account = `username_key = ${quote(fold(username))} and is_active = 1`
const command = `insert into memberships (user_id, group_id)
  select id, ${ADMINISTRATORS} from users where ${account} on conflict do nothing;
select username from users where ${account};`

const done = executeOnD1(command, values)
if (done.stdout?.includes('no such table')) {
  const where = values.remote ? 'the migrations' : '`npm run dev` first, with the same --persist-to'
  fail(`the database has no tables yet: run ${where}.`)
}
if (done.status !== 0) fail(`wrangler could not ask the database.\n${done.stdout}`)
const found = JSON.parse(done.stdout).at(-1)?.results?.[0]?.username
if (found === undefined) fail(`there is no active account named "${username}".`)
console.log(`kith: ${found} is an administrator.`)
