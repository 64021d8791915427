// /api/logout/: contract E's sign-out, which works with whatever is left of a sign-in.
import { Hono } from 'hono'
import { endSessionsOf } from '../../domain/accounts/accounts'
import type { Caller } from '../../domain/accounts/callers'
import type { AppEnv } from '../../wire/app-env'
import { clearTokenCookies } from '../../wire/cookies'
import { callerOfAuthorization, callersOfCookies } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { requireOwnPage } from '../../wire/forged-requests'

export const apiLogout = new Hono<AppEnv>()
apiLogout.onError(errorsIn(detail))

apiLogout.post('/api/logout', async (c) => {
  const callers: Caller[] = []
  const caller = await callerOfAuthorization(c)
  if (caller) callers.push(caller)
  else requireOwnPage(c)
  callers.push(...(await callersOfCookies(c)))
  await endSessionsOf(c.get('context'), callers)
  clearTokenCookies(c)
  return c.json({ success: true })
})
