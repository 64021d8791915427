// /api/logout/: contract E's sign-out, which works with whatever is left of a sign-in.
import { Hono } from 'hono'
import * as z from 'zod'
import { type Caller, endSessionsOf } from '../../domain/accounts'
import type { AppContext, AppEnv } from '../../wire/pipeline/app-env'
import { clearTokenCookies } from '../../wire/pipeline/cookies'
import { callerOfAuthorization, callersOfCookies } from '../../wire/pipeline/credentials'
import { requireOwnPage } from '../../wire/pipeline/forged-requests'
import { endpoint, noted } from '../../wire/describe/notes'

export const apiLogout = new Hono<AppEnv>()

apiLogout.post(
  '/api/logout',
  endpoint({
    tags: ['start', 'E'],
    summary: 'End every session that the request names, and clear the cookies',
    description:
      'Works with whatever is left of a sign-in, and also with nothing: `Authorization`, the access and the refresh cookie are each looked at.',
    answers: { 200: z.object({ success: z.literal(true) }) },
    security: [null, 'bearer', 'opaqueToken', 'bareToken', 'accessCookie', 'refreshCookie'],
  }),
  noted(signOutEverything, { isOwnPagesOnly: true }),
)

async function signOutEverything(c: AppContext) {
  const callers: Caller[] = []
  const caller = await callerOfAuthorization(c)
  if (caller) callers.push(caller)
  else requireOwnPage(c)
  callers.push(...(await callersOfCookies(c)))
  await endSessionsOf(c.get('context'), callers)
  clearTokenCookies(c)
  return c.json({ success: true })
}
