// Groups of processes: a server is several, and one that is killed runs on until its last call into the kernel
// has returned.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** So long may it take, in milliseconds. */
const goneMax = 10_000

/**
 * Waits until nothing of a group runs any more. A runtime that is killed while it waits for the disk still has
 * the storage open: the commit that it has just written is hidden from others until it is gone, and there
 * for whoever opens the storage then.
 */
export async function goneGroup(group: number): Promise<void> {
  const until = Date.now() + goneMax
  while (await isRunning(group)) {
    if (Date.now() > until) throw new Error(`something of process group ${group} still runs`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function isRunning(group: number): Promise<boolean> {
  if (!isThere(group)) return false
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,stat='])
  return stdout.split('\n').some((line) => {
    const [id, state = ''] = line.trim().split(/\s+/)
    // One that has ended and is only not yet fetched; `l` is one of whose threads some have not.
    const hasEnded = state.startsWith('Z') && !state.includes('l')
    return Number(id) === group && !hasEnded
  })
}

function isThere(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}
