// /api/register/: contract B's registration, which has `password_confirm` and signs in, and E's, which
// has not.
import { Hono } from 'hono'
import * as z from 'zod'
import { needsAdministrator, register, signUp } from '../../domain/accounts/registration'
import {
  date,
  email,
  integer,
  newPassword,
  nullable,
  optional,
  text,
  username,
} from '../../domain/fields'
import { accountView } from '../../wire/account-record'
import type { AppEnv } from '../../wire/app-env'
import { bodyBy } from '../../wire/body'
import { findCaller } from '../../wire/credentials'
import { detail, errorsIn } from '../../wire/dialects'
import { floodGuard } from '../../wire/flood-guard'
import { ownPagesOnly } from '../../wire/forged-requests'

export const apiRegister = new Hono<AppEnv>()
apiRegister.onError(errorsIn(detail))

const names = {
  first_name: optional(text({ max: 150, blank: true })),
  last_name: optional(text({ max: 150, blank: true })),
}

const SignUp = z
  .object({
    username,
    email: email(),
    ...names,
    date_of_birth: optional(nullable(date)),
    bio: optional(text({ max: 500, blank: true })),
    password: newPassword,
    password_confirm: text({ verbatim: true }),
  })
  .refine((given) => given.password === given.password_confirm, {
    params: { code: 'passwords_differ' },
  })

const Registration = z.object({
  username,
  email: optional(email({ blank: true })),
  ...names,
  password: newPassword,
  groups: optional(z.array(integer())),
})

apiRegister.post(
  '/api/register',
  ownPagesOnly,
  floodGuard('signIn'),
  bodyBy('password_confirm', SignUp, Registration),
  async (c) => {
    const ctx = c.get('context')
    const given = c.req.valid('json')
    const { first_name: firstName, last_name: lastName, ...rest } = given
    const account = { ...rest, firstName, lastName }
    if ('password_confirm' in given) {
      const { access, refresh } = await signUp(ctx, {
        ...account,
        dateOfBirth: given.date_of_birth,
      })
      return c.json({ message: 'User registered successfully', refresh, access }, 201)
    }
    // Everybody may call this, so the caller counts only where the groups ask for a right.
    const groups = given.groups ?? []
    const caller = needsAdministrator(groups) ? await findCaller(c) : null
    return c.json(accountView(await register(ctx, { ...account, groups }, caller)), 201)
  },
)
