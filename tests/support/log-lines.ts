// The service's log lines while a piece of work runs.
import { vi } from 'vitest'

export type LogLine = Record<string, unknown>

/** Runs work and gives back what it logged: plain lines and lines about faults. */
export async function logLinesOf(
  work: () => Promise<unknown>,
): Promise<{ events: LogLine[]; faults: LogLine[] }> {
  const events = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const faults = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  try {
    await work()
    const linesOf = (spy: typeof events) =>
      spy.mock.calls.map(([line]) => JSON.parse(String(line)) as LogLine)
    return { events: linesOf(events), faults: linesOf(faults) }
  } finally {
    events.mockRestore()
    faults.mockRestore()
  }
}
