// /auth/…: contract C's registration, sign-in with the e-mailed code, sign-out and password change.
import { Hono } from 'hono'
import * as z from 'zod'
import { changePassword, register, signIn, signOutHere } from '../domain/accounts'
import {
  anyPassword,
  email,
  newPassword,
  optional,
  optionalCode,
  repeatedPassword,
  text,
  unlikeUsername,
  username,
} from '../domain/base/fields'
import { answers } from '../wire/errors/answers'
import type { AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { setTokenCookies } from '../wire/pipeline/cookies'
import { isByCookie, signedIn } from '../wire/pipeline/credentials'
import { blamedOn, detail, renamed } from '../wire/errors/dialects'
import { floodGuard } from '../wire/pipeline/flood-guard'
import { endpoint } from '../wire/describe/notes'
import { DetailText, threeTokens } from '../wire/shapes/common'

export const auth = new Hono<AppEnv>()

const Registration = unlikeUsername(
  z.object({ username, email: email(), password1: newPassword, password2: repeatedPassword }),
  'password1',
).refine(({ password1, password2 }) => password1 === password2, {
  params: { code: 'two_passwords_differ' },
})

auth.post(
  '/auth/registration',
  endpoint({
    tags: ['C'],
    summary: 'Register an account that signs in with an e-mailed code',
    answers: { 201: DetailText },
    errors: ['registration.closed'],
    examples: [
      {
        username: 'taro',
        email: 'taro@example.com',
        password1: 'popopopo0987',
        password2: 'popopopo0987',
      },
    ],
  }),
  floodGuard('signIn'),
  body(Registration),
  async (c) => {
    const { password1: password, username, email } = c.req.valid('json')
    const account = { username, email, password, codeRequired: true }
    c.set('signedInId', (await register(c.get('context'), account)).id)
    return c.json({ detail: 'User registered successfully. Please log in.' }, 201)
  },
)

const SignIn = z.object({
  username: text({ max: 150 }),
  password: anyPassword,
  code: optionalCode,
})

// Whatever is wrong, C's clients are told the same.
const refused = () => ({ status: 400, body: { error: 'Invalid credentials' } }) as const
const signInAnswers = answers({ 'signin.refused': refused, 'signin.code_required': refused })

auth.post(
  '/auth/login',
  endpoint({
    tags: ['C'],
    summary: 'Sign in with password and e-mailed code',
    description:
      'The code comes from `POST /twofa/send-code`. Accounts that came through 42, and those that have the code switched off, need none.',
    answers: { 200: threeTokens },
    errors: ['signin.refused', 'signin.code_required'],
    examples: [{ username: 'taro', password: 'popopopo0987', code: '123456' }],
  }),
  floodGuard('signIn'),
  signInAnswers,
  body(SignIn),
  async (c) => {
    const grant = await signIn(c.get('context'), c.req.valid('json'), { opaque: true })
    const { userId, access, refresh, opaque } = grant
    c.set('signedInId', userId)
    return c.json({ access_token: access, refresh_token: refresh, token_auth: opaque })
  },
)

auth.post(
  '/auth/logout',
  endpoint({
    tags: ['C'],
    summary: 'End this session and all its tokens',
    answers: { 200: DetailText },
  }),
  signedIn,
  async (c) => {
    await signOutHere(c.get('context'), c.get('caller'))
    return c.json({ detail: 'Successfully logged out.' })
  },
)

const PasswordChange = z
  .object({
    new_password1: newPassword,
    new_password2: repeatedPassword,
    old_password: optional(anyPassword),
  })
  .refine((given) => given.new_password1 === given.new_password2, {
    path: ['new_password2'],
    params: { code: 'new_passwords_differ' },
  })

const changeAnswers = answers({
  'password.wrong': blamedOn('old_password'),
  'password.required': blamedOn('old_password'),
  'signin.stale': blamedOn('old_password'),
  'fields.invalid': renamed(detail, { password: 'new_password1' }),
})

auth.post(
  '/auth/password/change',
  endpoint({
    tags: ['C'],
    summary: 'Change one’s password; every other session ends',
    description:
      'The old password is checked when it is sent, and needed once the sign-in is older than ten minutes (a setting).',
    answers: { 200: DetailText },
    errors: ['password.wrong', 'password.required', 'signin.stale', 'service.busy'],
    examples: [
      {
        new_password1: 'a newer password',
        new_password2: 'a newer password',
        old_password: 'popopopo0987',
      },
    ],
  }),
  signedIn,
  changeAnswers,
  body(PasswordChange),
  async (c) => {
    const { new_password1: newPassword, old_password: oldPassword } = c.req.valid('json')
    const change = {
      newPassword,
      oldPassword,
      demand: 'unless_fresh',
      renews: isByCookie(c),
    } as const
    const tokens = await changePassword(c.get('context'), c.get('caller'), change)
    if (tokens) setTokenCookies(c, tokens)
    return c.json({ detail: 'New password has been saved.' })
  },
)
