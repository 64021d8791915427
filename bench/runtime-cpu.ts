// How much processor time the runtime has used: out of /proc, so on Linux alone.
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const tick = 10

type Stat = { pid: number; name: string; parent: number; milliseconds: number }

function statOf(pid: string): Stat | null {
  try {
    const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(
      readFileSync(`/proc/${pid}/stat`, 'utf8'),
    )!
    const fields = rest.split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    return { pid: Number(pid), name, parent: Number(fields[1]), milliseconds: ticks * tick }
  } catch {
    return null
  }
}

/** A clock of the processor time of this process's workerd, in milliseconds; null where there is no /proc. */
export function runtimeClock(): (() => number) | null {
  try {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    const found = all
      .map(statOf)
      .find((stat) => stat?.parent === process.pid && stat.name.startsWith('workerd'))
    return found ? () => statOf(String(found.pid))?.milliseconds ?? 0 : null
  } catch {
    return null
  }
}
