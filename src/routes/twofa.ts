// /twofa/…: contract C's e-mailed code: asking for one, and switching it on and off for oneself.
import { Hono } from 'hono'
import * as z from 'zod'
import { requestCode, switchCodeOff, switchCodeOn } from '../domain/accounts'
import {
  anyPassword,
  anyPasswordOrNone,
  boolean,
  email,
  nullable,
  optional,
  text,
} from '../domain/base/fields'
import { answers } from '../wire/errors/answers'
import type { AppEnv } from '../wire/pipeline/app-env'
import { body } from '../wire/input/body'
import { signedIn } from '../wire/pipeline/credentials'
import { blamedOn } from '../wire/errors/dialects'
import { floodGuard } from '../wire/pipeline/flood-guard'
import { endpoint } from '../wire/describe/notes'

export const twofa = new Hono<AppEnv>()

// The document's clients send the address; the web client sends the password instead.
const CodeRequest = z
  .object({
    username: text({ max: 150 }),
    email: optional(nullable(email({ blank: true }))),
    password: optional(nullable(anyPasswordOrNone)),
  })
  .refine(({ email, password }) => email || password, {
    path: ['email'],
    params: { code: 'required' },
  })

twofa.post(
  '/twofa/send-code',
  endpoint({
    tags: ['C'],
    summary: 'Have a sign-in code sent by e-mail',
    description:
      'With the account’s address or the right password. The answer is the same whether or not a mail goes out.',
    answers: { 200: { description: 'Heard.', type: 'text/plain' } },
    examples: [{ username: 'taro', email: 'taro@example.com' }],
  }),
  floodGuard('signIn'),
  body(CodeRequest),
  (c) => {
    const { username, email, password } = c.req.valid('json')
    requestCode(c.get('context'), { username, email: email ?? '', password: password ?? '' })
    return c.text('Email sent. Use the code sent in the login process')
  },
)

const Switch = z.object({ enabled: boolean, password: optional(anyPassword) })

const switchAnswers = answers({
  'password.wrong': blamedOn('password'),
  'password.required': blamedOn('password'),
  'signin.stale': blamedOn('password'),
})

twofa.post(
  '/twofa',
  endpoint({
    tags: ['more'],
    summary: 'Switch the e-mailed code on or off for oneself',
    description: 'Off needs the password, or a fresh sign-in where the account has none.',
    answers: { 200: z.object({ enabled: z.boolean() }) },
    errors: ['password.wrong', 'password.required', 'signin.stale', 'service.busy'],
    examples: [{ enabled: true }],
  }),
  signedIn,
  switchAnswers,
  body(Switch),
  async (c) => {
    const { enabled, password } = c.req.valid('json')
    const ctx = c.get('context')
    if (enabled) await switchCodeOn(ctx, c.get('caller'))
    else await switchCodeOff(ctx, c.get('caller'), password)
    return c.json({ enabled })
  },
)
