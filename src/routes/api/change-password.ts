// /api/change-password/: contract E's password change, which always asks for the old one.
import { Hono } from 'hono'
import * as z from 'zod'
import { changePassword } from '../../domain/accounts'
import { anyPassword, newPassword, optional } from '../../domain/base/fields'
import { answers } from '../../wire/errors/answers'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { bodyBy } from '../../wire/input/body'
import { setTokenCookies } from '../../wire/pipeline/cookies'
import { isByCookie, signedIn } from '../../wire/pipeline/credentials'
import { blamedOn, detail, renamed } from '../../wire/errors/dialects'
import { endpoint, noted } from '../../wire/describe/notes'
import { Message } from '../../wire/shapes/common'

export const apiChangePassword = new Hono<AppEnv>()

const PasswordChange = z.object({
  new_password: newPassword,
  // An account that has no password is asked for none.
  old_password: optional(anyPassword),
})
// What is missing is told together.
const NoPasswordChange = PasswordChange.extend({ old_password: anyPassword })

// The second shape only words what is missing: what may be sent is the first.
const checkedChange = noted(bodyBy('new_password', PasswordChange, NoPasswordChange), {
  body: [PasswordChange],
})

const changeAnswers = answers({
  'password.wrong': blamedOn('old_password'),
  'password.required': blamedOn('old_password'),
  'signin.stale': blamedOn('old_password'),
  'fields.invalid': renamed(detail, { password: 'new_password' }),
})

apiChangePassword.post(
  '/api/change-password',
  endpoint({
    tags: ['E'],
    summary: 'Change one’s password; every other session ends',
    description:
      'Of this session the older tokens end too; by cookie, two new cookies are set. The old password is always asked for, but of an account that has none (it came through 42): that one needs a fresh sign-in.',
    answers: { 200: Message },
    errors: ['password.wrong', 'password.required', 'signin.stale', 'service.busy'],
    examples: [{ new_password: 'new_user_password', old_password: 'current_user_password' }],
  }),
  signedIn,
  changeAnswers,
  checkedChange,
  async (c) => {
    const { new_password: newPassword, old_password: oldPassword } = c.req.valid('json')
    const change = { newPassword, oldPassword, demand: 'always', renews: isByCookie(c) } as const
    const tokens = await changePassword(c.get('context'), c.get('caller'), change)
    if (tokens) setTokenCookies(c, tokens)
    return c.json({ message: 'Password updated successfully' })
  },
)
