// /api/register/: contract B's registration, which has `password_confirm` and signs in, and E's, which
// has not.
import { Hono } from 'hono'
import * as z from 'zod'
import { needsAdministrator, register, signUp } from '../../domain/accounts'
import { maxGroups } from '../../domain/people'
import {
  email,
  integer,
  list,
  newPassword,
  nullable,
  optional,
  repeatedPassword,
  text,
  unlikeUsername,
  username,
} from '../../domain/base/fields'
import { date } from '../../domain/base/fields/times'
import { AccountShape, accountView } from '../../wire/shapes/account-record'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { bodyBy } from '../../wire/input/body'
import { findCaller } from '../../wire/pipeline/credentials'
import { floodGuard } from '../../wire/pipeline/flood-guard'
import { ownPagesOnly } from '../../wire/pipeline/forged-requests'
import { endpoint } from '../../wire/describe/notes'
import { tokenPair } from '../../wire/shapes/common'

export const apiRegister = new Hono<AppEnv>()

const names = {
  first_name: optional(text({ max: 150, blank: true })),
  last_name: optional(text({ max: 150, blank: true })),
}

const SignUp = unlikeUsername(
  z.object({
    username,
    email: email(),
    ...names,
    date_of_birth: optional(nullable(date)),
    bio: optional(text({ max: 500, blank: true })),
    password: newPassword,
    password_confirm: repeatedPassword,
  }),
).refine((given) => given.password === given.password_confirm, {
  params: { code: 'passwords_differ' },
})

const Registration = unlikeUsername(
  z.object({
    username,
    email: optional(email({ blank: true })),
    ...names,
    password: newPassword,
    groups: optional(list(integer(), maxGroups)),
  }),
)

const SignedUp = z.object({ message: z.string(), ...tokenPair })

const examples = [
  {
    username: 'johndoe',
    email: 'john@example.com',
    first_name: 'John',
    last_name: 'Doe',
    date_of_birth: '1990-01-01',
    bio: 'Software developer',
    password: 'securepassword123',
    password_confirm: 'securepassword123',
  },
  {
    username: 'user_username',
    password: 'user_password',
    email: 'user_email@kinderly.com',
    first_name: 'user_first_name',
    last_name: 'user_last_name',
    groups: [3],
  },
]

apiRegister.post(
  '/api/register',
  endpoint({
    tags: ['B', 'E'],
    summary: 'Register; with `password_confirm` (B), sign in as well',
    description:
      'With `password_confirm` the answer is a token pair; without it (E) the account, and nobody is signed in. Everybody may register into the group Parents (3), only an administrator into others: a credential counts for that alone.',
    answers: { 201: z.union([SignedUp, AccountShape]) },
    errors: [
      'permission.denied',
      'registration.closed',
      'credential.missing',
      'credential.invalid',
      'credential.expired',
      'credential.wrong_type',
      'credential.unknown',
      'account.inactive',
    ],
    examples,
    security: [null, 'bearer', 'opaqueToken', 'bareToken', 'accessCookie'],
  }),
  ownPagesOnly,
  floodGuard('signIn'),
  bodyBy('password_confirm', SignUp, Registration),
  async (c) => {
    const ctx = c.get('context')
    const given = c.req.valid('json')
    const { first_name: firstName, last_name: lastName, ...rest } = given
    const account = { ...rest, firstName, lastName }
    if ('password_confirm' in given) {
      const { userId, access, refresh } = await signUp(ctx, {
        ...account,
        dateOfBirth: given.date_of_birth,
      })
      c.set('signedInId', userId)
      return c.json({ message: 'User registered successfully', refresh, access }, 201)
    }
    // Everybody may call this, so the caller counts only where a right is asked for.
    const groups = given.groups ?? []
    const caller = needsAdministrator(c.get('context'), groups) ? await findCaller(c) : null
    const made = await register(ctx, { ...account, groups }, caller)
    c.set('signedInId', caller?.userId ?? made.id)
    return c.json(accountView(made), 201)
  },
)
