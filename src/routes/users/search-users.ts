// /users/search_users: contract D's search for the person of exactly that name.
import { Hono } from 'hono'
import * as z from 'zod'
import { text } from '../../domain/base/fields'
import { findByName } from '../../domain/people'
import { answers } from '../../wire/errors/answers'
import type { AppEnv } from '../../wire/pipeline/app-env'
import { signedIn } from '../../wire/pipeline/credentials'
import { enveloped, refusedWith } from '../../wire/errors/dialects'
import { endpoint } from '../../wire/describe/notes'
import { query } from '../../wire/input/paging'
import { PersonSummary, personSummaryView } from '../../wire/shapes/person-record'
import { enveloping } from '../../wire/shapes/common'

export const usersSearchUsers = new Hono<AppEnv>()

const noSuchUser = refusedWith(404, 1, 'User not found')
const noUsername = refusedWith(400, 1, 'Username is required')

const searchAnswers = answers({
  'person.missing': noSuchUser,
  // A name that is longer than any is nobody's.
  'fields.invalid': ({ issues }) =>
    issues.some(({ code }) => code === 'too_long') ? noSuchUser() : noUsername(),
})

usersSearchUsers.get(
  '/users/search_users',
  endpoint({
    tags: ['D'],
    summary: 'The person of exactly that name',
    description: 'Without regard to case.',
    answers: { 200: enveloping(PersonSummary) },
    errors: ['person.missing'],
  }),
  signedIn,
  searchAnswers,
  query(z.object({ username: text() })),
  async (c) => {
    const { username } = c.req.valid('query')
    const found = await findByName(c.get('context'), c.get('caller'), username)
    return c.json(enveloped(personSummaryView(c, found)))
  },
)
