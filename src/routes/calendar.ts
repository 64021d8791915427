// /calendar/<secret>.ics: a person's plans for their calendar app.
import { Hono } from 'hono'
import { readCalendar } from '../domain/plans'
import type { AppEnv } from '../wire/pipeline/app-env'
import { calendarAnswer, calendarFile, revalidated } from '../wire/shapes/calendar'
import { endpoint } from '../wire/describe/notes'
import { calendarFileAnswers } from '../wire/shapes/common'

export const calendar = new Hono<AppEnv>()

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
