// Times of a chosen zone: what a form says in it, as moments; and moments as a form says them.

const formats = new Map<string, Intl.DateTimeFormat>()

function parts(zone: string): Intl.DateTimeFormat {
  let made = formats.get(zone)
  if (!made) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' } as const
    made = new Intl.DateTimeFormat('en-US', {
      ...digits,
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    })
    formats.set(zone, made)
  }
  return made
}

/** The clock of a zone at a moment, as if it were UTC. */
function clockOf(at: number, zone: string): number {
  const of = Object.fromEntries(
    parts(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  return Date.UTC(
    Number(of['year']),
    Number(of['month']) - 1,
    Number(of['day']),
    Number(of['hour']),
    Number(of['minute']),
    Number(of['second']),
  )
}

/**
 * The moment at which a zone's clock shows a local time (`2026-03-29T02:30`). Of an hour that comes twice the
 * first counts; one that is skipped moves on by what was skipped. NaN for what is no time.
 */
export function momentOf(local: string, zone: string): number {
  const wanted = Date.parse(`${local}Z`)
  if (Number.isNaN(wanted)) return Number.NaN
  const half = 43_200_000
  const offset = (at: number) => clockOf(at, zone) - at
  // The offsets around: before a change of the clock, and after it.
  const [before, after] = [offset(wanted - half * 2), offset(wanted + half * 2)]
  const found = [wanted - before, wanted - after].filter((at) => clockOf(at, zone) === wanted)
  return found.length > 0 ? Math.min(...found) : wanted - before
}

/** A moment as a zone's clock shows it: `2026-11-28T19:00`. */
export function localOf(at: number, zone: string): string {
  return new Date(clockOf(Math.floor(at / 1000) * 1000, zone)).toISOString().slice(0, 16)
}

/** The zone of the device. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** All zones that the browser knows. */
export const allZones = (): string[] => Intl.supportedValuesOf('timeZone')
