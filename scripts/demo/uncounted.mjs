// The demo's people all sign up from one address, and none of them is counted (`LIMIT_REGISTRATIONS`), so that who
// looks around has all of what is left. The service itself has no way around its limit: on this machine's
// own database, and only while the world is built, the rows of that counter are not written.
import { executeOnD1 } from '../d1.mjs'

const uncounted = `create trigger demo_uncounted before insert on counters
  when new.key like 'registered/%' begin select raise(ignore); end;`
const counted = 'drop trigger demo_uncounted;'

/**
 * Builds something whose sign-ups are not counted. Where that fails, so is the database not to be used.
 * @param {string} directory the one of the service's storage
 * @param {() => Promise<void>} build
 */
export async function buildUncounted(directory, build) {
  execute(directory, uncounted)
  await build()
  execute(directory, counted)
}

/**
 * @param {string} directory
 * @param {string} command
 */
function execute(directory, command) {
  const { status, stdout } = executeOnD1(command, { 'persist-to': directory })
  if (status !== 0) throw new Error(`wrangler could not ask the database.\n${stdout}`)
}
