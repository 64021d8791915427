// /api/calendar and /calendar/<secret>.ics: a person's plans for their calendar app.
import { Hono } from 'hono'
import * as z from 'zod'
import { closeCalendar, openCalendar, readCalendar } from '../domain/plans/calendars'
import type { AppEnv } from '../wire/pipeline/app-env'
import { calendarAnswer, calendarFile, revalidated } from '../wire/shapes/calendar'
import { signedIn } from '../wire/pipeline/credentials'
import { endpoint } from '../wire/describe/notes'
import { calendarFileAnswers, removed } from '../wire/shapes/common'

export const calendar = new Hono<AppEnv>()

calendar.post(
  '/api/calendar',
  endpoint({
    tags: ['more'],
    summary: 'A new secret address for the calendar of one’s plans',
    description: 'It is told only here, and replaces the one before.',
    answers: { 201: z.object({ url: z.string().meta({ format: 'uri' }) }) },
  }),
  signedIn,
  async (c) => {
    const secret = await openCalendar(c.get('context'), c.get('caller'))
    return c.json({ url: `${c.get('origin')}/calendar/${secret}.ics` }, 201)
  },
)

calendar.delete(
  '/api/calendar',
  endpoint({
    tags: ['more'],
    summary: 'Close the calendar at its secret address',
    description: 'Also 204 where there is none.',
    answers: { 204: removed },
  }),
  signedIn,
  async (c) => {
    await closeCalendar(c.get('context'), c.get('caller'))
    return c.body(null, 204)
  },
)

// The address is the credential: calendar apps send no other.
calendar.get(
  '/calendar/:file{.+[.]ics}',
  endpoint({
    tags: ['more'],
    summary: 'The plans one goes to, for a calendar app',
    description:
      'The address is the credential. At most the 1,000 plans with the latest starts; `If-None-Match` is understood.',
    path: '/calendar/{secret}.ics',
    answers: calendarFileAnswers,
    errors: ['calendar.missing'],
  }),
  revalidated,
  async (c) => {
    const secret = c.req.param('file').slice(0, -'.ics'.length)
    const plans = await readCalendar(c.get('context'), secret)
    // Kept by that app alone, and asked again each time.
    c.header('Cache-Control', 'private, no-cache')
    return calendarAnswer(c, calendarFile(plans), 'plans')
  },
)
