// /users/delete_account: how contract D's clients leave.
import { Hono } from 'hono'
import { leave } from '../../domain/moving'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { endpoint } from '../../wire/describe/notes'
import { Message } from '../../wire/shapes/common'

export const usersDeleteAccount = new Hono<AppEnv>()

usersDeleteAccount.delete(
  '/users/delete_account',
  endpoint({
    tags: ['D'],
    summary: 'Remove one’s account',
    description:
      'At once and for good; all its credentials are dead. The answer is without the envelope.',
    answers: { 200: Message },
    errors: ['administrator.last'],
  }),
  signedIn,
  async (c) => {
    await leave(c.get('context'), c.get('caller'))
    // Bare, as contract D shows it.
    return c.json({ message: 'Account successfully deactivated' })
  },
)
