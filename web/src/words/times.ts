// Times as people read them, in the device's region and zone.
import { w } from './index'

const day = 86_400_000
const cache = new Map<string, Intl.DateTimeFormat>()

/** A format; made once. */
export function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options)
  let made = cache.get(key)
  if (!made) cache.set(key, (made = new Intl.DateTimeFormat(undefined, options)))
  return made
}

/** `19:00`. */
export const clock = (at: number, timeZone?: string) =>
  format({ hour: '2-digit', minute: '2-digit', ...(timeZone ? { timeZone } : {}) }).format(at)

/** `Sat 28 Nov`, with the year where it is not this one. */
export function date(at: number, timeZone?: string): string {
  const isThisYear = new Date(at).getFullYear() === new Date().getFullYear()
  return format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    ...(timeZone ? { timeZone } : {}),
  }).format(at)
}

/** `28 November 2026`. */
export const longDate = (at: number) =>
  format({ day: 'numeric', month: 'long', year: 'numeric' }).format(at)

/** The beginning of a day in the device's zone. */
export const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/** How many days from today a time is, in the device's zone. */
export const daysFromNow = (at: number) =>
  Math.round((startOfDay(at) - startOfDay(Date.now())) / day)

/** When something happened, short: the time today, else the day. */
export const stamp = (at: number) => (daysFromNow(at) === 0 ? clock(at) : date(at))

/** The day over a part of a chat. */
export function dayTitle(at: number): string {
  const days = daysFromNow(at)
  return days === 0 ? w.chat.today : days === -1 ? w.chat.yesterday : date(at)
}
