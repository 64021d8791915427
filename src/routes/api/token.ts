// /api/token/: sign-in for contracts B (tokens in the body) and E (cookies), one answer for both.
import { Hono } from 'hono'
import * as z from 'zod'
import { signIn } from '../../domain/accounts'
import { anyPassword, optionalCode, text } from '../../domain/base/fields'
import { AccountShape, accountView } from '../../wire/shapes/account-record'
import { answers } from '../../wire/errors/answers'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { body } from '../../wire/input/body'
import { setTokenCookies } from '../../wire/pipeline/cookies'
import { flagged } from '../../wire/errors/dialects'
import { floodGuard } from '../../wire/pipeline/flood-guard'
import { ownPagesOnly } from '../../wire/pipeline/forged-requests'
import { endpoint } from '../../wire/describe/notes'

export const apiToken = new Hono<AppEnv>()

const SignIn = z.object({
  username: text({ max: 150 }),
  password: anyPassword,
  code: optionalCode,
})

const signInAnswers = answers({
  'signin.refused': flagged('success'),
  'signin.code_required': flagged('success'),
  'tries.exceeded': flagged('success'),
})

/** The tokens are missing where the deployment delivers them in cookies alone (`TOKEN_DELIVERY`). */
const SignedIn = z.object({
  refresh: z.string().optional(),
  access: z.string().optional(),
  success: z.literal(true),
  user: AccountShape,
})

apiToken.post(
  '/api/token',
  endpoint({
    tags: ['start', 'B', 'E'],
    summary: 'Sign in, with tokens in the body and in cookies',
    description:
      'Sets the cookies `access_token` and `refresh_token` (`__Host-…` on https). Where the deployment delivers tokens in cookies alone (`TOKEN_DELIVERY=cookie`), `refresh` and `access` are not in the body. An account that has the e-mailed code switched on needs `code` as well.',
    answers: { 200: SignedIn },
    errors: ['signin.refused', 'signin.code_required'],
    examples: [{ username: 'your_username', password: 'your_password' }],
  }),
  ownPagesOnly,
  signInAnswers,
  floodGuard('signIn'),
  body(SignIn),
  async (c) => {
    const signedIn = await signIn(c.get('context'), c.req.valid('json'))
    c.set('signedInId', signedIn.userId)
    setTokenCookies(c, signedIn)
    const { refresh, access, account } = signedIn
    const tokens = c.get('wire').tokensInBody ? { refresh, access } : {}
    return c.json({ ...tokens, success: true, user: accountView(account) })
  },
)
