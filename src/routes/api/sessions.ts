// /api/sessions/: one's own sign-ins, and ending them from anywhere.
import { Hono } from 'hono'
import * as z from 'zod'
import { endOneSession, endOtherSessions, listSessions, type Session } from '../../domain/accounts'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { listed, ownListMax, textPageQuery } from '../../wire/input/paging'
import { removed, timeText } from '../../wire/shapes/common'
import { isoTime } from '../../wire/shapes/times'

export const apiSessions = new Hono<AppEnv>()

const SessionRecord = z
  .object({
    id: z.string(),
    created_at: timeText,
    last_used_at: timeText,
    user_agent: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' })

apiSessions.get(
  '/api/sessions',
  endpoint({
    tags: ['more'],
    summary: 'One’s own sign-ins that are still good, oldest first',
    answers: { 200: z.array(SessionRecord) },
  }),
  signedIn,
  textPageQuery(ownListMax),
  async (c) => {
    const page = await listSessions(c.get('context'), c.get('caller'), c.req.valid('query'))
    return c.json(listed(c, page, sessionView))
  },
)

apiSessions.delete(
  '/api/sessions',
  endpoint({
    tags: ['more'],
    summary: 'End all of one’s other sessions',
    answers: { 204: removed },
  }),
  signedIn,
  async (c) => {
    await endOtherSessions(c.get('context'), c.get('caller'))
    return c.body(null, 204)
  },
)

apiSessions.delete(
  '/api/sessions/:id',
  endpoint({
    tags: ['more'],
    summary: 'End one of one’s sessions, the present one too',
    answers: { 204: removed },
    errors: ['session.missing'],
  }),
  signedIn,
  async (c) => {
    await endOneSession(c.get('context'), c.get('caller'), c.req.param('id'))
    return c.body(null, 204)
  },
)

function sessionView(session: Session): z.output<typeof SessionRecord> {
  return {
    id: session.id,
    created_at: isoTime(session.createdAt),
    last_used_at: isoTime(session.lastUsedAt),
    user_agent: session.userAgent,
    current: session.isCurrent,
  }
}
