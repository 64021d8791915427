// /accounts/…: contract A's sign-up, sign-in, sign-out and refresh.
import { Hono } from 'hono'
import * as z from 'zod'
import { renewAccess, signIn, signOut, signUp } from '../domain/accounts'
import type { DomainError } from '../domain/base/errors'
import {
  anyPassword,
  newPassword,
  optionalCode,
  refreshToken,
  text,
  unlikeUsername,
  username,
} from '../domain/base/fields'
import { type Answer, answers } from '../wire/errors/answers'
import type { AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { signedIn } from '../wire/pipeline/credentials'
import { detail } from '../wire/errors/dialects'
import { floodGuard } from '../wire/pipeline/flood-guard'
import { endpoint } from '../wire/describe/notes'
import { Message, tokenPair } from '../wire/shapes/common'
import { wordsFor } from '../wire/errors/words'

export const accounts = new Hono<AppEnv>()

const SignUp = unlikeUsername(z.object({ username, password: newPassword }))

// What is missing or taken is said in one sentence; what breaks a rule, by field.
const signUpAnswers = answers({
  'fields.invalid': (error) => {
    const codes = new Set(error.issues.map(({ code }) => code))
    if (['required', 'null', 'blank'].some((code) => codes.has(code as never))) {
      return refused('Username and password are required')
    }
    return codes.has('username_taken') ? refused('Username already exists') : detail.domain(error)
  },
})

const example = { username: 'taro', password: 'password123' }

accounts.post(
  '/accounts/signup',
  endpoint({
    tags: ['start', 'A'],
    summary: 'Sign up, and in',
    answers: { 201: z.object({ message: z.string(), ...tokenPair }) },
    errors: ['registration.closed'],
    examples: [example],
  }),
  floodGuard('signIn'),
  signUpAnswers,
  body(SignUp),
  async (c) => {
    const { userId, access, refresh } = await signUp(c.get('context'), c.req.valid('json'))
    c.set('signedInId', userId)
    return c.json({ message: 'User created successfully', refresh, access }, 201)
  },
)

const SignIn = z.object({
  username: text({ max: 150 }),
  password: anyPassword,
  code: optionalCode,
})

accounts.post(
  '/accounts/login',
  endpoint({
    tags: ['A'],
    summary: 'Sign in',
    description: 'An account that has the e-mailed code switched on needs `code` as well.',
    answers: { 200: z.object(tokenPair) },
    errors: ['signin.refused', 'signin.code_required'],
    examples: [example],
  }),
  floodGuard('signIn'),
  body(SignIn),
  async (c) => {
    const { userId, access, refresh } = await signIn(c.get('context'), c.req.valid('json'))
    c.set('signedInId', userId)
    return c.json({ refresh, access })
  },
)

const Refresh = z.object({ refresh: refreshToken })

const refreshErrors = ['refresh.invalid', 'refresh.wrong_type', 'refresh.revoked'] as const

accounts.post(
  '/accounts/refresh',
  endpoint({
    tags: ['A'],
    summary: 'A new access token for a refresh token, which stays good',
    answers: { 200: z.object({ access: z.string() }) },
    errors: [...refreshErrors, 'refresh.superseded', 'account.inactive'],
    examples: [{ refresh: 'eyJhbGciOiJIUzI1NiJ9.…' }],
  }),
  floodGuard('refresh'),
  body(Refresh),
  async (c) => {
    const access = await renewAccess(c.get('context'), c.req.valid('json').refresh)
    return c.json({ access })
  },
)

const signOutAnswers = answers({
  'refresh.invalid': inOneSentence,
  'refresh.wrong_type': inOneSentence,
  'refresh.revoked': inOneSentence,
  'fields.invalid': () => refused('Refresh token is required'),
})

accounts.post(
  '/accounts/logout',
  endpoint({
    tags: ['A'],
    summary: 'End the session of a refresh token of one’s own',
    answers: { 200: Message },
    errors: refreshErrors,
    examples: [{ refresh: 'eyJhbGciOiJIUzI1NiJ9.…' }],
  }),
  signedIn,
  signOutAnswers,
  body(Refresh),
  async (c) => {
    await signOut(c.get('context'), c.get('caller'), c.req.valid('json').refresh)
    return c.json({ message: 'Logout successful' })
  },
)

function refused(error: string): Answer {
  return { status: 400, body: { error } }
}

function inOneSentence(error: DomainError): Answer {
  return refused(wordsFor(error))
}
