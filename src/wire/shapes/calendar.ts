// Plans as an iCalendar file (RFC 5545). Times are written in UTC, the form that every calendar shows
// right wherever it is, across changes to summer time, without a VTIMEZONE to disagree about.
import { etag } from 'hono/etag'
import ical, { type ICalCalendar } from 'ical-generator'
import type { PlanFacts } from '../../domain/plans'
import type { AppContext } from '../pipeline/app-env'

/** Answers `If-None-Match` with 304 while the file stays the same. */
export const revalidated = etag()

/** Plans as a calendar file. A time zone (a name that was checked) is a hint for its display. */
export function calendarFile(plans: PlanFacts[], timezone = ''): string {
  // The name is ours and never a title: ical-generator writes it without escaping line breaks.
  const prodId = { company: 'Kith', product: 'Plans', language: 'EN' }
  const calendar = ical({ prodId, name: 'Plans' })
  if (timezone !== '') calendar.x('X-WR-TIMEZONE', timezone)
  for (const plan of plans) addEvent(calendar, plan)
  // RFC 5545 §3.1: every line ends with CRLF, the last one too.
  const file = `${calendar.toString()}\r\n`
  return plans.length > 0 ? file : file.replace(end, `${utc}${end}`)
}

const end = 'END:VCALENDAR\r\n'
// RFC 5545 §3.4: a calendar has a component at least, and strict readers refuse one that has none.
const utc = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'TZNAME:UTC',
  'END:STANDARD',
  'END:VTIMEZONE',
  '',
].join('\r\n')

function addEvent(calendar: ICalCalendar, plan: PlanFacts): void {
  const start = plan.startTime ?? plan.endTime
  calendar.createEvent({
    // Stable, and the same whatever host serves it (RFC 7986 §5.3).
    id: `${plan.id}@plans.kith`,
    sequence: plan.sequence,
    // Of the plan, not of the request: the file changes when the plan does (RFC 5545 §3.8.7.2).
    stamp: new Date(plan.updatedAt),
    lastModified: new Date(plan.updatedAt),
    start: new Date(start),
    // RFC 5545 §3.8.2.2: DTEND is later than DTSTART, or is not there.
    ...(plan.endTime > start ? { end: new Date(plan.endTime) } : {}),
    summary: printable(plan.title),
    ...(plan.description === '' ? {} : { description: printable(plan.description) }),
    location: printable(addressOf(plan)),
  })
}

function addressOf({ location: { name, address1, address2, city, state, zipcode } }: PlanFacts) {
  return [name, address1, address2, city, `${state} ${zipcode}`].filter(Boolean).join(', ')
}

/** Without control characters, which no text may hold (RFC 5545 §3.3.11); line breaks and tabs stay. */
function printable(text: string): string {
  return text.replace(/(?![\t\n\r])\p{Cc}/gu, '')
}

/** Answers with a calendar file. */
export function calendarAnswer(c: AppContext, file: string, name: string): Response {
  return c.body(file, 200, {
    'Content-Type': 'text/calendar; charset=utf-8',
    'Content-Disposition': `inline; filename="${name}.ics"`,
  })
}
