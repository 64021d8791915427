// What a field may hold that is a time: dates, points in time, time zones, and places in lists by time.
import { decodeText, field, present, shortText } from './index'
import { canonicalZone } from './zones'

/** A calendar date `YYYY-MM-DD` that exists, in the years 1 to 9999. */
export const date = field({ type: 'string', format: 'date' }, (raw, fail) => {
  present(raw, fail)
  const text = shortText(raw)
  return isDate(text) ? text : fail('not_date')
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
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,12})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/**
 * A point in time in ISO 8601, with a `T` or a blank; without a zone it is UTC. In milliseconds of whole
 * seconds: a fraction, which no answer shows and no calendar file can hold, is left out.
 */
export const dateTime = field({ type: 'string', format: 'date-time' }, (raw, fail) => {
  present(raw, fail)
  return parseDateTime(shortText(raw)) ?? fail('not_datetime')
})

function parseDateTime(text: string): number | undefined {
  const [, day, hour, minute, second = '00', zone = 'Z'] = dateTimeForm.exec(text) ?? []
  if (!day || !isDate(day)) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = zoneMinutes(zone)
  if (offset === undefined) return undefined
  const utc = Date.parse(`${day}T${hour}:${minute}:${second}Z`)
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

/** A time zone's name in the IANA database, as `Europe/Berlin`, taken in any letter case. */
export const timezone = field({ type: 'string', maxLength: 64 }, (raw, fail) => {
  const name = decodeText(raw, {}, fail)
  return (name.length <= 64 ? canonicalZone(name) : null) ?? fail('not_timezone')
})

/** The place in a list by time: `<milliseconds>.<id>`. */
export const timeCursor = field({ type: 'string' }, (raw, fail) => {
  const [, time, id] =
    /^(-?\d{1,15})\.([0-9a-f]{24})$/.exec(typeof raw === 'string' ? raw : '') ?? []
  return time && id ? { time: Number(time), id } : fail('bad_cursor')
})

/** The place in a list of conversations: `<activity in milliseconds>-<id>` of the last one. */
export const activityCursor = field({ type: 'string' }, (raw, fail) => {
  const [, activeAt, id] = /^(\d{1,15})-(\d{1,15})$/.exec(typeof raw === 'string' ? raw : '') ?? []
  if (id === undefined) return fail('bad_cursor')
  return { activeAt: Number(activeAt), id: Number(id) }
})

/** The place in three lists of one answer: `<friend>-<incoming>-<outgoing>`, the last id of each. */
export const relationsCursor = field({ type: 'string' }, (raw, fail) => {
  const ids = /^(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(typeof raw === 'string' ? raw : '')
  if (!ids) return fail('bad_cursor')
  const [friend, incoming, outgoing] = ids.slice(1).map(Number) as [number, number, number]
  return { friend, incoming, outgoing }
})
