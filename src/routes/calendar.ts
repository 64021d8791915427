// /api/calendar and /calendar/<secret>.ics: a person's plans for their calendar app.
import { Hono } from 'hono'
import { closeCalendar, openCalendar, readCalendar } from '../domain/calendars'
import type { AppEnv } from '../wire/app-env'
import { calendarAnswer, calendarFile, revalidated } from '../wire/calendar'
import { signedIn } from '../wire/credentials'
import { detail, errorsIn } from '../wire/dialects'

export const calendar = new Hono<AppEnv>()
calendar.onError(errorsIn(detail))

calendar.post('/api/calendar', signedIn, async (c) => {
  const secret = await openCalendar(c.get('context'), c.get('caller'))
  return c.json({ url: `${c.get('origin')}/calendar/${secret}.ics` }, 201)
})

calendar.delete('/api/calendar', signedIn, async (c) => {
  await closeCalendar(c.get('context'), c.get('caller'))
  return c.body(null, 204)
})

// The address is the credential: calendar apps send no other.
calendar.get('/calendar/:file{.+[.]ics}', revalidated, async (c) => {
  const secret = c.req.param('file').slice(0, -'.ics'.length)
  const plans = await readCalendar(c.get('context'), secret)
  // Kept by that app alone, and asked again each time.
  c.header('Cache-Control', 'private, no-cache')
  return calendarAnswer(c, calendarFile(plans), 'plans')
})
