// /api/token/refresh: one path for contracts B, C and E; the answer follows where the refresh token was.
import { Hono } from 'hono'
import * as z from 'zod'
import { claimedType, renewAccess, rotateRefresh } from '../../../domain/accounts'
import { DomainError } from '../../../domain/base/errors'
import { nullable, optional, text } from '../../../domain/base/fields'
import { answers } from '../../../wire/errors/answers'
import type { AppContext, AppEnv } from '../../../wire/pipeline/app-env'
import { body } from '../../../wire/input/body'
import { clearTokenCookies, setTokenCookies } from '../../../wire/pipeline/cookies'
import { namesOtherSession, refreshCookie } from '../../../wire/pipeline/credentials'
import { flagged } from '../../../wire/errors/dialects'
import { floodGuard } from '../../../wire/pipeline/flood-guard'
import { requireOwnPage } from '../../../wire/pipeline/forged-requests'
import { endpoint, noted } from '../../../wire/describe/notes'

export const apiTokenRefresh = new Hono<AppEnv>()

const Refresh = z.object({ refresh: optional(nullable(text({ blank: true, max: 4096 }))) })

const refreshAnswers = answers({
  'refresh.invalid': flagged('refreshed'),
  'refresh.wrong_type': flagged('refreshed'),
  'refresh.revoked': flagged('refreshed'),
  'refresh.superseded': flagged('refreshed'),
  'account.inactive': flagged('refreshed'),
})

/** By where the token was: in the body (B), a header (C) or a cookie (E). */
const Refreshed = z.union([
  z.object({ access: z.string() }),
  z.object({ access_token: z.string(), refresh_token: z.string() }),
  z.object({ refreshed: z.literal(true) }),
])

// The handler refuses a page of a foreign origin where the token came in a cookie.
const guard = noted(floodGuard('refresh'), { isGuarded: true, isOwnPagesOnly: true })

apiTokenRefresh.post(
  '/api/token/refresh',
  endpoint({
    tags: ['B', 'C', 'E'],
    summary: 'A new access token for a refresh token in the body, a header or a cookie',
    description: [
      'The token is looked for in this order, and the answer follows where it was:',
      '',
      '- in the body, `refresh`: `{access}`; the refresh token stays good;',
      '- in the header `Bearer` or `Authorization`: `{access_token, refresh_token}`, and the old one is used up;',
      '- in the cookie: `{refreshed: true}` and two new cookies, and the old one is used up.',
    ].join('\n'),
    answers: { 200: Refreshed },
    errors: [
      'refresh.invalid',
      'refresh.wrong_type',
      'refresh.revoked',
      'refresh.superseded',
      'account.inactive',
    ],
    examples: [{ refresh: 'eyJ0eXAiOiJKV1QiLCJh' }],
    security: [null, 'refreshHeader', 'refreshBearer', 'refreshCookie'],
  }),
  refreshAnswers,
  guard,
  body(Refresh),
  async (c) => {
    const ctx = c.get('context')
    const { form, token } = await findRefreshToken(c, c.req.valid('json').refresh)
    if (form === 'body') return c.json({ access: await renewAccess(ctx, token) })
    if (form === 'header') {
      const { access, refresh } = await rotateRefresh(ctx, token)
      return c.json({ access_token: access, refresh_token: refresh })
    }
    requireOwnPage(c)
    setTokenCookies(c, await rotateByCookie(c, token))
    return c.json({ refreshed: true })
  },
)

type Found = { form: 'body' | 'header' | 'cookie'; token: string }

/**
 * The token and where it was, looked for in the order body, header, cookie. An `Authorization` that
 * holds no refresh token is judged only where there is no other token.
 * @throws `refresh.invalid` where there is none
 */
async function findRefreshToken(c: AppContext, sent: string | null | undefined): Promise<Found> {
  if (sent) return { form: 'body', token: sent }
  // C's clients name a header of their own after the scheme: `Bearer: Token <refresh>`.
  const own = tokenIn(c.req.header('bearer'))
  if (own) return { form: 'header', token: own }
  const authorization = tokenIn(c.req.header('authorization'))
  if (authorization && claimedType(authorization) === 'refresh') {
    return { form: 'header', token: authorization }
  }
  const cookie = await refreshCookie(c)
  if (cookie) return { form: 'cookie', token: cookie }
  if (authorization) return { form: 'header', token: authorization }
  throw new DomainError('refresh.invalid')
}

/** What stands behind a scheme word, or alone. */
function tokenIn(header: string | undefined): string | undefined {
  return header?.trim().split(/\s+/).at(-1) || undefined
}

// An answer that comes late must not take the cookies of a newer sign-in: they are cleared only where the
// session of the token that failed is over, and no other session's cookie stands beside it.
async function rotateByCookie(c: AppContext, token: string) {
  try {
    return await rotateRefresh(c.get('context'), token)
  } catch (error) {
    if (isOver(error) && !(await namesOtherSession(c, token))) clearTokenCookies(c)
    throw error
  }
}

function isOver(error: unknown): boolean {
  if (!(error instanceof DomainError) || error.kind !== 'unauthenticated') return false
  return error.code !== 'refresh.superseded'
}
