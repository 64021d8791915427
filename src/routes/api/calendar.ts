// /api/calendar: opening and closing the calendar at a secret address, which is read at /calendar/<secret>.ics.
import { Hono } from 'hono'
import * as z from 'zod'
import { closeCalendar, openCalendar } from '../../domain/plans'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { removed } from '../../wire/shapes/common'

export const apiCalendar = new Hono<AppEnv>()

apiCalendar.post(
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

apiCalendar.delete(
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
