// /api/change-password/: contract E's password change, which always asks for the old one.
import { Hono } from 'hono'
import * as z from 'zod'
import { changePassword } from '../../domain/accounts/password-change'
import { anyPassword, newPassword, optional } from '../../domain/fields'
import { answers } from '../../wire/answers'
import type { AppEnv } from '../../wire/app-env'
import { bodyBy } from '../../wire/body'
import { signedIn } from '../../wire/credentials'
import { blamedOn, detail, errorsIn, renamed } from '../../wire/dialects'

export const apiChangePassword = new Hono<AppEnv>()
apiChangePassword.onError(errorsIn(detail))

const PasswordChange = z.object({
  new_password: newPassword,
  // An account that has no password is asked for none.
  old_password: optional(anyPassword),
})
// What is missing is told together.
const NoPasswordChange = PasswordChange.extend({ old_password: anyPassword })

const changeAnswers = answers({
  'password.wrong': blamedOn('old_password'),
  'password.required': blamedOn('old_password'),
  'signin.stale': blamedOn('old_password'),
  'fields.invalid': renamed(detail, { password: 'new_password' }),
})

apiChangePassword.post(
  '/api/change-password',
  signedIn,
  changeAnswers,
  bodyBy('new_password', PasswordChange, NoPasswordChange),
  async (c) => {
    const { new_password: newPassword, old_password: oldPassword } = c.req.valid('json')
    const change = { newPassword, oldPassword, demand: 'always' } as const
    await changePassword(c.get('context'), c.get('caller'), change)
    return c.json({ message: 'Password updated successfully' })
  },
)
