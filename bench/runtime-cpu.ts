// How much processor time the runtime has used: out of /proc, so on Linux alone.
import { readdirSync, readFileSync } from 'node:fs'

/**
 * A clock of the processor time of this process's workerd, all its threads together, in milliseconds; null
 * where there is no such /proc.
 */
export function runtimeClock(): (() => number) | null {
  try {
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isRuntime(name))
    if (!pid) return null
    const clock = () => timeOf(pid)
    clock()
    return clock
  } catch {
    return null
  }
}

/** The process is a workerd that this process has started. */
function isRuntime(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, name = '', parent] = /\((.*)\) \S+ (\d+)/s.exec(stat) ?? []
    return name.startsWith('workerd') && Number(parent) === process.pid
  } catch {
    return false
  }
}

function timeOf(pid: string): number {
  let nanoseconds = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [running] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')
      nanoseconds += Number(running)
    } catch {
      // The thread has just ended.
    }
  }
  return nanoseconds / 1e6
}
