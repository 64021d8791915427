// What a field may hold that is a time: dates, points in time, time zones, and places in lists by time.
import { decodeText, field, present } from './fields'

/** A calendar date `YYYY-MM-DD` that exists, in the years 1 to 9999. */
export const date = field({ type: 'string', format: 'date' }, (raw, fail) => {
  if (!present(raw, fail)) return ''
  const text = typeof raw === 'string' ? raw.trim() : ''
  if (!isDate(text)) fail('not_date')
  return text
})

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return false
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  return year >= 1 && days !== undefined && day >= 1 && day <= days
}

const dateTimeForm =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/** A point in time in ISO 8601, with a `T` or a blank; without a zone it is UTC. In milliseconds. */
export const dateTime = field({ type: 'string', format: 'date-time' }, (raw, fail) => {
  if (!present(raw, fail)) return 0
  const time = typeof raw === 'string' ? parseDateTime(raw.trim()) : undefined
  if (time === undefined) fail('not_datetime')
  return time ?? 0
})

function parseDateTime(text: string): number | undefined {
  const [, day, hour, minute, second = '00', fraction = '', zone = 'Z'] =
    dateTimeForm.exec(text) ?? []
  if (!day || !isDate(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const utc = Date.parse(`${day}T${hour}:${minute}:${second}.${milliseconds}Z`)
  const time = utc - offset * 60_000
  // A zone may carry it out of the years that can be written back with four digits.
  return time >= yearOne && time <= lastMoment ? time : undefined
}

const yearOne = Date.parse('0001-01-01T00:00:00Z')
const lastMoment = Date.parse('9999-12-31T23:59:59Z')

function zoneMinutes(zone: string): number | undefined {
  if (/^z$/i.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** A time zone's name in the IANA database, as `Europe/Berlin`. */
export const timezone = field({ type: 'string', maxLength: 64 }, (raw, fail) => {
  const name = decodeText(raw, {}, fail)
  if (name !== '' && !isTimezone(name)) fail('not_timezone')
  return name
})

function isTimezone(name: string): boolean {
  // Offsets (`+02:00`), which Intl also takes, know no summer time.
  if (name.length > 64 || !/^[a-z]/i.test(name)) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The place in a list by time: `<milliseconds>.<id>`. */
export const timeCursor = field({ type: 'string' }, (raw, fail) => {
  const [, time, id] =
    /^(-?\d{1,15})\.([0-9a-f]{24})$/.exec(typeof raw === 'string' ? raw : '') ?? []
  if (!time || !id) fail('bad_cursor')
  return { time: Number(time), id: id ?? '' }
})

/** The place in a list of conversations: `<activity in milliseconds>-<id>` of the last one. */
export const activityCursor = field({ type: 'string' }, (raw, fail) => {
  const [, activeAt, id] = /^(\d{1,15})-(\d{1,15})$/.exec(typeof raw === 'string' ? raw : '') ?? []
  if (id === undefined) fail('bad_cursor')
  return { activeAt: Number(activeAt), id: Number(id) }
})
