// /api/sessions/: one's own sign-ins, and ending them from anywhere.
import { Hono } from 'hono'
import {
  endOneSession,
  endOtherSessions,
  listSessions,
  type Session,
} from '../../domain/accounts/own-sessions'
import type { AppEnv } from '../../wire/app-env'
import { signedIn } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { listed, ownListMax, textPageQuery } from '../../wire/paging'
import { isoTime } from '../../wire/times'

export const apiSessions = new Hono<AppEnv>()
apiSessions.onError(errorsIn(detail))

apiSessions.get('/api/sessions', signedIn, textPageQuery(ownListMax), async (c) => {
  const page = await listSessions(c.get('context'), c.get('caller'), c.req.valid('query'))
  return c.json(listed(c, page).map(sessionView))
})

apiSessions.delete('/api/sessions', signedIn, async (c) => {
  await endOtherSessions(c.get('context'), c.get('caller'))
  return c.body(null, 204)
})

apiSessions.delete('/api/sessions/:id', signedIn, async (c) => {
  await endOneSession(c.get('context'), c.get('caller'), c.req.param('id'))
  return c.body(null, 204)
})

function sessionView(session: Session) {
  return {
    id: session.id,
    created_at: isoTime(session.createdAt),
    last_used_at: isoTime(session.lastUsedAt),
    user_agent: session.userAgent,
    current: session.isCurrent,
  }
}
