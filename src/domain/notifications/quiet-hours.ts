// When somebody's quiet hours end: by the clock of their zone, which goes forward and back.
import type { QuietHours } from './preferences'

const minute = 60_000
const dayMinutes = 24 * 60
/** A clock that was put back makes hours longer; no zone does it twice a night. */
const mostSteps = 4

/** When they end that are under way at `now`, or null where none are. In milliseconds. */
export function quietUntil(now: number, hours: QuietHours): number | null {
  const clock = clockOf(hours.timezone)
  if (!isQuiet(clock(now), hours)) return null
  let [quiet, end] = [now, now]
  for (let step = 0; step < mostSteps && isQuiet(clock(end), hours); step++) {
    quiet = end
    end += minutesUntil(clock(end), hours.to) * minute
  }
  return firstBehind(quiet, end, (time) => isQuiet(clock(time), hours))
}

function isQuiet(time: number, { from, to }: QuietHours): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to
}

const minutesUntil = (time: number, to: number) => (to - time + dayMinutes) % dayMinutes

/** Where a clock was put forward, they are over before they have lasted as long as they say. */
function firstBehind(quiet: number, end: number, isSo: (time: number) => boolean): number {
  let [from, to] = [Math.floor(quiet / minute), Math.floor(end / minute)]
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2)
    if (isSo(middle * minute)) from = middle
    else to = middle
  }
  return to * minute
}

/** Minutes since midnight in a zone. A zone that the runtime does not know is UTC. */
function clockOf(timezone: string): (time: number) => number {
  const format = formatOf(timezone)
  return (time) => {
    const parts = format.formatToParts(time)
    const [hour = 0, minutes = 0] = parts.flatMap(({ type, value }) =>
      type === 'hour' || type === 'minute' ? [Number(value)] : [],
    )
    return hour * 60 + minutes
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const look = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en', { ...look, timeZone })
  } catch {
    return new Intl.DateTimeFormat('en', { ...look, timeZone: 'UTC' })
  }
}
